import { expect, test } from "vitest";
import { fitEncoder } from "./fitEncoder.ts";
import { newlyMissingWarnings } from "./newlyMissing.ts";
import { tableFromColumns } from "./rows.ts";
import { unitedEncoder } from "./unitedEncoder.ts";

const day = (text: string) => new Date(`2024-0${text}`);
const trained = tableFromColumns({ a: [1, 2, 4], b: [1, null, 4], when: [day("1-01"), day("2-05"), day("3-09")] });
const { encoder } = fitEncoder(trained, { exclude: [] });

test("missing values are noted in columns that lacked none in training, and in no other", () => {
  const columns = { a: [1, null, null], b: [null, null, 1], when: [day("1-01"), null, day("1-01")] };
  expect(newlyMissingWarnings(encoder, tableFromColumns(columns, { source: "new.csv" }))).toEqual([
    {
      code: "newly-missing",
      columns: ["a", "when"],
      message:
        "In new.csv: missing values in columns that had none in training: a in 2 of 3 rows, first in row 2; when in 1 of 3 rows, first in row 2. " +
        "The model uses the median of the training rows in their place. Fill in the values, or train again with rows that have such gaps.",
    },
  ]);
});

test("a column that lacked values in the rows of any of a model's networks is not noted", () => {
  const first = fitEncoder(tableFromColumns({ a: [1, 2, 4] }), { exclude: [] }).encoder;
  const second = fitEncoder(tableFromColumns({ a: [1, null, 4] }), { exclude: [] }).encoder;
  const table = tableFromColumns({ a: [null, 2] });
  expect(newlyMissingWarnings(unitedEncoder([first, second]), table)).toEqual([]);
  expect(newlyMissingWarnings(unitedEncoder([first, first]), table)).toHaveLength(1);
});

test("of a network from elsewhere nothing is said of its training rows", () => {
  const columns = ["a"].map((name) => ({
    ...({ kind: "number", name, median: 3, scale: 1, clip: false, missingIndicator: false } as const),
  }));
  const [found] = newlyMissingWarnings({ columns }, tableFromColumns({ a: [null, 2] }, { source: "new.csv" }));
  expect(found.message).toBe(
    "In new.csv: missing values in columns where the network knows none: a in 1 of 2 rows, first in row 1. " +
      "It gets the input 0 in their place. Fill in the values.",
  );
});
