import { expect, test } from "vitest";
import { random } from "../random.ts";
import { loadModel } from "./loadModel.ts";
import { train } from "./train.ts";

interface Point {
  readonly x: number;
  readonly side: "left" | "right";
  readonly distance: number;
}

function points(rows: number, seed = 1): Point[] {
  const draw = random(seed, "points");
  return Array.from({ length: rows }, () => {
    const x = draw.normal();
    return { x, side: x + 0.5 * draw.normal() > 0.3 ? "right" : "left", distance: 10 * x + draw.normal() };
  });
}

const quick = { recipe: "plain", epochs: 30, hidden: [8], features: ["x"] } as const;

test("folds and an ensemble make one model, whose file predicts the same", async () => {
  const reported: number[] = [];
  const { model, report } = await train({
    table: points(120),
    target: "side",
    ...quick,
    folds: 3,
    ensemble: 2,
    onProgress: (_event, { index }) => void reported.push(index),
  });
  expect(report.networks).toBe(6);
  expect(report.members?.map(({ fold }) => fold)).toEqual([0, 1, 2, 0, 1, 2]);
  expect(new Set(reported)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  expect(model.document.further).toHaveLength(5);
  expect(report.folds?.metrics).toHaveLength(3);
  const { accuracy } = report.folds?.spread ?? {};
  expect(accuracy.mean).toBeCloseTo(report.metrics.validation?.accuracy ?? 0, 12); // folds of one size
  expect(accuracy.deviation).toBeGreaterThan(0);
  expect(report.metrics.test?.accuracy).toBeGreaterThan(report.metrics.baseline.test?.accuracy ?? 1);
  const again = await loadModel(model.toBytes());
  const fresh = points(20, 2);
  expect(again.predict(fresh)).toEqual(model.predict(fresh));
});

test("the same seed gives the same bytes, however many threads there are", async () => {
  const bytes = async (threads: number): Promise<Uint8Array> => {
    const { model } = await train({ table: points(90), target: "side", ...quick, folds: 2, ensemble: 2, threads });
    return model.toBytes();
  };
  const one = await bytes(1);
  expect(await bytes(2)).toEqual(one);
});

test("the first network of an ensemble is the one that is trained alone", async () => {
  const alone = await train({ table: points(90), target: "side", ...quick });
  const three = await train({ table: points(90), target: "side", ...quick, ensemble: 3 });
  expect(three.model.parameters).toEqual(alone.model.parameters);
  expect(three.report.folds).toBeUndefined();
});

test("a calibrated classifier has a temperature, and a calibrated regressor intervals that cover fresh rows", async () => {
  const classified = await train({ table: points(200), target: "side", ...quick, calibrate: true, folds: 4 });
  expect(classified.model.document.temperature).toBeGreaterThan(0.05);
  const { model } = await train({
    table: points(200),
    target: "distance",
    task: "regression",
    ...quick,
    epochs: 40,
    calibrate: true,
  });
  const fresh = points(300, 5);
  const covered = model
    .intervals(fresh, 0.9)
    .filter(([low, high], i) => low <= fresh[i].distance && fresh[i].distance <= high);
  expect(covered.length / fresh.length).toBeGreaterThan(0.8);
  expect(covered.length / fresh.length).toBeLessThan(0.99);
});

test("an ensemble with a network that diverges throws the error of a single one", async () => {
  const training = train({
    table: points(100),
    target: "distance",
    task: "regression",
    ...quick,
    ensemble: 3,
    optimizer: { name: "sgd", learningRate: 1e9 },
    schedule: "constant",
  });
  await expect(training).rejects.toMatchObject({ name: "DivergedError", model: { further: [] } });
});

test("numbers of folds and networks that are none are refused", async () => {
  const given = { table: points(40), target: "side", ...quick } as const;
  await expect(train({ ...given, folds: 0 })).rejects.toThrow("Expected folds to be a whole number of at least 1");
  await expect(train({ ...given, ensemble: 1.5 })).rejects.toThrow("Expected ensemble to be a whole number");
  await expect(train({ ...given, folds: 2, ensemble: 1e9 })).rejects.toThrow(
    "Expected folds × ensemble to be at most 10000 networks, found 2000000000.",
  );
  await expect(train({ ...given, folds: 40 })).rejects.toThrow("Too few rows for 40 folds");
});
