/**
 * Numbers to predict with one long tail: a few rows then make up most of the squared error.
 *
 * Measured by the skewness g₁ = m₃/m₂^1.5, m_k the k-th central moment of the training rows: 0 for a symmetric
 * distribution, 2 for an exponential one, 6.2 for the exponential of a standard normal.
 */

import type { RegressionTarget } from "../../data/encoding.ts";
import type { Warning } from "../../data/table.ts";
import { observedNumbers } from "../../data/target.ts";
import { rounded } from "../../rounded.ts";
import type { FoldParts } from "../fold.ts";

/** More skewed than an exponential distribution. */
const HEAVY = 2;
/** The skewness of fewer rows is mostly chance. */
const FEWEST_ROWS = 20;

/** Warning: `skewed-target`, one a target. */
export function skewWarnings({ target, training: { table, patterns } }: FoldParts): Warning[] {
  if (target.task !== "regression" || table.rows < FEWEST_ROWS) return [];
  if (target.quantiles !== undefined) return []; // learned without squares
  const numbers = observedNumbers(target, table);
  return target.columns.flatMap((_, at) => warningOf(target, at, numbers, patterns.sampleWeights));
}

function warningOf(
  { columns, means, deviations }: RegressionTarget,
  at: number,
  numbers: Float64Array,
  weights: ArrayLike<number> | undefined,
): Warning[] {
  const values = numbers.filter((_, index) => index % columns.length === at);
  const cubes = values.map((value, row) => (weights?.[row] ?? 1) * ((value - means[at]) / deviations[at]) ** 3);
  const skewness = cubes.reduce((sum, cube) => sum + cube, 0) / values.length; // the weights have a mean of 1
  values.sort();
  if (!(Math.abs(skewness) > HEAVY)) return [];
  const high = skewness > 0;
  const tail = `a few ${high ? "large" : "small"} values (to ${short(high ? values[values.length - 1] : values[0])}, compared with a median of ${short(values[values.length >> 1])})`;
  const remedy = !high
    ? "If errors should count in proportion, predict a transformed column with a shorter tail, such as the logarithm of the distance from the maximum."
    : values[0] < 0
      ? "If errors should count in proportion, predict a transformed column with a shorter tail, such as the inverse hyperbolic sine."
      : `If errors should count in proportion, predict the logarithm of ${values[0] === 0 ? `1 + ${columns[at]}` : columns[at]} instead.`;
  const message = `The target ${columns[at]} is skewed (skewness ${short(skewness)}): ${tail} make up most of the squared error. ${remedy}`;
  return [{ code: "skewed-target", columns: [columns[at]], message }];
}

/** With the digits that show a size. */
const short = (value: number): number => rounded(value, 3);
