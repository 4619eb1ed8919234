import { expect, test } from "vitest";
import { reliability } from "./reliability.ts";

test("the bins of a small case are those of a hand calculation", () => {
  // Confidences 0.9, 0.6, 0.8, 0.5 of the predicted classes 0, 0, 1, 0; the true ones are 0, 1, 1, 0.
  const { bins, ece, brier } = reliability([0.9, 0.1, 0.6, 0.4, 0.2, 0.8, 0.5, 0.5], [0, 1, 1, 0], 2, 2);
  expect(bins).toEqual([
    { from: 0, to: 0.5, count: 1, confidence: 0.5, accuracy: 1 }, // ½ belongs to (0, ½]
    { from: 0.5, to: 1, count: 3, confidence: expect.closeTo(2.3 / 3, 15), accuracy: 2 / 3 },
  ]);
  expect(ece).toBeCloseTo(0.25 * Math.abs(1 - 0.5) + 0.75 * Math.abs(2 / 3 - 2.3 / 3), 15);
  // Two classes: each row's squares are twice (1 − p of the true class)².
  expect(brier).toBeCloseTo((2 * (0.1 ** 2 + 0.6 ** 2 + 0.2 ** 2 + 0.5 ** 2)) / 4, 15);
});

test("an empty bin has neither confidence nor accuracy and costs nothing", () => {
  const { bins, ece } = reliability([1, 0, 0, 1], [0, 1], 2);
  expect(bins).toHaveLength(15);
  expect(bins[0]).toEqual({ from: 0, to: 1 / 15, count: 0, confidence: null, accuracy: null });
  expect(bins[14]).toMatchObject({ count: 2, confidence: 1, accuracy: 1 });
  expect(ece).toBe(0);
});

test("three classes agree with scikit-learn's Brier score and with NumPy's bins", () => {
  const rows = Array.from({ length: 40 }, (_, i) => i);
  const probabilities = rows.flatMap((i) => {
    const weights = [0, 1, 2].map((j) => 1 + ((7 * i + 3 * j + i * j) % 11));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  });
  const classes = rows.map((i) => (i * i + Math.floor(i / 3)) % 3);
  const { ece, brier } = reliability(probabilities, classes, 3);
  // scikit-learn 1.9.1: brier_score_loss(scale_by_half=False); the bins written out in NumPy.
  expect(brier).toBeCloseTo(0.7158400564733087, 14);
  expect(ece).toBeCloseTo(0.14914682539682542, 14);
});

test("a float32 probability a rounding above 1 falls into the last bin", () => {
  expect(reliability([1 + 1e-7, 0], [0], 2, 4).bins[3].count).toBe(1);
});

test("reliability survives JSON", () => {
  const found = reliability([0.7, 0.2, 0.1], [0], 3);
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
});

test("what cannot be judged is refused by its place", () => {
  expect(() => reliability([], [], 2)).toThrow("at least one row");
  expect(() => reliability([2, -1], [0], 2)).toThrow("in row 0, class 0, found 2. A network's outputs may be logits");
  expect(() => reliability([0.5, 0.5], [0], 2, 0)).toThrow(
    "Expected bins to be a whole number from 1 to 10000, found 0.",
  );
});
