import { expect, test } from "vitest";
import { tableFromColumns } from "../data/rows.ts";
import { columnSummaries } from "./columnSummary.ts";

const uses = new Map([
  ["n", "input"],
  ["t", "target"],
] as const);

test("numbers have their least, median and most, different values, gaps and a histogram", () => {
  const [summary] = columnSummaries(tableFromColumns({ n: [4, 1, null, 1, 16] }), uses);
  const { bars, ...rest } = summary;
  // Sorted 1 1 4 16, so the median is (1 + 4)/2; a step is 15/16 wide, 4 lies in the fourth.
  expect(rest).toEqual({
    name: "n",
    type: "number",
    use: "input",
    missing: 1,
    distinct: 3,
    range: { least: 1, median: 2.5, most: 16 },
  });
  expect(bars).toEqual([2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});

test("a column of one value and one of none have their line too", () => {
  const table = tableFromColumns({ one: [7, 7], none: [null, null] }, { types: { none: "number" } });
  const [one, none] = columnSummaries(table, uses);
  expect(one.range).toEqual({ least: 7, median: 7, most: 7 });
  expect(one.bars[8]).toBe(2);
  expect(none).toEqual({ name: "none", type: "number", use: "left out", missing: 2, distinct: 0, bars: [] });
});

test("words have their commonest values, and all others in the last bar", () => {
  const words = [..."aaabbcdefghij", ""].map((letter) => letter || null);
  const [summary] = columnSummaries(tableFromColumns({ t: words }), uses);
  expect(summary).toMatchObject({ type: "text", use: "target", missing: 1, distinct: 10 });
  expect(summary.commonest?.slice(0, 2)).toEqual([
    { value: "a", count: 3 },
    { value: "b", count: 2 },
  ]);
  expect(summary.bars).toEqual([3, 2, 1, 1, 1, 1, 1, 1, 2]);
});

test("numbers as far apart as float64 goes make no overflow", () => {
  const [summary] = columnSummaries(tableFromColumns({ n: [-1.7e308, 0, 1.7e308] }), uses);
  expect([summary.bars[0], summary.bars[8], summary.bars[15]]).toEqual([1, 1, 1]);
});
