import { expect, test } from "vitest";
import { regressionMetrics } from "./regressionMetrics.ts";
import { withBaseline } from "./withBaseline.ts";

test("values near the ends of float64 are judged in figures, not by Infinity and NaN", () => {
  for (const unit of [2 ** 1020, 2 ** -1070, 2 ** 520]) {
    const values = [1, 2, 3, 7].map((value) => value * unit);
    const predicted = [2, 2, 4, 5].map((value) => value * unit);
    const { rmse, mae, r2 } = regressionMetrics(predicted, values);
    expect([rmse / unit, mae / unit, r2].map((value) => Number(value).toFixed(2))).toEqual(
      unit < 1 ? [expect.any(String), "1.00", "0.71"] : ["1.22", "1.00", "0.71"], // a rounded multiple of 2⁻¹⁰⁷⁴
    );
  }
});

test("the metrics of a small case are those of a hand calculation", () => {
  // e = −1, 0, 2, so Σe² = 5 and Σ|e| = 3; the observed 1, 2, 6 vary by 4 + 1 + 9 = 14 around their mean 3.
  const metrics = regressionMetrics([2, 2, 4], [1, 2, 6]);
  expect(metrics.rmse).toBeCloseTo(Math.sqrt(5 / 3), 15);
  expect(metrics.mae).toBeCloseTo(3 / 3, 15);
  expect(metrics.r2).toBeCloseTo(1 - 5 / 14, 15);
  expect(metrics.perTarget).toEqual([{ rmse: metrics.rmse, mae: metrics.mae, r2: metrics.r2 }]);
});

test("the metrics of two targets agree with scikit-learn", () => {
  const rows = Array.from({ length: 25 }, (_, i) => i);
  const observed = rows.flatMap((i) => [((i * 5) % 13) - 4, ((i * i) % 17) / 8]);
  const predicted = rows.flatMap((i) => [((i * 5) % 13) - 4 + (((i * 3) % 7) - 3) / 4, (i % 5) / 2]);
  const { rmse, mae, r2, perTarget } = regressionMetrics(predicted, observed, 2);
  // scikit-learn 1.9.1: root_mean_squared_error, mean_absolute_error, r2_score, for each target (raw_values) and in all.
  expect(perTarget[0].rmse).toBeCloseTo(0.507444578254611, 14);
  expect(perTarget[1].rmse).toBeCloseTo(0.8422440263961508, 14);
  expect(perTarget[0].mae).toBeCloseTo(0.43, 14);
  expect(perTarget[1].mae).toBeCloseTo(0.645, 14);
  expect(perTarget[0].r2).toBeCloseTo(0.9821101044908849, 14);
  expect(perTarget[1].r2).toBeCloseTo(-0.3845515760710452, 14);
  expect(rmse).toBeCloseTo(0.674844302325381, 14);
  expect(mae).toBeCloseTo(0.5375, 14);
  expect(r2).toBeCloseTo(0.29877926420991985, 14);
});

test("a target that never changes has no R² and leaves the mean to the others", () => {
  const metrics = regressionMetrics([0.1, 1, 0.1, 2, 0.1, 3], [0.1, 1, 0.1, 2, 0.1, 3], 2);
  expect(metrics.perTarget[0]).toEqual({ rmse: 0, mae: 0, r2: null });
  expect(metrics.r2).toBe(1);
  expect(regressionMetrics([1, 2], [5, 5]).r2).toBeNull();
});

test("the baseline predicts the mean of the training rows", () => {
  const { model, baseline } = withBaseline([1, 3], [2], (of) => regressionMetrics(of, [1, 3]));
  expect(model.rmse).toBe(0);
  expect(baseline).toMatchObject({ rmse: 1, mae: 1, r2: 0 }); // the mean 2 is the observed rows' mean too
  const two = withBaseline([0, 0], [3, 20], (of) => regressionMetrics(of, [1, 10], 2));
  expect(two.baseline.perTarget.map(({ mae }) => mae)).toEqual([2, 10]);
});

test("what cannot be judged is refused by its place", () => {
  expect(() => regressionMetrics([], [])).toThrow("Expected at least one row of predicted values, found none.");
  expect(() => regressionMetrics([1, 2], [1])).toThrow("found 2 and 1.");
  expect(() => regressionMetrics([1, 2, 3], [1, 2, 3], 2)).toThrow("Expected rows of 2 predicted values, found 3");
  expect(() => regressionMetrics([1, 2], [1, Number.NaN], 2)).toThrow(
    "Expected finite observed values, found NaN in row 0, target 1.",
  );
});
