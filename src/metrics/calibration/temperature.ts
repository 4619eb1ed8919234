/**
 * Temperature scaling: one number that makes a classifier's probabilities agree with its accuracy.
 *
 *     p = softmax(z / T), T > 0 the one with the least log loss on rows that the network did not learn from
 *
 * The cautious fit takes the true class for (n + 1)/(n + 2) sure on n rows, the rule of succession, and not for certain: so
 * rows that are all right don't make a model certain. T > 1 makes predictions less certain, T < 1 more certain; which class is the most probable never changes. In β = 1/T the log loss is
 * convex, with the derivative (1/N) Σ_n (Σ_k p_k z_k − z_true), so its sign alone leads to the minimum. Knows nothing of
 * networks. Sources: Guo, Pleiss, Sun & Weinberger 2017, section 4.2; Platt 1999, section 2.2, for the caution.
 */

import { requireThat, requireWhole } from "../../errors.ts";
import { boolean, finiteNumbers, number, numbers, requireKind, requireOptions } from "../../kinds.ts";
import { requireClasses, SMALLEST_PROBABILITY } from "../probabilities.ts";
import { effectiveRows, requireSampleWeights, totalWeight, type Weighted, weightedKinds } from "../sampleWeights.ts";
import { requireFiniteLogits, requireLogitRows, softmaxRows } from "../softmax.ts";

export interface TemperatureFit {
  /** T, in [1/20, 20]: at a bound, the rows are all correct or carry no information. */
  readonly temperature: number;
  /** The mean log loss of the rows at T = 1, in nats; of a cautious fit, against its smoothed targets. */
  readonly logLossBefore: number;
  /** At T; never above `logLossBefore`. */
  readonly logLossAfter: number;
}

const HOTTEST = 20;
/** Each halves what is left of ln T's range, of 6: more would change nothing that a float32 could show. */
const HALVINGS = 26;

/**
 * Finds T.
 *
 * @param logits [N, K]; of probabilities, `logitsOf` them
 * @param classes [N], the index of each row's true class
 * @param classCount K, at least 2
 * @param options `cautious`: whether few rows count as little; false when absent. `sampleWeights`: the log loss is the
 * weighted mean, and a cautious fit uses the effective number of rows
 * @throws {ShapeError | DataError | DescriptionError} lengths that don't fit, no rows, a logit that is not finite, an
 * index that is no class, weights below 0 or all 0
 *
 * @example
 * import { fitTemperature, logitsOf } from "gradus/network";
 *
 * // Confident on each row, and wrong on one of three: the temperature is above 1.
 * const { temperature } = fitTemperature(logitsOf([0.99, 0.01, 0.98, 0.02, 0.97, 0.03]), [0, 0, 1], 2);
 * temperature > 1; // true
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
  options: Weighted & { readonly cautious?: boolean } = {},
): TemperatureFit {
  requireOptions(options, { ...weightedKinds, cautious: boolean }, "fitTemperature");
  const { cautious = false, sampleWeights: weights } = options;
  requireKind("fitTemperature's logits", logits, numbers);
  requireKind("fitTemperature's classes", classes, numbers);
  requireClasses(logits, classes, classCount, "logits");
  requireFiniteLogits(logits, classCount);
  if (weights !== undefined) requireSampleWeights(weights, classes.length);
  const doubt = cautious ? 1 / (effectiveRows(weights, classes.length) + 2) : 0;
  const rows = { logits, classes, classCount, doubt, weights };
  let low = -Math.log(HOTTEST);
  let high = Math.log(HOTTEST);
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (slope(rows, Math.exp(middle)) > 0) high = middle;
    else low = middle;
  }
  const temperature = Math.exp(-(low + high) / 2);
  const logLossBefore = logLoss(rows, 1);
  const logLossAfter = logLoss(rows, temperature);
  // A minimum at 1 is met but for a rounding.
  if (logLossAfter >= logLossBefore) return { temperature: 1, logLossBefore, logLossAfter: logLossBefore };
  return { temperature, logLossBefore, logLossAfter };
}

/**
 * p = softmax(z / T) for each row: [N, K].
 *
 * @throws {DescriptionError | DataError | ShapeError} a temperature that is not above 0, a logit that is not finite, logits
 * that are not complete rows
 *
 * @example
 * import { withTemperature } from "gradus/network";
 *
 * withTemperature([2, 0], 2, 1); // [0.88, 0.12]
 * withTemperature([2, 0], 2, 2); // [0.73, 0.27]
 */
export function withTemperature(logits: ArrayLike<number>, classCount: number, temperature: number): Float64Array {
  requireKind("withTemperature's logits", logits, numbers);
  requireWhole("withTemperature's classCount", classCount, 1);
  requireKind("the temperature", temperature, number);
  const holds = temperature > 0 && temperature < Number.POSITIVE_INFINITY;
  requireThat("the temperature", temperature, holds, "above 0 and finite");
  requireLogitRows(logits, classCount);
  return softmaxRows(logits, classCount, temperature);
}

/**
 * Logits whose softmax gives the probabilities back: ln p, no smaller than ln 2⁻⁵². For probabilities that are means, as
 * an ensemble's, and have no logits of their own.
 *
 * @example
 * import { logitsOf, withTemperature } from "gradus/network";
 *
 * withTemperature(logitsOf([0.9, 0.1]), 2, 2); // [0.75, 0.25]
 */
export function logitsOf(probabilities: ArrayLike<number>): Float64Array {
  requireKind("logitsOf's probabilities", probabilities, finiteNumbers);
  return Float64Array.from(probabilities, (p) => Math.log(Math.max(p, SMALLEST_PROBABILITY)));
}

interface Rows {
  readonly logits: ArrayLike<number>;
  readonly classes: ArrayLike<number>;
  readonly classCount: number;
  /** The probability that is left to the other classes, each the same. */
  readonly doubt: number;
  /** [N] */
  readonly weights: ArrayLike<number> | undefined;
}

/** Σ_k t_k (z_k − the largest), t the probabilities that the classes are taken for. */
function desiredLogit({ logits, classes, classCount, doubt }: Rows, row: number, largest: number): number {
  const start = row * classCount;
  const own = logits[start + classes[row]] - largest;
  if (doubt === 0) return own;
  let others = -own;
  for (let i = start; i < start + classCount; i++) others += logits[i] - largest;
  return (1 - doubt) * own + (doubt / (classCount - 1)) * others;
}

/** The derivative of the mean log loss by β = 1/T. */
function slope(rows: Rows, beta: number): number {
  const { logits, classes, classCount } = rows;
  let total = 0;
  for (let row = 0; row < classes.length; row++) {
    const start = row * classCount;
    const largest = largestLogit(logits, start, classCount);
    let powers = 0;
    let weighted = 0;
    for (let i = start; i < start + classCount; i++) {
      const power = Math.exp(beta * (logits[i] - largest));
      powers += power;
      weighted += power * (logits[i] - largest);
    }
    total += weightAt(rows, row) * (weighted / powers - desiredLogit(rows, row, largest));
  }
  return total / totalWeight(rows.weights, classes.length);
}

/** In logits, so that a confident mistake keeps its full cost. */
function logLoss(rows: Rows, temperature: number): number {
  const { logits, classes, classCount } = rows;
  let total = 0;
  for (let row = 0; row < classes.length; row++) {
    const start = row * classCount;
    const largest = largestLogit(logits, start, classCount);
    let powers = 0;
    for (let i = start; i < start + classCount; i++) powers += Math.exp((logits[i] - largest) / temperature);
    total += weightAt(rows, row) * (Math.log(powers) - desiredLogit(rows, row, largest) / temperature);
  }
  return total / totalWeight(rows.weights, classes.length);
}

function weightAt({ weights }: Rows, row: number): number {
  return weights === undefined ? 1 : weights[row];
}

function largestLogit(logits: ArrayLike<number>, start: number, classCount: number): number {
  let largest = logits[start];
  for (let i = start + 1; i < start + classCount; i++) largest = Math.max(largest, logits[i]);
  return largest;
}
