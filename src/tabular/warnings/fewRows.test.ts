import { expect, test } from "vitest";
import { made, normals, warned } from "../../../test/warned.ts";
import { tableFromColumns } from "../../data/rows.ts";
import { datasetOf } from "../dataset.ts";

const asked = { target: "y", task: undefined, test: undefined, types: {}, features: undefined, seed: 0 };

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
        "30 rows are very few: 19 are training rows. An accuracy measured on 6 test rows is uncertain by up to ±0.20 (one standard error), " +
        "and a single row changes it by 0.17. Add rows, or train with folds, folds: 5, so that every row is validated once.",
    },
  ]);
  // 1/√12 = 0.289.
  const numbers = warned("few-rows", table(30), "b")[0].message;
  expect(numbers).toContain("An RMSE measured on 6 test rows is uncertain by about ±29 % (one standard error).");
});

test("without test rows it is the validation rows that judge", () => {
  const [{ message }] = warned("few-rows", table(30), "y", { testFraction: 0 });
  expect(message).toContain("measured on 6 validation rows");
});

test("where no row is kept to judge by, whatever their number, the metrics are said to be of the training rows", () => {
  for (const rows of [30, 300]) {
    const options = { testFraction: 0, validationFraction: 0 };
    expect(warned("few-rows", table(rows), "y", options)).toEqual([]);
    expect(warned("judged-on-training-rows", table(rows), "y", options)).toEqual([
      {
        code: "judged-on-training-rows",
        columns: [],
        message:
          `All ${rows} rows are training rows, and none is kept for evaluation: the metrics are those of the training rows. They show how well these were learned, ` +
          "not how well the model predicts new rows. Add rows, give a table of test rows, option test, or train with folds, folds: 5.",
      },
    ]);
  }
  expect(warned("judged-on-training-rows", table(30))).toEqual([]);
});

test("of fewer than 10 rows folds are no remedy: only more rows are, or a table of test rows", () => {
  expect(
    warned("judged-on-training-rows", table(9), "y", { testFraction: 0, validationFraction: 0 })[0].message,
  ).toMatch(/Add rows or give a table of test rows, option test\.$/);
  expect(warned("few-rows", table(8), "y", { testFraction: 0.25 })[0].message).toMatch(/ Add rows\.$/);
});

test("folds are no remedy where there are folds", () => {
  const options = { ...asked, table: tableFromColumns(table(30)), folds: 3 };
  const [few] = datasetOf(options).fold(0).warnings;
  expect(few.message).toMatch(/changes it by 0\.17\. Add rows\.$/);
});

test("with sample weights the effective rows count, in the number and in what the metrics are worth", () => {
  // A row in ten has a weight of 100, the others of 1: 300 rows count as about 300 · (10.9² / 1000.9) = 36.
  const columns = { ...table(300), w: made(300, (row) => (row % 10 === 0 ? 100 : 1)) };
  const [{ message }] = warned("few-rows", columns, "y", { weights: "w" });
  expect(message).toMatch(
    /^With their weights, 300 rows count as \d\d of equal weight, which are very few: 192 are training rows\. An accuracy measured on 60 test rows is uncertain by up to ±0\.[12]\d/,
  );
  expect(message).toMatch(/a single row changes it by up to 0\.[12]\d/);
  expect(warned("few-rows", { ...columns, w: made(300, () => 0.3) }, "y", { weights: "w" })).toEqual([]);
});

test("a hundred rows are not", () => {
  expect(warned("few-rows", table(99))).toHaveLength(1);
  expect(warned("few-rows", table(100))).toEqual([]);
});
