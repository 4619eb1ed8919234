import { expect, test } from "vitest";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

const quick = ["--hidden", "8", "--epochs", "4"];

test("the course of a model of several networks is that of all, and few lines of progress are printed", async () => {
  const folder = await folderOf({ "table.csv": smallTable(60) });
  const model = folder.file("m.gradus");
  const args = ["train", folder.file("table.csv"), "--target", "class", "--out", model, ...quick];
  const { out, notes } = await gradus(...args);
  expect(out[1]).toMatch(/^5 networks of 4 epochs each(; kept the best epoch of each, \d( to \d)?)?\.$/);
  expect(notes.filter((line) => line.includes("epoch ")).length).toBeLessThanOrEqual(6);
  const shown = await gradus("show", model);
  expect(shown.out.join("\n")).toContain("  training  first network: 4 epochs, ");
});

test("one network's course has no count of networks", async () => {
  const folder = await folderOf({ "table.csv": smallTable(60) });
  const args = ["--target", "class", "--out", folder.file("m.gradus"), ...quick, "--folds", "1"];
  const { out } = await gradus("train", folder.file("table.csv"), ...args);
  expect(out[1]).toMatch(/^4 epochs(; kept the best epoch, \d)?\.$/);
});

test("where classes are equally frequent, the baseline answers one of the most frequent", async () => {
  const rows = Array.from({ length: 40 }, (_, row) => `${row},${row % 2 === 0 ? "even" : "odd"}`);
  const folder = await folderOf({ "table.csv": ["x,y", ...rows].join("\n") });
  const args = ["--target", "y", "--out", folder.file("m.gradus"), ...quick, "--folds", "1"];
  const { out } = await gradus("train", folder.file("table.csv"), ...args);
  expect(out.join("\n")).toContain("always predicting one of the most frequent classes: accuracy");
  const heading =
    "On the 8 test rows, compared with a baseline that gives every row the class shares of the training rows:";
  expect(out).toContain(heading);
});

test("the figures of several targets are said to be means, and the verdict's to be in their deviations", async () => {
  const rows = Array.from({ length: 60 }, (_, row) => `${row % 9},${row * 1000.5},${(row % 9) + 0.5}`);
  const folder = await folderOf({ "table.csv": ["x,y,z", ...rows].join("\n") });
  const args = ["--target", "y,z", "--out", folder.file("m.gradus"), ...quick, "--folds", "1"];
  const text = (await gradus("train", folder.file("table.csv"), ...args)).out.join("\n");
  expect(text).toMatch(/RMSE \S+ vs\. \S+, in standard deviations of the targets, on 12 test rows/);
  expect(text).toContain("the mean of the training rows; the means over 2 targets:");
  expect((await gradus("show", folder.file("m.gradus"))).out).toContain("Metrics, the means over 2 targets:");
});

test("show tells the temperature of a calibrated classifier", async () => {
  const folder = await folderOf({ "table.csv": smallTable(60) });
  const model = folder.file("m.gradus");
  const args = ["--target", "class", "--out", model, ...quick];
  await gradus("train", folder.file("table.csv"), ...args);
  const shown = (await gradus("show", model)).out.join("\n");
  expect(shown).toMatch(/^ {2}temperature [\d.]+, which divides the logits \(calibration\)$/m);
  await gradus("train", folder.file("table.csv"), ...args, "--folds", "1", "--force");
  expect((await gradus("show", model)).out.join("\n")).not.toContain("temperature");
});

test("show has the scale of a column of the smallest numbers, not Infinity", async () => {
  const rows = Array.from({ length: 60 }, (_, row) => `${row % 9}e-310,${row % 7},${row % 9}`);
  const folder = await folderOf({ "table.csv": ["x,w,y", ...rows].join("\n") });
  const model = folder.file("m.gradus");
  const args = ["--target", "y", "--type", "y=number", "--out", model, ...quick, "--folds", "1"];
  expect(await gradus("train", folder.file("table.csv"), ...args)).toMatchObject({ code: 0 });
  const shown = (await gradus("show", model)).out.find((line) => /^ +x +number/.test(line));
  expect(shown).toMatch(/× \d\.\d+e\+30\d, softly clipped/);
});

test("a date that keeps its column from being learned is named, and the option in the note mends it", async () => {
  const day = (row: number): string => new Date(Date.UTC(2021, 2, 1 + row)).toISOString().slice(0, 10);
  const rows = Array.from({ length: 60 }, (_, row) => `${row === 16 ? "2021-02-30" : day(row)},${row % 7},${row % 9}`);
  const folder = await folderOf({ "table.csv": ["when,x,y", ...rows].join("\n") });
  const model = folder.file("m.gradus");
  const args = ["--target", "y", "--type", "y=number", "--out", model, ...quick, "--folds", "1"];
  const text = ({ out, notes }: Awaited<ReturnType<typeof gradus>>): string => [...out, ...notes].join("\n");
  const first = text(await gradus("train", folder.file("table.csv"), ...args));
  expect(first).toContain('1 of 60 values is not a date like "2021-03-01": "2021-02-30" in row 17.');
  expect(first).toContain("if it means a missing value: --missing 2021-02-30.");
  expect(first).toContain("Left out the column when");
  const second = text(await gradus("train", folder.file("table.csv"), ...args, "--force", "--missing", "2021-02-30"));
  expect(second).not.toMatch(/Read when|Left out/);
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
