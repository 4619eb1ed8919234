import { beforeAll, expect, test } from "vitest";
import { classifierDocument, drawnParameters, regressorDocument } from "../../../test/exampleModels.ts";
import { tableFromRows } from "../../data/rows.ts";
import { completeProblem } from "../../engines/engine.ts";
import { DataError } from "../../errors.ts";
import type { ModelDocument } from "../../models/document.ts";
import { createModel, type Model } from "../../models/model.ts";
import { reference } from "../../reference/reference.ts";
import { traceModel } from "./traceModel.ts";

let classifier: Model;
let regressor: Model;

beforeAll(async () => {
  const modelOf = (document: ModelDocument) => createModel(document, drawnParameters(document), reference);
  [classifier, regressor] = await Promise.all([modelOf(classifierDocument), modelOf(regressorDocument)]);
});

const optionsFor = ({ document: { network, loss } }: Model) => ({ problem: completeProblem({ network, loss }) });
const bird = { weight: 6.25, island: "Île", ringed: true, seen: "2024-05-01T06:00", species: "tern" };

test("rows of a classifier become encoded inputs and class indices, with their names", () => {
  const trace = traceModel(classifier, [bird, { ...bird, weight: null, species: "gull" }], optionsFor(classifier));
  expect(trace.desired).toEqual([[1], [0]]);
  expect(trace.scales).toEqual([0.5, 0.5]);
  expect(trace.inputNames?.slice(0, 2)).toEqual(["weight", "weight is missing"]);
  expect(trace.outputNames).toEqual(["gull", "tern"]);
  expect(trace.inputs[0]).toHaveLength(7);
  // weight 6.25 − the median 4.25, times 0.5, is 1 before the soft clipping.
  expect([trace.inputs[0][1], trace.inputs[1][0], trace.inputs[1][1]]).toEqual([0, 0, 1]);
  expect(trace.inputs[0][0]).toBeGreaterThan(0.7);
  // The logits' softmax is what the model predicts in float64.
  const [gull, tern] = trace.layers[2].output[0];
  const { probabilities } = classifier.predict(bird) as { probabilities: Record<string, number> };
  expect(1 / (1 + Math.exp(tern - gull))).toBeCloseTo(probabilities.gull, 12);
});

test("targets of a regressor are standardised, as it learned them", () => {
  const rows = [{ weight: 4, wing: 35, tail: "-1.5" }];
  const trace = traceModel(regressor, rows, { ...optionsFor(regressor), step: 2, weights: [] });
  expect(trace.desired).toEqual([[(35 - 30) / 10, (-1.5 + 2) / 0.5]]);
  expect([trace.step, trace.weights, trace.outputNames]).toEqual([2, [], ["wing", "tail"]]);
});

test("a table gives what its rows give", () => {
  const rows = [bird, { ...bird, weight: 3, species: "gull" }];
  const options = optionsFor(classifier);
  expect(traceModel(classifier, tableFromRows(rows), options)).toEqual(traceModel(classifier, rows, options));
});

test("labels that look like numbers stay the texts that they are in the model", async () => {
  const target = { ...classifierDocument.target, classes: ["1.0", "2.0"] } as ModelDocument["target"];
  const document = { ...classifierDocument, target };
  using model = await createModel(document, drawnParameters(document), reference);
  expect(traceModel(model, [{ ...bird, species: "2.0" }], optionsFor(model)).desired).toEqual([[1]]);
});

test("rows without the target are refused, with why it is needed", () => {
  const { species, ...without } = bird;
  const remedy = "A trace compares the outputs with the target: add the column.";
  const options = optionsFor(classifier);
  expect(() => traceModel(classifier, [bird, without], options)).toThrow(
    new DataError(`In the given rows: row 2 has no "species", the target. ${remedy}`),
  );
  expect(() => traceModel(classifier, [{ ...without, Species: species }], options)).toThrow(
    new DataError(`In the given rows: row 1 has no "species", the target. Did you mean "Species"? ${remedy}`),
  );
  expect(() => traceModel(classifier, tableFromRows([without]), options)).toThrow(
    new DataError(`In the given rows: the table has no "species", the target. ${remedy}`),
  );
});

test("a target that is missing, unknown or no number is refused with its row", () => {
  const options = optionsFor(classifier);
  expect(() => traceModel(classifier, [{ ...bird, species: null }], options)).toThrow(/"species" is missing in row 1/);
  expect(() => traceModel(classifier, [{ ...bird, species: "auk" }], options)).toThrow(/"auk" in row 1, a class that/);
  const rows = [{ weight: 4, wing: "long", tail: 1 }];
  expect(() => traceModel(regressor, rows, optionsFor(regressor))).toThrow(DataError);
  expect(() => traceModel(classifier, [], options)).toThrow(DataError);
});

test("a model that was trained with sample weights weights the batch by them, whose mean is 1", () => {
  const document = { ...classifier.document, weights: { column: "persons", reading: { type: "number" as const } } };
  const weighted = { document, parameters: classifier.parameters };
  const rows = [
    { ...bird, persons: 3 },
    { ...bird, species: "gull", persons: 1 },
    { ...bird, weight: 3, persons: 0 },
  ];
  const options = optionsFor(classifier);
  const trace = traceModel(weighted, rows, options);
  const shares = [3 / 4, 1 / 4, 0]; // the mean weight is 4/3, so each weighs w / (3 · 4/3)
  for (const [row, share] of shares.entries()) expect(trace.scales[row]).toBeCloseTo(share, 12);
  expect(traceModel(weighted, tableFromRows(rows), options)).toEqual(trace);
  const [first, second] = trace.patternLosses;
  expect(trace.lossBefore).toBeCloseTo((3 * first + second) / 4, 12);
  // A row of weight 3 counts as three rows.
  const repeated = traceModel(classifier, [bird, bird, bird, { ...bird, species: "gull" }], options);
  expect(repeated.lossBefore).toBeCloseTo(trace.lossBefore, 12);
  for (const [at, { gradient }] of repeated.weights.entries()) {
    expect(trace.weights[at].gradient).toBeCloseTo(gradient, 12);
  }
  expect(() => traceModel(weighted, [rows[2]], options)).toThrow(
    'the row has a weight of 0 in "persons", so training leaves it out and makes no step. Trace other rows.',
  );
  expect(() => traceModel(weighted, [rows[0], bird], options)).toThrow(
    'the weight column "persons" is missing in row 2',
  );
  expect(traceModel(weighted, [bird, bird], options).scales).toEqual([0.5, 0.5]);
});
