import { expect, test } from "vitest";
import { made, normals, warned } from "../../../test/warned.ts";

const table = (rows: number) => ({
  a: normals(rows, "a"),
  b: normals(rows, "b"),
  y: made(rows, (row) => `k${row % 2}`),
});

test("30 rows are called few, with what their metrics are worth", () => {
  // 6 test rows: 1/(2√6) = 0.204, and one of them is 0.167.
  expect(warned("few-rows", table(30))).toEqual([
    {
      code: "few-rows",
      columns: [],
      message:
        "30 rows are very few: 19 are learned from. An accuracy measured on 6 test rows is uncertain by up to ±0.20 (one standard error), " +
        "and a single row changes it by 0.17. Add rows; or train with folds, so that every row tests once.",
    },
  ]);
  // 1/√12 = 0.289.
  const numbers = warned("few-rows", table(30), "b")[0].message;
  expect(numbers).toContain("An RMSE measured on 6 test rows is uncertain by about ±29 % (one standard error).");
});

test("without test rows it is the validation rows that judge, and without either nothing is said of them", () => {
  const message = (options: object): string => warned("few-rows", table(30), "y", options)[0].message;
  expect(message({ testFraction: 0 })).toContain("measured on 6 validation rows");
  expect(message({ testFraction: 0, validationFraction: 0 })).toBe(
    "30 rows are very few: 30 are learned from. Add rows; or train with folds, so that every row tests once.",
  );
});

test("a hundred rows are not", () => {
  expect(warned("few-rows", table(99))).toHaveLength(1);
  expect(warned("few-rows", table(100))).toEqual([]);
});
