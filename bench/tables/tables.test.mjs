/** Tables of a folder: CSV as it comes, what is guessed, and splits that are the same for everybody. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatCsv, parseCsv } from "./csv.mjs";
import { findTables, readTable, splitOf, textOf } from "./tables.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-tables-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes files and reads the first table. @param {Record<string, string>} files @param {string} [wanted] */
function read(files, wanted) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return readTable(findTables(folder)[0], wanted);
}

const numbered = (/** @type {number} */ rows) =>
  Array.from({ length: rows }, (_, row) => `${row}.5,${row % 2}\n`).join("");

test("quotes, commas, line ends and empty fields of CSV survive the way there and back", () => {
  const records = [
    ["a", 'b "c"', "d,e"],
    ["", "two\nlines", ""],
    ["1", "2", "3"],
  ];
  expect(parseCsv(formatCsv(records))).toEqual(records);
  expect(parseCsv('\uFEFFa,b\r\n"",\r\n\r\n1,2')).toEqual([
    ["a", "b"],
    ["", ""],
    ["1", "2"],
  ]);
  expect(() => parseCsv('a\n"b"c\n')).toThrow("after a quoted field, at character 2");
});

test("a training and a test file are one table with a fixed split, gzipped or not", () => {
  writeFileSync(join(folder, "t.test.csv.gz"), gzipSync("x,y\n3,4.5\n"));
  const table = read({ "t.train.csv": "x,y\n1,2.5\n2,3.5\n", "notes.txt": "none of it" });
  expect(findTables(folder).map(({ name }) => name)).toEqual(["t"]);
  const split = splitOf(table, 7);
  expect(split.training).toEqual([
    ["1", "2.5"],
    ["2", "3.5"],
  ]);
  expect(split.test).toEqual([["3", "4.5"]]);
  rmSync(join(folder, "t.train.csv"));
  expect(() => findTables(folder)).toThrow("expected t.train.csv beside it, found none");
});

test("a folder that is none, or that has no tables, is refused", () => {
  expect(() => findTables(join(folder, "none"))).toThrow("Expected a folder of tables, found none at");
  expect(() => findTables(folder)).toThrow("expected tables as .csv or .csv.gz files, found none.");
});

test("a single file is split 80 to 20, every row once, by the seed and nothing else", () => {
  const table = read({ "t.csv": `x,y\n${numbered(50)}` });
  const split = splitOf(table, 0);
  expect([split.training.length, split.test.length]).toEqual([40, 10]);
  expect(new Set([...split.training, ...split.test].map(([x]) => x)).size).toBe(50);
  const print = (/** @type {number} */ seed) => textOf(table.description, splitOf(table, seed)).fingerprint;
  expect(print(0)).toBe(print(0));
  expect(print(1)).not.toBe(print(0));
});

test("the target is guessed from its name, its task from its values", () => {
  const task = (/** @type {string} */ text) => {
    const { targets, task, classes, numbers, categories } = read({ "t.csv": text }).description;
    return { targets, task, classes, numbers, categories };
  };
  expect(task("Class,a,b\nyes,1,u\nno,NA,v\n")).toEqual({
    targets: ["Class"],
    task: "classification",
    classes: ["no", "yes"],
    numbers: ["a"],
    categories: ["b"],
  });
  expect(task("a,y\n1,0.5\n2,1\n")).toMatchObject({ targets: ["y"], task: "regression", classes: [] });
  expect(task("a,digit\n1,3\n2,7\n")).toMatchObject({ task: "classification", classes: ["3", "7"] });
  expect(task("y0,a,y1\n0,1,1\n1,2,0\n")).toMatchObject({ targets: ["y0", "y1"], task: "regression" });
  expect(task("a,last\n1,u\n2,v\n")).toMatchObject({ targets: ["last"] });
});

test("the command may say what a table predicts, and rows without it are left out", () => {
  const table = read({ "t.csv": "a,b,c\n1,2,x\n2,NA,y\n3,4,x\n" }, "b:regression");
  expect(table.description).toMatchObject({ targets: ["b"], task: "regression", numbers: ["a"], categories: ["c"] });
  expect(table.parts[0].map(([a]) => a)).toEqual(["1", "3"]);
  expect(() => read({}, "d")).toThrow("t: expected a column d, found a, b, c.");
  expect(() => read({}, "a+c")).toThrow("expected numbers in a, c for regression");
  expect(() => read({ "t.csv": "a,b\n1\n" })).toThrow(/t\.csv, record 2: expected 2 fields, found 1/);
});
