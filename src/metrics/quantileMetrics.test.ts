import { expect, test } from "vitest";
import { DescriptionError, ShapeError } from "../errors.ts";
import { compareQuantiles } from "./quantileComparison.ts";
import { quantileMetrics } from "./quantileMetrics.ts";

test("an error counts by the level above the quantile, and by what is left to 1 below it", () => {
  // Of row 1 the errors are 1 and −1, of row 2 they are 3 and 1.
  expect(quantileMetrics([1, 3, 2, 4], [2, 5], [0.1, 0.9])).toEqual({
    pinball: expect.closeTo(0.35, 12),
    perQuantile: [
      { quantile: 0.1, pinball: expect.closeTo((0.1 * 1 + 0.1 * 3) / 2, 12), coverage: 0 },
      { quantile: 0.9, pinball: expect.closeTo((0.1 * 1 + 0.9 * 1) / 2, 12), coverage: 0.5 },
    ],
    between: { nominal: 0.8, coverage: 0.5, width: 2 },
  });
});

test("the median's loss is half the mean absolute error, and a single quantile has nothing between", () => {
  expect(quantileMetrics([1, 2], [4, 0], [0.5])).toEqual({
    pinball: 1.25,
    perQuantile: [{ quantile: 0.5, pinball: 1.25, coverage: 0.5 }],
  });
});

test("a row of weight 2 counts as two", () => {
  const levels = [0.2, 0.7];
  const twice = quantileMetrics([1, 2, 0, 5, 0, 5], [3, 1, 1], levels);
  expect(quantileMetrics([1, 2, 0, 5], [3, 1], levels, { sampleWeights: [1, 2] })).toEqual(twice);
});

test("what does not fit is refused", () => {
  expect(() => quantileMetrics([1, 2, 3], [1, 2], [0.1, 0.9])).toThrow(ShapeError);
  expect(() => quantileMetrics([1, 2], [1], [0.9, 0.1])).toThrow(DescriptionError);
  expect(() => quantileMetrics([1, 2], [1], [0, 0.1])).toThrow("above 0 and below 1");
});

test("quantiles that know the rows are better than those that are the same for all, and the constants' own are not", () => {
  const observed = Array.from({ length: 60 }, (_, row) => row + (row % 7));
  const levels = [0.25, 0.75];
  const values = [16, 48];
  const known = observed.flatMap((value) => [value - 1, value + 1]);
  expect(compareQuantiles({ predicted: known, observed, levels, values })).toMatchObject({
    measure: "pinball",
    conclusion: "better",
    model: expect.closeTo(0.25, 12), // 0.25 · 1 below and above
  });
  const constant = observed.flatMap(() => values);
  expect(compareQuantiles({ predicted: constant, observed, levels, values })).toMatchObject({
    conclusion: "undecided",
    difference: 0,
  });
});
