import { expect, test } from "vitest";
import { farWarnings } from "./farNumbers.ts";
import { fitEncoder } from "./fitEncoder.ts";
import { tableFromColumns } from "./rows.ts";
import { unseenWarnings } from "./unseen.ts";

const trained = tableFromColumns({ city: ["Oslo", "Rome", "Oslo"], code: [1, 2, 1], n: [1, 2, 4] });
const { encoder } = fitEncoder(trained, { exclude: [], roles: { code: "category" } });

test("rows with categories that training never saw are counted, column by column", () => {
  const cities = ["Oslo", "Bonn", null, "Bonn", "Rome"];
  const table = tableFromColumns({ city: cities, code: [1, 3, 4, 1, 2], n: [9, 9, 9, 9, 9] }, { source: "new.csv" });
  expect(unseenWarnings(encoder, table)).toEqual([
    {
      code: "unseen-categories",
      columns: ["city"],
      values: [["Bonn"]],
      message:
        'In new.csv: 2 of 5 rows have the category "Bonn" in city, which the training rows do not have; it is treated as unknown. ' +
        "Correct misspellings, or train again with rows that have it.",
    },
    {
      code: "unseen-categories",
      columns: ["code"],
      values: [["3", "4"]],
      message:
        'In new.csv: 2 of 5 rows have one of 2 categories, such as "3", in code, which the training rows do not have; they are treated as unknown. ' +
        "Correct misspellings, or train again with rows that have them.",
    },
  ]);
});

test("numbers and dates far outside the training rows' range are given, each once, and the first in the message", () => {
  const days = ["2024-01-01", "2024-01-02", "2024-01-03"];
  const fitted = fitEncoder(tableFromColumns({ n: [1, 2, 4], day: days }), { exclude: [] }).encoder;
  const table = tableFromColumns({ n: [900, 2, 900, -50], day: [null, days[0], "2031-05-01", days[1]] });
  const [{ code, columns, values, message }] = farWarnings(fitted, table);
  expect([code, columns]).toEqual(["far-numbers", ["n", "day"]]);
  expect(values).toEqual([[900, -50], ["2031-05-01T00:00:00.000Z"]]);
  expect(message).toContain("n (1 to 4) in 3 of 4 rows, first in row 1: 900; day (");
});

test("known categories, missing ones and new numbers are no reason to warn", () => {
  const table = tableFromColumns({ city: [null, "Rome"], code: [2, null], n: [100, null] });
  expect(unseenWarnings(encoder, table)).toEqual([]);
});
