import { expect, test } from "vitest";
import { trainingCurves } from "./trainingCurves.ts";

const record = (epoch: number) => ({ epoch, step: epoch, trainingLoss: 1 / epoch, learningRate: 0.1, best: false });

test("a long history is thinned and keeps its last and its best epoch", () => {
  const history = Array.from({ length: 5000 }, (_, i) => record(i + 1));
  const epochs = trainingCurves(history, 1234).points.map(({ epoch }) => epoch);
  expect(epochs.length).toBeLessThan(260);
  expect(epochs).toEqual(expect.arrayContaining([1, 1234, 5000]));
  expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
});

test("a short history is whole; what an epoch lacks is absent", () => {
  const { points, scoreName, layers } = trainingCurves([record(1), record(2)], 2);
  expect(points).toEqual([
    { epoch: 1, trainingLoss: 1, learningRate: 0.1 },
    { epoch: 2, trainingLoss: 0.5, learningRate: 0.1 },
  ]);
  expect([scoreName, layers]).toEqual([undefined, []]);
});

test("no epoch makes no point", () => {
  expect(trainingCurves([], 0)).toEqual({ points: [], layers: [] });
});
