import { expect, test } from "vitest";
import { encodeTable, tableForEncoder } from "./encoder.ts";
import { fitEncoder } from "./fitEncoder.ts";
import { type TableOptions, tableFromColumns } from "./rows.ts";
import type { Cell, Table } from "./table.ts";

const tableOf = (columns: Readonly<Record<string, readonly Cell[]>>, options: TableOptions = {}): Table =>
  tableFromColumns(columns, { source: "t.csv", ...options });

const valuesOf = (table: Table, name = "x"): unknown[] => [
  ...(table.columns.find((column) => column.name === name)?.values ?? []),
];

test("numbers that can be read in two ways are refused with both readings and the option that decides", () => {
  const ambiguous = { x: ["1,234", "999"] };
  expect(() => tableOf(ambiguous)).toThrow(
    'In t.csv: the numbers of column "x" can be read in two ways: "1,234" is 1.234 (decimal: ",") or 1234 (decimal: "."). ' +
      'Give one of these options, or take the values as classes: types: { "x": "category" }.',
  );
  expect(valuesOf(tableOf(ambiguous, { decimal: "," }))).toEqual([1.234, 999]);
  expect(valuesOf(tableOf(ambiguous, { decimal: "." }))).toEqual([1234, 999]);
  expect(valuesOf(tableOf(ambiguous, { types: { x: "category" } }))).toEqual(["1,234", "999"]);
});

test("another column decides where a number can be read in two ways", () => {
  expect(valuesOf(tableOf({ x: ["1,234", "999"], y: ["0,5", "0,25"] }))).toEqual([1.234, 999]);
  expect(valuesOf(tableOf({ x: ["1,234", "999"], y: ["0.5", "0.25"] }))).toEqual([1234, 999]);
  expect(() => tableOf({ x: ["1,234", "999"], y: ["0.5", "0.25"], z: ["0,5", "2"] })).toThrow(/in two ways/);
  // A point beside decimal commas may stand between thousands.
  expect(() => tableOf({ x: ["1.234", "5.678"], y: ["0,5", "0,25"] })).toThrow(
    /"1.234" is 1.234 \(decimal: "."\) or 1234 \(decimal: ","\)/,
  );
  expect(valuesOf(tableOf({ x: ["1.234", "5.678"], y: ["0,5", "0,25"] }, { decimal: "," }))).toEqual([1234, 5678]);
});

test("a point beside blanks between thousands is a decimal point, for other columns too", () => {
  const spaced = { y: ["567 487", "2.237"] };
  expect(valuesOf(tableOf({ x: ["1,234", "999"], ...spaced }))).toEqual([1234, 999]);
});

test("a decimal sign that is given holds in a column of type number, whose other numbers are refused", () => {
  const numbers = (...x: string[]) => tableOf({ x }, { decimal: ",", types: { x: "number" } });
  expect(valuesOf(numbers("1,50", "2"))).toEqual([1.5, 2]);
  expect(() => numbers("1.50", "2.50")).toThrow(
    /"x" is a number column, written with a decimal comma, with the text "1.50"/,
  );
});

test("dates that can be read in two ways stay text with a note, and a form decides", () => {
  const dates = { x: ["01/02/2021", "03/04/2021"] };
  const table = tableOf(dates);
  expect(table.columns[0].type).toBe("text");
  expect(table.notes?.[0].message).toBe(
    'Read the dates of x as text, because "01/02/2021" can be DD/MM/YYYY or MM/DD/YYYY. Give the format: types: { "x": "date:DD/MM/YYYY" }.',
  );
  expect(valuesOf(tableOf(dates, { types: { x: "date:MM/DD/YYYY" } }))).toEqual([
    Date.UTC(2021, 0, 2),
    Date.UTC(2021, 2, 4),
  ]);
  expect(() => tableOf(dates, { types: { x: "date" } })).toThrow(/"x": "date:DD\/MM\/YYYY" } or types/);
  expect(() => tableOf({ x: ["31/02/2021"] }, { types: { x: "date:DD/MM/YYYY" } })).toThrow(
    /date column, written as DD\/MM\/YYYY, with the text "31\/02\/2021" in row 1/,
  );
  expect(() => tableOf(dates, { types: { x: "date:DD/MM" } })).toThrow(/Unknown column type "date:DD\/MM"/);
});

test("words for missing values can be added to, or replaced", () => {
  const cells = { x: ["NA", "US", "gone"] };
  expect(valuesOf(tableOf(cells, { missing: ["gone"] }))).toEqual([null, "US", null]);
  expect(valuesOf(tableOf(cells, { missing: { only: ["gone"] } }))).toEqual(["NA", "US", null]);
  expect(valuesOf(tableOf({ x: ["1", "-999", "", "2"] }, { missing: ["-999"] }))).toEqual([
    1,
    Number.NaN,
    Number.NaN,
    2,
  ]);
  expect(valuesOf(tableOf({ x: [1, -999, 2] }, { missing: ["-999"] }))).toEqual([1, Number.NaN, 2]);
  expect(tableOf(cells).notes?.[0].message).toMatch(
    /^Read "NA" in x as a missing value, in 1 row\. If it is a category: missing: /,
  );
});

test("what was found in training holds in prediction, and a value written otherwise is refused with row and column", () => {
  const table = tableOf({ x: ["0,5", "1,25", "12,5", "gone"], p: ["1%", "2%", "4%", ""] }, { missing: ["gone"] });
  const { encoder } = fitEncoder(table, { exclude: [] });
  const encode = (row: Record<string, Cell>): number[] => [...encodeTable(encoder, tableForEncoder(encoder, [row]))];
  expect(encode({ x: "1,234", p: "2%" })).toEqual(encode({ x: 1.234, p: "2 %" }));
  expect(encode({ x: "gone", p: null })).toEqual(encode({ x: null, p: null }));
  expect(() => encode({ x: 1, p: 2 })).toThrow(/"p" is written with a per cent sign, but holds the number 2 in row 1/);
  expect(() => encode({ x: "1.5", p: null })).toThrow(
    /column "x" is a number column, written with a decimal comma, with the text "1.5" in row 1/,
  );
  expect(() => encode({ x: "1,5", p: "2" })).toThrow(
    /"p" is a number column, written with a per cent sign, with the text "2" in row 1/,
  );
});

test("whole numbers beyond 2^53 are never rounded without a note", () => {
  const big = tableOf({ x: [1152921504606846976n, 1152921504606846977n] });
  expect(valuesOf(big)).toEqual(["1152921504606846976", "1152921504606846977"]);
  expect(big.notes?.[0].code).toBe("kept-large-integers");
  const texts = { x: ["1152921504606846976", "5"] };
  expect(tableOf(texts, { types: { x: "number" } }).notes?.[0].code).toBe("rounded-integers");
  expect(tableOf({ x: [2 ** 60, 5] }).notes?.[0].message).toMatch(
    /^x holds whole numbers beyond 2\^53, which are rounded: "1152921504606847000"/,
  );
});
