/**
 * How well predicted numbers match the observed ones: the metrics of a regressor, each exactly defined.
 *
 * [N] rows, [D] targets, row-major, in the targets' own units. Knows nothing of networks and of target names.
 */

import { DataError, ShapeError } from "../errors.ts";
import { numbers, requireKind, whole } from "../kinds.ts";
import { givenWeights, totalWeight, type Weighted } from "./sampleWeights.ts";

/** The metrics of one target; e = observed − predicted. */
export interface TargetMetrics {
  /** Root mean squared error √((1/N) Σ e²), in the target's unit. */
  readonly rmse: number;
  /** Mean absolute error (1/N) Σ |e|, in the target's unit. */
  readonly mae: number;
  /**
   * R² = 1 − Σ e² / Σ (observed − their mean)²: 1 is perfect, 0 no better than the mean of these rows. Null where
   * the observed values are all equal, so that there is nothing to explain; no less than −1.8e308.
   */
  readonly r2: number | null;
}

/** With several targets each metric is the plain mean over them; r2 over the targets that have one. */
export interface RegressionMetrics extends TargetMetrics {
  /** [D] */
  readonly perTarget: TargetMetrics[];
}

/**
 * The metrics of predicted against observed values. With sample weights the means over the rows are weighted ones, as in
 * scikit-learn.
 *
 * @param predicted [N, D]
 * @param observed [N, D]
 * @param targets D; 1 when absent
 * @throws {ShapeError | DataError} lengths that don't fit, no rows, a value that is not finite, weights below 0 or all 0
 *
 * @example
 * import { regressionMetrics } from "gradus/network";
 *
 * const { rmse, mae } = regressionMetrics([1, 2, 3], [1, 2, 6]);
 * [rmse, mae]; // [1.73, 1]
 */
export function regressionMetrics(
  predicted: ArrayLike<number>,
  observed: ArrayLike<number>,
  targets = 1,
  options: Weighted = {},
): RegressionMetrics {
  requireKind("regressionMetrics's predicted", predicted, numbers);
  requireKind("regressionMetrics's observed", observed, numbers);
  requireKind("regressionMetrics' targets", targets, whole(1));
  requireValues(predicted, "predicted", targets);
  requireValues(observed, "observed", targets);
  if (predicted.length !== observed.length) {
    throw new ShapeError(
      `Expected equal numbers of predicted and observed values, found ${predicted.length} and ${observed.length}.`,
    );
  }
  const weights = givenWeights("regressionMetrics", options, observed.length / targets);
  const values = { predicted, observed, targets, weights };
  const perTarget = Array.from({ length: targets }, (_, target) => targetMetrics(values, target));
  const explained = perTarget.map(({ r2 }) => r2).filter((r2) => r2 !== null);
  return {
    rmse: mean(perTarget.map(({ rmse }) => rmse)),
    mae: mean(perTarget.map(({ mae }) => mae)),
    r2: explained.length === 0 ? null : mean(explained),
    perTarget,
  };
}

interface Values {
  readonly predicted: ArrayLike<number>;
  readonly observed: ArrayLike<number>;
  readonly targets: number;
  readonly weights: ArrayLike<number> | undefined;
}

function targetMetrics({ predicted, observed, targets, weights }: Values, target: number): TargetMetrics {
  const factor = squareable(predicted, observed, targets, target);
  const total = totalWeight(weights, observed.length / targets);
  const weightAt = (i: number): number => (weights === undefined ? 1 : weights[(i - target) / targets]);
  let sum = 0;
  for (let i = target; i < observed.length; i += targets) sum += weightAt(i) * (observed[i] * factor);
  const observedMean = sum / total;
  let squares = 0;
  let absolutes = 0;
  let variation = 0;
  let first: number | undefined;
  let varies = false;
  for (let i = target; i < observed.length; i += targets) {
    const weight = weightAt(i);
    if (weight === 0) continue;
    const e = observed[i] * factor - predicted[i] * factor;
    squares += weight * (e * e);
    absolutes += weight * Math.abs(e);
    variation += weight * (observed[i] * factor - observedMean) ** 2;
    first ??= observed[i];
    varies ||= observed[i] !== first;
  }
  // A constant column's rounded mean may differ from its values, so its variation needn't come out as 0.
  return {
    rmse: Math.sqrt(squares / total) / factor,
    mae: absolutes / total / factor,
    r2: varies ? Math.max(-Number.MAX_VALUE, 1 - squares / variation) : null,
  };
}

/** A power of two by which a target's values can be squared and added: 1, unless they are beyond 10^±140. */
function squareable(
  predicted: ArrayLike<number>,
  observed: ArrayLike<number>,
  targets: number,
  target: number,
): number {
  let largest = 0;
  for (let i = target; i < observed.length; i += targets) {
    largest = Math.max(largest, Math.abs(observed[i]), Math.abs(predicted[i]));
  }
  if (largest === 0 || (largest > 1e-140 && largest < 1e140)) return 1;
  return largest > 1 ? 2 ** -1000 : 2 ** 1000;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function requireValues(values: ArrayLike<number>, which: string, targets: number): void {
  if (values.length === 0) throw new DataError(`Expected at least one row of ${which} values, found none.`);
  if (values.length % targets !== 0) {
    throw new ShapeError(`Expected rows of ${targets} ${which} values, found ${values.length} numbers in all.`);
  }
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      const place = `row ${Math.floor(i / targets)}, target ${i % targets}`;
      throw new DataError(`Expected finite ${which} values, found ${values[i]} in ${place}.`);
    }
  }
}
