import { expect, expectTypeOf, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { tableFromRows } from "../data/rows.ts";
import type { Row } from "../data/table.ts";
import type { ClassificationMetrics } from "../metrics/classificationMetrics.ts";
import type { Classifier, Regressor } from "../models/model.ts";
import { random } from "../random.ts";
import { evaluate } from "./evaluate.ts";
import { loadModel } from "./loadModel.ts";
import { DivergedError, train } from "./train.ts";

interface Point {
  readonly x: number;
  readonly y: number | null;
  readonly colour: string;
  readonly side: "left" | "right";
  readonly distance: number;
}

/** Points of the plane: which side of a line they are on, and how far from it. */
function points(rows: number, seed = 1): Point[] {
  const draw = random(seed, "points");
  return Array.from({ length: rows }, (_, row) => {
    const x = 4 * draw.uniform() - 2;
    const y = 4 * draw.uniform() - 2;
    const colour = ["red", "green", "blue"][draw.integer(3)];
    return { x, y: row % 17 === 3 ? null : y, colour, side: x > 0.3 ? "right" : "left", distance: x - 0.3 };
  });
}

const quick = { epochs: 100, hidden: [16], folds: 1, features: ["x", "y", "colour"] } as const;

test("a classifier learns typed rows, predicts labels and probabilities, and beats the baseline", async () => {
  const { model, report } = await train({ table: points(200), target: "side", ...quick });
  expectTypeOf(model).toExtend<Classifier<"left" | "right">>();
  expectTypeOf(report.metrics.test).toEqualTypeOf<ClassificationMetrics | undefined>();
  const answer = model.predict({ x: 1.5, y: 0, colour: "red" });
  expectTypeOf(answer.label).toEqualTypeOf<"left" | "right">();
  expect(answer.label).toBe("right");
  expect(answer.probabilities.left + answer.probabilities.right).toBeCloseTo(1, 12);
  expect(report.metrics.test?.accuracy).toBeGreaterThan(0.9);
  expect(report.metrics.baseline.test?.accuracy).toBeLessThan(0.8);
  expect(report.rows).toEqual({ training: 128, validation: 32, test: 40 });
});

test("a regressor of one target predicts a number in the target's unit", async () => {
  const { model, report } = await train({ table: points(200), target: "distance", task: "regression", ...quick });
  expectTypeOf(model).toExtend<Regressor<"distance">>();
  const answer = model.predict({ x: 1.3, y: 0, colour: "green" });
  expectTypeOf(answer).toEqualTypeOf<number>();
  expect(Math.abs(answer - 1)).toBeLessThan(0.3);
  expect(report.metrics.test?.r2).toBeGreaterThan(0.9);
});

test("several targets are learned at once and predicted by name", async () => {
  const table = points(200).map(({ x, colour, distance }) => ({ x, colour, distance, double: 2 * x }));
  const { model } = await train({
    table,
    target: ["distance", "double"],
    task: "regression",
    ...quick,
    features: ["x", "colour"],
  });
  const answer = model.predict({ x: 1, colour: "blue" });
  expectTypeOf(answer).toEqualTypeOf<Readonly<Record<"distance" | "double", number>>>();
  expect(Object.keys(answer)).toEqual(["distance", "double"]);
  expect(Math.abs(answer.double - 2)).toBeLessThan(0.5);
});

test("where the types do not tell the task, the model's own field does", async () => {
  const rows: Record<string, number | string>[] = points(60).map(({ x, side }) => ({ x, side }));
  const { model } = await train({ table: rows, target: "side", epochs: 2 });
  expectTypeOf(model).toEqualTypeOf<Classifier | Regressor>();
  expect(model.task).toBe("classification");
});

test("columns instead of rows give the same model", async () => {
  const rows = points(60);
  const columns = { x: rows.map(({ x }) => x), side: rows.map(({ side }) => side) };
  const fromColumns = await train({ table: columns, target: "side", epochs: 3, features: ["x"] });
  expectTypeOf(fromColumns.model).toExtend<Classifier<"left" | "right">>();
  const fromRows = await train({
    table: rows.map(({ x, side }) => ({ x, side })),
    target: "side",
    epochs: 3,
    features: ["x"],
  });
  expect(fromColumns.model.parameters).toEqual(fromRows.model.parameters);
});

test("a model that was saved to bytes and loaded again predicts bit for bit the same", async () => {
  const { model } = await train({ table: points(120), target: "side", ...quick, epochs: 5 });
  const again = await loadModel(model.toBytes());
  const fresh = points(50, 9);
  expect(again.predict(fresh)).toEqual(model.predict(fresh));
  expect(again.toBytes()).toEqual(model.toBytes());
});

test("many rows at once, on all threads, are predicted bit for bit as one by one", async () => {
  const { model } = await train({ table: points(120), target: "side", ...quick, hidden: [128, 128], epochs: 2 });
  const table = tableFromRows(points(1000, 4) as unknown as Row[]);
  const [all, again] = await Promise.all([model.predictAll(table), model.predictAll(table)]);
  expect(all).toEqual(model.predictTable(table));
  expect(again).toEqual(all);
});

test("test rows of one's own are judged alone, and nothing of them reaches the encoder", async () => {
  const table = points(100);
  const far = points(30, 5).map((point) => ({ ...point, x: 1000 * point.x }));
  const { model, report } = await train({ table, test: far, target: "side", ...quick, epochs: 3 });
  expect(report.rows).toEqual({ training: 80, validation: 20, test: 30 });
  const encoding = model.document.encoder.columns.find(({ name }) => name === "x");
  expect(encoding).toMatchObject({ kind: "number" });
  expect(encoding?.kind === "number" && encoding.scale).toBeGreaterThan(0.1);
});

test("the report's test metrics are those of the model that comes with it", async () => {
  const test = points(40, 3);
  const { model, report } = await train({ table: points(100), test, target: "side", ...quick, epochs: 5 });
  const evaluation = evaluate(model, test);
  expect(evaluation.model).toEqual(report.metrics.test);
  expect(evaluation.baseline).toEqual(report.metrics.baseline.test);
});

test("an aborted training gives the best model so far", async () => {
  const aborter = new AbortController();
  const { report } = await train({
    table: points(100),
    target: "side",
    ...quick,
    epochs: 10_000,
    patience: 10_000,
    folds: 1,
    signal: aborter.signal,
    onProgress: (event) => event.event === "epoch" && event.epoch === 3 && aborter.abort(),
  });
  expect(report.stopped).toBe("aborted");
  expect(report.epochs).toBe(3);
});

test("a training that diverges throws an error with the last good model, which still predicts", async () => {
  const training = train({
    table: points(100),
    target: "distance",
    task: "regression",
    ...quick,
    optimizer: { name: "sgd", learningRate: 1e9 },
    schedule: "constant",
  });
  const error = await training.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DivergedError);
  if (!(error instanceof DivergedError)) return;
  expect(error.message).toMatch(/diverged at step \d+.*learning rate/);
  expect(error.model.parameters.every(Number.isFinite)).toBe(true);
});

test("a rate that leads beyond float32 diverges with a model that predicts, on an engine of float64 too", async () => {
  for (const engine of enginesHere) {
    const options = { ...quick, learningRate: 1e300, schedule: "constant", engine } as const;
    const training = train({ table: points(100), target: "distance", task: "regression", ...options });
    const error = await training.catch((reason: unknown) => reason);
    expect(error, engine).toBeInstanceOf(DivergedError);
    if (error instanceof DivergedError) expect(error.model.parameters.every(Number.isFinite)).toBe(true);
  }
});

test("a wrong name in the options does not compile", async () => {
  // @ts-expect-error an activation that does not exist
  const options: Parameters<typeof train>[0] = { table: [], target: "x", activation: "rleu" };
  expect(options.target).toBe("x");
  // @ts-expect-error a target that the rows do not have
  await expect(train({ table: points(20), target: "sied" })).rejects.toThrow('Did you mean "side"?');
});

test("a target taken as a category is a class even when its values are many numbers", async () => {
  const table = points(60).map(({ x }) => ({ x, code: x > 0 ? 1000.5 : 2000.5 }));
  const { model } = await train({ table, target: "code", types: { code: "category" }, epochs: 2 });
  expect(model.task).toBe("classification");
});

test("softmax is no activation of hidden layers: the message lists those that are", async () => {
  const rows = Array.from({ length: 20 }, (_, x) => ({ x, y: x % 2 }));
  for (const recipe of ["realmlp", "realmlp-s", "plain"] as const) {
    const training = train({ table: rows, target: "y", recipe, activation: "softmax", hidden: [2], epochs: 1 });
    await expect(training).rejects.toThrow(/^Unknown activation of hidden layers "softmax"\. .*Known: (?!.*softmax)/);
  }
});
