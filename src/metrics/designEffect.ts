/**
 * How many rows count as one, where rows have weights or come in groups: the design effect of a mean.
 *
 *     deff = V / V₀,   V = G/(G − 1) Σ_groups (Σ_rows z)²
 *
 * z is a row's contribution to the estimate's deviation, its weight included, and V₀ the variance of as many independent rows
 * of equal weight. Rows of one group may depend on each other in any way; without groups each row is its own. Knows no
 * measure. Sources: Kish 1965, section 8.2; Liang & Zeger 1986 for the variance by groups.
 */
import { effectiveRows } from "./sampleWeights.ts";

type Vector = ArrayLike<number>;

/** What the rows of a comparison are. */
export interface RowDesign {
  readonly rows: number;
  /** [N]; all 1 when absent. */
  readonly weights: Vector | undefined;
  /** [N], each row's group as a number from 0; each row is its own when absent. */
  readonly groups: Vector | undefined;
  /** Rows that count as one for another reason, at least 1. */
  readonly dependence: number;
}

/** How many independent parts the rows have: their groups, or the rows themselves. */
export function unitsOf({ rows, groups }: RowDesign): number {
  return groups === undefined ? rows : new Set(Array.from(groups)).size;
}

/** The degrees of freedom, at least 1. @param dependence rows that count as one @param less estimated numbers, which take one each */
export function freedomOf(design: RowDesign, dependence: number, less: number): number {
  const ofRows = design.rows / dependence - less;
  if (design.groups === undefined) return Math.max(1, ofRows);
  return Math.max(1, Math.min(ofRows, unitsOf(design) / design.dependence - Math.max(1, less)));
}

/**
 * Rows that count as one in all.
 *
 * @param contribution [N], z: they sum to 0
 * @param independent V₀; where it is 0 nothing varies, and each group counts as one row
 */
export function dependenceOf(design: RowDesign, contribution: (row: number) => number, independent: number): number {
  const { rows, weights, groups, dependence } = design;
  if (weights === undefined && groups === undefined) return dependence;
  const sums = new Map<number, number>();
  const totals = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const group = groups?.[row] ?? row;
    sums.set(group, (sums.get(group) ?? 0) + contribution(row));
    totals.set(group, (totals.get(group) ?? 0) + (weights?.[row] ?? 1));
  }
  if (!(independent > 0)) return dependence * (rows / effectiveRows([...totals.values()], totals.size));
  const squares = [...sums.values()].reduce((sum, value) => sum + value * value, 0);
  const variance = (sums.size / Math.max(1, sums.size - 1)) * squares;
  // Less than 1 would be chance: what few groups seem to gain is not counted on.
  return dependence * Math.max(1, variance / independent);
}
