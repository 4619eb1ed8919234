import { expect, test } from "vitest";
import { tableFromColumns } from "./rows.ts";
import { ofRows } from "./statistics/ofRows.ts";
import type { Cell, Warning } from "./table.ts";
import { unusedWordNotes } from "./unusedWords.ts";

const noted = (missing: readonly string[], cells: readonly Cell[]): string | undefined =>
  tableFromColumns({ x: cells, y: cells.map((_, at) => at) }, { missing }).notes?.find(
    ({ code }) => code === "option-without-effect",
  )?.message;

test("words that no value is are noted, whatever type the columns have", () => {
  expect(noted(["none", "gone"], ["1", " gone ", "2"])).toMatch(/^missing: \["none"\] has no effect: no value/);
  expect(noted(["Gone"], ["1", "gone", "a"])).toContain('missing: ["Gone"]');
  expect(noted(["-999"], [1, -99, 3])).toContain('missing: ["-999"]');
  expect(noted(["-999"], ["a", "-99", "b"])).toContain('missing: ["-999"]');
});

test("a number is found as it is written and by its value, in the notation of its column", () => {
  for (const cells of [
    [1, -999, 3],
    [1n, -999n],
    ["1.5", "-999.0"],
    ["1,25", "-999,0"],
    ["a", "-999"],
  ]) {
    expect(noted(["-999"], cells), String(cells)).toBeUndefined();
  }
});

test("without the option, and of the empty word, there is nothing to note", () => {
  const columns = [{ cells: ["a"], reading: { type: "text" } }] as const;
  const none: Warning[] = [];
  expect(unusedWordNotes(undefined, columns, ofRows(1))).toEqual(none);
  expect(unusedWordNotes([], columns, ofRows(1))).toEqual(none);
  expect(unusedWordNotes({ only: [""] }, columns, ofRows(1))).toEqual(none);
  expect(unusedWordNotes({ only: ["b", " a "] }, columns, ofRows(1))).toMatchObject([
    { code: "option-without-effect", message: expect.stringContaining('missing: { only: ["b"] }') },
  ]);
});
