/**
 * How well probabilities foretell classes: the metrics of a classifier, each exactly defined.
 *
 * [N] rows, [K] classes; a class is its index. The predicted class is the most probable, the first of equals.
 * Knows nothing of networks and of class names.
 */
import { DataError, DescriptionError, ShapeError } from "../../errors.ts";
import type { Judged } from "./judged.ts";
import { rocAuc } from "./rocAuc.ts";

/** One class seen by itself: its rows against all others. */
export interface ClassMetrics {
  /** Rows whose true class it is. */
  readonly support: number;
  /** The share of the rows predicted so that are so; null where none was predicted so. */
  readonly precision: number | null;
  /** The share of its rows that were predicted so; null where it has no row. */
  readonly recall: number | null;
  /** 2 TP / (2 TP + FP + FN); null where the class was neither true nor predicted in any row. */
  readonly f1: number | null;
}

export interface ClassificationMetrics {
  /** The share of rows predicted right. */
  readonly accuracy: number;
  /** The mean recall over the classes that have rows. */
  readonly balancedAccuracy: number;
  /** −(1/N) Σ ln p of the true class, in nats, p no smaller than 2⁻⁵²: a sure mistake costs 36.04, not infinity. */
  readonly logLoss: number;
  /** The mean F1 over the classes that are true or predicted in some row. */
  readonly macroF1: number;
  /**
   * Two classes: the area for class 1. More: the mean over the classes, each ranked against all others, that have rows
   * and leave rows to the others. Null where all rows are of one class.
   */
  readonly rocAuc: number | null;
  /** [K, K] counts; row = true class, column = predicted class. */
  readonly confusion: number[][];
  /** [K] */
  readonly classes: ClassMetrics[];
}

const SMALLEST_PROBABILITY = 2 ** -52;

/**
 * The metrics of predicted probabilities against the true classes.
 *
 * @param probabilities [N, K]
 * @param classes [N], the index of each row's true class
 * @param classCount K, at least 2
 * @throws {ShapeError | DataError | DescriptionError} lengths that don't fit, no rows, a probability outside [0, 1], an
 * index that is no class
 */
export function classificationMetrics(
  probabilities: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
): ClassificationMetrics {
  requireProbabilities(probabilities, classes, classCount);
  const rows = classes.length;
  const confusion = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  let lossSum = 0;
  for (let row = 0; row < rows; row++) {
    confusion[classes[row]][mostProbable(probabilities, row, classCount)]++;
    lossSum -= Math.log(Math.max(probabilities[row * classCount + classes[row]], SMALLEST_PROBABILITY));
  }
  const each = confusion.map((_, index) => classMetrics(confusion, index));
  return {
    accuracy: confusion.reduce((right, counts, index) => right + counts[index], 0) / rows,
    balancedAccuracy: meanOfKnown(each.map(({ recall }) => recall)) ?? 0,
    logLoss: lossSum / rows,
    macroF1: meanOfKnown(each.map(({ f1 }) => f1)) ?? 0,
    rocAuc: areaOverClasses(probabilities, classes, classCount),
    confusion,
    classes: each,
  };
}

export interface ClassificationToJudge {
  /** [N, K] */
  readonly probabilities: ArrayLike<number>;
  /** [N], true class indices. */
  readonly classes: ArrayLike<number>;
  /** [K], of the training rows: all that the baseline knows. */
  readonly shares: ArrayLike<number>;
}

/**
 * The model's metrics beside those of the baseline, which gives every row the class shares of the training rows and so
 * predicts their most frequent class.
 *
 * @throws {ShapeError | DataError | DescriptionError} as `classificationMetrics` does
 */
export function judgeClassification(judged: ClassificationToJudge): Judged<ClassificationMetrics> {
  const { probabilities, classes, shares } = judged;
  const baseline = Float64Array.from({ length: classes.length * shares.length }, (_, i) => shares[i % shares.length]);
  return {
    model: classificationMetrics(probabilities, classes, shares.length),
    baseline: classificationMetrics(baseline, classes, shares.length),
  };
}

function mostProbable(probabilities: ArrayLike<number>, row: number, classCount: number): number {
  let best = 0;
  for (let k = 1; k < classCount; k++) {
    if (probabilities[row * classCount + k] > probabilities[row * classCount + best]) best = k;
  }
  return best;
}

function classMetrics(confusion: readonly (readonly number[])[], index: number): ClassMetrics {
  const support = confusion[index].reduce((sum, count) => sum + count, 0);
  const predicted = confusion.reduce((sum, counts) => sum + counts[index], 0);
  const right = confusion[index][index];
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    support,
    precision: share(right, predicted),
    recall: share(right, support),
    f1: share(2 * right, support + predicted), // 2 TP + FP + FN = (TP + FN) + (TP + FP)
  };
}

function areaOverClasses(
  probabilities: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
): number | null {
  const area = (index: number): number | null => {
    const scores = Float64Array.from(classes, (_, row) => probabilities[row * classCount + index]);
    return rocAuc(scores, (row) => classes[row] === index);
  };
  if (classCount === 2) return area(1);
  return meanOfKnown(Array.from({ length: classCount }, (_, index) => area(index)));
}

function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function requireClasses(classes: ArrayLike<number>, classCount: number): void {
  if (classes.length === 0) throw new DataError("Expected at least one row to judge a classifier by, found none.");
  for (let row = 0; row < classes.length; row++) {
    const index = classes[row];
    if (!Number.isInteger(index) || index < 0 || index >= classCount) {
      throw new DescriptionError(
        `Expected a class index from 0 to ${classCount - 1} in row ${row} of the true classes, found ${index}.`,
      );
    }
  }
}

function requireProbabilities(probabilities: ArrayLike<number>, classes: ArrayLike<number>, classCount: number): void {
  requireClasses(classes, classCount);
  const rows = classes.length;
  if (probabilities.length !== rows * classCount) {
    throw new ShapeError(
      `Expected probabilities of ${rows} rows and ${classCount} classes, found ${probabilities.length} numbers in all.`,
    );
  }
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    // Float32 softmax may exceed 1 by a rounding.
    if (!(p >= 0 && p <= 1 + 1e-6)) {
      const place = `row ${Math.floor(i / classCount)}, class ${i % classCount}`;
      throw new DataError(
        `Expected a probability from 0 to 1 in ${place}, found ${p}. A network's outputs may be logits: take their softmax first.`,
      );
    }
  }
}
