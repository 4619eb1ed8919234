import { mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { sharedFolder } from "../../../test/folder.ts";
import type { ReadOptions } from "../readOptions.ts";
import { column, tableFromRows } from "../rows.ts";
import type { Row, Table } from "../table.ts";
import { literal, withDatabase } from "./database.ts";
import { readTable } from "./readTable.ts";

const files = await sharedFolder();
const folder = files.path;
const fileOf = (name: string, content: string | Uint8Array): Promise<string> => files.write(name, content);

async function read(name: string, content: string | Uint8Array, options?: ReadOptions): Promise<Table> {
  return readTable(await fileOf(name, content), options);
}

async function parquetOf(name: string, query: string): Promise<string> {
  const path = join(folder, name);
  await withDatabase((database) => database.run(`COPY (${query}) TO ${literal(path)} (FORMAT parquet)`));
  return path;
}

/** Every column as "name: type" → values. */
function contents({ columns }: Table): Record<string, unknown[]> {
  return Object.fromEntries(columns.map(({ name, type, values }) => [`${name}: ${type}`, [...values]]));
}

const JANUARY = Date.UTC(2024, 0, 31);
const NOON = Date.UTC(2024, 1, 1, 12);

/** One table in every format. */
const expected = {
  "n: number": [1, -2.5, Number.NaN],
  "t: text": ["a", null, "c, d"],
  "b: boolean": [true, false, null],
  "d: date": [JANUARY, NOON, Number.NaN],
};
const csv = 'n,t,b,d\n1,a,true,2024-01-31\n-2.5,NA,False,2024-02-01T12:00Z\n?,"c, d",,\n';
const rows = [
  { n: 1, t: "a", b: true, d: "2024-01-31" },
  { n: -2.5, t: null, b: false, d: "2024-02-01T12:00Z" },
  { n: null, t: "c, d", b: null, d: null },
];
const ndjson = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const parquet = `VALUES (1.0, 'a', true, TIMESTAMP '2024-01-31'), (-2.5, 'NA', false, TIMESTAMP '2024-02-01 12:00'),
  (NULL, 'c, d', NULL, NULL)`;

test.each([
  ["t.csv", csv],
  ["t.tsv", csv.replaceAll(",", "\t").replace('"c\t d"', "c, d")],
  ["t.txt", csv],
  ["t.csv.gz", gzipSync(csv)],
  ["t.json", JSON.stringify(rows, undefined, 2)],
  ["t.ndjson", ndjson],
  ["t.jsonl", ndjson],
  ["t.json.gz", gzipSync(JSON.stringify(rows))],
  ["t.ndjson.gz", gzipSync(ndjson)],
])("reads %s", async (name, content) => {
  const table = await read(name, content);
  expect(contents(table)).toEqual(expected);
  expect(table).toMatchObject({ source: join(folder, name), rows: 3 });
});

test("reads Parquet, and the same of it through SQL", async () => {
  const path = await parquetOf("t.parquet", `FROM (${parquet}) AS t(n, t, b, d)`);
  expect(contents(await readTable(path))).toEqual(expected);
  const table = await readTable({ sql: `SELECT * FROM ${literal(path)} -- all of it` });
  expect(contents(table)).toEqual(expected);
  expect(table).toMatchObject({ source: "the SQL query", rows: 3 });
});

test("an SQL query may join files and name its columns as it likes", async () => {
  const left = await fileOf("left.csv", "id,x\n1,10\n2,20\n");
  const right = await fileOf("right.json", '[{"id": 2, "y": "b"}, {"id": 1, "y": "a"}]');
  const sql = `SELECT x AS "X", y, x * 2 AS x FROM ${literal(left)} JOIN ${literal(right)} USING (id) ORDER BY x DESC;`;
  expect(contents(await readTable({ sql }))).toEqual({
    "X: number": [20, 10],
    "y: text": ["b", "a"],
    "x: number": [40, 20],
  });
});

test("an SQL query over CSV takes the usual words for missing values too", async () => {
  const path = await fileOf("words.csv", "x,y\n1,a\nNA,b\n");
  expect(contents(await readTable({ sql: `FROM ${literal(path)}` }))).toEqual({
    "x: number": [1, Number.NaN],
    "y: text": ["a", "b"],
  });
});

test("every type of DuckDB's comes out as one of ours", async () => {
  const sql = `SELECT 1::TINYINT AS a, 2::UHUGEINT AS b, 1.25::DECIMAL(5, 2) AS c, 0.5::FLOAT AS d, 'x'::ENUM('x', 'y') AS e,
    DATE '1970-01-02' AS f, TIME '00:00:01.5' AS g, TIMESTAMP_NS '1970-01-01 00:00:00.001' AS h,
    TIMESTAMPTZ '1970-01-01 01:00:00+01:00' AS i, INTERVAL 2 DAY AS j, NULL::INTEGER[] AS k, NULL::STRUCT(u INTEGER) AS l, NULL AS m,
    '6d9f8bb2-0000-4000-8000-000000000000'::UUID AS n, '"v"'::JSON AS o`;
  expect(contents(await readTable({ sql }))).toEqual({
    "a: number": [1],
    "b: number": [2],
    "c: number": [1.25],
    "d: number": [0.5],
    "e: text": ["x"],
    "f: date": [86_400_000],
    "g: date": [1500],
    "h: date": [1],
    "i: date": [0],
    "j: number": [172_800], // an interval is its seconds
    "k: text": [null],
    "l: text": [null],
    "m: text": [null], // a column without a value
    "n: text": ["6d9f8bb2-0000-4000-8000-000000000000"],
    "o: text": ["v"],
  });
});

test("reads the files of a pattern in the order of their names, whatever the order of their columns", async () => {
  await fileOf("many/b.csv", "y,x\nq,2\n");
  await fileOf("many/a.csv", "x,y\n1,p\n");
  await fileOf("many/c.json", '[{"x": 2.5, "y": "r"}]');
  const table = await readTable(join(folder, "many/*"));
  expect(contents(table)).toEqual({ "x: number": [1, 2, 2.5], "y: text": ["p", "q", "r"] });
});

test("what is text in one file and a number in another is text, as within one file", async () => {
  await fileOf("kinds/a.json", '[{"x": "o", "y": 1}, {"x": "p", "y": "q"}]');
  await fileOf("kinds/b.json", '[{"x": 1, "y": "r"}]');
  expect(contents(await readTable(join(folder, "kinds/*.json")))).toEqual({
    "x: text": ["o", "p", "1"],
    "y: text": ["1", "q", "r"],
  });
});

test("a file whose name looks like a pattern is that file", async () => {
  await fileOf("odd/data1.csv", "x\n1\n");
  expect(contents(await read("odd/data[1]*.csv", "x\n2\n"))).toEqual({ "x: number": [2] });
  expect(contents(await read("odd/it's.csv", "x\n3\n"))).toEqual({ "x: number": [3] });
});

test("keeps the order of the rows, however many threads read them", async () => {
  const count = 150_000; // more than DuckDB's row groups of 122,880 rows
  const lines = Array.from({ length: count }, (_, row) => `${row},${row % 3 === 0 ? "" : row}`);
  const table = await read("long.csv", `x,y\n${lines.join("\n")}\n`);
  const x = column(table, "x").values;
  const y = column(table, "y").values;
  expect(table.rows).toBe(count);
  for (let row = 0; row < count; row++) {
    if (x[row] !== row || !Object.is(y[row], row % 3 === 0 ? Number.NaN : row)) throw new Error(`row ${row} is wrong`);
  }
});

test("a column is numbers only if all of it is, to the last row", async () => {
  const few = await read("late.csv", `x\n${"1\n".repeat(8)}x\n`);
  expect(contents(few)).toEqual({ "x: text": [..."11111111x"] });
  await expect(read("late.csv", `x\n${"1\n".repeat(50_000)}x\n`)).rejects.toThrow(
    'column "x" is a number column with the text "x" in row 50001',
  );
});

test("what a column begins with does not decide what it is", async () => {
  const above = 3000;
  const { columns } = await read("begins.csv", `a;b;c\n${"2;NA;3\n".repeat(above)}1,5;7;1.5\n`);
  expect(columns.map(({ type, values }) => [type, values[0], values[above]])).toEqual([
    ["number", 2, 1.5],
    ["number", Number.NaN, 7],
    ["number", 3, 1.5],
  ]);
});

test("takes spaces around values away; a column without any value is text", async () => {
  expect(contents(await read("spaces.csv", "a, b ,c\n 1 , x ,\n 2, NA ,\n"))).toEqual({
    "a: number": [1, 2],
    "b: text": ["x", null],
    "c: text": [null, null],
  });
});

test("numbers are decimal numbers, as everywhere else: 1_000 is a text", async () => {
  expect(contents(await read("numbers.csv", "a,b,c\n+1.5e3,1_000,.5\n-0,2,5.\n"))).toEqual({
    "a: number": [1500, -0],
    "b: text": ["1_000", "2"],
    "c: number": [0.5, 5],
  });
});

test("where semicolons separate values, commas may separate decimals", async () => {
  expect(contents(await read("comma.csv", "a;b;c\n1,5;1.5;1,5\n2;2;1.5\n"))).toEqual({
    "a: number": [1.5, 2],
    "b: number": [1.5, 2],
    "c: text": ["1,5", "1.5"],
  });
  expect(contents(await read("comma.csv", 'a,b\n"1,5",1\n'))).toEqual({ "a: number": [1.5], "b: number": [1] });
});

test("a number that means a missing value changes nothing in how the other numbers are read", async () => {
  for (const options of [{}, { missing: ["-999"] }]) {
    expect(contents(await read("point.csv", "a;b\n1.5;1,234\n2.5;5,678\n", options))).toEqual({
      "a: number": [1.5, 2.5],
      "b: number": [1234, 5678],
    });
    const thousands = read("thousands.csv", "a;b\n1.234;0,5\n5.678;0,25\n", options);
    await expect(thousands).rejects.toThrow(/"1.234" is 1.234 .* or 1234 /);
  }
});

test("a point before any number of zeros, and one before an exponent, is a decimal point for the other columns", async () => {
  for (const point of ["2.0", "2.00", "2.0000", "20.", "1.5e3"]) {
    const both = read("both.tsv", `a\tb\tc\n${point}\t0,5\t1,234\n3.0\t1,5\t5,678\n`);
    await expect(both, point).rejects.toThrow(/"1,234" is 1.234 .* or 1234 /);
    expect(contents(await read("one.tsv", `a\tb\n${point}\t1,234\n3.0\t5,678\n`)), point).toMatchObject({
      "b: number": [1234, 5678],
    });
  }
});

test("without names too, commas are decimal commas where another sign separates the values", async () => {
  expect(contents(await read("nameless.csv", "1,5;2,5\n3,5;4,5\n", { header: false }))).toEqual({
    "column1: number": [1.5, 3.5],
    "column2: number": [2.5, 4.5],
  });
});

test("further words for missing values hold in text, and as numbers in numbers", async () => {
  const options: ReadOptions = { missing: ["-999", "it's gone"] };
  expect(contents(await read("gone.csv", "a,b\n1,it's gone\n-999,x\n-999.0,y\n", options))).toEqual({
    "a: number": [1, Number.NaN, Number.NaN],
    "b: text": [null, "x", "y"],
  });
  expect(contents(await read("gone.json", '[{"a": 1}, {"a": -999}]', options))).toEqual({
    "a: number": [1, Number.NaN],
  });
});

test("columns can be given other types, left out, and chosen", async () => {
  const content = "zip,when,sure,n\n01234,2024-01-31,1,5\n00501,2024-01-31,0,NA\n";
  const types = { zip: "category", sure: "boolean", n: "number", when: "skip" } as const;
  expect(contents(await read("types.csv", content, { types }))).toEqual({
    "zip: text": ["01234", "00501"],
    "sure: boolean": [true, false],
    "n: number": [5, Number.NaN],
  });
  expect(contents(await read("types.csv", content, { columns: ["n", "zip"] }))).toEqual({
    "zip: text": ["01234", "00501"],
    "n: number": [5, Number.NaN],
  });
  expect(contents(await read("types.csv", content, { types: { when: "date" }, columns: ["when"] }))).toEqual({
    "when: date": [JANUARY, JANUARY],
  });
});

test("a column may have any name", async () => {
  const names = ["constructor", "__proto__", 'say "x"', "SELECT", "c1", "C1", "été"];
  const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
  const table = await read("names.csv", `${header}\n1,2,3,4,5,6,7\n`);
  expect(table.columns.map(({ name, type, values }) => [name, type, values[0]])).toEqual(
    names.map((name, at) => [name, "number", at + 1]),
  );
});

test("reads other encodings when they are named, and byte order marks without", async () => {
  const text = "näme,x\nçé,1\n";
  const wanted = { "näme: text": ["çé"], "x: number": [1] };
  expect(contents(await read("e.csv", Buffer.from(text, "latin1"), { encoding: "latin-1" }))).toEqual(wanted);
  expect(contents(await read("e.csv", Buffer.from(`\uFEFF${text}`, "utf16le"), { encoding: "utf-16" }))).toEqual(
    wanted,
  );
  expect(contents(await read("e.csv.gz", gzipSync(Buffer.from(text, "latin1")), { encoding: "latin-1" }))).toEqual(
    wanted,
  );
  expect(contents(await read("e.csv", `\uFEFF${text}`))).toEqual(wanted);
  expect(contents(await read("e.json", '\uFEFF[{"näme": "çé", "x": 1}]'))).toEqual(wanted);
});

test("mixed line ends, blank lines and line ends inside quotes do no harm", async () => {
  const wanted = { "a: number": [1, 3, 5], "b: text": ["x\r\ny", "2", "z"] };
  expect(contents(await read("ends.csv", 'a,b\r\n1,"x\r\ny"\r\n3,2\r\n5,z\r\n'))).toEqual(wanted);
  expect(contents(await read("ends.csv", 'a,b\n1,"x\r\ny"\r\n\n3,2\n5,z'))).toEqual(wanted);
  expect(contents(await read("ends.csv", 'a,b\r1,"x\r\ny"\r3,2\r5,z\r'))).toEqual(wanted);
});

test("a delimiter can be given where it would be taken for another", async () => {
  expect(contents(await read("given.csv", "a,b;c\n1,2;3\n", { delimiter: ";" }))).toEqual({
    "a,b: number": [1.2],
    "c: number": [3],
  });
});

test("in JSON, rare keys are columns, and a column of several types is text", async () => {
  const objects = Array.from({ length: 300 }, (_, row) =>
    JSON.stringify({ x: row < 2 ? row : "many", [`k${row}`]: row }),
  );
  const table = await read("sparse.ndjson", objects.join("\n"));
  expect(table.columns).toHaveLength(301);
  expect([...column(table, "k299").values].filter((value) => !Number.isNaN(value))).toEqual([299]);
  expect(column(table, "x").values.slice(0, 3)).toEqual(["0", "1", "many"]);
});

test("only ISO dates are dates in JSON, as everywhere else", async () => {
  expect(contents(await read("dates.json", '[{"a": "01-02-2024", "b": "24-01-02", "c": "2024-01-31"}]'))).toEqual({
    "a: text": ["01-02-2024"],
    "b: text": ["24-01-02"],
    "c: date": [JANUARY],
  });
});

test("the same rows make the same columns from a CSV file, an NDJSON file and memory", async () => {
  const cell = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("1", "-2.5", "true", "2024-01-31", "", "x", "two words", "1e3", 'é,"q"') },
    fc.string({ minLength: 1, maxLength: 5 }),
  );
  const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(table, async (values) => {
      const objects: Row[] = values.map(([a, b, c]) => ({ a: shared(a), b: shared(b), c: shared(c) }));
      const quoted = objects.map((row) =>
        Object.values(row).map((text) => `"${String(text ?? "").replaceAll('"', '""')}"`),
      );
      const wanted = contents(tableFromRows(objects));
      expect(contents(await read("same.csv", `a,b,c\n${quoted.join("\n")}\n`))).toEqual(wanted);
      expect(contents(await read("same.ndjson", objects.map((row) => JSON.stringify(row)).join("\n")))).toEqual(wanted);
    }),
    { seed: 1, numRuns: 20 },
  );
});

/** A text that readers of files would change by their own conventions, as it comes out: trimmed, with null for missing. */
function shared(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" || trimmed === "?" ? null : trimmed;
}

test("leaves nothing behind in the folder for temporary files", async () => {
  const temporary = await mkdtemp(join(folder, "temporary-"));
  vi.stubEnv("TMPDIR", temporary);
  await read("clean.csv.gz", gzipSync(csv));
  await expect(read("clean.csv.gz", gzipSync("a,b\n1\n"))).rejects.toThrow("line 2");
  vi.unstubAllEnvs();
  expect(await readdir(temporary)).toEqual([]);
});
