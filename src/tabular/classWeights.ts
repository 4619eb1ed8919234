/** Weights that make rare classes count as much as frequent ones. */

import type { ClassificationTarget } from "../data/encoding.ts";
import type { Table } from "../data/table.ts";
import { encodeTarget } from "../data/target.ts";

/**
 * w_k = N/(K·n_k), for n_k of N rows: every class then weighs N/K in all, and a row 1 on average.
 *
 * Source: King & Zeng 2001, "Logistic regression in rare events data".
 *
 * @param training the rows that are learned from, with the target
 * @returns [K], in the order of the target's classes; 1 for a class without rows, which no pattern will ask for
 */
export function balancedWeights(target: ClassificationTarget, training: Table): number[] {
  const counts = classCounts(encodeTarget(target, training), target.classes.length);
  return counts.map((count) => (count === 0 ? 1 : training.rows / (counts.length * count)));
}

/** How many rows each class has. @param indices [N], class indices. @returns [K] */
export function classCounts(indices: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < indices.length; row++) counts[indices[row]]++;
  return counts;
}
