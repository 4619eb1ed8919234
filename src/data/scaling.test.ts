import fc from "fast-check";
import { expect, test } from "vitest";
import { quantile, robustScale, scaled, sortedPresent } from "./scaling.ts";

test("quantiles interpolate between the two nearest values", () => {
  const sorted = Float64Array.of(1, 2, 4, 8);
  // Positions are share · 3: 0.75, 1.5 and 2.25.
  expect(quantile(sorted, 0.25)).toBe(1.75);
  expect(quantile(sorted, 0.5)).toBe(3);
  expect(quantile(sorted, 0.75)).toBe(5);
});

test("the scale is 1 over the interquartile range, or over half the range where the quartiles coincide", () => {
  expect(robustScale(Float64Array.of(1, 2, 4, 8))).toEqual({ median: 3, scale: 1 / (5 - 1.75) });
  expect(robustScale(Float64Array.of(0, 5, 5, 5, 5, 5, 5, 5, 10))).toEqual({ median: 5, scale: 1 / 5 });
});

test("scaling a value shows its arithmetic", () => {
  // z = (7 − 3)·0.75 = 3; 3/√(1 + 1) = 2.1213…
  expect(scaled(7, { median: 3, scale: 0.75 })).toBeCloseTo(3 / Math.SQRT2, 14);
  expect(scaled(3, { median: 3, scale: 0.75 })).toBe(0);
});

test("scaled values are finite, within ±3 and in the order of the values, for any finite numbers", () => {
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(numbers, (values) => {
      const sorted = Float64Array.from(values).sort();
      fc.pre(sorted[0] < sorted[sorted.length - 1]);
      const outcome = Array.from(sorted, (value) => scaled(value, robustScale(sorted)));
      for (const [at, value] of outcome.entries()) {
        expect(Math.abs(value)).toBeLessThanOrEqual(3);
        if (at > 0) expect(value).toBeGreaterThanOrEqual(outcome[at - 1]);
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("missing values are set aside before sorting, which is by size", () => {
  expect(sortedPresent(Float64Array.of(10, Number.NaN, 9, -1))).toEqual(Float64Array.of(-1, 9, 10));
});
