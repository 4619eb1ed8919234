/**
 * Sample weights where rows are evaluated: a row of weight k counts as k rows.
 *
 * Checks and sums. Knows no metric and no table.
 */
import { DataError, ShapeError } from "../errors.ts";
import { type Kinds, numbers, requireKind, requireOptions } from "../kinds.ts";

/** What the metrics take. */
export interface Weighted {
  /** [N], each at least 0, not all 0; all rows have equal weight when absent. Only their ratios matter for a mean. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

export const weightedKinds = { sampleWeights: numbers } as const satisfies Kinds<Weighted>;

/**
 * The weights of an options object, checked.
 *
 * @param where "classificationMetrics"
 * @throws {ShapeError | DataError | DescriptionError} not one a row, one below 0 or not finite, none above 0
 */
export function givenWeights(where: string, options: Weighted, rows: number): ArrayLike<number> | undefined {
  requireOptions(options, weightedKinds, where);
  const { sampleWeights } = options;
  if (sampleWeights !== undefined) requireSampleWeights(sampleWeights, rows);
  return sampleWeights;
}

/** @throws {ShapeError | DataError | DescriptionError} not one a row, one below 0 or not finite, none above 0 */
export function requireSampleWeights(weights: ArrayLike<number>, rows: number): void {
  requireKind("sampleWeights", weights, numbers);
  if (weights.length !== rows) {
    throw new ShapeError(`Expected ${rows} sampleWeights, one for each row, found ${weights.length}.`);
  }
  let total = 0;
  for (let row = 0; row < rows; row++) {
    if (!(weights[row] >= 0 && weights[row] < Number.POSITIVE_INFINITY)) {
      throw new DataError(`Expected finite sample weights of at least 0, found ${weights[row]} in row ${row}.`);
    }
    total += weights[row];
  }
  if (total > 0) return;
  throw new DataError(`Expected at least one sample weight above 0, found ${rows} that are 0.`);
}

/** Σ w; the number of rows where there are no weights. */
export function totalWeight(weights: ArrayLike<number> | undefined, rows: number): number {
  if (weights === undefined) return rows;
  let total = 0;
  for (let row = 0; row < rows; row++) total += weights[row];
  return total;
}

/**
 * The effective number of rows, of which each would have the same weight: (Σ w)² / Σ w², from 1 to N; N where all weights are equal.
 *
 * Source: Kish 1965, "Survey sampling", section 11.2.
 */
export function effectiveRows(weights: ArrayLike<number> | undefined, rows: number): number {
  if (weights === undefined) return rows;
  let largest = 0;
  for (let row = 0; row < rows; row++) largest = Math.max(largest, weights[row]);
  let [total, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const share = weights[row] / largest; // no square overflows
    total += share;
    squares += share * share;
  }
  return (total * total) / squares;
}

/** The same weights with a mean of 1. @returns undefined where there are none */
export function meanOne(weights: ArrayLike<number> | undefined): Float64Array | undefined {
  if (weights === undefined) return undefined;
  const mean = totalWeight(weights, weights.length) / weights.length;
  return Float64Array.from(weights, (weight) => weight / mean);
}
