/** Good calls of training, judging and predicting. */
import * as gradus from "../../src/node.ts";
import type { Calls } from "./call.ts";
import { type Fixtures, rows, smallTraining } from "./fixtures.ts";

const everySetting = {
  task: "classification",
  types: { z: "number" },
  missing: ["NA"],
  features: ["x", "colour"],
  weights: "z",
  rare: "keep",
  ensemble: 1,
  calibrate: true,
  activation: "relu",
  dropout: 0.1,
  loss: { name: "crossEntropy", labelSmoothing: 0.1, classWeights: [1, 1] },
  classWeights: "none",
  metric: "accuracy",
  optimizer: { name: "adamW", learningRate: 0.01, beta1: 0.9 },
  schedule: { name: "cosine", floor: 0, warmup: { epochs: 1 } },
  batchSize: 8,
  patience: 3,
  l1: 0,
  l2: 0,
  clipNorm: 1,
  health: false,
} as const;

export function tabularCalls(fixtures: Fixtures): Calls {
  const { classifier } = fixtures;
  const training = { ...smallTraining, ...everySetting, table: rows };
  const callbacks = { onStart: () => {}, onProgress: () => {}, signal: new AbortController().signal };
  const grouped = { ...smallTraining, table: rows, group: "z" };
  const pathOptions = ["checkpoint"]; // a text is a folder that is made
  const timed = { ...smallTraining, table: rows, time: 0.02, startedAt: performance.now() };
  return {
    train: {
      slow: true,
      run: gradus.train,
      args: [{ ...training, ...callbacks, read: {} }],
      open: [0],
      options: [0],
      pathOptions,
    },
    "train, grouped": { slow: true, run: gradus.train, args: [grouped], open: [0], options: [0], pathOptions },
    "train, timed": { slow: true, run: gradus.train, args: [timed], open: [0], options: [0], pathOptions },
    startTraining: {
      slow: true,
      run: async (given: gradus.FileStartTrainingOptions) => {
        using training = await gradus.startTraining(given);
        for await (const _event of training.events()) (await training.toModel()).dispose();
        return training.start;
      },
      args: [{ ...training, signal: callbacks.signal, read: {} }],
      open: [0],
      options: [0],
    },
    continueTraining: {
      slow: true,
      run: async (given: gradus.ContinueTrainingOptions) => {
        using training = await gradus.continueTraining(given);
        const { training: rows } = training.data;
        await training.session.run(training.session.load(rows.patterns), [0, 1]);
        (await training.toModel()).dispose();
        return training.data.training.table.rows;
      },
      args: [{ model: classifier, table: rows, member: 0, learningRate: 0.1, threads: 1 }],
      open: [0],
      options: [0],
    },
    createLearner: {
      run: async (given: gradus.LearnerOptions) => {
        using learner = await gradus.createLearner(given);
        for (const row of rows.slice(0, 2)) learner.learn(row);
        return learner.rows;
      },
      args: [{ model: classifier, learningRate: 0.1, onWarning: () => {} }],
      open: [0],
      options: [0],
    },
    evaluate: {
      slow: true,
      run: gradus.evaluate,
      args: [classifier, rows, { weights: "z", group: "x", against: classifier }],
      options: [2],
    },
    problemOf: { run: gradus.problemOf, args: [classifier.document, { learningRate: 0.1 }], open: [1], options: [1] },
    exportModule: {
      run: gradus.exportModule,
      args: [classifier, { declarationsFile: "model.d.mts", weights: "float16" }],
      options: [1],
    },
    exportWasmModule: {
      run: gradus.exportWasmModule,
      args: [classifier, { declarationsFile: "model.d.mts", weights: "float32" }],
      options: [1],
    },
    distil: {
      slow: true,
      run: gradus.distil,
      args: [{ model: classifier, table: rows, hidden: [2], epochs: 1, seed: 1, engine: "reference", threads: 1 }],
      open: [0],
      options: [0],
    },
    withFloat16Weights: { run: gradus.withFloat16Weights, args: [classifier] },
    exportOnnx: { run: gradus.exportOnnx, args: [classifier, { numeric: true }], options: [1] },
    exportPyTorch: { run: gradus.exportPyTorch, args: [classifier, { weightsFile: "a.safetensors" }], options: [1] },
    importOnnx: { run: gradus.importOnnx, args: [fixtures.onnx, { task: "classification" }], options: [1] },
    withPyTorchWeights: {
      run: gradus.withPyTorchWeights,
      args: [classifier, gradus.exportPyTorch(classifier).weights, { source: "a.safetensors" }],
      options: [2],
    },
    predictionWarnings: { run: gradus.predictionWarnings, args: [fixtures.regressor, rows, rows.map(({ z }) => z)] },
    ...modelCalls(fixtures),
  };
}

function modelCalls({ classifier, regressor }: Fixtures): Calls {
  const bytes = classifier.toBytes();
  const table = gradus.tableFromRows(rows);
  const loading = { engine: "reference", source: "the bytes" };
  return {
    loadModel: { run: gradus.loadModel, args: [bytes, loading], open: [1], options: [1] },
    "Classifier.predict": { run: (row) => classifier.predict(row), args: [rows[0]], open: [0] },
    "Classifier.predict, rows": { run: (some) => classifier.predict(some), args: [rows.slice(0, 2)], open: [0] },
    "Classifier.predictTable": { run: (some) => classifier.predictTable(some), args: [table], open: [0] },
    "Classifier.predictAll": { run: (some) => classifier.predictAll(some), args: [table], open: [0] },
    "Classifier.probabilities": { run: (some) => classifier.probabilities(some), args: [table], open: [0] },
    "Classifier.probabilities, rows": {
      run: (some) => classifier.probabilities(some),
      args: [rows.slice(0, 2)],
      open: [0],
    },
    "Classifier.toBytes": { run: () => classifier.toBytes(), args: [] },
    "Regressor.predict": { run: (row) => regressor.predict(row), args: [rows[0]], open: [0] },
    "Regressor.predictTable": { run: (some) => regressor.predictTable(some), args: [table], open: [0] },
    "Regressor.predictAll": { run: (some) => regressor.predictAll(some), args: [table], open: [0] },
    "Regressor.values": { run: (some) => regressor.values(some), args: [table], open: [0] },
    "Regressor.intervals": { run: (some, share) => regressor.intervals(some, share), args: [rows[0], 0.5] },
    "Regressor.intervalsOfTable": {
      run: (some, share) => regressor.intervalsOfTable(some, share),
      args: [table, 0.5],
      open: [0],
    },
    "Regressor.radii": { run: (share) => regressor.radii(share), args: [0.5] },
    "Regressor.toBytes": { run: () => regressor.toBytes(), args: [] },
  };
}
