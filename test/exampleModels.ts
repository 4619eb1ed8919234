/**
 * Two small models to save, read and predict with: a classifier of every kind of column, and a regressor of two targets.
 * Their parameters are drawn, not learned.
 */
import type { ModelDocument } from "../src/models/document.ts";
import { dense, dropout } from "../src/network/layers.ts";
import { network } from "../src/network/network.ts";
import { initialParameters } from "../src/network/parameters.ts";

const provenance = {
  source: "birds.csv",
  fingerprint: "0badcafe",
  rows: { training: 6, validation: 2, test: 2 },
  seed: 7,
  engine: "reference",
  options: { epochs: 10, hidden: [3] },
  epochs: 10,
  bestEpoch: 4,
} as const;

/** [I] = 2 (weight, weight is missing) + 2 (island) + 1 (ringed) + 2 (hour) = 7. */
export const classifierDocument: ModelDocument = {
  formatVersion: 1,
  libraryVersion: "0.1.0",
  task: "classification",
  encoder: {
    columns: [
      { kind: "number", name: "weight", median: 4.25, scale: 0.5, missingIndicator: true },
      { kind: "category", name: "island", categories: ["Île", 'a "b" \\c'], missingIndicator: false },
      { kind: "boolean", name: "ringed" },
      { kind: "date", name: "seen", parts: ["hour"], median: 1.5e12, scale: 1e-9, missingIndicator: false },
    ],
  },
  target: { task: "classification", column: "species", classes: ["gull", "tern"], shares: [0.625, 0.375] },
  network: network({ inputs: 7, layers: [dense(3, { activation: "tanh" }), dropout(0.25), dense(2)] }),
  loss: { name: "crossEntropy", labelSmoothing: 0.125 },
  metrics: { test: { model: { accuracy: 1 }, baseline: { accuracy: 0.5 } } },
  provenance,
};

export const regressorDocument: ModelDocument = {
  ...classifierDocument,
  task: "regression",
  encoder: { columns: [{ kind: "number", name: "weight", median: 4, scale: 0.5, missingIndicator: false }] },
  target: { task: "regression", columns: ["wing", "tail"], means: [30, -2], deviations: [10, 0.5] },
  network: network({ inputs: 1, layers: [dense(2, { initialisation: { weights: [[1], [-2]], bias: [0, 0.5] } })] }),
  loss: { name: "huber", delta: 2 },
};

/** Starting parameters as float32, which a file holds. */
export function drawnParameters(document: ModelDocument): Float32Array {
  return Float32Array.from(initialParameters(document.network, 1));
}
