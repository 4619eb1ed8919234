/**
 * Prediction intervals with a guaranteed coverage: prediction ± radius contains the true value with the coverage asked for.
 *
 * Split conformal prediction: among the n absolute residuals of rows that the network did not learn from, and the one of
 * a new row like them, every rank is equally likely for the new one. So the residual of rank ⌈(n + 1) · coverage⌉ is not
 * exceeded by it with at least that probability, whatever the model and the distribution. The radius is the same for
 * every row. Rows that also chose the epoch or the settings make it a little too small: show the coverage on other rows.
 * With sample weights a row of weight k counts as k: the residuals are those of weighted ranks, and n is how many rows of equal
 * weight give as much information, so uneven weights guarantee less. Knows nothing of networks. Sources: Vovk, Gammerman & Shafer
 * 2005; Lei et al. 2018, section 2.2; Tibshirani et al. 2019 for weighted ranks.
 */

import { DataError, DescriptionError, requireThat } from "../../errors.ts";
import { finiteNumbers, needed, number, numbers, requireKind, requireOptions, whole } from "../../kinds.ts";
import { effectiveRows, givenWeights, totalWeight, type Weighted } from "../sampleWeights.ts";

/** The calibration data for intervals of every coverage; plain data for a model file. */
export interface Conformal {
  /** n, the calibration rows; with sample weights, the effective number of rows, rounded down. */
  readonly rows: number;
  /**
   * Absolute residuals in ascending order, in the target's unit: all n of at most 1000, else those of the ranks
   * ⌈i n / 1000⌉, i = 1 … 1000.
   */
  readonly residuals: readonly number[];
}

const MOST_RESIDUALS = 1000;
/** (n + 1) · coverage may lie a rounding above a whole number: 20 · 0.95 does not, 100 · 0.07 does. */
const RANK_ROUNDING = 1e-9;

/**
 * Sorts the residuals of calibration rows.
 *
 * @param residuals [N], observed − predicted; the sign is ignored
 * @throws {ShapeError | DataError} no rows, a residual that is not finite, weights that are not one a row, below 0 or all 0
 *
 * @example
 * import { fitConformal } from "gradus/network";
 *
 * fitConformal([0.5, -1, 2]); // { rows: 3, residuals: [0.5, 1, 2] }
 */
export function fitConformal(residuals: ArrayLike<number>, options: Weighted = {}): Conformal {
  requireKind("fitConformal's residuals", residuals, numbers);
  return fitScores(
    Float64Array.from(residuals, (residual) => Math.abs(residual)),
    options,
  );
}

/**
 * The same of conformity scores with a sign: by how much an interval of a row would have to grow on each side to contain its value,
 * below 0 where it could shrink. Of intervals between two predicted quantiles these make the radius of conformalised quantile
 * regression (Romano, Patterson & Candès 2019, "Conformalized quantile regression", section 4), which may be below 0.
 *
 * @param scores [N]
 * @throws {ShapeError | DataError} as `fitConformal`
 */
export function fitScores(scores: Float64Array, options: Weighted = {}): Conformal {
  const rows = scores.length;
  if (rows === 0) throw new DataError("Expected at least one calibration row for prediction intervals, found none.");
  const weights = givenWeights("fitConformal", options, rows);
  const row = scores.findIndex((score) => !Number.isFinite(score));
  if (row >= 0) {
    throw new DataError(`Expected finite residuals for prediction intervals, found ${scores[row]} in row ${row}.`);
  }
  if (weights !== undefined) return fitWeighted(scores, weights);
  const sorted = scores.slice().sort();
  if (rows <= MOST_RESIDUALS) return { rows, residuals: [...sorted] };
  const kept = Array.from(
    { length: MOST_RESIDUALS },
    (_, i) => sorted[Math.ceil(((i + 1) * rows) / MOST_RESIDUALS) - 1],
  );
  return { rows, residuals: kept };
}

/** The residuals of evenly spaced weighted ranks: of rank i/m the least with that share of the weight at or below it. */
function fitWeighted(scores: Float64Array, weights: ArrayLike<number>): Conformal {
  const order = Uint32Array.from({ length: weights.length }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  const total = totalWeight(weights, weights.length);
  const rows = Math.max(1, Math.floor(effectiveRows(weights, weights.length) + RANK_ROUNDING));
  const count = Math.min(rows, MOST_RESIDUALS);
  const kept: number[] = [];
  let below = 0;
  for (const row of order) {
    below += weights[row] / total;
    while (kept.length < count && below >= (kept.length + 1) / count - RANK_ROUNDING) {
      kept.push(scores[row]);
    }
  }
  return { rows, residuals: kept };
}

/**
 * Half the width of the intervals that cover a share of new rows.
 *
 * Where not all residuals are kept it is that of the next rank kept, at most a thousandth of the rows higher.
 *
 * @param coverage in (0, 1), for example 0.9
 * @throws {DescriptionError} a coverage out of range, or more than the calibration rows allow, with how many it needs
 *
 * @example
 * import { conformalRadius, fitConformal } from "gradus/network";
 *
 * const fitted = fitConformal([0.5, -1, 2, -0.25, 1.5, 0.75, -3, 1, 0.1]);
 * conformalRadius(fitted, 0.8); // 2
 */
export function conformalRadius(fitted: Conformal, coverage: number): number {
  requireOptions(fitted, { rows: needed(whole(1)), residuals: needed(finiteNumbers) }, "conformalRadius");
  const { rows, residuals } = fitted;
  requireThat("the residuals", residuals, residuals.length > 0 && residuals.length <= rows, `1 to ${rows} numbers`);
  requireCoverage(coverage);
  const rank = Math.max(1, Math.ceil((rows + 1) * coverage - RANK_ROUNDING));
  if (rank <= rows) return residuals[Math.ceil((rank * residuals.length) / rows - RANK_ROUNDING) - 1];
  throw new DescriptionError(
    `Expected a coverage of at most ${mostCoverage(rows)}, the most that ${rows} calibration rows allow, found ${coverage}. Ask for less, or calibrate on at least ${leastRows(coverage)} rows.`,
  );
}

/** The most that calibration rows allow, n / (n + 1), as people write it: rounded down, so that it is allowed itself. */
export function mostCoverage(rows: number): number {
  const digits = 10 ** Math.max(4, Math.ceil(Math.log10(rows + 1)));
  return Math.floor((rows / (rows + 1)) * digits) / digits;
}

/** @throws {DescriptionError} a coverage that is not above 0 and below 1 */
function requireCoverage(coverage: number): void {
  const holds = typeof coverage === "number" && coverage > 0 && coverage < 1;
  requireThat("coverage", coverage, holds, "above 0 and below 1");
}

/** The calibration rows that a coverage needs: the least n with ⌈(n + 1) · coverage⌉ ≤ n. @throws {DescriptionError} */
export function leastRows(coverage: number): number {
  requireCoverage(coverage);
  return Math.ceil(coverage / (1 - coverage) - RANK_ROUNDING);
}

/**
 * The share of rows whose residual lies within the radius: the empirical coverage, on rows that were not used for
 * calibration; with sample weights each row counts by its weight.
 *
 * @throws {ShapeError | DataError} no rows, weights that are not one a row, below 0 or all 0
 *
 * @example
 * import { coverageOf } from "gradus/network";
 *
 * coverageOf([0.5, -1, 2], 1); // 0.667
 */
export function coverageOf(residuals: ArrayLike<number>, radius: number, options: Weighted = {}): number {
  requireKind("coverageOf's residuals", residuals, finiteNumbers);
  requireKind("coverageOf's radius", radius, number);
  return coverageOfScores(
    Float64Array.from(residuals, (residual) => Math.abs(residual)),
    radius,
    options,
  );
}

/** The same of conformity scores, as `fitScores` takes them. @throws {ShapeError | DataError} as `coverageOf` */
export function coverageOfScores(scores: Float64Array, radius: number, options: Weighted = {}): number {
  if (scores.length === 0) throw new DataError("Expected at least one row to find the coverage of, found none.");
  const weights = givenWeights("coverageOf", options, scores.length);
  let within = 0;
  for (let row = 0; row < scores.length; row++) if (scores[row] <= radius) within += weights?.[row] ?? 1;
  return within / totalWeight(weights, scores.length);
}
