import { expect, test } from "vitest";
import { compareLabels } from "./labelComparison.ts";
import { multilabelMetrics } from "./multilabelMetrics.ts";
import { withBaseline } from "./withBaseline.ts";

/** Three rows, two labels. */
const flags = [1, 0, 0, 1, 1, 1];
const probabilities = [0.9, 0.2, 0.6, 0.7, 0.8, 0.3];

test("the metrics of three rows and two labels are those of a hand calculation", () => {
  // Predicted: yes no, yes yes, yes no. Wrong are the first label of row 1 and the second of row 2.
  const found = multilabelMetrics(probabilities, flags, 2);
  expect(found.hammingLoss).toBeCloseTo(2 / 6, 14);
  expect(found.subsetAccuracy).toBeCloseTo(1 / 3, 14);
  // F1 = 2 TP / (2 TP + FP + FN): 4/5 and 2/3.
  expect(found.perLabel.map(({ f1 }) => f1)).toEqual([4 / 5, 2 / 3]);
  expect(found.macroF1).toBeCloseTo((4 / 5 + 2 / 3) / 2, 14);
  expect(found.perLabel[0].logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.4) + Math.log(0.8)) / 3, 14);
  expect(found.perLabel[0].brier).toBeCloseTo((0.01 + 0.36 + 0.04) / 3, 14);
  expect(found.perLabel[1].confusion).toEqual([
    [1, 0],
    [1, 1],
  ]);
});

test("a row of weight 2 counts as two rows", () => {
  const twice = multilabelMetrics([...probabilities, 0.8, 0.3], [...flags, 1, 1], 2);
  const weighted = multilabelMetrics(probabilities, flags, 2, { sampleWeights: [1, 1, 2] });
  for (const name of ["hammingLoss", "subsetAccuracy", "macroF1", "logLoss", "brier", "rocAuc"] as const) {
    expect(weighted[name], name).toBeCloseTo(Number(twice[name]), 14);
  }
});

test("the baseline predicts of each label what is more frequent in training", () => {
  const { baseline } = withBaseline(probabilities, [0.7, 0.4], (of) => multilabelMetrics(of, flags, 2));
  // Always yes and no: wrong in row 1 twice, in row 2 once.
  expect(baseline.hammingLoss).toBeCloseTo(3 / 6, 14);
});

test.each(["hammingLoss", "logLoss", "balancedAccuracy"] as const)(
  "labels that are mostly right are better than the baseline by %s, and the baseline itself is not",
  (measure) => {
    const rows = Array.from({ length: 60 }, (_, row) => row);
    const truth = rows.flatMap((row) => [row % 2, Number(row % 3 === 0)]);
    const good = truth.map((flag, i) => (i % 11 === 0 ? 0.5 : flag === 1 ? 0.9 : 0.1));
    const shares = [0.5, 1 / 3];
    expect(compareLabels({ measure, probabilities: good, flags: truth, shares }).conclusion).toBe("better");
    const same = truth.map((_, i) => shares[i % 2]);
    expect(compareLabels({ measure, probabilities: same, flags: truth, shares }).conclusion).toBe("undecided");
  },
);
