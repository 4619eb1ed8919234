import { expect, test } from "vitest";
import { rounded } from "./rounded.ts";

test("a number keeps so many significant digits, whatever its size and sign", () => {
  expect([rounded(1234.5, 2), rounded(-0.0012345, 3), rounded(7, 3), rounded(0, 2)]).toEqual([1200, -0.00123, 7, 0]);
});

test("a number that would round beyond the largest one, and one that is not finite, stays as it is", () => {
  for (const value of [Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN]) expect(rounded(value, 3)).toBe(value);
});
