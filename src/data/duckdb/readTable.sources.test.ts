/** Where a table comes from and how its lines are taken: titles, comments, no header, pipes, odd names, sizes. */
import { execFileSync, spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { sharedFolder } from "../../../test/folder.ts";
import type { ReadOptions } from "../readOptions.ts";
import type { Table } from "../table.ts";
import { literal, withDatabase } from "./database.ts";
import { readTable } from "./readTable.ts";

const shared = await sharedFolder();
const folder = shared.path;
const fileOf = (name: string, content: string | Uint8Array): Promise<string> => shared.write(name, content);

const read = async (name: string, content: string | Uint8Array, options?: ReadOptions): Promise<Table> =>
  readTable(await fileOf(name, content), options);

function contents({ columns }: Table): Record<string, unknown[]> {
  return Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]));
}

const ab = { a: [1, 3], b: ["x", "y"] };

test("a first line sep=; names the delimiter", async () => {
  expect(contents(await read("sep.csv", "sep=;\r\na;b\r\n1;x\r\n3;y\r\n"))).toEqual(ab);
  expect(contents(await read("sep.csv", "sep=:\na:b\n1:x\n3:y\n"))).toEqual(ab);
});

test("title lines are skipped, and comment lines are left out, wherever they are", async () => {
  expect(contents(await read("title.csv", "Sales, all\n\na,b\n1,x\n3,y\n", { skip: 2 }))).toEqual(ab);
  expect(contents(await read("notes.csv", "# by hand\n#\na,b\n1,x\n# more\n3,y\n", { comment: "#" }))).toEqual(ab);
});

test("where the first line is unlike all others, it is blamed, with options that read the file", async () => {
  const titled = "Sales of 2024\na,b\n1,x\n3,y\n";
  await expect(read("titled.csv", titled)).rejects.toThrow(
    "line 1 has 1 value, but the lines after it have 2. If the names of the columns are in line 2, skip the lines before it: skip: 1; " +
      "if no line names the columns: skip: 1 and header: false.",
  );
  expect(contents(await read("titled.csv", titled, { skip: 1 }))).toEqual(ab);
  const commented = "# Sales\na,b\n1,x\n3,y\n";
  await expect(read("commented.csv", commented)).rejects.toThrow(
    'If lines that begin with # are comments: comment: "#"',
  );
  await expect(read("later.csv", "a,b\n1,x\n2,y\n# end\n")).rejects.toThrow(
    'line 4 has 1 value, but the header names 2 columns. Correct the line, or leave out comments: comment: "#"',
  );
});

test("without a header, columns are called by their places", async () => {
  expect(contents(await read("plain.csv", "1,x\n3,y\n", { header: false }))).toEqual({
    column1: [1, 3],
    column2: ["x", "y"],
  });
});

test("names of columns that look like data are noted", async () => {
  const rows = "5.1,3.5,a\n4.9,3.0,a\n6.2,2.9,b\n";
  const { notes } = await read("rows.csv", rows);
  expect(notes).toEqual([
    {
      code: "header-like-data",
      columns: [],
      message:
        'The column names look like data: "5.1", "3.5", "a". If the first line is a row of the table, read it with header: false: the columns are then named column1, column2, ….',
    },
  ]);
  expect((await read("rows.csv", rows, { header: false })).notes).toBeUndefined();
  for (const header of ["country,2019,2020", "0,1,2", "x,y,label"]) {
    expect((await read("named.csv", `${header}\n1,2,c\n3,4,d\n`)).notes, header).toBeUndefined();
  }
});

test("values are those of RFC 4180 where \\r\\n and a lone \\r mix, and where a name holds a line end", async () => {
  expect(contents(await read("mixed.csv", "a,b\r\n1,x\r3,y\n"))).toEqual(ab);
  expect(contents(await read("header.csv", '"a\nb",c\r\n1,x\r\n3,y\r\n'))).toEqual({ "a\nb": [1, 3], c: ["x", "y"] });
});

test.skipIf(process.platform === "win32")("a pipe is read by what it holds", async () => {
  const sources = { "t.csv": "a,b\n1,x\n3,y\n", "t.json": '[{"a": 1, "b": "x"}, {"a": 3, "b": "y"}]' };
  for (const [name, content] of [...Object.entries(sources), ["t.gz", gzipSync("a;b\n1;x\n3;y\n")] as const]) {
    const path = await fileOf(name, content);
    const pipe = join(folder, `pipe-${name.slice(2)}`);
    execFileSync("mkfifo", [pipe]);
    const writer = spawn("sh", ["-c", 'cat "$1" > "$2"', "sh", path, pipe]);
    expect(contents(await readTable(pipe)), name).toEqual(ab);
    writer.kill();
  }
});

test.skipIf(process.platform === "win32")("files may have any name", async () => {
  const parquet = join(folder, "a~[1]\\*.parquet");
  await withDatabase((database) => database.run(`COPY (SELECT 1 AS a) TO ${literal(join(folder, "plain.parquet"))}`));
  execFileSync("cp", [join(folder, "plain.parquet"), parquet]);
  expect(contents(await readTable(parquet))).toEqual({ a: [1] });
  for (const name of ["~x.csv", "a\\*b.csv", "~/y.csv", "[a]?.csv"]) {
    expect(contents(await read(name, "a\n1\n")), name).toEqual({ a: [1] });
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(contents(await readTable(name)), name).toEqual({ a: [1] });
    } finally {
      process.chdir(before);
    }
  }
});

test("names that differ in case stay two columns, from JSON, Parquet and SQL", async () => {
  const json = await fileOf("case.ndjson", '{"a": 1, "A": 2, "10": 3, "9": 4}\n');
  const parquet = await renamedParquet("case.parquet", "1 AS xa, {'i': 5, 'xa': 6} AS s, 2 AS yb", { yb: "xA" });
  expect(contents(await readTable(json))).toEqual({ a: [1], A: [2], "10": [3], "9": [4] });
  expect(contents(await readTable(parquet, { types: { s: "skip" } }))).toEqual({ xa: [1], xA: [2] });
  expect(contents(await readTable(parquet, { columns: ["xA"] }))).toEqual({ xA: [2] });
  const copied = await readTable(parquet, { columns: ["xa"], copy: ["xA"] });
  expect(copied.copied?.map(({ name, values }) => [name, ...values])).toEqual([["xA", "2"]]);
  expect(contents(await readTable({ sql: "SELECT 1 AS a, 2 AS A" }))).toEqual({ a: [1], A: [2] });
});

test("two columns of exactly one name are refused with the name, from Parquet and SQL", async () => {
  const parquet = await renamedParquet("twice.parquet", "1 AS xa, 2 AS yb", { yb: "xa" });
  await expect(readTable(parquet)).rejects.toThrow(
    'two of its columns are named "xa". Rename one of them in the program that writes the file.',
  );
  for (const sql of ["SELECT 1 AS a, 2 AS a", "SELECT * FROM (SELECT 1 AS a) JOIN (SELECT 2 AS a) ON true"]) {
    await expect(readTable({ sql })).rejects.toThrow(
      'two of its columns are named "a". Name the columns in the SELECT',
    );
  }
});

/** A Parquet file with other names than DuckDB would write, as long as those in their place. */
async function renamedParquet(name: string, select: string, names: Record<string, string>): Promise<string> {
  const path = await fileOf(name, "");
  await withDatabase((database) =>
    database.run(`COPY (SELECT ${select}) TO ${literal(path)} (FORMAT parquet, COMPRESSION uncompressed)`),
  );
  let bytes = await readFile(path, "latin1");
  for (const [from, to] of Object.entries(names)) bytes = bytes.replaceAll(from, to);
  await writeFile(path, bytes, "latin1");
  return path;
}

test("a text that is larger than allowed is refused with the limit and how to raise it", async () => {
  const bomb = gzipSync(Buffer.alloc(3_000_000, "1,2\n"));
  const path = await fileOf("bomb.csv.gz", bomb);
  await expect(readTable(path, { maxBytes: 2e6 })).rejects.toThrow(
    "its text is larger than 2 MB uncompressed. If that is expected, raise the limit: maxBytes: 4000000.",
  );
  expect((await readTable(path, { maxBytes: 4e6 })).rows).toBe(749_999);
});

test("whole numbers that a double would round keep their digits, from JSON, Parquet and SQL", async () => {
  const digits = ["9007199254740993", "9007199254740992"];
  const textOf = async (table: Promise<Table>): Promise<unknown> => {
    const [column] = (await table).columns;
    return [column.type, ...column.values];
  };
  const wanted = ["text", ...digits];
  const types = { id: "category" } as const;
  expect(await textOf(read("ids.json", `[{"id": ${digits[0]}}, {"id": ${digits[1]}}]`, { types }))).toEqual(wanted);
  expect(await textOf(read("ids.csv", `id\n${digits.join("\n")}\n`, { types }))).toEqual(wanted);
  for (const type of ["BIGINT", "HUGEINT", "DECIMAL(20, 0)"]) {
    const sql = `SELECT unnest([${digits.join(", ")}])::${type} AS id`;
    expect(await textOf(readTable({ sql }, { types })), type).toEqual(wanted);
  }
  expect(await textOf(readTable({ sql: "SELECT 0.1::DECIMAL(10, 3) AS id" }))).toEqual(["number", 0.1]);
});

test("a plain file needs no folder for temporary files; where a pipe does, an unusable TMPDIR is named", async () => {
  vi.stubEnv("TMPDIR", join(folder, "missing"));
  expect(contents(await read("plain.csv", "a,b\n1,x\n3,y\n"))).toEqual(ab);
  await expect(readTable("/dev/null")).rejects.toThrow("Set the environment variable TMPDIR");
  vi.unstubAllEnvs();
  expect((await readdir(folder)).includes("missing")).toBe(false);
});
