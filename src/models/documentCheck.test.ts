import { expect, test } from "vitest";
import { classifierDocument, regressorDocument } from "../../test/exampleModels.ts";
import { ModelFileError } from "../errors.ts";
import { type ActivationName, activations } from "../network/activations.ts";
import { initialisations } from "../network/initialisation.ts";
import { dense, embedding } from "../network/layers.ts";
import type { Loss } from "../network/losses.ts";
import { network } from "../network/network.ts";
import { checkDocument } from "./documentCheck.ts";

const { encoder, target, provenance } = classifierDocument;
const columns = encoder.columns;

test("documents of both tasks are accepted as they are", () => {
  expect(checkDocument(classifierDocument)).toEqual(classifierDocument);
  expect(checkDocument(regressorDocument)).toEqual(regressorDocument);
});

test("every activation, initialisation and loss is known", () => {
  for (const activation of Object.keys(activations) as ActivationName[]) {
    const described = network({ inputs: 1, layers: [dense(2, { activation, bias: false })] });
    expect(checkDocument({ ...regressorDocument, network: described }).network).toEqual(described);
  }
  for (const initialisation of Object.keys(initialisations) as (keyof typeof initialisations)[]) {
    const described = network({ inputs: 1, layers: [dense(2, { initialisation })] });
    expect(checkDocument({ ...regressorDocument, network: described }).network).toEqual(described);
  }
  const losses: Loss[] = [{ name: "halfSquaredError" }, { name: "meanSquaredError" }, { name: "huber" }];
  for (const loss of losses) expect(checkDocument({ ...regressorDocument, loss }).loss).toEqual(loss);
  const loss: Loss = { name: "crossEntropy", classWeights: [1, 2] };
  expect(checkDocument({ ...classifierDocument, loss }).loss).toEqual(loss);
});

test("a background is kept, and a document from before there were any is read without one", () => {
  const background = [0.25, 0, 0.5, 0.5, -1, 0.125, 0];
  expect(checkDocument({ ...classifierDocument, background }).background).toEqual(background);
  expect(checkDocument(classifierDocument)).not.toHaveProperty("background");
});

test("codes of categories go with an embedding of the same codes, and only so", () => {
  const city = {
    kind: "category",
    name: "city",
    categories: ["a", "b"],
    missingIndicator: false,
    form: "code",
  } as const;
  const weight = { kind: "number", name: "weight", median: 0, scale: 1, missingIndicator: false } as const;
  const embedded = (column: number, cardinality: number) =>
    network({ inputs: 2, layers: [embedding([{ column, cardinality }]), dense(2)] });
  const document = { ...regressorDocument, encoder: { columns: [weight, city] }, network: embedded(1, 3) };
  expect(checkDocument(document)).toEqual(document);
  expect(() => checkDocument({ ...document, network: network({ inputs: 2, layers: [dense(2)] }) })).toThrow(
    new ModelFileError(
      "network.layers[0]: expected an embedding of the encoder's code inputs, 1 (3 codes), found one of none.",
    ),
  );
  for (const other of [embedded(1, 4), embedded(0, 3)]) {
    expect(() => checkDocument({ ...document, network: other })).toThrow("code inputs, 1 (3 codes), found one of");
  }
  expect(() => checkDocument({ ...document, encoder: { columns: [weight, { ...weight, name: "n" }] } })).toThrow(
    "code inputs, none, found one of 1 (3 codes).",
  );
});

test("classes may be numbers or flags", () => {
  for (const classes of [
    [0, 1.5],
    [false, true],
  ]) {
    const document = { ...classifierDocument, target: { ...target, classes } };
    expect(checkDocument(document).target).toEqual(document.target);
  }
});

test.each<[object, string]>([
  [{ libraryVersion: undefined }, "model.libraryVersion: expected text, found nothing."],
  [{ task: "ranking" }, 'model.task: expected "classification" or "multilabel" or "regression", found "ranking".'],
  [{ task: "regression" }, "Expected the target of a regression, found that of a classification."],
  [
    { encoder: { columns: [{ ...columns[0], scale: 0 }] } },
    "model.encoder.columns[0].scale: expected a finite number above 0, found 0.",
  ],
  [
    { encoder: { columns: [{ ...columns[0], kind: "text" }] } },
    'model.encoder.columns[0].kind: expected "number" or "boolean"',
  ],
  [{ encoder: { columns: columns.slice(1) } }, "network.inputs: expected 5 as in the encoder's columns, found 7."],
  [
    { encoder: { columns: [...columns, columns[2]] } },
    'the encoder\'s column names: expected each once, found "ringed" twice.',
  ],
  [{ background: [0, 1] }, "background.length: expected 7 as in the signals that are numbers, found 2."],
  [{ background: [0, 0, 0, null, 0, 0, 0] }, "model.background[3]: expected a finite number, found null."],
  [{ target: { ...target, classes: ["a", "b", "c"] } }, "network.outputs: expected 3 as in target.classes, found 2."],
  [{ target: { ...target, classes: ["a", "a"] } }, 'model.target.classes: expected each once, found "a" twice.'],
  [{ target: { ...target, classes: ["a", null] } }, "model.target.classes[1]: expected a class"],
  [{ target: { ...target, shares: [1] } }, "target.shares: expected 2 as in target.classes, found 1."],
  [{ target: { ...target, written: ["A"] } }, "target.written: expected 2 as in target.classes, found 1."],
  [{ target: { ...target, written: ["A", "A"] } }, 'model.target.written: expected each once, found "A" twice.'],
  [{ target: { ...target, shares: [2, -1] } }, "model.target.shares[0]: expected a finite number of 0 to 1, found 2."],
  [{ loss: { name: "hinge" } }, 'model.loss.name: expected "halfSquaredError" or'],
  [{ loss: { name: "huber" } }, "Expected a loss for classification, with targets that are class, found huber."],
  [{ loss: { name: "crossEntropy", labelSmoothing: 2 } }, "labelSmoothing"],
  [{ loss: { name: "crossEntropy", classWeights: [1] } }, "Expected 2 classWeights"],
  [{ network: { inputs: 7, layers: [], outputs: 2 } }, "at least one layer"],
  [
    { network: { inputs: 7, layers: [dense(2), { kind: "dropout", rate: "0.5" }], outputs: 2 } },
    'layer 1 (dropout): expected a dropout rate of at least 0 and below 1, found "0.5".',
  ],
  [
    { network: { inputs: 7, layers: [dense(2), { kind: "dropout", rate: 0.5 }], outputs: 2 } },
    "the last layer to be dense",
  ],
  [
    { network: { inputs: 7, layers: [{ ...dense(2), activation: ["relu"] }], outputs: 2 } },
    "Unknown activation in layer 0 (dense)",
  ],
  [
    { network: { inputs: 7, layers: [{ ...dense(2), initialisation: null }], outputs: 2 } },
    "layer 0 (dense): expected initialisation to be given weights, one array for each unit, or a name:",
  ],
  [
    { network: { inputs: 7, layers: [{ ...dense(2), initialisation: { weights: [[1], [2]] } }], outputs: 2 } },
    "expected 7 given weights in row 0",
  ],
  [{ metrics: [] }, "model.metrics: expected an object with named fields, found a list of 0."],
  [{ provenance: { ...provenance, rows: { training: 1 } } }, "model.provenance.rows.validation is missing."],
  [
    { provenance: { ...provenance, seed: -1 } },
    "model.provenance.seed: expected a whole number of at least 0, found -1.",
  ],
])("a classifier's document with a wrong part is refused (%#)", (part, message) => {
  expect(() => checkDocument({ ...classifierDocument, ...part })).toThrow(ModelFileError);
  expect(() => checkDocument({ ...classifierDocument, ...part })).toThrow(message);
});

test.each<[object, string]>([
  [{ columns: ["wing"] }, "network.outputs: expected 1 as in target.columns, found 2."],
  [{ means: [1] }, "target.means: expected 2 as in target.columns, found 1."],
  [{ deviations: [1, 1, 1] }, "target.deviations: expected 2 as in target.columns, found 3."],
  [{ deviations: [1, 0] }, "model.target.deviations[1]: expected a finite number of 1e-100 to 1e+100, found 0."],
])("a regressor's target with a wrong part is refused (%#)", (part, message) => {
  const document = { ...regressorDocument, target: { ...regressorDocument.target, ...part } };
  expect(() => checkDocument(document)).toThrow(new ModelFileError(message));
});

test("a regressor judged by cross-entropy is refused", () => {
  expect(() => checkDocument({ ...regressorDocument, loss: { name: "crossEntropy" } })).toThrow(
    "Expected a loss for regression, with targets that are values, found crossEntropy.",
  );
});

test("an interval with fewer calibration rows than residuals is refused", () => {
  const interval = { rows: 1, residuals: [[1, 2], [3]] };
  expect(() => checkDocument({ ...regressorDocument, interval })).toThrow(
    "interval.rows: expected at least 2, as many as residuals, found 1.",
  );
});
