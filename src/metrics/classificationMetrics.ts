/**
 * How well probabilities predict classes: the metrics of a classifier, each exactly defined.
 *
 * [N] rows, [K] classes; a class is its index. The predicted class is the most probable, the first of equals.
 * Knows nothing of networks and of class names.
 */
import { numbers, requireKind } from "../kinds.ts";
import {
  accuracyOf,
  balancedAccuracyOf,
  type ClassMetrics,
  classMetrics,
  macroF1Of,
  meanOfKnown,
  tallyClasses,
} from "./classTally.ts";
import { mostProbable, requireProbabilities, SMALLEST_PROBABILITY } from "./probabilities.ts";
import { rocAuc } from "./rocAuc.ts";
import { givenWeights, totalWeight, type Weighted } from "./sampleWeights.ts";

export type { ClassMetrics } from "./classTally.ts";

export interface ClassificationMetrics {
  /** The share of rows predicted correctly. */
  readonly accuracy: number;
  /** The mean recall over the classes that have rows. */
  readonly balancedAccuracy: number;
  /**
   * −(1/N) Σ ln p of the true class, in nats, p no smaller than 2⁻⁵²: a confident mistake costs 36.04, not infinity.
   */
  readonly logLoss: number;
  /** The mean F1 over the classes that are true or predicted in some row. */
  readonly macroF1: number;
  /**
   * Two classes: the area for class 1. More: the mean over the classes, each against all others, for which both have
   * rows. Null where all rows are of one class.
   */
  readonly rocAuc: number | null;
  /** [K, K] counts, or sums of sample weights where there are some; row = true class, column = predicted class. */
  readonly confusion: number[][];
  /** [K] */
  readonly classes: ClassMetrics[];
}

/**
 * The metrics of predicted probabilities against the true classes. With sample weights each row counts by its weight, as
 * in scikit-learn: shares and means are weighted, and counts are sums of weights.
 *
 * @param probabilities [N, K]
 * @param classes [N], the index of each row's true class
 * @param classCount K, at least 2
 * @throws {ShapeError | DataError | DescriptionError} lengths that don't fit, no rows, a probability outside [0, 1], an
 * index that is no class, weights below 0 or all 0
 *
 * @example
 * import { classificationMetrics } from "gradus/network";
 *
 * const { accuracy, confusion } = classificationMetrics([0.9, 0.1, 0.4, 0.6, 0.8, 0.2], [0, 1, 1], 2);
 * accuracy; // 0.667
 * confusion; // [[1, 0], [1, 1]]
 */
export function classificationMetrics(
  probabilities: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
  options: Weighted = {},
): ClassificationMetrics {
  requireKind("classificationMetrics's probabilities", probabilities, numbers);
  requireKind("classificationMetrics's classes", classes, numbers);
  requireProbabilities(probabilities, classes, classCount);
  const rows = classes.length;
  const weights = givenWeights("classificationMetrics", options, rows);
  const confusion = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let row = 0; row < rows; row++) {
    confusion[classes[row]][mostProbable(probabilities, row, classCount)] += weights?.[row] ?? 1;
  }
  const tally = tallyClasses(probabilities, classes, classCount, weights);
  return {
    accuracy: accuracyOf(tally),
    balancedAccuracy: balancedAccuracyOf(tally),
    logLoss: logLossOf(probabilities, classes, classCount, weights),
    macroF1: macroF1Of(tally),
    rocAuc: areaOverClasses(probabilities, classes, classCount, weights),
    confusion,
    classes: confusion.map((_, index) => classMetrics(tally, index)),
  };
}

/** −(1/Σ w) Σ w ln p of the true class, p no smaller than 2⁻⁵², w 1 without weights; nothing is checked. */
export function logLossOf(
  probabilities: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
  weights?: ArrayLike<number>,
): number {
  let total = 0;
  for (let row = 0; row < classes.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    total -= weight * Math.log(Math.max(probabilities[row * classCount + classes[row]], SMALLEST_PROBABILITY));
  }
  return total / totalWeight(weights, classes.length);
}

/** The area under the ROC curve for class 1 of two, or the mean over the classes of more; nothing is checked. */
export function areaOverClasses(
  probabilities: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
  weights?: ArrayLike<number>,
): number | null {
  const area = (index: number): number | null => {
    const scores = Float64Array.from(classes, (_, row) => probabilities[row * classCount + index]);
    return rocAuc(scores, (row) => classes[row] === index, weights);
  };
  if (classCount === 2) return area(1);
  return meanOfKnown(Array.from({ length: classCount }, (_, index) => area(index)));
}
