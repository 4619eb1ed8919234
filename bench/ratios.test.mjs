/** Ratios of windows: worked examples. */
import { expect, test } from "vitest";
import { pairedRatio, ratioToFastest, shareOfPeak } from "./ratios.mjs";

test("a machine that slows down between rounds leaves the ratio as it is", () => {
  // 6/3, 3/1.5 and 8/4 are 2 each.
  expect(pairedRatio([6, 3, 8], [3, 1.5, 4])).toBe(2);
});

test("it is the median of the rounds' ratios, not the ratio of the medians", () => {
  // The ratios are 2, 2 and 10; the medians 4 and 1 would say 4.
  expect(pairedRatio([2, 4, 10], [1, 2, 1])).toBe(2);
});

test("rounds that one of them missed don't count, and without any there is no ratio", () => {
  expect(pairedRatio([4, 6], [2])).toBe(2);
  expect(pairedRatio([4], [])).toBeNaN();
});

test("beside the fastest of several is beside the one that comes off best; who was not measured isn't among them", () => {
  expect(ratioToFastest([6, 6], [[1, 1], [2, 2], []])).toBe(3);
  expect(ratioToFastest([6, 6], [[]])).toBeNaN();
});

test("a thousand samples of a million operations a second are 1 GFLOP/s: a tenth of a peak of 10", () => {
  expect(shareOfPeak([1000, 500], [10, 5], 1e6)).toBeCloseTo(0.1, 12);
});
