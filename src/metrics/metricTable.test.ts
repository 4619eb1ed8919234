import { expect, test } from "vitest";
import { classificationMetrics } from "./classificationMetrics.ts";
import { type MetricName, metricNames, metricOf, metrics, scoreFor } from "./metricTable.ts";
import { multilabelMetrics } from "./multilabelMetrics.ts";
import { regressionMetrics } from "./regressionMetrics.ts";
import { softmaxRows } from "./softmax.ts";

const rows = Array.from({ length: 40 }, (_, i) => i);
const logits = Float64Array.from(rows.flatMap((i) => [0, 1, 2].map((j) => ((7 * i + 3 * j + i * j) % 11) / 4)));
const classes = Float64Array.from(rows, (i) => (i * i + Math.floor(i / 3)) % 3);
const crossEntropy = { loss: { name: "crossEntropy" }, outputs: 3, desired: classes } as const;

const two = Float64Array.from(rows.flatMap((i) => [((i * 5) % 13) - 4, ((i * i) % 17) / 8]));
const guesses = two.map((value, n) => value + (((n * 3) % 7) - 3) / 4);
const flags = Float64Array.from(rows.flatMap((i) => [i % 2, i % 7 === 0 ? 1 : 0]));
const scores = flags.map((flag, n) => (flag === 1 ? 1 : -1) + (((n * 5) % 9) - 4) / 3);
const binary = { loss: { name: "binaryCrossEntropy" }, outputs: 2, desired: flags } as const;
const squared = { loss: { name: "meanSquaredError" }, outputs: 2, desired: two } as const;

test("scores of classes are the metrics of the logits' probabilities", () => {
  const evaluated = classificationMetrics(softmaxRows(logits, 3), classes, 3);
  for (const name of ["accuracy", "balancedAccuracy", "macroF1", "rocAuc", "logLoss"] as const) {
    const score = scoreFor(name, crossEntropy);
    expect(score).toMatchObject({ name, better: name === "logLoss" ? "lower" : "higher" });
    expect(score.of(logits), name).toBeCloseTo(evaluated[name] ?? Number.NaN, 14);
  }
});

test("the Brier score of two rows is that of a hand calculation", () => {
  // softmax(0, ln 3) = ¼, ¾; the true classes are 1 and 0: 2 (¼)² and 2 (¾)².
  const score = scoreFor("brier", { loss: { name: "crossEntropy" }, outputs: 2, desired: Float64Array.of(1, 0) });
  expect(score.of(Float64Array.of(0, Math.log(3), 0, Math.log(3)))).toBeCloseTo((2 / 16 + 18 / 16) / 2, 14);
});

test("scores of values are the metrics of the outputs", () => {
  const evaluated = regressionMetrics(guesses, two, 2);
  for (const name of ["rmse", "mae", "r2"] as const) {
    expect(scoreFor(name, squared).of(guesses), name).toBe(evaluated[name]);
  }
});

test("scores in the targets' own units multiply each target's errors by its unit", () => {
  const units = [10, 0.5];
  const own = (values: Float64Array): Float64Array => values.map((value, i) => value * units[i % 2]);
  const evaluated = regressionMetrics(own(guesses), own(two), 2);
  expect(scoreFor("rmse", { ...squared, units }).of(guesses)).toBe(evaluated.rmse);
  expect(scoreFor("r2", { ...squared, units }).of(guesses)).toBeCloseTo(scoreFor("r2", squared).of(guesses), 12);
});

test("scores of labels are the metrics of the logits' logistic functions", () => {
  const evaluated = multilabelMetrics(
    scores.map((z) => 1 / (1 + Math.exp(-z))),
    flags,
    2,
  );
  for (const name of metricNames("multilabel")) {
    const own = evaluated[name as keyof typeof evaluated];
    expect(scoreFor(name, binary).of(scores), name).toBeCloseTo(Number(own), 14);
  }
});

test("what the rows leave undefined is no number, which fit refuses", () => {
  const oneClass = { loss: { name: "crossEntropy" }, outputs: 2, desired: Float64Array.of(1, 1) } as const;
  expect(scoreFor("rocAuc", oneClass).of(Float64Array.of(1, 2, 3, 4))).toBeNaN();
});

test("every metric gets better from a bad guess to a perfect one, and survives huge logits", () => {
  for (const name of Object.keys(metrics) as MetricName[]) {
    const { task, better } = metricOf(name);
    const options = { classification: crossEntropy, multilabel: binary, regression: squared }[task];
    const perfect = {
      classification: logits.map((_, i) => (i % 3 === classes[Math.floor(i / 3)] ? 1e4 : -1e4)),
      multilabel: flags.map((flag) => (flag === 1 ? 1e4 : -1e4)),
      regression: two,
    }[task];
    const bad = task === "regression" ? two.map((value) => -value - 1) : perfect.map((logit) => -logit);
    const score = scoreFor(name, options);
    const gain = score.of(perfect) - score.of(bad);
    expect(better === "higher" ? gain : -gain, name).toBeGreaterThan(0);
  }
});

test("each task has its metrics, and those of probabilities say that label smoothing costs them", () => {
  expect(metricNames("classification")).toEqual([
    "accuracy",
    "balancedAccuracy",
    "macroF1",
    "rocAuc",
    "logLoss",
    "brier",
  ]);
  expect(metricNames("multilabel")).toEqual([
    "balancedAccuracy",
    "macroF1",
    "hammingLoss",
    "subsetAccuracy",
    "rocAuc",
    "logLoss",
    "brier",
  ]);
  expect(metricNames("regression")).toEqual(["rmse", "mae", "r2"]);
  const ofProbabilities = (Object.keys(metrics) as MetricName[]).filter((name) => metrics[name].ofProbabilities);
  expect(ofProbabilities).toEqual(["rocAuc", "logLoss", "brier"]);
});

test("a metric that is unknown or of the other task is refused with those that fit", () => {
  expect(() => scoreFor("acuracy" as MetricName, crossEntropy)).toThrow('Did you mean "accuracy"?');
  expect(() => scoreFor("rmse", crossEntropy)).toThrow(
    "Expected a metric that fits the loss crossEntropy, found rmse, one of regression. Use one of: accuracy,",
  );
  expect(() => scoreFor("accuracy", squared)).toThrow("Use one of: rmse, mae, r2.");
  expect(() => scoreFor("accuracy", binary)).toThrow(
    "found accuracy, one of classification. Use one of: balancedAccuracy, macroF1, hammingLoss,",
  );
  expect(() => scoreFor("rmse", { ...squared, units: [1] })).toThrow("Expected 2 units, one for each target, found 1.");
});
