/**
 * Models that are formulas, with tables and reports to match: what a report says of them can be worked out by hand.
 */
import { tableFromColumns } from "../src/data/rows.ts";
import type { Table } from "../src/data/table.ts";
import type { Classifier, Regressor } from "../src/models/model.ts";
import { random } from "../src/random.ts";
import type { ReportInput } from "../src/report/content.ts";
import type { Report } from "../src/tabular/report.ts";

const words = ["red", "green", "<b>blue</b>"];

/** Columns a (2 in 20 missing), b, colour, day, seen, unused; y = 2a + b; kind = "high & dry" where y > 0, else "low". */
export function exampleTable(rows: number, seed = 1, source = "shore.csv"): Table {
  const { normal, integer } = random(seed, "report example");
  const a = Array.from({ length: rows }, (_, row) => (row % 10 === 9 ? null : normal()));
  const b = Array.from({ length: rows }, () => normal());
  const y = a.map((value, row) => 2 * (value ?? 0) + b[row]);
  return tableFromColumns(
    {
      a,
      b,
      colour: y.map(() => words[integer(words.length)]),
      day: y.map(() => new Date(Date.UTC(2024, 0, 1 + integer(300)))),
      seen: y.map(() => integer(2) === 1),
      unused: y.map((_, row) => `id ${row}`),
      y,
      kind: y.map((value) => (value > 0 ? "high & dry" : "low")),
    },
    { source },
  );
}

function numbers(table: Table, name: string): Float64Array {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column?.type !== "number") throw new Error(`${name} holds no numbers`);
  return column.values.map((value) => (Number.isNaN(value) ? 0 : value));
}

/** 2a + b, a missing a being 0. */
function sums(table: Table): Float64Array {
  const b = numbers(table, "b");
  return numbers(table, "a").map((a, row) => 2 * a + b[row]);
}

const inputs = ["a", "b", "colour", "day", "seen"];

function document(task: "classification" | "regression", outputs: number, target: object): object {
  return {
    formatVersion: 1,
    libraryVersion: "0.0.0",
    task,
    target,
    encoder: {
      columns: inputs.map((name) => ({
        name,
        kind: name === "colour" ? "category" : name === "seen" ? "boolean" : name === "day" ? "date" : "number",
      })),
    },
    network: { inputs: 9, layers: [{ kind: "dense", units: outputs, activation: "identity" }], outputs },
    loss: { name: task === "classification" ? "crossEntropy" : "halfSquaredError" },
    metrics: {},
    provenance: {
      source: "shore.csv",
      fingerprint: "0123abcd",
      rows: { training: 60, validation: 0, test: 40 },
      seed: 3,
      engine: "formula",
      options: { target: task === "classification" ? "kind" : "y", hidden: [4, 4] },
      epochs: 3,
      bestEpoch: 2,
    },
  };
}

/** Says exactly 2a + b. */
export function exampleRegressor(extras: object = {}): Regressor {
  const target = { task: "regression", columns: ["y"], means: [0.5], deviations: [2] };
  const model = { task: "regression", targets: ["y"], values: sums, parameters: new Float32Array(20) };
  return { ...model, document: { ...document("regression", 1, target), ...extras } } as unknown as Regressor;
}

/** The logistic function of 2a + b + shift: with a shift of 0 it is always right. */
export function exampleClassifier(shift = 0): Classifier {
  const classes = ["high & dry", "low"];
  const target = { task: "classification", column: "kind", classes, shares: [0.5, 0.5] };
  const probabilities = (table: Table): Float64Array =>
    Float64Array.from([...sums(table)].flatMap((y) => [1 / (1 + Math.exp(-y - shift)), 1 / (1 + Math.exp(y + shift))]));
  return {
    task: "classification",
    classes,
    probabilities,
    parameters: new Float32Array(20),
    document: document("classification", 2, target),
  } as unknown as Classifier;
}

const spread = { mean: 0, deviation: 0.5, least: -1, most: 1, quantiles: [-1, -0.5, 0, 0.5, 1] };

const history = [1, 2, 3].map((epoch) => ({
  epoch,
  step: 10 * epoch,
  trainingLoss: 1 / epoch,
  validationLoss: 2 / epoch,
  score: { name: "accuracy", value: 1 - 0.5 / epoch },
  learningRate: 0.01,
  best: true,
  layers: [
    {
      layer: 0,
      units: 4,
      patterns: 8,
      inducedField: spread,
      output: spread,
      localGradient: spread,
      localGradientNorm: 1,
      relativeNorm: 1,
      updateRatio: 0.001,
      deadUnits: 1,
      saturatedUnits: 0,
    },
  ],
}));

/** What training would have said, and the tables it would have split. */
export function exampleReport(model: Classifier | Regressor): ReportInput {
  const classification = model.task === "classification";
  const metrics = classification
    ? { accuracy: 0.95, balancedAccuracy: 0.95, macroF1: 0.95, rocAuc: 0.99, logLoss: 0.1 }
    : { r2: 0.9, rmse: 0.5, mae: 0.4 };
  const report = {
    task: model.task,
    targets: [classification ? "kind" : "y"],
    ...(classification && { classes: ["high & dry", "low"] }),
    rows: { training: 60, validation: 0, test: 40 },
    network: model.document.network,
    parameters: 20,
    networks: 1,
    engine: "formula",
    warnings: [{ code: "left-out-identifier", columns: ["unused"], message: "Left out <unused>." }],
    metrics: { test: metrics, baseline: { test: metrics } },
    epochs: 3,
    bestEpoch: 2,
    stopped: "finished",
    history,
    fingerprint: "0123abcd",
  };
  const parts = { training: exampleTable(60, 1), test: exampleTable(40, 2) };
  return { model, report: report as unknown as Report, parts, command: "gradus train 'shore.csv' --target kind" };
}
