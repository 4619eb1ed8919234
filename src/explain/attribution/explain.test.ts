import { expect, test } from "vitest";
import { classifierDocument, drawnParameters, regressorDocument } from "../../../test/exampleModels.ts";
import { encodeTable, tableForEncoder } from "../../data/encoder.ts";
import type { Row } from "../../data/table.ts";
import { DataError, DescriptionError } from "../../errors.ts";
import type { ModelDocument } from "../../models/document.ts";
import { activations } from "../../network/activations.ts";
import { dense } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { subjectOf } from "../../reference/backpropagation.ts";
import { explain } from "./explain.ts";
import { integratedGradients } from "./integratedGradients.ts";

const background = [0.25, 0.125, 0.5, 0.375, -0.5, 0.5, 0.25];
const birds = { document: { ...classifierDocument, background }, parameters: drawnParameters(classifierDocument) };
const bird: Row = { weight: null, island: "Île", ringed: true, seen: new Date("2021-05-01T06:00Z") };

/** wing = 30 + 10 y_0, tail = −2 + 0.5 y_1, y = (w, −2 w + 0.5), w = the weight as an input. */
const sizes: { document: ModelDocument; parameters: Float32Array } = {
  document: { ...regressorDocument, background: [0.5] },
  parameters: Float32Array.of(1, -2, 0, 0.5),
};

test("the inputs of a column are summed back into one: categories, cycles of a date, the missing-indicator", () => {
  const [found] = explain(birds, [bird], { class: "tern" });
  const { encoder } = birds.document;
  const x = Float64Array.from(encodeTable(encoder, tableForEncoder(encoder, [bird])));
  const { value, jacobian } = activations.softmax;
  const { attributions } = integratedGradients(
    [subjectOf(birds.document.network, Float64Array.from(birds.parameters))],
    { value: ([y]) => value(y)[1], gradient: ([y]) => [jacobian(value(y)).slice(2, 4)] },
    x,
    Float64Array.from(background),
  );
  const own = Object.fromEntries(found.contributions.map(({ column, contribution }) => [column, contribution]));
  expect(own.weight).toBeCloseTo(attributions[0] + attributions[1], 12);
  expect(own.island).toBeCloseTo(attributions[2] + attributions[3], 12);
  expect(own.ringed).toBeCloseTo(attributions[4], 12);
  expect(own.seen).toBeCloseTo(attributions[5] + attributions[6], 12);
});

test("an explanation tells the prediction, the background and the row's values, the largest contribution first", () => {
  const [found] = explain(birds, [bird]);
  expect(found).toMatchObject({ row: 1, target: "species" });
  expect(["gull", "tern"]).toContain(found.class);
  expect(found.prediction).toBeGreaterThanOrEqual(0.5); // the more probable of two
  const values = Object.fromEntries(found.contributions.map(({ column, value }) => [column, value]));
  expect(values).toEqual(bird);
  const sizes = found.contributions.map(({ contribution }) => Math.abs(contribution));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  const sum = found.contributions.reduce((total, { contribution }) => total + contribution, 0);
  expect(sum - (found.prediction - found.background)).toBeCloseTo(found.completenessError, 12);
});

test("what speaks for one of two classes speaks against the other", () => {
  const of = (label: string) => {
    const [{ contributions }] = explain(birds, [bird], { class: label });
    return Object.fromEntries(contributions.map(({ column, contribution }) => [column, contribution]));
  };
  const [gull, tern] = [of("gull"), of("tern")];
  for (const column of Object.keys(gull)) expect(gull[column]).toBeCloseTo(-tern[column], 10);
});

test("numbers are explained in their own unit, each target of several by itself", () => {
  const [wing, tail] = explain(sizes, [{ weight: 4 }]); // the median: an input of 0, beside a background of 0.5
  expect(wing).toMatchObject({ row: 1, target: "wing", prediction: 30, background: 35 });
  expect(wing.contributions[0].contribution).toBeCloseTo(10 * (0 - 0.5), 12);
  expect(tail).toMatchObject({ row: 1, target: "tail", prediction: -2 + 0.5 * 0.5, background: -2 + 0.5 * (-1 + 0.5) });
  expect(tail.contributions[0].contribution).toBeCloseTo(0.5 * -2 * (0 - 0.5), 12);
  expect(explain(sizes, [{ weight: 4 }], { target: "tail" })).toEqual([tail]);
});

test("rows given as the background are averaged over, at most 64 of them, evenly spaced", () => {
  const rows = Array.from({ length: 128 }, (_, at) => ({ weight: at % 2 === 0 ? 4 : 1e9 }));
  const [wing] = explain(sizes, [{ weight: 4 }], { background: rows, target: "wing" });
  expect(wing).toMatchObject({ background: 30, backgroundRows: 64 }); // each second row is at the median
  const [other] = explain(sizes, [{ weight: 4 }], { background: rows.slice(0, 2), target: "wing" });
  expect(other.backgroundRows).toBe(2);
  expect(other.background).toBeCloseTo(30 + (10 * 3) / 2, 4); // the soft clip brings 1e9 to 3
});

test("a class of numbers is found by its text", () => {
  const document: ModelDocument = {
    ...birds.document,
    target: { task: "classification", column: "kind", classes: [1, 2], shares: [0.5, 0.5] },
  };
  expect(explain({ ...birds, document }, [bird], { class: "2" })[0].class).toBe(2);
});

test("what is asked wrongly is refused with what is known", () => {
  const of = (options: object, row: Row = bird, model: typeof birds | typeof sizes = birds) => {
    return () => explain(model, [row], options);
  };
  expect(of({ class: "gul" })).toThrow(
    new DescriptionError('Unknown class "gul". Did you mean "gull"? Known: gull, tern.'),
  );
  expect(of({ target: "island" })).toThrow('Unknown target "island". Known: species.');
  expect(of({ target: "wings" }, { weight: 1 }, sizes)).toThrow('Unknown target "wings". Did you mean "wing"?');
  expect(of({ class: "a" }, { weight: 1 }, sizes)).toThrow(
    "The model predicts numbers (wing, tail) and has no classes.",
  );
  const { weight: _weight, ...rest } = bird;
  expect(of({}, rest)).toThrow(DataError);
  expect(of({}, rest)).toThrow('row 1 has no "weight"');
  expect(of({ background: [rest] })).toThrow('In the background: row 1 has no "weight"');
  expect(of({ background: [] })).toThrow("Expected at least one row as the background");
});

test("a model from before there were backgrounds asks for one", () => {
  const old = { ...birds, document: classifierDocument };
  expect(() => explain(old, [bird])).toThrow("no background to compare with");
  expect(explain(old, [bird], { background: [bird] })[0].completenessError).toBe(0);
});

test("parameters that overflow are named, and nothing infinite is explained", () => {
  const document: ModelDocument = { ...sizes.document, network: network({ inputs: 1, layers: [dense(3), dense(2)] }) };
  const parameters = new Float32Array(3 + 3 + 6 + 2).fill(3e38);
  const huge = { document, parameters: Float64Array.from(parameters, (p) => p * 1e200) as unknown as Float32Array };
  expect(() => explain(huge, [{ weight: 9 }])).toThrow("expected finite outputs and gradients");
});
