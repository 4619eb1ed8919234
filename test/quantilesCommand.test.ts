/** Quantiles on the command line: from the option to predictions, metrics, pages and traces, and what is refused. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { type Folder, gradus, lastingFolder } from "./commandLine.ts";

const table = `x,y,town\n${Array.from({ length: 120 }, (_, i) => `${i % 30},${100 + 3 * (i % 30) + ((i * 7) % 11) * (i % 30)},${i % 2 ? "Ulm" : "Bonn"}`).join("\n")}\n`;
const quick = ["--folds", "1", "--epochs", "8", "--hidden", "8"];
let folder: Folder;
let model: string;
let trained: readonly string[];

beforeAll(async () => {
  folder = await lastingFolder({ "houses.csv": table });
  model = folder.file("houses.gradus");
  const more = ["--quantiles", "0.1,0.9", "--out", model, "--report", folder.file("report.html"), ...quick];
  const { code, out, notes } = await gradus("train", folder.file("houses.csv"), "--target", "y", ...more);
  expect(code, notes.join("\n")).toBe(0);
  trained = out;
  return () => folder.remove();
});

test("train prints the pinball loss beside the baseline's, each quantile's coverage, and what the intervals reach", () => {
  const text = trained.join("\n");
  expect(text).toContain("always predicting the quantiles of the training rows: mean pinball loss ");
  expect(text).toMatch(/mean pinball loss +[\d.]+ +[\d.]+/);
  for (const level of ["0.1", "0.5", "0.9"])
    expect(text).toMatch(new RegExp(`^ +${level} +[\\d.]+ +[\\d.]+ +[\\d.]+$`, "m"));
  expect(text).toMatch(
    /between the lowest and the highest: [\d.]+ % of the rows, nominally 80 %; mean distance [\d.]+/,
  );
  expect(text).toContain("R², RMSE and MAE are those of the median.");
  expect(text).toMatch(
    /90 % intervals of y: from the lowest quantile to the highest, [\d.]+ (wider|narrower) on each side/,
  );
});

test("predict writes the median and each quantile, in ascending order, as CSV and as JSON", async () => {
  const { out } = await gradus("predict", model, folder.file("houses.csv"));
  expect(out[0]).toBe("y,y_q0.1,y_q0.5,y_q0.9");
  for (const line of out.slice(1)) {
    const [prediction, low, median, high] = line.split(",").map(Number);
    expect(prediction).toBe(median);
    expect(low).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(high);
  }
  const row = ["--row", '{"x": 12, "town": "Ulm"}'];
  const one = JSON.parse((await gradus("predict", model, ...row, "--jsonl", "--interval", "0.8")).out[0]);
  expect(Object.keys(one)).toEqual(["prediction", "interval", "quantiles"]);
  expect(Object.keys(one.quantiles)).toEqual(["0.1", "0.5", "0.9"]);
  expect(one.prediction).toBe(one.quantiles["0.5"]);
  const heading = (await gradus("predict", model, ...row, "--interval", "0.8")).out[0];
  expect(heading).toBe("y,low(y),high(y),y_q0.1,y_q0.5,y_q0.9");
});

test("evaluate, show, explain, trace, derive, check and the report are of the quantiles", async () => {
  const { out } = await gradus("evaluate", model, folder.file("houses.csv"), "--json");
  const { metrics, baseline, verdict } = JSON.parse(out.join("\n"));
  expect(metrics.perQuantile.map(({ quantile }: { quantile: number }) => quantile)).toEqual([0.1, 0.5, 0.9]);
  expect(baseline.between.nominal).toBeCloseTo(0.8);
  expect(verdict.measure).toBe("pinball");
  const shown = (await gradus("show", model)).out.join("\n");
  expect(shown).toContain("Predicts y: regression, the median, and the quantiles 0.1, 0.5, 0.9");
  expect(shown).toContain("value in training");
  const row = ["--row", '{"x": 12, "town": "Ulm", "y": 150}'];
  expect((await gradus("explain", model, "--row", '{"x": 12, "town": "Ulm"}')).out.join("\n")).toContain(
    "= prediction",
  );
  expect((await gradus("trace", model, ...row)).out.join("\n")).toContain("in order, 0.1, 0.5, 0.9");
  expect((await gradus("derive", model)).out.join("\n")).toContain("0.1, 0.5, 0.9");
  expect(await gradus("check", model, folder.file("houses.csv"))).toMatchObject({ code: 0 });
  const page = await readFile(folder.file("report.html"), "utf8");
  expect(page).toContain("rows at or below it");
  expect(page).toContain("mean pinball loss");
  expect(page).toContain("beyond the quantiles");
});

test.each([
  [["--quantiles", "0.9,0.1"], "Expected quantiles to be in ascending order, each once, found [0.9,0.1]."],
  [["--quantiles", "0.1,0.1"], "Expected quantiles to be in ascending order, each once, found [0.1,0.1]."],
  [["--quantiles", "0,0.5"], '--quantiles: expected a number above 0 and below 1, found "0".'],
  [["--quantiles", ""], '--quantiles: expected a quantile, found "".'],
  [
    ["--quantiles", "0.9", "--loss", "huber"],
    "--loss has no effect together with --quantiles: quantiles have a loss of their own, the pinball loss. Leave one of them out.",
  ],
  [
    ["--quantiles", "0.9", "--metric", "mae"],
    "--metric has no effect together with --quantiles: the pinball loss of the validation rows chooses the best epoch. Leave one of them out.",
  ],
  [
    ["--quantiles", "0.9", "--task", "classification"],
    "--quantiles is for numbers, and the task is classification. Leave it out.",
  ],
  [
    ["--loss", "pinball"],
    'Unknown value of --loss "pinball". Did you mean "quantile"? For a table, give train the quantiles instead: they have this loss.',
  ],
])("train with %j is refused in one sentence", async (args, message) => {
  const target = ["--target", "y", "--out", folder.file("none.gradus")];
  const { code, notes } = await gradus("train", folder.file("houses.csv"), ...target, ...args);
  expect(code).toBe(2);
  expect(notes.at(-1)).toContain(message);
});

test("tune has no quantiles", async () => {
  const args = ["--target", "y", "--quantiles", "0.9"];
  const { code, notes } = await gradus("tune", folder.file("houses.csv"), ...args);
  expect(code).toBe(2);
  expect(notes[0]).toContain("unknown option '--quantiles'");
});
