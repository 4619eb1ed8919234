import { expect, test } from "vitest";
import { brokenWords, logTicks, roundTicks, wholeTicks } from "./ticks.ts";

test("an axis of epochs has whole numbers only", () => {
  expect(wholeTicks(1, 3, 6)).toEqual([1, 2, 3]);
  expect(wholeTicks(1, 28, 6)).toEqual([5, 10, 15, 20, 25]);
  expect(wholeTicks(0, 1000, 6)).toEqual([0, 200, 400, 600, 800, 1000]);
  expect(wholeTicks(7, 7, 6)).toEqual([7]);
});

test("every tick of a logarithmic axis is a number that can be shown, and there are few", () => {
  expect(logTicks(0.02, 0.3)).toEqual([0.02, 0.05, 0.1, 0.2]);
  expect(logTicks(0.001, 10)).toEqual([0.001, 0.01, 0.1, 1, 10]);
  expect(logTicks(0.00004, 0.008)).toEqual([0.0001, 0.0003, 0.001, 0.003]);
  expect(logTicks(0.021, 0.049)).toBeUndefined();
});

test("long values below an axis are broken into lines rather than written over each other", () => {
  expect(brokenWords("64x64x64x64x64", 12)).toBe("64x64x\n64x64x64");
  expect(brokenWords("512", 9)).toBe("512");
  expect(brokenWords("abcdefghijkl", 5)).toBe("abcd\nefgh\nijkl");
});

test("round ticks begin at or below the least value and end at or above the greatest", () => {
  expect(roundTicks(24_914, 641_732, 6)).toEqual([0, 200_000, 400_000, 600_000, 800_000]);
  expect(roundTicks(-0.13, 0.2, 4)).toEqual([-0.2, -0.1, 0, 0.1, 0.2]);
});
