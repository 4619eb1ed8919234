import { expect, test } from "vitest";
import { tableFromColumns } from "../data/rows.ts";
import { balancedWeights } from "./classWeights.ts";

const target = { task: "classification", column: "y", classes: ["a", "b", "c"], shares: [0.5, 0.25, 0.25] } as const;

test("each class weighs the same in all, and a row 1 on average", () => {
  // 6 rows, 3 classes: 6/(3·3), 6/(3·1), 6/(3·2).
  const table = tableFromColumns({ y: ["a", "b", "a", "c", "c", "a"] });
  const weights = balancedWeights(target, table);
  expect(weights).toEqual([2 / 3, 2, 1]);
  expect(3 * weights[0] + weights[1] + 2 * weights[2]).toBeCloseTo(6);
});

test("a class without rows weighs 1", () => {
  expect(balancedWeights(target, tableFromColumns({ y: ["a", "b"] }))).toEqual([2 / 3, 2 / 3, 1]);
});
