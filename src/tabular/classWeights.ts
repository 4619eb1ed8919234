/** Weights that make rare classes count as much as frequent ones. */

import type { ClassificationTarget } from "../data/encoding.ts";
import { statisticsOf } from "../data/statistics/statisticsOf.ts";
import type { Table } from "../data/table.ts";
import { encodeTarget } from "../data/target.ts";

/**
 * w_k = N/(K·n_k), for n_k of N rows: every class then weighs N/K in all, and a row 1 on average. With sample weights N and n_k
 * are sums of them, so that the products of both weigh so.
 *
 * Source: King & Zeng 2001, "Logistic regression in rare events data".
 *
 * @param training the rows that are learned from, with the target
 * @param weights [N], their sample weights; all 1 when absent
 * @returns [K], in the order of the target's classes; 1 for a class without rows, which no pattern will ask for
 */
export function balancedWeights(target: ClassificationTarget, training: Table, weights?: ArrayLike<number>): number[] {
  const classOf = encodeTarget(target, training);
  const counts = sumsOfAll(training, target.classes.length, (sums) => addClasses(sums, classOf, weights));
  const total = totalOfAll(training, weights);
  return counts.map((count) => (count === 0 ? 1 : total / (counts.length * count)));
}

/**
 * w_k = (N − n_k)/n_k, for n_k of N rows that have label k, or the sums of their weights: these then weigh as much as those that
 * have not.
 *
 * @param flags of the rows that are learned from, [N, L]
 * @param training these rows
 * @param weights [N], their sample weights; all 1 when absent
 * @returns [L], the factors of the rows of yes; 1 for a label that all rows or none have
 */
export function balancedLabelWeights(
  flags: ArrayLike<number>,
  labels: number,
  training: Rows,
  weights?: ArrayLike<number>,
): number[] {
  const total = totalOfAll(training, weights);
  return sumsOfAll(training, labels, (sums) => addLabels(sums, flags, weights)).map((count) =>
    count === 0 || count === total ? 1 : (total - count) / count,
  );
}

/** How many rows have each label, or the sum of their weights. @param flags [N, L]. @returns [L] */
export function labelCounts(flags: ArrayLike<number>, labels: number, weights?: ArrayLike<number>): number[] {
  return Array.from(addLabels(new Float64Array(labels), flags, weights));
}

/** How many rows each class has, or the sum of their weights. @param indices [N], class indices. @returns [K] */
export function classCounts(indices: ArrayLike<number>, classes: number, weights?: ArrayLike<number>): number[] {
  return Array.from(addClasses(new Float64Array(classes), indices, weights));
}

function addLabels(sums: Float64Array, flags: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const labels = sums.length;
  for (let i = 0; i < flags.length; i++) sums[i % labels] += flags[i] * (weights?.[Math.floor(i / labels)] ?? 1);
  return sums;
}

function addClasses(sums: Float64Array, indices: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  for (let row = 0; row < indices.length; row++) sums[indices[row]] += weights?.[row] ?? 1;
  return sums;
}

type Rows = Pick<Table, "rows" | "ranks">;

/** Sums over the rows, of all ranks where they share them. */
function sumsOfAll(rows: Rows, length: number, add: (sums: Float64Array) => void): number[] {
  return Array.from(statisticsOf(rows).inTurn(new Float64Array(length), add));
}

/** Σ w over the rows; how many there are without weights. */
function totalOfAll(rows: Rows, weights: ArrayLike<number> | undefined): number {
  if (weights === undefined) return statisticsOf(rows).rows;
  return sumsOfAll(rows, 1, (sums) => {
    for (let row = 0; row < weights.length; row++) sums[0] += weights[row];
  })[0];
}
