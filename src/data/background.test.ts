import { expect, test } from "vitest";
import { meanInputs } from "./background.ts";

test("the background is the mean of each input", () => {
  expect(meanInputs(Float32Array.of(1, 10, 0, 2, 20, 1, 6, 30, 1), 3)).toEqual([3, 20, 0.6666667]);
});

test("of codes the background has the most frequent, as there is nothing between two of them", () => {
  // Rows (1, 3), (2, 7), (6, 7), (7, 3): the mean of the first is 4, and of 3 and 7, twice each, 3 is the least.
  expect(meanInputs([1, 3, 2, 7, 6, 7, 7, 3], 2, [1])).toEqual([4, 3]);
  expect(meanInputs([0, 5, 5], 1, [0])).toEqual([5]);
  expect(meanInputs([0, 0, 5], 1, [0])).toEqual([0]);
});
