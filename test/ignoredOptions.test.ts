/** Options of which one would win, or that would say nothing, are refused: a command does what its line says. */
import { beforeAll, expect, test } from "vitest";
import { tableFromRows, train as trainOn } from "../src/node.ts";
import { type Folder, folderOf, gradus, lastingFolder, smallTable } from "./commandLine.ts";

const quick = ["--folds", "1", "--epochs", "2", "--hidden", "4", "--engine", "reference"];
let folder: Folder;
let model: string;

beforeAll(async () => {
  folder = await lastingFolder({ "table.csv": smallTable() });
  model = folder.file("model.gradus");
  const args = ["--target", "class", "--out", model, ...quick];
  expect(await gradus("train", folder.file("table.csv"), ...args)).toMatchObject({ code: 0 });
  return () => folder.remove();
});

const refusal = async (...args: string[]): Promise<string> => {
  const { code, notes } = await gradus(...args);
  expect(code, args.join(" ")).toBe(2);
  return notes.at(-1) ?? "";
};

test("an option that is given twice is refused, and so are two that are contraries", async () => {
  const train = ["train", folder.file("table.csv"), "--out", folder.file("none.gradus"), "--target", "class"];
  expect(await refusal(...train, "--target", "x")).toBe(
    "gradus: --target is given twice, but takes one value. Leave one out.",
  );
  expect(await refusal(...train, "--metric", "accuracy", "--metric", "logLoss")).toContain("--metric is given twice");
  expect(await refusal(...train, "--calibrate", "--no-calibrate")).toBe(
    "gradus: --calibrate and --no-calibrate are contraries. Leave one out.",
  );
  expect(await refusal(...train, "--type", "x=category", "--type", "x=number")).toBe(
    'gradus: --type: "x" is given twice. Leave one out.',
  );
  expect(await refusal("tune", ...train.slice(1), "--set", "dropout=0,0.1", "--set", "dropout=0.2,0.3")).toBe(
    'gradus: --set: "dropout" is given twice. Leave one out.',
  );
  const twice = ["--type", "x=number", "--type", "y=number", "--json", "--json", "--force", "--force"];
  expect(await gradus(...train, ...quick, ...twice)).toMatchObject({ code: 0 });
});

test("a row that names a column twice is refused", async () => {
  expect(await refusal("predict", model, "--row", '{"x": 1, "y": 2, "\\u0078": 3}')).toBe(
    'gradus: --row: "x" is given twice. Leave one out.',
  );
  const nested = '{"x": 1, "y": 2, "more": {"x": 1, "y": ["x"]}, "text": "\\"x\\": 1"}';
  expect(await gradus("predict", model, "--row", nested)).toMatchObject({ code: 0 });
});

test("a search has as long as it is given, though that is more than a month", async () => {
  const args = [
    "--target",
    "class",
    "--trials",
    "2",
    "--time",
    "1000h",
    "--out",
    folder.file("tuned.gradus"),
    ...quick,
  ];
  expect(await gradus("tune", folder.file("table.csv"), ...args)).toMatchObject({ code: 0 });
});

test("a target or a feature that its type leaves out is refused for that, not as a column that isn't there", async () => {
  const train = ["train", folder.file("table.csv"), "--out", folder.file("none.gradus"), "--target", "class"];
  expect(await refusal(...train, "--type", "class=skip")).toBe(
    'gradus: Column "class" is a target, and is to be left out by its type "skip". Expected one of the two: take the type or the target away.',
  );
  expect(await refusal(...train, "--features", "x", "--type", "x=skip")).toContain('Column "x" is a feature');
  const rows = [1, 2, 3, 4, 5].map((x) => ({ x, y: 2 * x }));
  await expect(trainOn({ table: rows, target: ["y"], types: { y: "skip" } })).rejects.toThrow('Column "y" is a target');
});

test("classes that are joined or dropped until one is left are refused in the table's words", async () => {
  const rare = async (csv: string, choice: string): Promise<string> => {
    const one = await folderOf({ "t.csv": csv });
    return refusal("train", one.file("t.csv"), "--target", "y", "--rare", choice, "--out", one.file("m"), ...quick);
  };
  expect(await rare("x,y\n1.5,a\n2.5,b\n", "join")).toContain("joining them leaves one class");
  expect(await rare(`x,y\n${"1.5,a\n2.5,a\n".repeat(6)}3.5,b\n`, "drop")).toBe(
    'gradus: One class alone of "y" comes in more than one row, so dropping the class "b" leaves one. Expected at least two: keep them.',
  );
});

test("a hole in a list of rows is no row of missing values", async () => {
  const rows: { x: number; y: number }[] = [1, 2, 3, 4, 5].map((x) => ({ x, y: 2 * x }));
  const { model: line } = await trainOn({ table: rows, target: "y", folds: 1, epochs: 1, hidden: [2] });
  const holes = new Array<{ x: number }>(2);
  holes[1] = { x: 1 };
  expect(() => line.predict(holes)).toThrow("expected row 1 to be an object of column names and values");
  expect(() => tableFromRows(holes)).toThrow("expected row 1 to be an object of column names and values");
});
