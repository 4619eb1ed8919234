/**
 * The one rule for values: the same texts make the same column from every source, and in prediction.
 *
 * Each case is a column of texts, the type and values it should come to, and the note it should leave.
 */
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import {
  type Column,
  type ColumnRoles,
  encodeTable,
  fitEncoder,
  type Row,
  readTable,
  type Table,
  tableForEncoder,
  tableFromColumns,
  tableFromRows,
} from "../src/node.ts";
import { folderOf } from "./commandLine.ts";

interface Case {
  readonly texts: readonly string[];
  readonly type: Column["type"];
  /** Dates as ISO 8601, missing values as null. */
  readonly values: readonly (number | string | boolean | null)[];
  /** The code of the note that reading leaves. */
  readonly note?: string;
}

const number = (texts: readonly string[], values: readonly (number | null)[], note?: string): Case => ({
  texts,
  type: "number",
  values,
  ...(note && { note }),
});
const date = (texts: readonly string[], values: readonly (string | null)[], note?: string): Case => ({
  texts,
  type: "date",
  values: values.map((value) => value && new Date(value).toISOString()),
  ...(note && { note }),
});
const text = (texts: readonly string[], values: readonly (string | null)[] = texts, note?: string): Case => ({
  texts,
  type: "text",
  values,
  ...(note && { note }),
});

const form = "read-form";

const cases: Readonly<Record<string, Case>> = {
  "plain numbers": number(["1", "-2.5", "3"], [1, -2.5, 3]),
  "numbers in every notation": number(["+5", ".5", "5.", "1e3", "1E-3", "-0"], [5, 0.5, 5, 1000, 0.001, -0]),
  "blanks around numbers": number([" 1", "2 ", "\t3", "\u00a04"], [1, 2, 3, 4]),
  "words for missing values among numbers": number(
    ["1", "", " ", "NA", "n/a", "NaN", "null", "None", "-", "?", "#N/A"],
    [1, null, null, null, null, null, null, null, null, null, null],
  ),
  "underscores are no part of a number": text(["1_000", "2_000"]),
  "hexadecimal numbers are text": text(["0x10", "0x20"]),
  "digits of other scripts are text": text(["١", "٢"]),
  "two signs make no number": text(["+-5", "--5"]),
  "a signed nan is text": text(["-nan", "+nan"]),
  "the minus sign of typography": number(["−5", "3"], [-5, 3]),
  "whole numbers up to 2^53": number(["9007199254740991", "1"], [9007199254740991, 1]),
  "whole numbers beyond 2^53 are kept as text": text(
    ["1152921504606846976", "1152921504606846977"],
    ["1152921504606846976", "1152921504606846977"],
    "kept-large-integers",
  ),
  "large numbers that are not whole stay numbers": number(
    ["1e300", "1234567890123456789.5"],
    [1e300, Number("1234567890123456789.5")],
  ),
  "codes with leading zeros": text(["05432", "10115", "00501"], ["05432", "10115", "00501"], "kept-leading-zeros"),
  "zero and fractions are no codes": number(["0", "0.5", "-0.25"], [0, 0.5, -0.25]),
  "a decimal comma": number(["2,338", "0,395", "-0,415"], [2.338, 0.395, -0.415], form),
  "a comma between thousands and a decimal point": number(["1,234.5", "999"], [1234.5, 999], form),
  "a point between thousands and a decimal comma": number(["1.234,5", "999"], [1234.5, 999], form),
  "several groups of thousands": number(["1,234,567", "8,901"], [1234567, 8901], form),
  "blanks between thousands": number(["1 234", "12 345,5", "1\u00a0234\u202f567"], [1234, 12345.5, 1234567], form),
  "apostrophes between thousands": number(["1'234.50", "12’345"], [1234.5, 12345], form),
  currency: number(["$52,781.86", "-$3.50", "$ 7"], [52781.86, -3.5, 7], form),
  "currency behind, with a decimal comma": number(["52,5 €", "3,25 €"], [52.5, 3.25], form),
  "per cent": number(["2.1%", "7.4 %"], [2.1, 7.4], form),
  "some with a per cent sign are no numbers": text(["2.1%", "7.4"]),
  "two currencies are no numbers": text(["$5", "€6"]),
  "truth values": { texts: ["TRUE", "false", "True", ""], type: "boolean", values: [true, false, true, null] },
  "truth values beside another word": text(["TRUE", "false", "0"]),
  "ISO dates": date(["2024-01-31", "2024-02", ""], ["2024-01-31", "2024-02-01", null]),
  "ISO dates with times": date(
    ["2024-01-31", "2024-01-31 21:55", "2024-01-31T21:55:30"],
    ["2024-01-31", "2024-01-31T21:55Z", "2024-01-31T21:55:30Z"],
  ),
  "times with a zone": date(
    ["2024-01-31 21:55+02:00", "2024-01-31T21:55:30Z"],
    ["2024-01-31T19:55Z", "2024-01-31T21:55:30Z"],
  ),
  "times with a zone beside times without one": date(
    ["2024-01-31 21:55", "2024-01-31T21:55:30+0200"],
    ["2024-01-31T21:55Z", "2024-01-31T19:55:30Z"],
    "mixed-zones",
  ),
  "day first": date(["01/02/2021", "13/02/2021"], ["2021-02-01", "2021-02-13"], form),
  "month first": date(["01/02/2021", "02/13/2021"], ["2021-01-02", "2021-02-13"], form),
  "day first with points": date(["1.2.2021", "3.4.2021 08:30"], ["2021-02-01", "2021-04-03T08:30Z"], form),
  "year first with slashes and times": date(
    ["2001/01/14 21:55", "2001/01/15"],
    ["2001-01-14T21:55Z", "2001-01-15"],
    form,
  ),
  "month names": date(["Jun 12 1998", "July 4, 1998"], ["1998-06-12", "1998-07-04"], form),
  "month names with a line break inside are no dates": text(["Jun 12\r, 1998", "July 4, 1998"]),
  "month names in the middle": date(["12 Jun 1998", "4-Jul-1998"], ["1998-06-12", "1998-07-04"], form),
  "hours of two halves": date(
    ["13/02/2021 12:30 AM", "14/02/2021 1:05 pm"],
    ["2021-02-13T00:30Z", "2021-02-14T13:05Z"],
    form,
  ),
  "day or month first": text(["01/02/2021", "03/04/2021"], ["01/02/2021", "03/04/2021"], "day-or-month"),
  "words, trimmed": text([" <=50K", "<=50K ", "NA", "none"], ["<=50K", "<=50K", null, "none"]),
  "NA among codes": text(["NA", "EU", "AS"], [null, "EU", "AS"], "missing-word"),
};

const names = Object.keys(cases);
const LONGEST = Math.max(...Object.values(cases).map(({ texts }) => texts.length));

/** All cases as one table; shorter columns end in empty cells. */
function cell(name: string, row: number): string {
  return cases[name].texts[row] ?? "";
}
const rows = Array.from({ length: LONGEST }, (_, row) =>
  Object.fromEntries(names.map((name) => [name, cell(name, row)])),
);

function csv(delimiter: string): string {
  const quoted = (value: string): string => `"${value}"`;
  return [names, ...rows.map((row) => Object.values(row))]
    .map((line) => `${line.map(quoted).join(delimiter)}\n`)
    .join("");
}

/** The values of a column as a case names them. */
function valuesOf(column: Column): unknown[] {
  return Array.from(column.values as ArrayLike<number | string | boolean | null>, (value) => {
    if (value === null || Number.isNaN(value)) return null;
    return column.type === "date" ? new Date(Number(value)).toISOString() : value;
  });
}

function contents(table: Table): object {
  return Object.fromEntries(
    table.columns.map((column) => [
      column.name,
      { type: column.type, values: valuesOf(column), note: noteOf(table, column.name) },
    ]),
  );
}

function noteOf(table: Table, name: string): string | undefined {
  return table.notes?.find(({ columns }) => columns.includes(name))?.code;
}

const expected = Object.fromEntries(
  names.map((name) => {
    const { type, values, note } = cases[name];
    const padded = Array.from({ length: LONGEST }, (_, row) => values[row] ?? null);
    return [name, { type, values: padded, note }];
  }),
);

async function parquet(path: string, source: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (FROM read_csv('${source}', all_varchar = true, delim = ',', quote = '"')) TO '${path}'`);
  connection.closeSync();
  instance.closeSync();
}

test("the same texts make the same columns from every source", async () => {
  const folder = await folderOf({
    "t.csv": csv(","),
    "t.tsv": csv("\t"),
    "semicolon.csv": csv(";"),
    "t.json": JSON.stringify(rows),
    "t.ndjson": rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  });
  await parquet(folder.file("t.parquet"), folder.file("t.csv"));
  const sql = `SELECT * FROM read_csv('${folder.file("t.csv")}', all_varchar = true)`;
  const sources = { memory: tableFromRows(rows) } as Record<string, Table>;
  sources.columns = tableFromColumns(Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])));
  for (const file of ["t.csv", "t.tsv", "semicolon.csv", "t.json", "t.ndjson", "t.parquet"]) {
    sources[file] = await readTable(folder.file(file));
  }
  sources.sql = await readTable({ sql });
  for (const [source, table] of Object.entries(sources)) expect(contents(table), source).toEqual(expected);
});

test("a column of nothing but a number that means a missing value is the same from every source, and so is one with words beside it", async () => {
  const given = [
    { empty: -999, mixed: -999, big: -999, y: 1 },
    { empty: -999, mixed: "a", big: -999, y: 2 },
  ];
  const folder = await folderOf({
    "t.csv": "empty,mixed,big,y\n-999,-999,-999.0,1\n-999,a,-999.0,2\n",
    "t.json": JSON.stringify(given),
    "texts.json": JSON.stringify(given.map((row) => ({ ...row, empty: "-999", mixed: `${row.mixed}`, big: "-999.0" }))),
  });
  const missing = ["-999"];
  const sql =
    "SELECT * FROM (VALUES (-999, '-999', -999::BIGINT, 1), (-999, 'a', -999, 2)) AS given(empty, mixed, big, y)";
  const tables = {
    memory: tableFromRows(given, { missing }),
    bigints: tableFromRows(
      given.map((row) => ({ ...row, big: -999n })),
      { missing },
    ),
    sql: await readTable({ sql }, { missing }),
    nulls: await readTable({
      sql: "SELECT NULL::DOUBLE AS empty, x AS mixed, NULL::BOOLEAN AS big, y FROM (VALUES (NULL, 1), ('a', 2)) AS given(x, y)",
    }),
    ...Object.fromEntries(
      await Promise.all(
        ["t.csv", "t.json", "texts.json"].map(async (file) => [file, await readTable(folder.file(file), { missing })]),
      ),
    ),
  };
  for (const [source, table] of Object.entries<Table>(tables)) {
    const found = Object.fromEntries(
      table.columns.map((column) => [`${column.name}: ${column.type}`, valuesOf(column)]),
    );
    expect(found, source).toEqual({
      "empty: text": [null, null],
      "mixed: text": [null, "a"],
      "big: text": [null, null],
      "y: number": [1, 2],
    });
  }
});

test("rows to predict are read as the rows that the encoder was fitted on", () => {
  const table = tableFromRows(rows);
  const { encoder } = fitEncoder(table, { exclude: [] });
  expect(encoder.columns.length).toBeGreaterThan(30);
  expect(encodeTable(encoder, tableForEncoder(encoder, rows))).toEqual(encodeTable(encoder, table));
});

test("a truth value is no number and is refused in a column of numbers, from every source", async () => {
  const folder = await folderOf({
    "t.csv": "x,y\n1,1\n2,2\ntrue,3\n4,4\n",
    "t.json": '[{"x":1,"y":1},{"x":2,"y":2},{"x":true,"y":3},{"x":4,"y":4}]',
    "all.json": '[{"x":true,"y":1},{"x":false,"y":2},{"x":true,"y":3},{"x":false,"y":4}]',
  });
  const types = { x: "number" } as const;
  const told = (row: number): RegExp =>
    new RegExp(`"x" is a number column with the (boolean true|text "true") in row ${row}\\.`);
  const mixed = [1, 2, true, 4];
  await expect(readTable(folder.file("t.csv"), { types })).rejects.toThrow(told(3));
  await expect(readTable(folder.file("t.json"), { types })).rejects.toThrow(told(3));
  await expect(readTable(folder.file("all.json"), { types })).rejects.toThrow(told(1));
  await expect(readTable({ sql: "SELECT true AS x, 1 AS y" }, { types })).rejects.toThrow(told(1));
  expect(() => tableFromColumns({ x: mixed }, { types })).toThrow(told(3));
  expect(() => tableFromRows([{ x: "1" }, { x: "true" }], { types })).toThrow(told(2));
  const { encoder } = fitEncoder(tableFromColumns({ x: [1, 2, 3] }), { exclude: [] });
  expect(() => tableForEncoder(encoder, [{ x: true }])).toThrow(told(1));
  expect(() => encodeTable(encoder, tableFromColumns({ x: [true, false] }))).toThrow(/"x"/);
});

test("times from memory without a zone beside dates of the language are noted", () => {
  const { notes = [] } = tableFromColumns({ when: [new Date(0), "2024-01-31 21:55", "2024-02-01 10:00"] });
  expect(notes.map(({ message }) => message)).toEqual([
    'Some times of when have a time zone and some do not: "2024-01-31 21:55" is read as UTC. Add the time zone to each.',
  ]);
  expect(tableFromColumns({ when: [new Date(0), "2024-01-31T21:55Z"] }).notes).toBeUndefined();
});

test("a list or an object in a column is refused with column, row and remedy, from every source", async () => {
  const given = [
    { x: 1, list: null, object: null, mixed: "a" },
    { x: 2, list: [1, 2], object: { k: 1 }, mixed: { k: 1 } },
  ];
  const folder = await folderOf({
    "t.json": JSON.stringify(given),
    "t.ndjson": given.map((row) => `${JSON.stringify(row)}\n`).join(""),
  });
  const nested = `(VALUES (1, NULL, NULL, '"a"'::JSON), (2, [1, 2], {'k': 1}, '{"k": 1}'))`;
  const sql = `SELECT * FROM ${nested} AS given(x, list, object, mixed)`;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${sql}) TO '${folder.file("t.parquet")}'`);
  connection.closeSync();
  instance.closeSync();
  const files = ["t.json", "t.ndjson", "t.parquet"].map((file) => folder.file(file));
  const readers = {
    rows: async (types: ColumnRoles) => tableFromRows(given as unknown as Row[], { types }),
    sql: (types: ColumnRoles) => readTable({ sql }, { types }),
    ...Object.fromEntries(files.map((path) => [path, (types: ColumnRoles) => readTable(path, { types })])),
  };
  const skipped: ColumnRoles = { list: "skip", object: "skip", mixed: "skip" };
  for (const [source, reader] of Object.entries(readers)) {
    for (const [name, found] of Object.entries({ list: "a list", object: "an object", mixed: "an object" })) {
      const { [name]: _, ...others } = skipped;
      const types: ColumnRoles = name === "mixed" ? { ...others, mixed: "category" } : others;
      await expect(reader(types), `${source}: ${name}`).rejects.toThrow(
        `column "${name}" holds ${found} in row 2. Expected a number, a text, true or false, a date, or nothing. ` +
          `Put the parts you need into separate columns, or leave the column out: types: { "${name}": "skip" }.`,
      );
    }
    expect(
      (await reader(skipped)).columns.map(({ name }) => name),
      source,
    ).toEqual(["x"]);
  }
});

test("a nested value in a column that is only copied, or that a model does not use, is no fault", async () => {
  const folder = await folderOf({ "t.json": '[{"x": 1, "tags": ["a", "b"]}]' });
  for (const source of [folder.file("t.json"), { sql: "SELECT 1 AS x, ['a', 'b'] AS tags" }]) {
    const table = await readTable(source, { columns: ["x"], copy: ["tags"] });
    expect(table.copied).toEqual([{ name: "tags", type: "text", values: ['["a","b"]'] }]);
  }
});
