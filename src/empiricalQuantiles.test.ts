import { expect, test } from "vitest";
import { empiricalQuantiles } from "./empiricalQuantiles.ts";

test("a quantile is the least number at or below which so large a share lies", () => {
  expect(empiricalQuantiles([5, 1, 3, 2, 4], [0.1, 0.2, 0.21, 0.5, 0.8, 0.81])).toEqual([1, 1, 2, 3, 4, 5]);
});

test("a row of weight k counts as k rows, and one of weight 0 as none", () => {
  const repeated = empiricalQuantiles([1, 2, 2, 2, 7], [0.2, 0.5, 0.9]);
  expect(empiricalQuantiles([7, 0, 2, 1], [0.2, 0.5, 0.9], [1, 0, 3, 1])).toEqual(repeated);
});

test("it minimises the pinball loss among all numbers of the rows", () => {
  const values = [3, -1, 4, 1, -5, 9, 2, 6, 5, 3];
  const loss = (at: number, level: number): number =>
    values.reduce((sum, value) => sum + Math.max(level * (value - at), (level - 1) * (value - at)), 0);
  for (const level of [0.05, 0.3, 0.5, 0.77, 0.95]) {
    const [found] = empiricalQuantiles(values, [level]);
    for (const other of values) expect(loss(found, level)).toBeLessThanOrEqual(loss(other, level) + 1e-12);
  }
});
