/** Weights that make rare classes count as much as frequent ones. */

import type { ClassificationTarget } from "../data/encoding.ts";
import type { Table } from "../data/table.ts";
import { encodeTarget } from "../data/target.ts";
import { totalWeight } from "../metrics/sampleWeights.ts";

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
  const counts = classCounts(encodeTarget(target, training), target.classes.length, weights);
  const total = totalWeight(weights, training.rows);
  return counts.map((count) => (count === 0 ? 1 : total / (counts.length * count)));
}

/**
 * w_k = (N − n_k)/n_k, for n_k of N rows that have label k, or the sums of their weights: these then weigh as much as those that
 * have not.
 *
 * @param flags of the rows that are learned from, [N, L]
 * @param weights [N], their sample weights; all 1 when absent
 * @returns [L], the factors of the rows of yes; 1 for a label that all rows or none have
 */
export function balancedLabelWeights(flags: ArrayLike<number>, labels: number, weights?: ArrayLike<number>): number[] {
  const total = totalWeight(weights, flags.length / labels);
  return labelCounts(flags, labels, weights).map((count) =>
    count === 0 || count === total ? 1 : (total - count) / count,
  );
}

/** How many rows have each label, or the sum of their weights. @param flags [N, L]. @returns [L] */
export function labelCounts(flags: ArrayLike<number>, labels: number, weights?: ArrayLike<number>): number[] {
  const counts = new Array<number>(labels).fill(0);
  for (let i = 0; i < flags.length; i++) counts[i % labels] += flags[i] * (weights?.[Math.floor(i / labels)] ?? 1);
  return counts;
}

/** How many rows each class has, or the sum of their weights. @param indices [N], class indices. @returns [K] */
export function classCounts(indices: ArrayLike<number>, classes: number, weights?: ArrayLike<number>): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < indices.length; row++) counts[indices[row]] += weights?.[row] ?? 1;
  return counts;
}
