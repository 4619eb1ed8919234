/** The commands that explain, on a model of embeddings, a scale layer and parametric activations. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ModelDocument } from "../src/models/document.ts";
import { writeModelFile } from "../src/models/modelFile.ts";
import { dense, dropout, embedding, parametricActivation, periodic, scale } from "../src/network/layers.ts";
import { network } from "../src/network/network.ts";
import { type Folder, gradus, lastingFolder } from "./commandLine.ts";
import { classifierDocument, drawnParameters } from "./exampleModels.ts";

const islands = ["Biscoe", "Dream", "Torgersen"];
const document: ModelDocument = {
  ...classifierDocument,
  formatVersion: 2,
  encoder: {
    columns: [
      { kind: "number", name: "weight", median: 4, scale: 0.5, missingIndicator: false },
      { kind: "category", name: "island", categories: islands, missingIndicator: false, form: "code" },
      { kind: "boolean", name: "ringed" },
    ],
  },
  network: network({
    inputs: 3,
    layers: [
      embedding([{ column: 1, cardinality: 4 }], { dimension: 2 }),
      periodic([0], {
        frequencies: 4,
        learning: { frequencies: { rate: 0.1, decay: 0.01 }, phases: { rate: 0.1, decay: 0.01 } },
      }),
      scale({ learning: { scale: { rate: 6, decay: 36 } } }),
      dense(5, { learning: { weights: { rate: 0.4, decay: 1 }, bias: { rate: 0.1 } } }),
      parametricActivation("selu"),
      dropout(0.15),
      dense(2),
    ],
  }),
};
const table = [
  "weight,island,ringed,species",
  ...Array.from({ length: 12 }, (_, at) =>
    [2 + at / 3, at === 7 ? "Elsewhere" : islands[at % 3], at % 2 === 0, at % 4 < 2 ? "gull" : "tern"].join(","),
  ),
].join("\n");

let folder: Folder;
let model: string;
let rows: string;

beforeAll(async () => {
  folder = await lastingFolder({
    "birds.gradus": writeModelFile(document, drawnParameters(document)),
    "birds.csv": table,
  });
  [model, rows] = [folder.file("birds.gradus"), folder.file("birds.csv")];
});
afterAll(() => folder.remove());

test("show tells each layer's formula, and which tensors learn at a pace of their own", async () => {
  const { code, out } = await gradus("show", model);
  expect(code).toBe(0);
  const text = out.join("\n");
  for (const line of [
    /^ +0 +embedding +3 → 4 +8 +y = \(x without codes, E_k of each code k\): vectors of 2 for 4 codes of input 1$/m,
    /^ +1 +periodic +4 → 7 +23 +y = \(h, x\), h = W cos\(2π f x \+ p\) \+ b: 4 cosines and 3 h for each of 1 input$/m,
    /^ +2 +scale +7 → 7 +7 +y_a = s_a x_a$/m,
    /^ +4 +parametricActivation +5 → 5 +5 +y_a = x_a \+ α_a \(φ\(x_a\) − x_a\), φ is selu$/m,
    /^ +layer +kind +tensors +rate +decay$/m,
    /^ +1 +periodic +frequencies, phases +0\.1 +0\.01$/m,
    /^ +2 +scale +scale +6 +36$/m,
    /^ +3 +dense +weights +0\.4 +1$/m,
    /^ +3 +dense +bias +0\.1 +0$/m,
  ]) {
    expect(text).toMatch(line);
  }
});

test("derive, check and explain know its layers", async () => {
  const derived = await gradus("derive", model);
  expect(derived.code).toBe(0);
  expect(derived.out[0]).toBe("How a 3-5-2 network learns");
  expect(derived.out.join("\n")).toContain("Layer 1: periodic embedding of one number");

  const checked = await gradus("check", model, rows, "--most", "10");
  expect({ code: checked.code, notes: checked.notes }).toEqual({ code: 0, notes: [] });
  for (const role of ["weights", "frequencies", "phases", "bias", "scale", "slopes"]) {
    expect(checked.out.join("\n")).toMatch(new RegExp(`^ +\\d +${role} +\\d+ .* passed$`, "m"));
  }

  const explained = await gradus("explain", model, rows, "--background", rows, "--rows", "8", "--jsonl");
  expect(explained.code).toBe(0);
  const { contributions, completenessError, prediction, background } = JSON.parse(explained.out[0]);
  const sum = contributions.reduce((total: number, each: { contribution: number }) => total + each.contribution, 0);
  expect(sum - completenessError).toBeCloseTo(prediction - background, 12);
  expect(contributions.map(({ column }: { column: string }) => column).sort()).toEqual(["island", "ringed", "weight"]);
});

test("trace follows what layers without neurons learn, by their names", async () => {
  const names = ["0.2.1", "1.2.frequencies", "1.1.2", "2.6.scale", "4.3.slopes"];
  const { code, out } = await gradus("trace", model, rows, ...names.flatMap((name) => ["--weight", name]));
  expect(code).toBe(0);
  const text = out.join(" ").replace(/\s+/g, " ");
  for (const words of [
    "Weight 0.2.1, E⁽⁰⁾[2,1]",
    "The weight from code 1 of input 1 (island) to unit 2 of layer 0",
    "Weight 1.2.frequencies, f⁽¹⁾[2]",
    "Weight 2.6.scale, s⁽²⁾[6]",
    "The scale of layer 2: their learning rate η is 6 times the optimizer's",
    "Weight 4.3.slopes, α⁽⁴⁾[3]",
  ]) {
    expect(text).toContain(words);
  }
  const usual = await gradus("trace", model, rows);
  expect(usual.out.join("\n")).toMatch(/^Weight 0\.[23]\.1, E⁽⁰⁾/m); // the first row's island is code 1
  const wrong = await gradus("trace", model, rows, "--weight", "2.9.scale");
  expect(wrong.notes).toEqual(["gradus: Weight 2.9.scale: expected a unit of layer 2, from 0 to 6; found 9."]);
});
