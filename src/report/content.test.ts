import { expect, test } from "vitest";
import { exampleClassifier, exampleRegressor, exampleReport, exampleTable } from "../../test/reportExamples.ts";
import type { Report } from "../tabular/report.ts";
import { reportContent } from "./content.ts";

test("the content is plain data, the same each time", () => {
  for (const model of [exampleClassifier(0.7), exampleRegressor()]) {
    const content = reportContent(exampleReport(model));
    expect(JSON.parse(JSON.stringify(content))).toEqual(content);
    expect(reportContent(exampleReport(model))).toEqual(content);
  }
});

test("the test rows judge, else the validation's, else the training's own", () => {
  const input = exampleReport(exampleRegressor());
  const judged = (parts: Partial<typeof input.parts>) =>
    reportContent({ ...input, parts: { ...input.parts, ...parts } }).judged;
  const validation = exampleTable(10);
  expect(judged({ validation })).toEqual({ part: "test", rows: 40 });
  expect(judged({ validation, test: undefined })).toEqual({ part: "validation", rows: 10 });
  expect(judged({ test: undefined })).toEqual({ part: "training", rows: 60 });
});

test("the effects are those of the columns that matter, the most important first", () => {
  const { effects, importance } = reportContent(exampleReport(exampleRegressor()));
  expect(effects.map(({ feature }) => feature)).toEqual(["a", "b"]);
  expect(importance.features).toHaveLength(5);
});

test("each column is told with what it was for", () => {
  const { columns } = reportContent(exampleReport(exampleRegressor()));
  expect(columns.map(({ name, use }) => `${name}: ${use}`)).toEqual([
    "a: input",
    "b: input",
    "colour: input",
    "day: input",
    "seen: input",
    "unused: left out",
    "y: target",
    "kind: left out",
  ]);
});

test("mistakes of a classifier are its wrong rows, the surest first; a model that is right makes none", () => {
  const { mistakes, quality } = reportContent(exampleReport(exampleClassifier(0.7)));
  if (quality.task !== "classification") throw new Error("a classifier's quality");
  const [[, missed], [mistaken]] = quality.confusion;
  expect(mistakes.wrong).toBe(missed + mistaken);
  expect(mistakes.wrong).toBeGreaterThan(0);
  const chances = mistakes.rows.map(({ measure }) => measure);
  expect(chances).toEqual([...chances].sort((a, b) => a - b));
  expect(Math.max(...chances)).toBeLessThan(0.5);
  expect(mistakes.columns[0]).toBe("a");
  expect(reportContent(exampleReport(exampleClassifier())).mistakes).toMatchObject({ rows: [], wrong: 0 });
});

test("mistakes of a regressor name the row of the source, and its values", () => {
  const input = exampleReport(exampleRegressor());
  const wrong = exampleTable(40, 2);
  const y = wrong.columns.find(({ name }) => name === "y")?.values as Float64Array;
  y[17] += 10;
  const { mistakes } = reportContent({ ...input, parts: { ...input.parts, test: wrong } });
  expect(mistakes.rows[0].row).toBe(18);
  expect(mistakes.rows[0].measure).toBeCloseTo(10 / 2, 12); // in standard deviations, 2 by the target's description
  expect(mistakes.rows[0].cells).toHaveLength(mistakes.columns.length);
  expect(mistakes.rows).toHaveLength(12);
});

test("residuals are counted whole, and intervals say what they held", () => {
  const model = exampleRegressor({ interval: { residuals: [Array.from({ length: 9 }, (_, i) => i / 10)] } });
  const input = exampleReport(model);
  const shifted = exampleTable(40, 2);
  const y = shifted.columns.find(({ name }) => name === "y")?.values as Float64Array;
  for (let row = 0; row < 40; row++) y[row] += row % 4 === 0 ? 0.75 : 0.05;
  const { quality } = reportContent({ ...input, parts: { ...input.parts, test: shifted } });
  if (quality.task !== "regression") throw new Error("a regressor's quality");
  const [{ residuals, intervals }] = quality.targets;
  expect(residuals.reduce((sum, { count }) => sum + count, 0)).toBe(40);
  // Of nine residuals the rank of 50 % is ⌈10 · 0.5⌉ = 5, 0.4, which three rows of four keep; 80 %: 8, 0.7; 90 %: 9, 0.8.
  expect(intervals).toEqual([
    { coverage: 0.5, radius: 0.4, covered: 0.75 },
    { coverage: 0.8, radius: 0.7, covered: 0.75 },
    { coverage: 0.9, radius: 0.8, covered: 1 },
  ]);
});

test("folds are told with how far their metrics lie apart, and several networks as several", () => {
  const input = exampleReport(exampleRegressor());
  const spread = { r2: { mean: 0.9, deviation: 0.05 }, rmse: { mean: 1, deviation: null } };
  const folds = { rows: 30, metrics: [{}, {}, {}], baseline: [], spread } as unknown as NonNullable<Report["folds"]>;
  const report = {
    ...input.report,
    networks: 3,
    folds,
    metrics: { ...input.report.metrics, validation: input.report.metrics.test },
  };
  const content = reportContent({ ...input, report });
  expect(content.folds).toEqual({ count: 3, rows: 30, deviations: { r2: 0.05 } });
  expect(content.training.networks).toBe(3);
});
