import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, DescriptionError } from "../errors.ts";
import { column, rowsFromTable, selectRows, tableFromColumns, tableFromRows } from "./rows.ts";
import type { Cell, ColumnRole } from "./table.ts";

/** The one column of a table made of these cells. */
function columnOf(cells: readonly Cell[], type?: ColumnRole) {
  return tableFromColumns({ x: cells }, type === undefined ? {} : { types: { x: type } }).columns[0];
}

test("rows become columns in the order in which they first come, with gaps as missing values", () => {
  const table = tableFromRows([{ a: 1 }, { b: "u", a: 2n }, { b: null }]);
  expect(table).toEqual({
    source: "the given rows",
    rows: 3,
    columns: [
      { name: "a", type: "number", values: Float64Array.of(1, 2, Number.NaN) },
      { name: "b", type: "text", values: [null, "u", null] },
    ],
  });
});

test("a column's type is that of its values", () => {
  const noon = new Date("2024-10-13T12:00Z");
  expect(columnOf([1, Number.NaN, 2.5]).type).toBe("number");
  expect(columnOf([true, null, false])).toEqual({ name: "x", type: "boolean", values: [true, null, false] });
  expect(columnOf([noon, undefined]).values).toEqual(Float64Array.of(noon.getTime(), Number.NaN));
  expect(columnOf(["a", ""])).toEqual({ name: "x", type: "text", values: ["a", null] });
  expect(columnOf([null, undefined, "", Number.NaN])).toEqual({
    name: "x",
    type: "text",
    values: [null, null, null, null],
  });
});

test("text that all reads as numbers, dates or truth values becomes that, marks for missing values aside", () => {
  expect(columnOf(["1", "NA", " 2.5"])).toEqual({
    name: "x",
    type: "number",
    values: Float64Array.of(1, Number.NaN, 2.5),
  });
  expect(columnOf(["2024-10-13", "", "2024-10-14"]).type).toBe("date");
  expect(columnOf(["true", "FALSE", "null"]).values).toEqual([true, false, null]);
  expect(columnOf(["1", "true"]).type).toBe("text");
  expect(columnOf(["2024-10-13", "7"]).type).toBe("text");
  expect(columnOf(["a", "NA"]).values).toEqual(["a", null]);
  expect(columnOf(["a", "none", "-"]).values).toEqual(["a", "none", "-"]); // among words, these are words too
});

test("typed arrays serve as columns", () => {
  expect(tableFromColumns({ x: Float32Array.of(0.5, 2) }).columns[0].values).toEqual(Float64Array.of(0.5, 2));
});

test("a text among nearly only numbers is named with its row", () => {
  const cells = [...Array(16).keys()].map(String);
  expect(() => columnOf([...cells, "abc"])).toThrow(
    new DataError(
      'In the given columns: column "x" is a number column with the text "abc" in row 17. If it means a missing value: missing: ["abc"]. ' +
        'Correct the value, or take the values as classes: types: { "x": "category" }.',
      { columns: ["x"], row: 17 },
    ),
  );
  expect(columnOf([...cells.slice(0, 9), "abc"]).type).toBe("text"); // too few numbers to know
  expect(columnOf([...cells, "a", "b"]).type).toBe("text"); // 16 of 18 are below nine tenths
  expect(columnOf([...cells, "abc"], "category").type).toBe("text");
});

test("values of two types are named with their rows", () => {
  expect(() => columnOf([null, 1, true])).toThrow(
    /column "x" mixes types: a number in row 2, a boolean in row 3\. Correct/,
  );
  expect(() => columnOf([1, "abc"])).toThrow(/number column with the text "abc" in row 2/);
  expect(() => columnOf(["abc", true])).toThrow(/boolean column with the text "abc" in row 1/);
  expect(columnOf([1, "2"]).values).toEqual(Float64Array.of(1, 2)); // nothing is lost
  expect(columnOf([1, true, "a"], "category").values).toEqual(["1", "true", "a"]);
});

test("infinite numbers are refused with column and row", () => {
  expect(() => columnOf([1, Number.NEGATIVE_INFINITY])).toThrow(/"x" holds an infinite number, -Infinity, in row 2/);
  expect(() => columnOf(["1", "2", "inf"])).toThrow(/"x" holds an infinite number, "inf", in row 3/);
});

test("what is no value is refused with column and row", () => {
  expect(() => columnOf([1, [2] as unknown as Cell])).toThrow(/"x" holds a list in row 2/);
  expect(() => columnOf([{} as unknown as Cell])).toThrow(/"x" holds an object in row 1/);
});

test("roles go before what would be inferred", () => {
  expect(columnOf(["1", "2"], "category").values).toEqual(["1", "2"]);
  expect(columnOf([1, 2], "category").type).toBe("number"); // labels keep their type
  expect(columnOf([new Date(0)], "category").values).toEqual(Float64Array.of(0)); // so have categories
  expect(() => columnOf([true, false], "number")).toThrow(/number column with the boolean true in row 1/);
  expect(columnOf([1, 0, null], "boolean").values).toEqual([true, false, null]);
  expect(columnOf(["06:30"], "date").values).toEqual(Float64Array.of(6.5 * 3_600_000));
  expect(() => columnOf(["abc"], "number")).toThrow(/number column with the text "abc" in row 1/);
  expect(() => columnOf([2], "boolean")).toThrow(/boolean column with the number 2 in row 1/);
  expect(() => columnOf([2007], "date")).toThrow(/date column with the number 2007 in row 1/);
  expect(tableFromRows([{ a: 1, b: 2 }], { types: { a: "skip" } }).columns.map(({ name }) => name)).toEqual(["b"]);
});

test("a role for a column that is not there, or one that is none, names the nearest", () => {
  const rows = [{ island: "Biscoe" }];
  expect(() => tableFromRows(rows, { types: { iland: "category" } })).toThrow(
    new DataError('In the given rows: no column "iland". Did you mean "island"? Its columns: island.'),
  );
  const wrong = { island: "numbr" as ColumnRole };
  expect(() => tableFromRows(rows, { types: wrong })).toThrow(DescriptionError);
  expect(() => tableFromRows(rows, { types: wrong })).toThrow(/Column "island": .*Did you mean "number"\?/);
});

test("no rows, rows that are no objects and columns of different lengths are refused", () => {
  expect(() => tableFromRows([])).toThrow(/expected at least one row/);
  expect(() => tableFromRows([{}])).toThrow(/expected at least one row of values/);
  expect(() => tableFromColumns({})).toThrow(/expected at least one row/);
  expect(() => tableFromRows([{ a: 1 }, null as never])).toThrow(/expected row 2 to be an object .*, found null/);
  expect(() => tableFromColumns({ a: [1, 2], b: [1] }, { source: "m" })).toThrow(
    'In m: expected 2 values in every column, as in "a", found 1 in "b".',
  );
});

test("columns are found by name, or the nearest name is suggested", () => {
  const table = tableFromRows([{ species: "Adelie", year: 2007 }], { source: "penguins.csv" });
  expect(column(table, "year").type).toBe("number");
  expect(() => column(table, "specis")).toThrow(
    'In penguins.csv: no column "specis". Did you mean "species"? Its columns: species, year.',
  );
  const wide = tableFromRows([Object.fromEntries([...Array(30).keys()].map((i) => [`x${i}`, i]))]);
  expect(() => column(wide, "target")).toThrow('In the given rows: no column "target". It has 30 columns.');
});

test("selected rows keep their values and remember where they stood", () => {
  const table = tableFromRows([
    { n: 1, t: "a", b: true, d: new Date(5) },
    { n: 2, t: null, b: null, d: null },
    { n: 3, t: "c", b: false, d: new Date(7) },
  ]);
  const once = selectRows(table, Uint32Array.of(2, 1));
  expect(once.rows).toBe(2);
  expect(once.columns.map(({ values }) => [...values])).toEqual([
    [3, 2],
    ["c", null],
    [false, null],
    [7, Number.NaN],
  ]);
  expect(selectRows(once, Uint32Array.of(0, 0)).rowNumbers).toEqual(Uint32Array.of(2, 2));
});

test("numbers survive the way through text bit for bit", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (numbers) => {
      const texts = numbers.map((number) => (Object.is(number, -0) ? "-0" : String(number)));
      expect([...columnOf(texts, "number").values]).toEqual(numbers);
    }),
  );
});

test("a table's rows are objects again, with dates as Date and null where a value is missing", () => {
  const day = new Date("2024-10-13T00:00Z");
  const given = [
    { size: 1.5, town: "Bonn", sold: true, day, ["__proto__"]: 1 },
    { size: null, town: null, sold: null, day: null, ["__proto__"]: 2 },
    { size: 2, town: "", sold: false, day, ["__proto__"]: 3 },
  ];
  const table = tableFromRows(given);
  const rows = rowsFromTable(table);
  expect(rows).toEqual([given[0], given[1], { ...given[2], town: null, ["__proto__"]: 3 }]);
  expect(Object.keys(rows[0])).toEqual(["size", "town", "sold", "day", "__proto__"]);
  expect(tableFromRows(rows)).toEqual(table);
  expect(rowsFromTable(selectRows(table, Uint32Array.of(2))).map(({ size }) => size)).toEqual([2]);
  expect(() => rowsFromTable(rows as never)).toThrow("rowsFromTable's table");
});
