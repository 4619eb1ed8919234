/** `--group COLUMN`: whole groups learn, validate or test, from training to evaluation and the report's page. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { type Folder, gradus, lastingFolder } from "./commandLine.ts";

const line = (row: number): string => [`p${row % 20}`, (row * 7) % 13, (row * 7) % 13 > 5 ? "high" : "low"].join(",");
const csv = (head: string, of: (row: number) => string): string =>
  `${[head, ...Array.from({ length: 100 }, (_, row) => of(row))].join("\n")}\n`;
const quick = ["--target", "y", "--epochs", "2", "--hidden", "2", "--force"];
let folder: Folder;

beforeAll(async () => {
  folder = await lastingFolder({
    "t.csv": csv("patient,x,y", line),
    "bare.csv": csv("x,y", (row) => line(row).replace(/^[^,]*,/, "")),
    "other.csv": csv("patient,x,y", (row) => `${row < 50 ? "" : "n"}${line(row)}`),
  });
  return () => folder.remove();
});

async function run(command: string, ...args: readonly string[]): Promise<{ code: number; text: string }> {
  const { code, out, notes } = await gradus(command, ...args);
  return { code, text: [...notes, ...out].join("\n") };
}

const learn = (table: string, ...more: readonly string[]) =>
  run("train", folder.file(table), "--out", folder.file("m.gradus"), ...quick, ...more);

test("train says how many groups each part has, and that its verdict is by groups", async () => {
  const page = folder.file("r.html");
  const { code, text } = await learn("t.csv", "--group", "patient", "--folds", "1", "--report", page);
  expect(code, text).toBe(0);
  expect(text).toMatch(
    /rows {6}65 training, 15 validation, 20 test, split by groups of patient: 13 training, 3 validation, 4 test groups/,
  );
  expect(text).toContain("on 20 test rows in 4 groups of patient, too few to decide");
  expect(await readFile(page, "utf8")).toContain(
    "Rows were split by groups of <strong>patient</strong>: no group is in two parts.",
  );
  expect((await run("show", folder.file("m.gradus"))).text).toContain("20 test, split by groups of patient");
  const folded = await learn("t.csv", "--group", "patient", "--folds", "4");
  expect(folded.text).toMatch(/on 80 out-of-fold rows in 16 groups of patient \(.*confidence interval by groups/);
});

test("evaluate counts the groups of the training where the table has them, others, or none", async () => {
  await learn("t.csv", "--group", "patient", "--folds", "1");
  const evaluated = (...args: readonly string[]) => run("evaluate", folder.file("m.gradus"), ...args);
  expect((await evaluated(folder.file("t.csv"))).text).toContain("on 100 rows in 20 groups of patient");
  expect((await evaluated(folder.file("t.csv"), "--no-group")).text).not.toContain("groups");
  expect((await evaluated(folder.file("t.csv"), "--group", "x")).text).toContain("in 13 groups of x");
  expect((await evaluated(folder.file("bare.csv"))).text).toMatch(
    /no column "patient", .* if they don't, --no-group\./,
  );
  expect(await run("predict", folder.file("m.gradus"), folder.file("bare.csv"))).toMatchObject({ code: 0 });
});

test("groups on both sides of --test are warned of; --split beside --group, and too many folds, are refused", async () => {
  const { text } = await learn("t.csv", "--group", "patient", "--folds", "1", "--test", folder.file("other.csv"));
  expect(text).toMatch(/20 of the 40 groups of patient in .*other\.csv are in .*t\.csv too \("p0", "p1" and "p2", …\)/);
  const both = await learn("t.csv", "--group", "patient", "--split", "time=x");
  expect([both.code, both.text]).toEqual([2, expect.stringContaining("--split and --group exclude each other")]);
  const many = await learn("t.csv", "--group", "patient", "--folds", "30");
  expect([many.code, many.text]).toEqual([
    2,
    expect.stringMatching(/found 16 groups besides .* Use fewer folds, --folds 16,/),
  ]);
});

test("a search divides every trial by groups", async () => {
  const args = ["--group", "patient", "--trials", "2", "--search", "random", "--out", folder.file("best.gradus")];
  const { code, text } = await run("tune", folder.file("t.csv"), ...args, ...quick);
  expect(code, text).toBe(0);
  expect(text).toContain("groups of patient");
});
