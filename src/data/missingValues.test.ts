import { expect, test } from "vitest";
import { missingWarnings } from "./missingValues.ts";
import { tableFromColumns } from "./rows.ts";

const table = tableFromColumns({
  empty: [1, null, null, null, 2],
  half: ["a", "b", null, null, "a"],
  seen: [null, null, null, "2024-01-01", "2024-01-02"],
});

test("columns of which more than half is missing are named, with their share", () => {
  expect(missingWarnings(table, ["empty", "half", "seen"])).toEqual([
    {
      code: "many-missing",
      columns: ["empty", "seen"],
      message:
        "More than half of the values are missing in the columns empty (60 % missing), seen (60 % missing). For those rows the model " +
        "learns only that the values are missing. Find out why, and leave such columns out if new rows will not have the same gaps.",
    },
  ]);
});

test("columns that are no inputs, or half empty, are not", () => {
  expect(missingWarnings(table, ["half"])).toEqual([]);
});
