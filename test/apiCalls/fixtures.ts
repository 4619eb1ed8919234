/** A small table, models of it and a folder: what calls of public functions are made of. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as gradus from "../../src/node.ts";

export interface Fixtures {
  readonly folder: string;
  readonly classifier: gradus.Classifier;
  readonly regressor: gradus.Regressor;
  readonly report: gradus.Report;
  readonly parts: gradus.TrainParts;
  /** The classifier as an ONNX file. */
  readonly onnx: Uint8Array;
  close(): void;
}

export const rows = Array.from({ length: 24 }, (_, i) => ({
  x: (i % 7) - 3,
  z: i * 0.5,
  colour: i % 3 === 0 ? "red" : "blue",
  y: i % 2 === 0 ? "p" : "q",
}));

/** Options of a training that takes milliseconds. */
export const smallTraining = {
  target: "y",
  engine: "reference",
  recipe: "plain",
  hidden: [2],
  epochs: 1,
  folds: 1,
  testFraction: 0.2,
  validationFraction: 0.2,
  threads: 1,
  seed: 0,
} as const;

export const smallNetwork = gradus.network({
  inputs: 2,
  layers: [gradus.dense(2, { activation: "tanh" }), gradus.dropout(0.1), gradus.dense(1)],
});

export async function makeFixtures(): Promise<Fixtures> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-api-"));
  const classification = { ...smallTraining, table: rows };
  const regression = { ...classification, target: "z", task: "regression", calibrate: true } as const;
  const { model: classifier, report, parts } = await gradus.train(classification);
  const { model: regressor } = await gradus.train(regression);
  const onnx = await gradus.exportOnnx(classifier, { numeric: true });
  const close = (): void => {
    classifier.dispose();
    regressor.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, classifier, regressor, report, parts, onnx, close };
}
