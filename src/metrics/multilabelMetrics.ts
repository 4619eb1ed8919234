/**
 * How well probabilities predict several labels that a row has or has not: the metrics of each label, and over all of them.
 *
 * [N] rows, [L] labels, row-major; a label is predicted where its probability is above ½. Each label by itself is a
 * classification into no and yes. Knows nothing of networks and of label names.
 */
import { DataError, DescriptionError, ShapeError } from "../errors.ts";
import { numbers, requireKind, whole } from "../kinds.ts";
import { classificationMetrics } from "./classificationMetrics.ts";
import { type ClassMetrics, meanOfKnown } from "./classTally.ts";
import { givenWeights, totalWeight, type Weighted } from "./sampleWeights.ts";

/** One label by itself; support, precision, recall and F1 are those of its rows of yes. */
export interface LabelMetrics extends ClassMetrics {
  /** The share of rows predicted correctly. */
  readonly accuracy: number;
  /** The mean recall of no and of yes, of those that have rows. */
  readonly balancedAccuracy: number;
  /** Null where all rows have the label, or none has. */
  readonly rocAuc: number | null;
  /** −(1/N) Σ ln of the probability of what is true, in nats, no smaller than 2⁻⁵². */
  readonly logLoss: number;
  /** (1/N) Σ (p − d)², in [0, 1]: 0 is perfect. */
  readonly brier: number;
  /** [2, 2] counts; row = truth, column = prediction, no before yes. */
  readonly confusion: number[][];
}

export interface MultilabelMetrics {
  /** The share of all labels of all rows that are predicted wrong: 1 − the mean of the labels' accuracies. */
  readonly hammingLoss: number;
  /** The share of rows with every label predicted correctly. */
  readonly subsetAccuracy: number;
  /** The mean F1 over the labels that some row has or is predicted to have. */
  readonly macroF1: number;
  /** The mean over the labels that some rows have and others have not; null where there are none. */
  readonly rocAuc: number | null;
  /** The means over the labels. */
  readonly balancedAccuracy: number;
  readonly logLoss: number;
  readonly brier: number;
  /** [L] */
  readonly perLabel: LabelMetrics[];
}

/**
 * The metrics of predicted probabilities against the true labels.
 *
 * @param probabilities [N, L] of yes
 * @param flags [N, L], 1 where a row has a label and 0 where it has not
 * @param labels L
 * @param options `sampleWeights`: [N], a row of weight k counts as k rows
 * @throws {ShapeError | DataError | DescriptionError} lengths that don't fit, no rows, a probability outside [0, 1], a flag
 * that is neither 0 nor 1, weights below 0 or all 0
 *
 * @example
 * import { multilabelMetrics } from "gradus/network";
 *
 * const { hammingLoss, subsetAccuracy } = multilabelMetrics([0.9, 0.2, 0.4, 0.8], [1, 0, 1, 1], 2);
 * [hammingLoss, subsetAccuracy]; // [0.25, 0.5]
 */
export function multilabelMetrics(
  probabilities: ArrayLike<number>,
  flags: ArrayLike<number>,
  labels: number,
  options: Weighted = {},
): MultilabelMetrics {
  requireKind("multilabelMetrics' probabilities", probabilities, numbers);
  requireKind("multilabelMetrics' flags", flags, numbers);
  requireKind("multilabelMetrics' labels", labels, whole(1));
  requireFlags(probabilities, flags, labels);
  const weights = givenWeights("multilabelMetrics", options, flags.length / labels);
  const each = Array.from({ length: labels }, (_, at) => labelMetrics(probabilities, flags, { labels, at, weights }));
  const mean = (of: (label: LabelMetrics) => number): number =>
    each.reduce((sum, label) => sum + of(label), 0) / labels;
  return {
    hammingLoss: hammingLossOf(probabilities, flags, labels, weights),
    subsetAccuracy: subsetAccuracyOf(probabilities, flags, labels, weights),
    macroF1: meanOfKnown(each.map(({ f1 }) => f1)) ?? 0,
    rocAuc: meanOfKnown(each.map(({ rocAuc }) => rocAuc)),
    balancedAccuracy: mean((label) => label.balancedAccuracy),
    logLoss: mean(({ logLoss }) => logLoss),
    brier: mean(({ brier }) => brier),
    perLabel: each,
  };
}

/**
 * Each label of each row as a row of two classes, no and yes: what is defined for classes then holds for labels.
 *
 * @param probabilities [N, L] of yes
 * @returns [N · L, 2]
 */
export function noAndYes(probabilities: ArrayLike<number>): Float64Array {
  const pairs = new Float64Array(2 * probabilities.length);
  for (let i = 0; i < probabilities.length; i++) {
    pairs[2 * i] = 1 - probabilities[i];
    pairs[2 * i + 1] = probabilities[i];
  }
  return pairs;
}

/** The weights of rows as those of all their labels: [N · L]. @param weights [N] */
export function weightsOfLabels(weights: ArrayLike<number> | undefined, labels: number): Float64Array | undefined {
  if (weights === undefined) return undefined;
  return Float64Array.from({ length: weights.length * labels }, (_, i) => weights[Math.floor(i / labels)]);
}

/** One label of all rows. @param values [N, L]. @returns [N] */
export function labelColumn(values: ArrayLike<number>, labels: number, at: number): Float64Array {
  return Float64Array.from({ length: values.length / labels }, (_, row) => values[row * labels + at]);
}

/**
 * The share of labels predicted wrong; nothing is checked.
 *
 * @param probabilities [N, L]
 * @param flags [N, L]
 * @param weights [N], all 1 when absent
 */
export function hammingLossOf(
  probabilities: ArrayLike<number>,
  flags: ArrayLike<number>,
  labels: number,
  weights?: ArrayLike<number>,
): number {
  let wrong = 0;
  for (let i = 0; i < flags.length; i++) {
    if (isWrong(probabilities[i], flags[i])) wrong += weights?.[Math.floor(i / labels)] ?? 1;
  }
  return wrong / labels / totalWeight(weights, flags.length / labels);
}

/** Whether a label is predicted wrong. @param probability of yes */
export function isWrong(probability: number, flag: number): boolean {
  return probability > 0.5 !== (flag === 1);
}

/** The share of rows without a wrong label; as `hammingLossOf`. */
export function subsetAccuracyOf(
  probabilities: ArrayLike<number>,
  flags: ArrayLike<number>,
  labels: number,
  weights?: ArrayLike<number>,
): number {
  const rows = flags.length / labels;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    let at = row * labels;
    while (at < (row + 1) * labels && !isWrong(probabilities[at], flags[at])) at++;
    if (at === (row + 1) * labels) right += weights?.[row] ?? 1;
  }
  return right / totalWeight(weights, rows);
}

interface OneLabel {
  readonly labels: number;
  readonly at: number;
  readonly weights: ArrayLike<number> | undefined;
}

function labelMetrics(
  probabilities: ArrayLike<number>,
  flags: ArrayLike<number>,
  { labels, at, weights }: OneLabel,
): LabelMetrics {
  const own = labelColumn(probabilities, labels, at);
  const truth = labelColumn(flags, labels, at);
  const found = classificationMetrics(noAndYes(own), truth, 2, { sampleWeights: weights });
  const { accuracy, balancedAccuracy, rocAuc, logLoss, confusion } = found;
  const squares = own.reduce((sum, p, row) => sum + (weights?.[row] ?? 1) * (p - truth[row]) ** 2, 0);
  return {
    ...found.classes[1],
    accuracy,
    balancedAccuracy,
    rocAuc,
    logLoss,
    brier: squares / totalWeight(weights, own.length),
    confusion,
  };
}

function requireFlags(probabilities: ArrayLike<number>, flags: ArrayLike<number>, labels: number): void {
  if (flags.length === 0) throw new DataError("Expected at least one row to evaluate labels on, found none.");
  if (flags.length % labels !== 0 || probabilities.length !== flags.length) {
    throw new ShapeError(
      `Expected probabilities and flags in rows of ${labels} labels, found ${probabilities.length} and ${flags.length} numbers in all.`,
    );
  }
  const place = (i: number): string => `row ${Math.floor(i / labels)}, label ${i % labels}`;
  for (let i = 0; i < flags.length; i++) {
    if (flags[i] !== 0 && flags[i] !== 1)
      throw new DescriptionError(`Expected a flag of 0 or 1 in ${place(i)}, found ${flags[i]}.`);
    // Float32 may exceed 1 by a rounding.
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1 + 1e-6)) {
      throw new DataError(
        `Expected a probability from 0 to 1 in ${place(i)}, found ${probabilities[i]}. A network's outputs may be logits: take their logistic function first, losses.binaryCrossEntropy.response(outputs).`,
      );
    }
  }
}
