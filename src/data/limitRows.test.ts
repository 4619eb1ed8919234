import { expect, test } from "vitest";
import { limitRows } from "./limitRows.ts";

const rows = Uint32Array.from({ length: 1000 }, (_, row) => row + 5);

test("all rows are kept where they are not too many", () => {
  expect(limitRows(rows, 1000, { seed: 1 })).toBe(rows);
});

test("so many different rows are chosen as are asked for, in their order, and the seed decides which", () => {
  const chosen = limitRows(rows, 100, { seed: 1 });
  expect(chosen).toHaveLength(100);
  expect(new Set(chosen).size).toBe(100);
  expect([...chosen]).toEqual([...chosen].sort((a, b) => a - b));
  expect(chosen.every((row) => rows.includes(row))).toBe(true);
  expect(limitRows(rows, 100, { seed: 1 })).toEqual(chosen);
  expect(limitRows(rows, 100, { seed: 2 })).not.toEqual(chosen);
  // Evenly from all of them: the mean of 5 … 1004 is 504.5, that of 100 of them within 3 standard errors of 27.
  const mean = chosen.reduce((sum, row) => sum + row, 0) / 100;
  expect(Math.abs(mean - 504.5)).toBeLessThan(3 * 27.4);
});

test("a class of few rows keeps them", () => {
  const strata = Float32Array.from({ length: 1005 }, (_, row) => (row < 10 ? 1 : 0)); // rows 5 … 9 are of class 1
  const chosen = limitRows(rows, 50, { seed: 3, strata });
  expect([...chosen.slice(0, 5)]).toEqual([5, 6, 7, 8, 9]);
  expect(chosen.length).toBeLessThanOrEqual(55);
});
