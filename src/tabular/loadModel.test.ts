/** A model that is loaded for one task: its type, and what a file of another task gives. */
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { DescriptionError, ModelFileError } from "../errors.ts";
import type { Classifier, Model, Regressor } from "../models/model.ts";
import type { MultilabelClassifier } from "../models/multilabelClassifier.ts";
import { loadModel as loadFromFile } from "./files/loadModel.ts";
import { type LoadOptions, loadModel } from "./loadModel.ts";
import { train } from "./train.ts";

const table = Array.from({ length: 24 }, (_, i) => ({
  x: i,
  even: i % 2 === 0,
  high: i > 12,
  y: i < 12 ? "low" : "high",
}));
const quick = {
  table,
  recipe: "plain",
  features: ["x"],
  folds: 1,
  epochs: 1,
  hidden: [2],
  engine: "reference",
} as const;
let bytes: Record<"classification" | "multilabel" | "regression", Uint8Array>;

beforeAll(async () => {
  using classifier = (await train({ ...quick, target: "y" })).model;
  using labels = (await train({ ...quick, target: ["even", "high"] })).model;
  using regressor = (await train({ ...quick, features: ["y"], target: "x", task: "regression" })).model;
  bytes = { classification: classifier.toBytes(), multilabel: labels.toBytes(), regression: regressor.toBytes() };
});

describe.each(["classification", "multilabel", "regression"] as const)("a model file loaded for %s", (task) => {
  test("is a model of that task, and one of another task is an error that names both", async () => {
    using model = await loadModel(bytes[task], { task });
    expect(model.task).toBe(task);
    for (const other of ["classification", "multilabel", "regression"] as const) {
      if (other === task) continue;
      const loading = loadModel(bytes[other], { task, source: "m.gradus" });
      await expect(loading).rejects.toThrow(ModelFileError);
      await expect(loading).rejects.toThrow(
        `m.gradus: expected a model of the task ${task}, found one of the task ${other}. Load it with task: "${other}", or without a task.`,
      );
      await expect(loadFromFile(bytes[other], { task })).rejects.toThrow(`found one of the task ${other}`);
    }
  });
});

test("the compiler knows the model of a task", async () => {
  using classifier = await loadModel(bytes.classification, { task: "classification" });
  expectTypeOf(classifier).toEqualTypeOf<Classifier>();
  expect(classifier.classes).toEqual(["high", "low"]);
  using regressor = await loadFromFile(bytes.regression, { task: "regression", engine: "reference" });
  expectTypeOf(regressor).toEqualTypeOf<Regressor>();
  using labels = await loadModel(bytes.multilabel, { task: "multilabel" });
  expectTypeOf(labels).toEqualTypeOf<MultilabelClassifier>();
  using any = await loadModel(bytes.regression);
  expectTypeOf(any).toEqualTypeOf<Model>();
  using undecided = await loadModel(bytes.regression, { engine: "reference" } as LoadOptions);
  expectTypeOf(undecided).toEqualTypeOf<Model>();
});

test("a task that there isn't is refused", async () => {
  const loading = loadModel(bytes.regression, { task: "regresion" as "regression" });
  await expect(loading).rejects.toThrow(DescriptionError);
  await expect(loading).rejects.toThrow(/loadModel's task to be .*"regression", found "regresion"/);
});
