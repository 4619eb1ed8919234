/**
 * Probabilities of what a network with the loss crossEntropy computes: its outputs are logits.
 *
 * [N] rows, [K] classes, row-major.
 */
import { DataError, requireWhole, ShapeError } from "../errors.ts";
import { numbers, requireKind } from "../kinds.ts";

/**
 * Softmax of each row: p_k = e^(z_k) / Σ_j e^(z_j), [N, K]. `session.predict` and a predictor return logits where the loss is
 * `crossEntropy`; the models that `train` makes return probabilities.
 *
 * @param logits [N, K]
 * @param classCount K
 * @throws {DescriptionError | DataError | ShapeError} a number of classes below 1, a logit that is not finite, logits that are
 * not complete rows
 *
 * @example
 * import { softmax } from "gradus/network";
 *
 * softmax([2, 0, 0, 0], 2); // [0.88, 0.12, 0.5, 0.5]
 */
export function softmax(logits: ArrayLike<number>, classCount: number): Float64Array {
  requireKind("softmax's logits", logits, numbers);
  requireWhole("softmax's classCount", classCount, 1);
  requireLogitRows(logits, classCount);
  return softmaxRows(logits, classCount);
}

/** @throws {DataError | ShapeError} a logit that is not finite, logits that are not complete rows */
export function requireLogitRows(logits: ArrayLike<number>, classCount: number): void {
  if (logits.length % classCount !== 0) {
    throw new ShapeError(`Expected logits in rows of ${classCount} classes, found ${logits.length} numbers in all.`);
  }
  requireFiniteLogits(logits, classCount);
}

/** @param logits [N, K] @throws {DataError} the first that is not finite, by its place */
export function requireFiniteLogits(logits: ArrayLike<number>, classCount: number): void {
  for (let i = 0; i < logits.length; i++) {
    if (Number.isFinite(logits[i])) continue;
    const place = `row ${Math.floor(i / classCount)}, class ${i % classCount}`;
    throw new DataError(`Expected finite logits, found ${logits[i]} in ${place}.`);
  }
}

/** Probabilities [N, K] of logits [N, K], temperature T: softmax(z/T) row by row. Nothing is checked. */
export function softmaxRows(logits: ArrayLike<number>, classCount: number, temperature = 1): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classCount) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + classCount; i++) largest = Math.max(largest, logits[i]);
    let total = 0;
    for (let i = start; i < start + classCount; i++) {
      probabilities[i] = Math.exp((logits[i] - largest) / temperature);
      total += probabilities[i];
    }
    for (let i = start; i < start + classCount; i++) probabilities[i] /= total;
  }
  return probabilities;
}
