/** A table to test on, given beside the one to learn from: what it lacks is refused, what it has too much is said. */
import { beforeAll, expect, test } from "vitest";
import { train } from "../src/node.ts";
import { type Folder, folderOf, gradus, lastingFolder } from "./commandLine.ts";

const line = (row: number): string => `${(row * 7) % 10},${row % 2 ? "a" : "b"},${row % 3 ? "hi" : "lo"}`;
const csv = (head: string, row: (row: number) => string, rows = 40): string =>
  `${[head, ...Array.from({ length: rows }, (_, at) => row(at))].join("\n")}\n`;
const quick = ["--target", "y", "--folds", "1", "--epochs", "1", "--hidden", "2", "--force"];
let folder: Folder;

beforeAll(async () => {
  folder = await lastingFolder({
    "t.csv": csv("x,c,y", line),
    "same.csv": csv("x,c,y", line, 12),
    "more.csv": csv("x,C,note,c,y", (row) => `1,1,"free, text",${row % 2 ? "a" : "b"},${row % 3 ? "hi" : "lo"}`, 12),
    "fewer.csv": csv("c,y", (row) => line(row).slice(2), 12),
    "unlabelled.csv": csv("x,c", (row) => line(row).slice(0, 3), 12),
    "unseen.csv": csv("x,c,y", (row) => `1,a,${row === 3 ? "mid" : "hi"}`, 12),
    "empty.csv": csv("x,c,y", () => "1,a,", 12),
    "one.csv": csv("x,c,y", () => "1,a,hi", 12),
  });
  return () => folder.remove();
});

async function told(test: string, ...more: readonly string[]): Promise<{ code: number; text: string }> {
  const args = [folder.file("t.csv"), "--test", folder.file(test), "--out", folder.file("m.gradus"), ...quick, ...more];
  const { code, notes } = await gradus("train", ...args);
  return { code, text: notes.join("\n") };
}

test("columns that the table to learn from doesn't have are noted and not used", async () => {
  const { code, text } = await told("more.csv");
  expect(code).toBe(0);
  expect(text).toMatch(/more\.csv: 2 columns that .*t\.csv doesn't have, "C", "note"; they are not used\./);
  expect((await told("same.csv")).text).not.toContain("doesn't have");
});

test("a column that is left out of the training may be lacking, and one that is learned from may not", async () => {
  expect(await told("fewer.csv", "--type", "x=skip")).toMatchObject({ code: 0 });
  expect(await told("fewer.csv", "--features", "c")).toMatchObject({ code: 0 });
  const { code, text } = await told("fewer.csv");
  expect([code, text]).toEqual([2, expect.stringMatching(/fewer\.csv: the table has no "x"/)]);
});

test("a table without the target, without a value of it, or with a class that does not occur in the training rows is refused", async () => {
  expect(await told("unlabelled.csv")).toMatchObject({ code: 2, text: expect.stringContaining('no column "y"') });
  expect(await told("empty.csv")).toMatchObject({ code: 2, text: expect.stringContaining("missing in all 12 rows") });
  const { code, text } = await told("unseen.csv");
  expect([code, text]).toEqual([
    2,
    expect.stringMatching(/"y" is "mid" in row 4, a class that does not occur in the training rows/),
  ]);
});

test("a table of one class is noted: what is measured there says nothing of the others", async () => {
  const { code, text } = await told("one.csv");
  expect([code, text]).toEqual([0, expect.stringContaining('no test row has the class "lo"')]);
});

test("rows that a caller changes while a file is read are learned from as they were given", async () => {
  const rows = Array.from({ length: 12 }, (_, row) => ({
    x: row % 10,
    c: row % 2 ? "a" : "b",
    y: row % 3 ? "hi" : "lo",
  }));
  const options = { table: folder.file("t.csv"), target: "y", folds: 1, epochs: 1, hidden: [2] } as const;
  const expected = await train({ ...options, test: rows.map((row) => ({ ...row })) });
  const running = train({ ...options, test: rows });
  for (const row of rows) row.y = "hi";
  const { report } = await running;
  expect(report.metrics.test).toEqual(expected.report.metrics.test);
  const table = rows.map((row, at) => ({ ...row, y: at % 3 ? "hi" : "lo" }));
  const learning = train({ ...options, table, test: folder.file("same.csv") });
  table.length = 0;
  expect((await learning).report.rows.test).toBe(12);
});

test("with a split by time, the latest rows are said to be the test rows, or beside a test table the validation rows", async () => {
  const day = (row: number): string => `2021-01-${String((row % 28) + 1).padStart(2, "0")}`;
  const dated = await folderOf({ "t.csv": csv("day,x,y", (row) => `${day(row)},${row % 7},${row % 3 ? "hi" : "lo"}`) });
  const args = ["train", dated.file("t.csv"), "--split", "time=day", "--out", dated.file("m.gradus"), ...quick];
  expect((await gradus(...args)).notes.join("\n")).toContain("the rows with the latest day are the test rows");
  const { notes } = await gradus(...args, "--test", dated.file("t.csv"));
  expect(notes.join("\n")).toContain("the rows with the latest day are the validation rows");
});
