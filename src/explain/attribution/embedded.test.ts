/** Attributions of networks that embed codes: complete, by column, and beside a background between two codes. */
import { expect, test } from "vitest";
import { classifierDocument } from "../../../test/exampleModels.ts";
import { encodeTable, tableForEncoder } from "../../data/encoder.ts";
import { backgroundOf } from "../../models/background.ts";
import type { ModelDocument } from "../../models/document.ts";
import { dense, embedding, parametricActivation, periodic, scale } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { initialParameters } from "../../network/parameters.ts";
import { random } from "../../random.ts";
import { forward, subjectOf } from "../../reference/backpropagation.ts";
import { embeddedOf } from "./embedded.ts";
import { type Explanation, explain } from "./explain.ts";

/** Inputs: weight, a code of island, ringed, a code of species' kind. */
const described = network({
  inputs: 4,
  layers: [
    embedding(
      [
        { column: 1, cardinality: 3 },
        { column: 3, cardinality: 4 },
      ],
      { dimension: 3 },
    ),
    periodic([0], { frequencies: 4 }),
    scale(),
    dense(6),
    parametricActivation("selu"),
    dense(2),
  ],
});
const draw = random(4, "biases");
const parameters = initialParameters(described, 2).map((value) => value + 0.2 * draw.normal());

test("the network behind the embedding says the same of what it sees as the whole says of the inputs", () => {
  const whole = subjectOf(described, parameters);
  const { subject, embed } = embeddedOf(whole);
  const inputs = Float64Array.of(0.5, 2, -1, 3, -0.25, 0, 1, 9); // 9 is no code: it counts as 0
  const seen = embed(inputs);
  expect(seen).toHaveLength(2 * 8);
  expect([...seen.slice(0, 2), ...seen.slice(8, 10)]).toEqual([0.5, -1, -0.25, 1]);
  expect(forward(subject, seen).at(-1)?.output).toEqual(forward(whole, inputs).at(-1)?.output);
});

test("attributions to a vector's numbers belong to its code", () => {
  const { collect } = embeddedOf(subjectOf(described, parameters));
  expect([...collect(Float64Array.of(1, 2, 10, 20, 30, 100, 200, 300))]).toEqual([1, 60, 2, 600]);
  const plain = subjectOf(network({ inputs: 2, layers: [dense(1)] }), new Float64Array(3));
  expect([...embeddedOf(plain).collect(Float64Array.of(1, 2))]).toEqual([1, 2]);
  expect([...embeddedOf(plain).embed(Float64Array.of(1, 2))]).toEqual([1, 2]);
});

const islands = ["Biscoe", "Dream"];
const kinds = ["gull", "tern", "auk"];
const document: ModelDocument = {
  ...classifierDocument,
  encoder: {
    columns: [
      { kind: "number", name: "weight", median: 4, scale: 0.5, missingIndicator: false },
      { kind: "category", name: "island", categories: islands, missingIndicator: false, form: "code" },
      { kind: "boolean", name: "ringed" },
      { kind: "category", name: "kind", categories: kinds, missingIndicator: false, form: "code" },
    ],
  },
  target: { task: "classification", column: "sex", classes: ["f", "m"], shares: [0.5, 0.5] },
  network: described,
};
const rows = Array.from({ length: 24 }, (_, at) => ({
  weight: 1 + at / 4,
  island: at % 5 === 4 ? "unheard of" : islands[at % 2],
  ringed: at % 3 === 0,
  kind: at % 7 === 6 ? null : kinds[at % 3],
}));
const model = { parameters: Float32Array.from(parameters) };
const inputs = encodeTable(document.encoder, tableForEncoder(document.encoder, rows));
const background = backgroundOf(described, model.parameters, inputs);

/** The completeness error as a share of the change, or of the hundredth that still matters where there is hardly any. */
const share = ({ completenessError, prediction, background: from }: Explanation): number =>
  Math.abs(completenessError) / Math.max(Math.abs(prediction - from), 0.01);

test("the contributions of a network with embeddings add up to the change, beside means and beside rows", () => {
  const own = { ...model, document: { ...document, background } };
  for (const options of [{}, { background: rows }]) {
    const found = explain(own, rows, options);
    expect(found).toHaveLength(rows.length);
    for (const explanation of found) {
      expect(share(explanation)).toBeLessThan(1e-3);
      const sum = explanation.contributions.reduce((total, { contribution }) => total + contribution, 0);
      expect(sum - explanation.completenessError).toBeCloseTo(explanation.prediction - explanation.background, 12);
      expect(explanation.contributions.map(({ column }) => column).sort()).toEqual([
        "island",
        "kind",
        "ringed",
        "weight",
      ]);
    }
    const size = (column: string): number =>
      found
        .flatMap(({ contributions }) => contributions.filter((each) => each.column === column))
        .reduce((sum, { contribution }) => sum + Math.abs(contribution), 0);
    for (const column of ["island", "kind"]) expect(size(column)).toBeGreaterThan(0.1);
  }
});

test("the background of the model lies between the codes: it is the mean vector of the training rows", () => {
  const own = { ...model, document: { ...document, background } };
  expect(background).toHaveLength(2 + 2 * 3);
  const [{ background: found }] = explain(own, [rows[0]], { class: "m" });
  const { subject } = embeddedOf(subjectOf(described, Float64Array.from(model.parameters)));
  const y = forward(subject, Float64Array.from(background)).at(-1)?.output ?? new Float64Array(2);
  expect(found).toBeCloseTo(1 / (1 + Math.exp(y[0] - y[1])), 12);
});

test("two codes with the same vector tell the same", () => {
  const twins = Float32Array.from(model.parameters);
  const table = twins.subarray(3 * 3, 7 * 3); // island's table has 3 codes of 3 numbers, kind's follows
  table.copyWithin(3, 6, 9); // "gull" is code 1, "tern" code 2
  const own = { parameters: twins, document: { ...document, background } };
  const [gull, tern] = explain(
    own,
    [
      { ...rows[0], kind: "gull" },
      { ...rows[0], kind: "tern" },
    ],
    { class: "f" },
  );
  const of = ({ contributions }: Explanation) => contributions.find(({ column }) => column === "kind")?.contribution;
  expect(of(gull)).toBe(of(tern));
  expect(gull.prediction).toBe(tern.prediction);
});
