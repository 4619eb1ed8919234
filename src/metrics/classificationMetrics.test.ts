import { expect, test } from "vitest";
import { classificationMetrics } from "./classificationMetrics.ts";
import { withBaseline } from "./withBaseline.ts";

test("the metrics of a small case are those of a hand calculation", () => {
  // Predicted classes 0, 0, 1, 1 against true classes 0, 1, 1, 1.
  const metrics = classificationMetrics([0.9, 0.1, 0.6, 0.4, 0.2, 0.8, 0.5 - 1 / 8, 0.5 + 1 / 8], [0, 1, 1, 1], 2);
  expect(metrics.confusion).toEqual([
    [1, 0],
    [1, 2],
  ]);
  expect(metrics.accuracy).toBe(3 / 4);
  expect(metrics.balancedAccuracy).toBeCloseTo((1 / 1 + 2 / 3) / 2, 15);
  expect(metrics.logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.4) + Math.log(0.8) + Math.log(0.625)) / 4, 15);
  // F1 of class 0: 2·1/(2·1 + 1 + 0) = 2/3; of class 1: 2·2/(2·2 + 0 + 1) = 4/5.
  expect(metrics.macroF1).toBeCloseTo((2 / 3 + 4 / 5) / 2, 15);
  expect(metrics.rocAuc).toBe(1); // 0.1 lies below 0.4, 0.625 and 0.8
  expect(metrics.classes).toEqual([
    { support: 1, precision: 1 / 2, recall: 1, f1: 2 / 3 },
    { support: 3, precision: 1, recall: 2 / 3, f1: 4 / 5 },
  ]);
});

/** Forty rows of probabilities and classes by a rule that another language can follow. */
function fortyRows(classCount: number): { probabilities: number[]; classes: number[] } {
  const rows = Array.from({ length: 40 }, (_, i) => i);
  const probabilities = rows.flatMap((i) => {
    const weights = Array.from({ length: classCount }, (_, j) => 1 + ((7 * i + 3 * j + i * j) % 11));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  });
  return { probabilities, classes: rows.map((i) => (i * i + Math.floor(i / 3)) % classCount) };
}

test("the metrics agree with scikit-learn on three classes", () => {
  const { probabilities, classes } = fortyRows(3);
  const metrics = classificationMetrics(probabilities, classes, 3);
  // scikit-learn 1.9.1: accuracy_score, balanced_accuracy_score, log_loss, f1_score(average="macro"),
  // roc_auc_score(multi_class="ovr", average="macro"), confusion_matrix, precision_recall_fscore_support.
  expect(metrics.accuracy).toBe(0.375);
  expect(metrics.balancedAccuracy).toBeCloseTo(0.39059829059829054, 14);
  expect(metrics.logLoss).toBeCloseTo(1.2217920755032636, 14);
  expect(metrics.macroF1).toBeCloseTo(0.36235480274750964, 14);
  expect(metrics.rocAuc).toBeCloseTo(0.5318055894722561, 14);
  expect(metrics.confusion).toEqual([
    [7, 3, 3],
    [8, 2, 5],
    [3, 3, 6],
  ]);
  expect(metrics.classes[1].precision).toBeCloseTo(0.25, 14);
  expect(metrics.classes[1].recall).toBeCloseTo(0.13333333333333333, 14);
  expect(metrics.classes[1].f1).toBeCloseTo(0.17391304347826086, 14);
});

test("the metrics agree with scikit-learn on two classes", () => {
  const { probabilities, classes } = fortyRows(2);
  const metrics = classificationMetrics(probabilities, classes, 2);
  // The same functions of scikit-learn 1.9.1; roc_auc_score took the probabilities of class 1.
  expect(metrics.accuracy).toBe(0.475);
  expect(metrics.balancedAccuracy).toBeCloseTo(0.4515669515669516, 14);
  expect(metrics.logLoss).toBeCloseTo(0.8749260108480522, 14);
  expect(metrics.macroF1).toBeCloseTo(0.4470046082949308, 14);
  expect(metrics.rocAuc).toBeCloseTo(0.41452991452991456, 14);
});

test("a class that never comes up counts nowhere", () => {
  const metrics = classificationMetrics([0.7, 0.2, 0.1, 0.3, 0.6, 0.1], [0, 1], 3);
  expect(metrics.classes[2]).toEqual({ support: 0, precision: null, recall: null, f1: null });
  expect([metrics.balancedAccuracy, metrics.macroF1, metrics.rocAuc]).toEqual([1, 1, 1]);
});

test("a class that is predicted but never true counts against F1 and not against recall", () => {
  const metrics = classificationMetrics([0.7, 0.2, 0.1, 0.3, 0.1, 0.6], [0, 0], 3);
  expect(metrics.balancedAccuracy).toBe(1 / 2);
  expect(metrics.macroF1).toBeCloseTo((2 / 3 + 0) / 2, 15);
  expect(metrics.rocAuc).toBeNull();
});

test("of equal probabilities the first class is predicted", () => {
  expect(classificationMetrics([0.5, 0.5], [0], 2).accuracy).toBe(1);
});

test("a sure mistake costs 52 ln 2 and not infinity", () => {
  expect(classificationMetrics([1, 0], [1], 2).logLoss).toBeCloseTo(52 * Math.LN2, 12);
});

test("the baseline gives every row the class shares of the training rows", () => {
  const { model, baseline } = withBaseline([0, 1, 1, 0], [3 / 4, 1 / 4], (of) => classificationMetrics(of, [1, 0], 2));
  expect(model.accuracy).toBe(1);
  expect(baseline.confusion).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect(baseline.logLoss).toBeCloseTo(-(Math.log(1 / 4) + Math.log(3 / 4)) / 2, 15);
  expect(baseline.rocAuc).toBe(0.5);
});

test("metrics survive JSON", () => {
  const metrics = classificationMetrics([0.7, 0.2, 0.1], [0], 3);
  expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
});

test("what cannot be judged is refused by its place", () => {
  expect(() => classificationMetrics([], [], 2)).toThrow("at least one row");
  expect(() => classificationMetrics([0.5, 0.5, 1], [0, 1], 2)).toThrow(
    "Expected probabilities of 2 rows and 2 classes, found 3 numbers in all.",
  );
  expect(() => classificationMetrics([0.5, 0.5], [2], 2)).toThrow(
    "Expected a class index from 0 to 1 in row 0 of the true classes, found 2.",
  );
  expect(() => classificationMetrics([0.5, 0.5, -3, 4], [0, 1], 2)).toThrow("in row 1, class 0, found -3.");
  expect(() => classificationMetrics([0.5, Number.NaN], [0], 2)).toThrow("in row 0, class 1, found NaN.");
});
