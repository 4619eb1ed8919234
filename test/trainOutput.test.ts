import { expect, test } from "vitest";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

const quick = ["--hidden", "8", "--epochs", "4"];

test("the course of a model of several networks is that of all, and few lines of progress are printed", async () => {
  const folder = await folderOf({ "table.csv": smallTable(60) });
  const model = folder.file("m.gradus");
  const args = ["train", folder.file("table.csv"), "--target", "class", "--out", model, ...quick];
  const { out, notes } = await gradus(...args);
  expect(out[1]).toMatch(/^5 networks of 4 epochs each(; kept the best of each, numbers? \d( to \d)?)?\.$/);
  expect(notes.filter((line) => line.includes("epoch ")).length).toBeLessThanOrEqual(6);
  const shown = await gradus("show", model);
  expect(shown.out.join("\n")).toContain("  training  first network: 4 epochs, ");
});

test("one network's course has no count of networks", async () => {
  const folder = await folderOf({ "table.csv": smallTable(60) });
  const args = ["--target", "class", "--out", folder.file("m.gradus"), ...quick, "--folds", "1"];
  const { out } = await gradus("train", folder.file("table.csv"), ...args);
  expect(out[1]).toMatch(/^4 epochs(; kept the best, number \d)?\.$/);
});

test("where classes are equally frequent, the baseline answers one of the most frequent", async () => {
  const rows = Array.from({ length: 40 }, (_, row) => `${row},${row % 2 === 0 ? "even" : "odd"}`);
  const folder = await folderOf({ "table.csv": ["x,y", ...rows].join("\n") });
  const args = ["--target", "y", "--out", folder.file("m.gradus"), ...quick, "--folds", "1"];
  const { out } = await gradus("train", folder.file("table.csv"), ...args);
  expect(out.join("\n")).toContain("always answering one of the most frequent classes: accuracy");
  const heading = "On the 8 test rows, beside a baseline that gives every row the class shares of the training rows:";
  expect(out).toContain(heading);
});

test("the figures of several targets are said to be means, and the verdict's to be in their deviations", async () => {
  const rows = Array.from({ length: 60 }, (_, row) => `${row % 9},${row * 1000.5},${(row % 9) + 0.5}`);
  const folder = await folderOf({ "table.csv": ["x,y,z", ...rows].join("\n") });
  const args = ["--target", "y,z", "--out", folder.file("m.gradus"), ...quick, "--folds", "1"];
  const text = (await gradus("train", folder.file("table.csv"), ...args)).out.join("\n");
  expect(text).toMatch(/RMSE \S+ beside \S+, in standard deviations of the targets, on 12 test rows/);
  expect(text).toContain("the mean of the training rows; the means over 2 targets:");
});

test("train and show call a metric by the same name", async () => {
  const folder = await folderOf({ "table.csv": smallTable(60) });
  const model = folder.file("m.gradus");
  const args = ["--target", "class", "--out", model, ...quick, "--folds", "1"];
  const trained = (await gradus("train", folder.file("table.csv"), ...args)).out.join("\n");
  const shown = (await gradus("show", model)).out.join("\n");
  for (const name of ["balanced accuracy", "macro F1", "ROC AUC", "log loss"]) {
    expect(trained).toMatch(new RegExp(`^  ${name} +\\d`, "m"));
    expect(shown).toMatch(new RegExp(`^  test +${name} +\\d`, "m"));
  }
  expect(shown).not.toMatch(/balancedAccuracy|rocAuc/);
});

test("a confusion matrix of many long names fits into 80 columns, its columns by number", async () => {
  const names = Array.from({ length: 12 }, (_, at) => `${"abcdefghijkl"[at]} long class name`);
  const rows = Array.from({ length: 120 }, (_, row) => `${row % 12},${names[row % 12]}`);
  const folder = await folderOf({ "table.csv": ["x,y", ...rows].join("\n") });
  const args = ["--target", "y", "--type", "x=category", "--out", folder.file("m.gradus"), ...quick, "--folds", "1"];
  const { out } = await gradus("train", folder.file("table.csv"), ...args);
  const heading = out.indexOf("  rows: the true class; columns: the predicted class") + 2;
  expect(out[heading]).toMatch(/^ +1 +2 +3 .*11 {2}12$/);
  expect(out[heading + 1]).toMatch(/^ {3}1 a long clas… {2}/);
  expect(Math.max(...out.slice(heading, heading + 13).map((line) => line.length))).toBeLessThanOrEqual(80);
});
