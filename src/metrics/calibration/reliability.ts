/**
 * Whether probabilities are calibrated: of the rows predicted with 80 %, are 80 % right?
 *
 * [N] rows, [K] classes; a row's confidence is the probability of its predicted class. Knows nothing of networks.
 * Sources: Naeini, Cooper & Hauskrecht 2015 and Guo et al. 2017 for the bins and the expected calibration error,
 * Brier 1950 for the score.
 */

import { numbers, requireKind, whole } from "../../kinds.ts";
import { mostProbable, requireProbabilities } from "../probabilities.ts";
import { givenWeights, totalWeight, type Weighted } from "../sampleWeights.ts";

/** More would be a mistake, and take memory. */
const MOST_BINS = 10_000;

/** The rows whose confidence lies in (from, to]. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  /** How many; the sum of their sample weights where there are some. */
  readonly count: number;
  /** Their mean confidence; null where the bin is empty. */
  readonly confidence: number | null;
  /** The share of them predicted correctly; null where the bin is empty. */
  readonly accuracy: number | null;
}

export interface Reliability {
  /** Of equal width over (0, 1], in ascending order. */
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error Σ_bins (count/N) |accuracy − confidence|, in [0, 1]: 0 is perfect. */
  readonly ece: number;
  /** Brier score (1/N) Σ_rows Σ_k (p_k − 1[k is the true class])², in [0, 2]: 0 is perfect. */
  readonly brier: number;
}

/**
 * Sorts rows into bins by their confidence and compares it with their accuracy; with sample weights each row counts by
 * its weight.
 *
 * @param probabilities [N, K]
 * @param classes [N], the index of each row's true class
 * @param classCount K, at least 2
 * @param bins of equal width, at most 10,000; with few rows in a bin its accuracy is a matter of chance
 * @throws {ShapeError | DataError | DescriptionError} lengths that don't fit, no rows, a probability outside [0, 1], an
 * index that is no class, no bins, weights below 0 or all 0
 *
 * @example
 * import { reliability } from "gradus/network";
 *
 * const { brier, ece } = reliability([0.9, 0.1, 0.2, 0.8], [0, 1], 2);
 * [brier, ece]; // [0.05, 0.15]
 */
export function reliability(
  probabilities: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
  bins = 15,
  options: Weighted = {},
): Reliability {
  requireKind("reliability's probabilities", probabilities, numbers);
  requireKind("reliability's classes", classes, numbers);
  requireKind("bins", bins, whole(1, MOST_BINS));
  requireProbabilities(probabilities, classes, classCount);
  const rows = classes.length;
  const weights = givenWeights("reliability", options, rows);
  const total = totalWeight(weights, rows);
  const counts = new Float64Array(bins);
  const confidences = new Float64Array(bins);
  const right = new Float64Array(bins);
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * classCount;
    const predicted = mostProbable(probabilities, row, classCount);
    const confidence = probabilities[start + predicted];
    // Float32 softmax may exceed 1 by a rounding.
    const bin = Math.min(Math.max(Math.ceil(confidence * bins) - 1, 0), bins - 1);
    const weight = weights === undefined ? 1 : weights[row];
    counts[bin] += weight;
    confidences[bin] += weight * confidence;
    if (predicted === classes[row]) right[bin] += weight;
    for (let k = 0; k < classCount; k++) {
      squares += weight * (probabilities[start + k] - (k === classes[row] ? 1 : 0)) ** 2;
    }
  }
  return {
    bins: Array.from(counts, (count, bin) => ({
      from: bin / bins,
      to: (bin + 1) / bins,
      count,
      confidence: count === 0 ? null : confidences[bin] / count,
      accuracy: count === 0 ? null : right[bin] / count,
    })),
    // (count/N) |right/count − confidences/count| without the division that an empty bin forbids.
    ece: counts.reduce((sum, _, bin) => sum + Math.abs(right[bin] - confidences[bin]), 0) / total,
    brier: squares / total,
  };
}
