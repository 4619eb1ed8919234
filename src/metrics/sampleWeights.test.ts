import { expect, test } from "vitest";
import { random } from "../random.ts";
import { fitConformal } from "./calibration/conformal.ts";
import { reliability } from "./calibration/reliability.ts";
import { fitTemperature } from "./calibration/temperature.ts";
import { classificationMetrics } from "./classificationMetrics.ts";
import { compareClasses, compareNumbers } from "./comparison.ts";
import { metricNames, metrics } from "./metricTable.ts";
import { regressionMetrics } from "./regressionMetrics.ts";
import { effectiveRows, meanOne } from "./sampleWeights.ts";
import { softmaxRows } from "./softmax.ts";

const rows = 40;
const { normal, integer } = random(3, "weights");
const counts = Float64Array.from({ length: rows }, () => integer(4));
const classes = Float64Array.from({ length: rows }, () => integer(3));
const probabilities = softmaxRows(
  Float64Array.from({ length: 3 * rows }, (_, i) => normal() + (classes[Math.floor(i / 3)] === i % 3 ? 1 : 0)),
  3,
);
const observed = Float64Array.from({ length: 2 * rows }, () => normal());
const predicted = observed.map((value) => 0.7 * value + 0.3 * normal());

/** Each row as often as its weight says; a row of weight 0 is left out. */
function copies(values: Float64Array, width: number): Float64Array {
  const copied: number[] = [];
  for (const [row, count] of counts.entries()) {
    for (let copy = 0; copy < count; copy++) copied.push(...values.subarray(row * width, (row + 1) * width));
  }
  return Float64Array.from(copied);
}

/** Numbers of nested plain data, for a comparison up to rounding. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, found) => (typeof found === "number" ? Number(found.toFixed(10)) : found)),
  );
}

test("a row of weight k counts as k copies in every metric, and a row of weight 0 as none", () => {
  const sampleWeights = counts;
  expect(rounded(classificationMetrics(probabilities, classes, 3, { sampleWeights }))).toEqual(
    rounded(classificationMetrics(copies(probabilities, 3), copies(classes, 1), 3)),
  );
  expect(rounded(reliability(probabilities, classes, 3, 5, { sampleWeights }))).toEqual(
    rounded(reliability(copies(probabilities, 3), copies(classes, 1), 3, 5)),
  );
  expect(rounded(regressionMetrics(predicted, observed, 2, { sampleWeights }))).toEqual(
    rounded(regressionMetrics(copies(predicted, 2), copies(observed, 2), 2)),
  );
  for (const name of metricNames("classification")) {
    expect(metrics[name].of(probabilities, classes, 3, counts), name).toBeCloseTo(
      metrics[name].of(copies(probabilities, 3), copies(classes, 1), 3) ?? Number.NaN,
      12,
    );
  }
});

test("weighted metrics of a small case are those of a hand calculation", () => {
  const p = [0.8, 0.2, 0.4, 0.6, 0.7, 0.3];
  // Right, right, wrong with the weights 1, 2, 5.
  const evaluated = classificationMetrics(p, [0, 1, 1], 2, { sampleWeights: [1, 2, 5] });
  expect(evaluated.accuracy).toBeCloseTo(3 / 8, 15);
  expect(evaluated.balancedAccuracy).toBeCloseTo((1 + 2 / 7) / 2, 15);
  expect(evaluated.logLoss).toBeCloseTo(-(Math.log(0.8) + 2 * Math.log(0.6) + 5 * Math.log(0.3)) / 8, 15);
  expect(evaluated.rocAuc).toBe(1);
  expect(evaluated.confusion).toEqual([
    [1, 0],
    [5, 2],
  ]);
  // Errors 1 and 3 with the weights 3 and 1: √((3·1 + 9)/4) and (3·1 + 3)/4.
  expect(regressionMetrics([0, 0], [1, 3], 1, { sampleWeights: [3, 1] })).toMatchObject({
    rmse: Math.sqrt(3),
    mae: 1.5,
  });
});

test("a temperature is that of the rows copied as often as they weigh, and unit weights change nothing", () => {
  const logits = probabilities.map(Math.log);
  const weighted = fitTemperature(logits, classes, 3, { sampleWeights: counts });
  expect(weighted.temperature).toBeCloseTo(fitTemperature(copies(logits, 3), copies(classes, 1), 3).temperature, 10);
  const ones = new Float64Array(rows).fill(1);
  expect(fitTemperature(logits, classes, 3, { sampleWeights: ones, cautious: true })).toEqual(
    fitTemperature(logits, classes, 3, { cautious: true }),
  );
});

test("weighted residuals are those of weighted ranks, and uneven weights promise less than as many rows", () => {
  const residuals = Array.from({ length: 9 }, (_, at) => at + 1);
  expect(fitConformal(residuals, { sampleWeights: residuals.map(() => 7) })).toEqual(fitConformal(residuals));
  // One residual has 9 of 10 parts of the weight: (1 + 9/9 …)² / … leaves one row that tells something.
  const uneven = fitConformal([1, 2, 3, 4], { sampleWeights: [1, 1, 1, 97] });
  expect(uneven).toEqual({ rows: 1, residuals: [4] });
  expect(effectiveRows([1, 1, 1, 97], 4)).toBeCloseTo(100 ** 2 / (3 + 97 ** 2), 12);
});

test("equal weights leave a comparison as it is, uneven ones widen its interval", () => {
  const question = { measure: "accuracy", probabilities, classes, shares: [0.4, 0.3, 0.3] } as const;
  for (const measure of ["accuracy", "balancedAccuracy", "logLoss"] as const) {
    const plain = compareClasses({ ...question, measure });
    const alike = compareClasses({ ...question, measure, sampleWeights: new Float64Array(rows).fill(3) });
    expect(rounded(alike), measure).toEqual(rounded(plain));
    const uneven = Float64Array.from(classes, (_, row) => (row % 8 === 0 ? 50 : 1));
    const weighed = compareClasses({ ...question, measure, sampleWeights: uneven });
    const width = ([low, high]: readonly [number, number] = [0, 0]) => high - low;
    expect(width(weighed.interval), measure).toBeGreaterThan(1.1 * width(plain.interval));
  }
  const numbers = { predicted, observed, means: [0, 0], deviations: [1, 1] };
  const alike = compareNumbers({ ...numbers, sampleWeights: new Float64Array(rows).fill(0.1) });
  expect(rounded(alike)).toEqual(rounded(compareNumbers(numbers)));
  const evaluated = regressionMetrics(predicted.slice(0, rows), observed.slice(0, rows), 1, { sampleWeights: counts });
  const compared = compareNumbers({
    predicted: predicted.slice(0, rows),
    observed: observed.slice(0, rows),
    means: [0],
    deviations: [1],
    sampleWeights: counts,
  });
  expect(compared.model).toBeCloseTo(evaluated.rmse, 12);
});

test("rows copied within groups don't make a verdict more certain: the groups are what counts", () => {
  const few = 12;
  const wins = Float64Array.from({ length: few }, (_, row) => (row < 9 ? 1 : 0));
  const of = (copied: number, grouped: boolean) => {
    const repeated = (value: (row: number) => number) =>
      Float64Array.from({ length: few * copied }, (_, at) => value(Math.floor(at / copied)));
    const truth = repeated((row) => (row % 2 === 0 ? 0 : 1));
    const answers = Float64Array.from({ length: 2 * truth.length }, (_, i) => {
      const row = Math.floor(i / 2 / copied);
      const guess = wins[row] === 1 ? row % 2 : 1 - (row % 2);
      return i % 2 === guess ? 0.9 : 0.1;
    });
    return compareClasses({
      measure: "accuracy",
      probabilities: answers,
      classes: truth,
      shares: [0.6, 0.4],
      ...(grouped && { groups: repeated((row) => row) }),
    });
  };
  expect(of(1, false).conclusion).toBe("undecided");
  expect(of(20, false).conclusion).toBe("better");
  const grouped = of(20, true);
  expect(grouped.conclusion).toBe("undecided");
  expect(grouped.groups).toBe(12);
  expect(
    compareClasses({ measure: "logLoss", probabilities, classes, shares: [0.4, 0.3, 0.3], groups: classes }),
  ).toMatchObject({ conclusion: "undecided", groups: 3 });
});

test("weights that are no weights are refused by their place", () => {
  const evaluate = (sampleWeights: number[]) =>
    classificationMetrics([0.5, 0.5, 0.1, 0.9], [0, 1], 2, { sampleWeights });
  expect(() => evaluate([1])).toThrow("Expected 2 sampleWeights, one for each row, found 1.");
  expect(() => evaluate([1, -1])).toThrow("Expected finite sample weights of at least 0, found -1 in row 1.");
  expect(() => evaluate([0, 0])).toThrow("Expected at least one sample weight above 0, found 2 that are 0.");
  expect(meanOne([1, 3])).toEqual(Float64Array.of(0.5, 1.5));
});
