import { expect, test } from "vitest";
import { made, normals, warned } from "../../../test/warned.ts";
import { tableFromColumns } from "../../data/rows.ts";

const N = 200;
const a = normals(N, "a");
const y = made(N, (row) => (row % 2 === 0 ? "even" : "odd"));
const [of, test40] = [made(N, (row) => `k${row % 7}`), made(40, (row) => row)];

test("copied rows on both sides of the division are counted", () => {
  const twice = <T>(values: readonly T[]): T[] => [...values, ...values];
  const warnings = warned("duplicate-rows", { a: twice(a), of: twice(of), y: twice(y) });
  expect(warnings).toHaveLength(1);
  expect(warnings[0].message).toMatch(
    /^\d\d of 64 validation rows and \d\d of 80 test rows have the same features as a training row. Copied rows make the metrics too good: remove the copies before training.$/,
  );
});

test("the count is exact, and says how many contradict what is learned", () => {
  const testTable = tableFromColumns({
    a: test40.map((row) => (row < 10 ? a[row] : 100 + row)),
    of: test40.map((row) => of[row]),
    // The first four have the other class there.
    y: test40.map((row) => (row < 4 ? y[row + 1] : y[row])),
  });
  const [warning] = warned("duplicate-rows", { a, of, y }, "y", {
    test: testTable,
    testFraction: 0,
    validationFraction: 0,
  });
  expect(warning.message).toBe(
    "10 of 40 test rows have the same features as a training row. 4 of them have a different target there, which no model can distinguish. " +
      "Copied rows make the metrics too good: remove the copies before training.",
  );
});

test("where all columns have few values, equal rows are called natural", () => {
  const [warning] = warned("duplicate-rows", { of, size: made(N, (row) => row % 3), y });
  expect(warning.message).toContain("All columns have few values, so equal rows are expected");
});

test("rows that differ in one feature are not duplicates, missing values count as values, and one row in many is no matter", () => {
  expect(warned("duplicate-rows", { a, of, y })).toEqual([]);
  const half = made(N, (row) => (row % 2 === 0 ? null : a[row]));
  expect(warned("duplicate-rows", { a: half, b: a, y })).toEqual([]);
  const once = tableFromColumns({ a: made(N, (row) => (row === 0 ? a[0] : 100 + row)), of, y });
  expect(warned("duplicate-rows", { a, of, y }, "y", { test: once, testFraction: 0 })).toEqual([]);
});
