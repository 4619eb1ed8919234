import { expect, test } from "vitest";
import { exampleClassifier, exampleRegressor, exampleReport, exampleTable } from "../../test/reportExamples.ts";
import { random } from "../random.ts";
import type { Report } from "../tabular/report.ts";
import { train } from "../tabular/train.ts";
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
  const evaluated = (parts: Partial<typeof input.parts>) =>
    reportContent({ ...input, parts: { ...input.parts, ...parts } }).evaluated;
  const validation = exampleTable(10);
  expect(evaluated({ validation })).toEqual({ part: "test", rows: 40, optimistic: false });
  expect(evaluated({ validation, test: undefined })).toEqual({ part: "validation", rows: 10, optimistic: true });
  expect(evaluated({ test: undefined })).toEqual({ part: "training", rows: 60, optimistic: true });
});

test("the effects are those of the columns that matter, the most important first", () => {
  const { effects, importance } = reportContent(exampleReport(exampleRegressor()));
  expect(effects.map(({ feature }) => feature)).toEqual(["a", "b"]);
  expect(importance.features).toHaveLength(5);
});

test("each column is listed with its role", () => {
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

test("folds are reported with the spread of their metrics, and several networks as several", () => {
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

test.each([1, 3])(
  "without test rows, and %i folds, the page's figures are those of the predictions that the model is evaluated by",
  async (folds) => {
    const { normal, uniform } = random(1, "report without a test");
    const table = Array.from({ length: 45 }, () => ({ x: normal(), y: normal(), label: uniform() < 0.5 ? "a" : "b" }));
    const result = await train({ table, target: "label", testFraction: 0, folds, epochs: 12, hidden: [8], threads: 1 });
    const { evaluated, quality, mistakes } = reportContent(result);
    const { validation } = result.report.metrics;
    if (quality.task !== "classification" || !validation || !("confusion" in validation))
      throw new Error("a classifier's");
    expect(evaluated).toEqual({ part: "validation", rows: folds === 1 ? 9 : 45, optimistic: false });
    expect(quality.confusion).toEqual(validation.confusion);
    expect(mistakes.wrong).toBe(Math.round(evaluated.rows * (1 - validation.accuracy)));
    result.model.dispose();
  },
);

test("intervals promise what all calibration rows allow, where the model keeps some of their residuals", () => {
  const residuals = Array.from({ length: 10 }, (_, i) => (i + 1) / 10);
  const input = exampleReport(exampleRegressor({ interval: { residuals: [residuals], rows: 100 } }));
  const { quality } = reportContent(input);
  if (quality.task !== "regression") throw new Error("a regressor's quality");
  // Of 100 rows the rank of 95 % is ⌈101 · 0.95⌉ = 96, the last of ten kept; ten rows alone could not promise it.
  const shown = quality.targets[0].intervals?.map(({ coverage, radius }) => [coverage, radius]);
  expect(shown).toEqual([0.5, 0.8, 0.9, 0.95].map((coverage, at) => [coverage, [0.6, 0.9, 1, 1][at]]));
});

test("intervals aren't said to hold the very rows that they were made of", async () => {
  const { normal } = random(2, "report without a test");
  const table = Array.from({ length: 40 }, () => ({ x: normal(), y: normal() }));
  const result = await train({ table, target: "y", testFraction: 0, folds: 1, epochs: 2, hidden: [4], threads: 1 });
  expect(result.model.document.interval).toBeDefined();
  const { quality } = reportContent(result);
  expect(quality.task === "regression" && quality.targets[0]).not.toHaveProperty("intervals");
  result.model.dispose();
});

test("with sample weights the bars of the errors are sums of weights, as all else of a target", () => {
  const model = exampleRegressor({ weights: { column: "b2", reading: { type: "number" } } });
  const input = exampleReport(model);
  const weighted = exampleTable(40, 2);
  const b2 = {
    name: "b2",
    type: "number" as const,
    values: Float64Array.from({ length: 40 }, (_, row) => 1 + (row % 3)),
  };
  const withWeights = (table: typeof weighted) => ({ ...table, columns: [...table.columns, b2] });
  const { quality } = reportContent({ ...input, parts: { ...input.parts, test: withWeights(weighted) } });
  if (quality.task !== "regression") throw new Error("a regressor's quality");
  const [{ residuals, effectiveRows }] = quality.targets;
  expect(residuals.reduce((sum, { count }) => sum + count, 0)).toBe(79); // 14 · 1 + 13 · 2 + 13 · 3
  expect(effectiveRows).toBeCloseTo(79 ** 2 / (14 + 13 * 4 + 13 * 9), 12);
});
