/**
 * How often each class was true, predicted, and predicted right: all that the metrics of predicted classes need.
 *
 * [N] rows, [K] classes; a class is its index. One pass over the rows, and K numbers where a confusion matrix has K². With
 * sample weights, counts are sums of weights.
 */
import { mostProbable } from "./probabilities.ts";

/** [K] each. */
export interface ClassTally {
  /** Rows whose true class it is. */
  readonly support: Float64Array;
  /** Rows predicted so. */
  readonly predicted: Float64Array;
  /** Rows predicted so that are so. */
  readonly right: Float64Array;
}

/** One class against all others. */
export interface ClassMetrics {
  /** Rows whose true class it is; the sum of their sample weights where there are some. */
  readonly support: number;
  /** Precision: the share of the rows predicted as this class that have it; null where none was. */
  readonly precision: number | null;
  /** Recall: the share of its rows that are predicted as this class; null where it has no row. */
  readonly recall: number | null;
  /** 2 TP / (2 TP + FP + FN); null where the class was neither true nor predicted in any row. */
  readonly f1: number | null;
}

/**
 * Counts; nothing is checked.
 *
 * @param outputs [N, K], probabilities or logits
 * @param classes [N]
 * @param weights [N]; all 1 when absent
 */
export function tallyClasses(
  outputs: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
  weights?: ArrayLike<number>,
): ClassTally {
  const support = new Float64Array(classCount);
  const predicted = new Float64Array(classCount);
  const right = new Float64Array(classCount);
  for (let row = 0; row < classes.length; row++) {
    const guess = mostProbable(outputs, row, classCount);
    const weight = weights === undefined ? 1 : weights[row];
    support[classes[row]] += weight;
    predicted[guess] += weight;
    if (guess === classes[row]) right[guess] += weight;
  }
  return { support, predicted, right };
}

/** The metrics of one class. */
export function classMetrics({ support, predicted, right }: ClassTally, index: number): ClassMetrics {
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    support: support[index],
    precision: share(right[index], predicted[index]),
    recall: share(right[index], support[index]),
    f1: share(2 * right[index], support[index] + predicted[index]), // 2 TP + FP + FN = (TP + FN) + (TP + FP)
  };
}

/** The share of rows predicted correctly. */
export function accuracyOf({ support, right }: ClassTally): number {
  return sum(right) / sum(support);
}

/** The mean recall over the classes that have rows. */
export function balancedAccuracyOf(tally: ClassTally): number {
  return meanOfKnown(Array.from(tally.support, (_, index) => classMetrics(tally, index).recall)) ?? 0;
}

/** The mean F1 over the classes that are true or predicted in some row. */
export function macroF1Of(tally: ClassTally): number {
  return meanOfKnown(Array.from(tally.support, (_, index) => classMetrics(tally, index).f1)) ?? 0;
}

/** The mean of the values that there are; null where there are none. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0) / known.length;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
