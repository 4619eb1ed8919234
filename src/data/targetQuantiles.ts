/**
 * The quantiles that a network predicts of a number: which ones, and what they are in the training rows.
 *
 * Standardising a target is increasing, and an increasing transformation maps quantiles to quantiles: a quantile of the
 * standardised numbers, restored, is the quantile of the numbers. Knows no network and no loss.
 */
import type { RegressionTarget, TargetQuantiles } from "./encoding.ts";

/** The quantile that is the prediction. */
export const MEDIAN = 0.5;

/**
 * The quantiles that a network learns: those asked for, in ascending order, and the median, which is the prediction.
 *
 * @param asked in ascending order, each once
 */
export function withMedian(asked: readonly number[]): readonly number[] {
  return asked.includes(MEDIAN) ? asked : [...asked, MEDIAN].sort((a, b) => a - b);
}

/** Which of a model's quantiles is the median. */
export function medianOf({ levels }: TargetQuantiles): number {
  return levels.indexOf(MEDIAN);
}

/**
 * The predicted numbers [N, D] of a model's whole response: the medians of one that predicts quantiles [N, Q], else the
 * response itself.
 */
export function predictedNumbers({ quantiles }: RegressionTarget, response: Float64Array): Float64Array {
  if (quantiles === undefined) return response;
  const width = quantiles.levels.length;
  const median = medianOf(quantiles);
  return Float64Array.from({ length: response.length / width }, (_, row) => response[row * width + median]);
}
