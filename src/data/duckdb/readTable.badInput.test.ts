/** Everything that can be wrong with a source, each with the message that names it. */
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { sharedFolder } from "../../../test/folder.ts";
import { DataError, DescriptionError } from "../../errors.ts";
import type { ReadOptions } from "../readOptions.ts";
import { literal, withDatabase } from "./database.ts";
import { readTable, type TableSource } from "./readTable.ts";

const shared = await sharedFolder();
const folder = shared.path;
const fileOf = (name: string, content: string | Uint8Array): Promise<string> => shared.write(name, content);

/** The message of a refusal, with the folder's name taken out; its class and its one paragraph are checked here. */
async function refusal(source: TableSource, options?: ReadOptions): Promise<string> {
  const error: unknown = await readTable(source, options).then(
    () => "it was read",
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(DataError);
  const { message } = error as DataError;
  expect(message).not.toContain("\n");
  return message.replaceAll(`${folder}/`, "").replaceAll(folder, ".");
}

async function refusalOf(name: string, content: string | Uint8Array, options?: ReadOptions): Promise<string> {
  return refusal(await fileOf(name, content), options);
}

test("no such file: the nearest name in that folder, or the folder that is missing", async () => {
  await fileOf("near/penguins.csv", "a\n1\n");
  expect(await refusal(join(folder, "near/pengins.csv"))).toBe(
    'Cannot read "near/pengins.csv": there is no such file. Did you mean "penguins.csv"?',
  );
  expect(await refusal(join(folder, "near/x.parquet"))).toBe(
    'Cannot read "near/x.parquet": there is no such file. Check the path.',
  );
  expect(await refusal(join(folder, "far/x.csv"))).toBe('Cannot read "far/x.csv": there is no folder "far".');
});

test("a folder: how to name the files in it", async () => {
  await fileOf("inside/a.csv", "a\n1\n");
  expect(await refusal(join(folder, "inside"))).toBe(
    'Cannot read "inside": it is a folder. Give a file in it, or several by a pattern: "inside/*.csv".',
  );
});

test("a pattern that nothing matches", async () => {
  expect(await refusal(join(folder, "*.nothing"))).toBe(
    'Cannot read "*.nothing": no file matches the pattern. Check it in the current folder.',
  );
});

test("an address of the web", async () => {
  expect(await refusal("https://example.com/a.csv")).toBe(
    'Cannot read "https://example.com/a.csv": only local files are read. Download it first, then give the file.',
  );
});

// Root may read every file, whatever its mode says.
test.skipIf(process.getuid?.() === 0)("a file that may not be read", async () => {
  const path = await fileOf("closed.csv", "a\n1\n");
  await chmod(path, 0);
  expect(await refusal(path)).toContain("it is not permitted");
});

test.each(["empty.csv", "empty.json", "empty.tsv", "empty.ndjson", "empty"])("an empty file: %s", async (name) => {
  expect(await refusalOf(name, "")).toBe(`Cannot read "${name}": it is empty. Expected a table of data.`);
});

test("an empty file inside gzip", async () => {
  expect(await refusalOf("empty.csv.gz", gzipSync(""))).toContain("it is empty");
});

test("no rows", async () => {
  for (const content of ["a,b", "a,b\n", "a,b\r\n\r\n"]) {
    expect(await refusalOf("header.csv", content)).toBe('Cannot read "header.csv": it has a header but no rows.');
  }
  for (const content of ["[]", " [ ]\n", "\n"]) {
    expect(await refusalOf("none.json", content)).toBe('Cannot read "none.json": it holds no rows.');
  }
  const path = join(folder, "none.parquet");
  await withDatabase((database) => database.run(`COPY (SELECT 1 AS a WHERE false) TO ${literal(path)}`));
  expect(await refusal(path)).toBe('Cannot read "none.parquet": it has a header but no rows.');
  expect(await refusal({ sql: "SELECT 1 AS a WHERE false" })).toBe("Cannot run the SQL query: it returns no rows.");
});

test("ragged rows: the line, the values expected and found", async () => {
  expect(await refusalOf("ragged.csv", "a,b,c\n1,2,3\n4,5\n6,7,8\n")).toBe(
    'Cannot read "ragged.csv": line 3 has 2 values, but the header names 3 columns. ' +
      'Correct the line, or give the delimiter if it is not ",": option delimiter.',
  );
  expect(await refusalOf("ragged.tsv", "a\tb\n1\t2\n3\t4\t5\n", { delimiter: "\\t" })).toBe(
    'Cannot read "ragged.tsv": line 3 has 3 values, but the header names 2 columns. Correct the line.',
  );
  expect(await refusalOf("ragged.csv.gz", gzipSync(`a,b\n${"1,2\n".repeat(50_000)}1\n`))).toContain(
    "line 50002 has 1 value, but the header names 2 columns",
  );
});

test("quotes that are not closed, and text after those that are", async () => {
  expect(await refusalOf("quote.csv", 'a,b\n1,"x\n2,y\n3,z\n')).toBe(
    'Cannot read "quote.csv": a quote (") opens in line 2 and is never closed. Close it, or remove it.',
  );
  expect(await refusalOf("quote.csv", 'a,b\n1,"x\n2,y"z\n')).toBe(
    'Cannot read "quote.csv": the value in quotes that begins in line 2 is closed in line 3, but text follows it. Write quotes inside quotes twice: "".',
  );
});

test("two columns of one name", async () => {
  expect(await refusalOf("twice.csv", "a,b,a\n1,2,3\n")).toBe(
    'Cannot read "twice.csv": columns 1 and 3 have the same name, "a". ' +
      "Rename one in line 1; or, if the file has no header, read it with header: false.",
  );
  expect(await refusalOf("twice.ndjson", '{"a": 1, "a": 2}\n')).toBe(
    'Cannot read "twice.ndjson": the object in line 1 has the key "a" twice. Rename or remove one.',
  );
  expect(await refusal({ sql: "SELECT 1 AS a, 2 AS b, 3 AS a" })).toBe(
    'Cannot run the SQL query: two of its columns are named "a". ' +
      "Name the columns in the SELECT, with AS for one of them; or join with USING.",
  );
});

test("a first line that names nothing", async () => {
  expect(await refusalOf("blank.csv", "\n\na,b\n1,2\n")).toContain("its lines up to 2 are blank");
});

test("another encoding than UTF-8: the line, and the option", async () => {
  const remedy = 'is not UTF-8 text. Give the encoding it was saved in, for example encoding: "latin-1".';
  const line3 = Buffer.from("a,b\n1,x\n2,caf\xe9\n3,y\n", "latin1");
  expect(await refusalOf("latin.csv", line3)).toBe(`Cannot read "latin.csv": line 3 ${remedy}`);
  expect(await refusalOf("latin.csv.gz", gzipSync(line3))).toBe(`Cannot read "latin.csv.gz": line 3 ${remedy}`);
  expect(await refusalOf("header.csv", Buffer.from("n\xe4me\n1\n", "latin1"))).toBe(
    `Cannot read "header.csv": line 1 ${remedy}`,
  );
  expect(await refusalOf("latin.json", Buffer.from('[{"a": 1},\n{"a": "\xe9"}]', "latin1"))).toBe(
    `Cannot read "latin.json": line 2 ${remedy}`,
  );
  expect(await refusalOf("wide.csv", Buffer.from("\uFEFFa,b\n1,2\n", "utf16le"))).toBe(
    'Cannot read "wide.csv": it is UTF-16 text. Give its encoding: encoding: "utf-16le".',
  );
  expect(await refusalOf("utf8.csv", Buffer.from([0x61, 0x0a, 0x81, 0x20]), { encoding: "shift_jis" })).toContain(
    "it is not shift_jis text",
  );
});

test("no text at all", async () => {
  expect(await refusalOf("table.xlsx", Buffer.from("PK\u0003\u0004\0\0\0"))).toBe(
    'Cannot read "table.xlsx": it holds binary data. Expected text (CSV, TSV, JSON, NDJSON) or a file named .parquet: export the table as one of these.',
  );
});

test("damaged gzip, which DuckDB would read to where it breaks", async () => {
  const whole = gzipSync(`a,b\n${Array.from({ length: 20_000 }, (_, row) => `${row},${Math.sin(row)}`).join("\n")}\n`);
  expect(await refusalOf("cut.csv.gz", whole.subarray(0, whole.length / 2))).toBe(
    'Cannot read "cut.csv.gz": its gzip compression is damaged or incomplete (unexpected end of file). Copy or download it again.',
  );
  expect(await refusalOf("plain.csv.gz", "a,b\n1,2\n")).toContain("is damaged or incomplete (incorrect header check)");
  expect(await refusalOf("t.parquet.gz", gzipSync("PAR1"))).toContain("Decompress it first: gunzip t.parquet.gz.");
});

test("what is not JSON: line, column, what was expected and found", async () => {
  expect(await refusalOf("bad.json", '[{"a": 1},\n {"a": 2,]')).toBe(
    'Cannot read "bad.json": it is not valid JSON in line 2, column 10: expected a name in quotes, found "]".',
  );
  expect(await refusalOf("bad.ndjson", '{"a": 1}\n{"a": 2\n{"a": 3}\n')).toBe(
    'Cannot read "bad.ndjson": it is not valid JSON in line 2, column 8: expected "," or }, found the end.',
  );
});

test("JSON that is no list of objects", async () => {
  const objects = 'Expected an object for each row: [{"name": value, …}, …], or one per line.';
  for (const content of ["[1, 2]", "3", '[{"a": 1}, 2]', "[[1, 2], [3, 4]]"]) {
    expect(await refusalOf("values.json", content)).toBe(
      `Cannot read "values.json": it holds values that are not objects. ${objects}`,
    );
  }
  expect(await refusalOf("lists.json", '{"a": [1, 2], "b": [3, 4]}')).toBe(
    'Cannot read "lists.json": it holds one object of lists. Expected a list of objects, one for each row: [{…}, {…}].',
  );
});

test("what is no Parquet, or half of one", async () => {
  expect(await refusalOf("bad.parquet", "a,b\n1,2\nnot at all\n")).toContain(
    'Cannot read "bad.parquet": it is not a complete Parquet file. Copy or download it again, or export it again. (',
  );
  const path = join(folder, "whole.parquet");
  await withDatabase((database) => database.run(`COPY (FROM range(5000)) TO ${literal(path)}`));
  const bytes = await readFile(path);
  expect(await refusalOf("half.parquet", bytes.subarray(0, bytes.length / 2))).toContain("not a complete Parquet file");
  expect(await refusalOf("holes.parquet", Buffer.from(bytes).fill(0x55, 100, 2000))).toContain(
    "not a complete Parquet file",
  );
});

test("bad SQL: DuckDB's reason and the place", async () => {
  const path = literal(await fileOf("ok.csv", "a,b\n1,2\n"));
  expect(await refusal({ sql: "SELEC 1" })).toBe(
    'Cannot run the SQL query, line 1, column 1: syntax error at or near "SELEC".',
  );
  expect(await refusal({ sql: `SELECT\n  c FROM ${path}` })).toBe(
    'Cannot run the SQL query, line 2, column 3: Referenced column "c" not found in FROM clause! Candidate bindings: "a".',
  );
  expect(await refusal({ sql: "SELECT\n  CAST('x' AS INTEGER) AS a" })).toBe(
    "Cannot run the SQL query, line 2, column 3: Could not convert string 'x' to INT32.",
  );
  expect(await refusal({ sql: `FROM '${join(folder, "no.csv")}'` })).toBe(
    'Cannot run the SQL query: No files found that match the pattern "no.csv".',
  );
  expect(await refusal({ sql: " " })).toBe("Cannot run the SQL query: it is empty. Expected a SELECT.");
});

test("a query from a file of an unknown kind names the functions that read files", async () => {
  const path = await fileOf("birds.sqlite", "SQLite format 3\0");
  expect(await refusal({ sql: `SELECT * FROM ${literal(path)}` })).toBe(
    'Cannot run the SQL query: the name of "birds.sqlite" does not show what kind of file it is. Name the function that ' +
      "reads it, such as read_csv('data.txt'), read_json or read_parquet; export other kinds as one of these first.",
  );
});

test("SQL that is not one SELECT is not run", async () => {
  const path = join(folder, "written.csv");
  expect(await refusal({ sql: `COPY (SELECT 1) TO ${literal(path)}` })).toBe(
    "Cannot run the SQL query: expected one SELECT, found another statement.",
  );
  expect(await refusal({ sql: `SELECT 1 AS a; COPY (SELECT 1) TO ${literal(path)}` })).toBe(
    "Cannot run the SQL query: expected one SELECT, found 2 statements.",
  );
  expect(await refusal(path)).toContain("there is no such file");
  expect(await refusal({ sql: "SELECT ? AS a" })).toContain("it has a placeholder");
});

test("an infinite number: the row and the column", async () => {
  expect(await refusalOf("infinite.csv", "a,b\n1,2\n3,inf\n")).toBe(
    'In infinite.csv: column "b" holds an infinite number, "inf", in row 2. Expected finite numbers: correct the value, or leave it empty.',
  );
  expect(await refusalOf("infinite.json", '[{"a": 1}, {"a": -1e400}]')).toContain(
    'column "a" holds an infinite number',
  );
  expect(await refusal({ sql: "SELECT 1.0 / 0 AS a" })).toContain(
    'column "a" holds an infinite number, Infinity, in row 1',
  );
});

test("a number column with a text in it: row and value, of several files also the file", async () => {
  const numbers = "1\n".repeat(20);
  const message = 'column "a" is a number column with the text "abc" in row';
  expect(await refusalOf("text.csv", `a\n${numbers}abc\n${numbers}`)).toContain(`In text.csv: ${message} 21.`);
  expect(await refusalOf("short.csv", "a\n1\nabc\n", { types: { a: "number" } })).toContain(`${message} 2.`);
  await fileOf("texts/a.csv", `a\n${numbers}`);
  await fileOf("texts/b.csv", "a\n1\nabc\n");
  expect(await refusal(join(folder, "texts/*.csv"))).toMatch(
    /In texts\/\*\.csv: .* in row 22\..* \(Row 22 is row 2 of texts\/b\.csv\.\)$/,
  );
});

test("files of a pattern with other columns, or with types that have none in common", async () => {
  await fileOf("differ/a.csv", "x,y\n1,2\n");
  await fileOf("differ/b.csv", "x,z\n1,2\n");
  expect(await refusal(join(folder, "differ/*.csv"))).toBe(
    'Cannot read "differ/b.csv": it has no column "y", unlike "differ/a.csv", which is read with it. Expected the same columns in every file.',
  );
  await fileOf("more/a.csv", "x\n1\n");
  await fileOf("more/b.csv", "x,z\n1,2\n");
  expect(await refusal(join(folder, "more/*.csv"))).toContain(
    '"more/b.csv": it has the column "z", unlike "more/a.csv"',
  );
  await withDatabase(async (database) => {
    await database.run(`COPY (SELECT DATE '2024-01-31' AS x) TO '${folder}/kinds1.parquet'`);
    await database.run(`COPY (SELECT 1.5 AS x) TO '${folder}/kinds2.parquet'`);
  });
  expect(await refusal(join(folder, "kinds*.parquet"))).toMatch(
    /^Cannot read "kinds\*\.parquet": column "x" is of type date in .*kinds1/,
  );
});

test("a column that is neither number, text, date nor truth value, unless it is left out", async () => {
  const sql = "SELECT 'a'::BLOB AS picture, 1 AS x";
  expect(await refusal({ sql })).toContain('In the SQL query: column "picture" is of type BLOB. Expected numbers');
  expect((await readTable({ sql }, { types: { picture: "skip" } })).columns).toHaveLength(1);
});

test("a type or a choice of a column that is not there: the nearest name", async () => {
  const path = await fileOf("names.csv", "species,island\na,b\n");
  expect(await refusal(path, { types: { specis: "category" } })).toBe(
    'In names.csv: no column "specis". Did you mean "species"? Its columns: species, island.',
  );
  expect(await refusal(path, { columns: ["islnd"] })).toContain('no column "islnd". Did you mean "island"?');
});

test("options that mean nothing", async () => {
  const path = await fileOf("ok.csv", "a,b\n1,2\n");
  await expect(readTable(path, { delimiter: "ab" })).rejects.toThrow(DescriptionError);
  await expect(readTable(path, { encoding: "klingon" })).rejects.toThrow('Unknown encoding "klingon". Known: utf-8');
});
