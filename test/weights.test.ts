/** `--weights COLUMN`: rows that count by a column of the table, from training to evaluation and the report's page. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { type Folder, gradus, lastingFolder } from "./commandLine.ts";

const line = (row: number): string => [(row * 7) % 13, (row % 4) + 0.5, (row * 7) % 13 > 5 ? "high" : "low"].join(",");
const csv = (head: string, of: (row: number) => string): string =>
  `${[head, ...Array.from({ length: 60 }, (_, row) => of(row))].join("\n")}\n`;
const quick = ["--target", "y", "--folds", "1", "--epochs", "2", "--hidden", "2", "--force"];
let folder: Folder;

beforeAll(async () => {
  folder = await lastingFolder({
    "t.csv": csv("x,persons,y", line),
    "comma.csv": csv("x;persons;y", (row) => line(row).replaceAll(",", ";").replace(".", ",")),
    "bare.csv": csv("x,y", (row) => line(row).replace(/,[^,]*,/, ",")),
    "hole.csv": csv("x,persons,y", (row) => (row === 4 ? "1,,low" : line(row))),
  });
  return () => folder.remove();
});

async function run(command: string, ...args: readonly string[]): Promise<{ code: number; text: string }> {
  const { code, out, notes } = await gradus(command, ...args);
  return { code, text: [...notes, ...out].join("\n") };
}

const learn = (table: string, ...more: readonly string[]) =>
  run("train", folder.file(table), "--out", folder.file("m.gradus"), ...quick, ...more);

test("train says by what rows are weighted before it learns, in its verdict and beside its metrics", async () => {
  const page = folder.file("r.html");
  const { code, text } = await learn("t.csv", "--weights", "persons", "--report", page);
  expect(code, text).toBe(0);
  expect(text).toMatch(/rows {6}38 training, 10 validation, 12 test, weighted by persons/);
  expect(text).toMatch(/on 12 test rows, weighted by persons \(difference/);
  expect(text).toMatch(/On the 12 test rows, weighted by persons, compared with a baseline/);
  expect(text).toContain("columns: the predicted class; numbers: sums of persons");
  const html = await readFile(page, "utf8");
  expect(html).toContain("rows, weighted by <strong>persons</strong>");
  expect(html).toMatch(/<td[^>]*><span>weights<\/span><\/td>/);
  const shown = await run("show", folder.file("m.gradus"));
  expect(shown.text).toContain("Metrics, weighted by persons:");
  expect(shown.text).toContain("12 test, weighted by persons");
});

test("evaluate takes the column of the training where the table has it, another, or none, and predict needs none", async () => {
  await learn("t.csv", "--weights", "persons");
  const evaluated = (...args: readonly string[]) => run("evaluate", folder.file("m.gradus"), ...args);
  expect((await evaluated(folder.file("t.csv"))).text).toContain("On 60 rows, weighted by persons,");
  const none = await evaluated(folder.file("t.csv"), "--no-weights");
  expect(none.text).toContain("On 60 rows, compared");
  expect(none.text).not.toContain("note: In");
  expect((await evaluated(folder.file("bare.csv"))).text).toMatch(
    /no column "persons", the weight column .* add the column, or, if that is what you want, --no-weights\./,
  );
  expect((await evaluated(folder.file("t.csv"), "--weights", "x")).text).toContain("weighted by x");
  expect(await evaluated(folder.file("bare.csv"), "--weights", "persons")).toMatchObject({
    code: 2,
    text: expect.stringContaining('no column "persons"'),
  });
  expect(await run("predict", folder.file("m.gradus"), folder.file("bare.csv"))).toMatchObject({ code: 0 });
});

test("weights are read as they were in the training, and those that are none are refused by column and row", async () => {
  expect(await learn("comma.csv", "--weights", "persons")).toMatchObject({ code: 0 });
  expect((await run("evaluate", folder.file("m.gradus"), folder.file("comma.csv"))).text).toContain(
    "weighted by persons",
  );
  const { code, text } = await learn("hole.csv", "--weights", "persons");
  expect(code).toBe(2);
  expect(text).toContain('the weight column "persons" is missing in row 5. Expected a number of at least 0');
  expect((await learn("t.csv", "--weights", "y")).text).toContain('--weights: "y" is a target too');
  expect((await learn("t.csv", "--weights", "person")).text).toContain('Did you mean "persons"?');
  const other = await learn("t.csv", "--weights", "persons", "--test", folder.file("bare.csv"));
  expect(other).toMatchObject({ code: 2, text: expect.stringMatching(/bare\.csv: no column "persons"/) });
});

test("a search weighs the rows of every trial", async () => {
  const { code, text } = await run(
    "tune",
    folder.file("t.csv"),
    ...["--weights", "persons", "--trials", "2", "--search", "random", "--out", folder.file("best.gradus"), ...quick],
  );
  expect(code, text).toBe(0);
  expect(text).toContain("weighted by persons");
});

test("a trace weights its examples by the column, and says so where it can't", async () => {
  await learn("t.csv", "--weights", "persons");
  const trace = (table: string) => run("trace", folder.file("m.gradus"), folder.file(table), "--rows", "1,2,4");
  const words = async (table: string) => (await trace(table)).text.replace(/\s+/g, " ");
  expect(await words("t.csv")).toContain(
    "Each example is weighted by persons, divided by the mean weight of the batch.",
  );
  expect(await words("bare.csv")).toContain('The rows have no column "persons", the weight column of the training,');
  const { out } = await gradus("trace", folder.file("m.gradus"), folder.file("t.csv"), "--rows", "1,2,4", "--json");
  const { scales } = JSON.parse(out[0]) as { scales: number[] };
  for (const [at, weight] of [0.5, 1.5, 3.5].entries()) expect(scales[at]).toBeCloseTo(weight / 5.5, 12);
});

test("evaluate refuses weights and groups that are the target, each other or text, with remedies that it takes", async () => {
  await learn("t.csv", "--weights", "persons");
  const said = async (...flags: string[]) =>
    (await run("evaluate", folder.file("m.gradus"), folder.file("t.csv"), ...flags)).text;
  expect(await said("--weights", "y")).toContain('--weights: "y" is a target of the model. Choose another column.');
  expect(await said("--group", "y")).toContain('--group: "y" is a target of the model. Choose another column.');
  expect(await said("--group", "persons")).toContain(
    '--group: "persons" is the weight column. Choose another column, or --no-weights.',
  );
  expect(await said("--group", "persons", "--no-weights")).toContain("in 4 groups of persons");
  const numbers = quick.map((word) => (word === "y" ? "persons" : word));
  await gradus("train", folder.file("t.csv"), ...numbers, "--task", "regression", "--out", folder.file("n.gradus"));
  const text = await run("evaluate", folder.file("n.gradus"), folder.file("t.csv"), "--weights", "y");
  expect(text.text).toContain(
    'the weight column "y" is of type text. Expected numbers: choose another column, or --no-weights.',
  );
});
