/**
 * How well predicted quantiles match the observed numbers: their pinball loss, and how many numbers lie below each and between them.
 *
 * [N] rows of one target, [Q] quantiles, row-major, in the target's unit. Knows nothing of networks.
 */
import { ShapeError } from "../errors.ts";
import { finiteNumbers, list, requireKind } from "../kinds.ts";
import { losses as lossTable, type Quantile } from "../network/losses.ts";
import { givenWeights, totalWeight, type Weighted } from "./sampleWeights.ts";
import { type WithBaseline, withBaseline } from "./withBaseline.ts";

/** The metrics of one predicted quantile. */
export interface LevelMetrics {
  /** Its level τ, above 0 and below 1. */
  readonly quantile: number;
  /** Mean pinball loss (1/N) Σ max(τ e, (τ − 1) e), e = observed − predicted, in the target's unit. */
  readonly pinball: number;
  /** The share of the rows at or below it; τ where the quantile is right. */
  readonly coverage: number;
}

/** The interval between the lowest and the highest predicted quantile. */
export interface BetweenQuantiles {
  /** The share that lies between them where both are right: the difference of their levels. */
  readonly nominal: number;
  /** The share of the rows that does, bounds included. */
  readonly coverage: number;
  /** The mean of high − low, in the target's unit. */
  readonly width: number;
}

export interface QuantileMetrics {
  /** The mean of the quantiles' pinball losses, in the target's unit; the smaller the better. */
  readonly pinball: number;
  /** [Q] */
  readonly perQuantile: readonly LevelMetrics[];
  /** Absent of a single quantile. */
  readonly between?: BetweenQuantiles;
}

/**
 * The metrics of predicted quantiles against observed values. With sample weights the means over the rows are weighted ones.
 *
 * @param predicted [N, Q]
 * @param observed [N]
 * @param levels [Q], each above 0 and below 1, in ascending order
 * @throws {ShapeError | DataError | DescriptionError} lengths that don't fit, no rows, a value that is not finite, levels that are none, weights below 0 or all 0
 *
 * @example
 * import { quantileMetrics } from "gradus/network";
 *
 * const { pinball, between } = quantileMetrics([1, 3, 2, 4], [2, 5], [0.1, 0.9]);
 * pinball; // 0.35
 * between?.coverage; // 0.5
 */
export function quantileMetrics(
  predicted: ArrayLike<number>,
  observed: ArrayLike<number>,
  levels: readonly number[],
  options: Weighted = {},
): QuantileMetrics {
  requireKind("quantileMetrics' predicted", predicted, finiteNumbers);
  requireKind("quantileMetrics' observed", observed, finiteNumbers);
  requireKind("quantileMetrics' levels", levels, list);
  lossTable.quantile.validate?.({ name: "quantile", quantiles: levels } satisfies Quantile, levels.length);
  const width = levels.length;
  const rows = observed.length;
  if (rows === 0 || predicted.length !== rows * width) {
    throw new ShapeError(
      `Expected ${width} predicted quantiles for each of at least one observed value, found ${predicted.length} for ${rows}.`,
    );
  }
  const weights = givenWeights("quantileMetrics", options, rows);
  const total = totalWeight(weights, rows);
  /** The mean over the rows. */
  const mean = (of: (row: number) => number): number => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += (weights?.[row] ?? 1) * of(row);
    return sum / total;
  };
  const losses = pinballLosses(predicted, observed, levels);
  const perQuantile = levels.map((quantile, k) => ({
    quantile,
    pinball: mean((row) => pinballLoss(observed[row] - predicted[row * width + k], quantile)),
    coverage: mean((row) => Number(observed[row] <= predicted[row * width + k])),
  }));
  const low = (row: number): number => predicted[row * width];
  const high = (row: number): number => predicted[(row + 1) * width - 1];
  return {
    pinball: mean((row) => losses[row]),
    perQuantile,
    ...(width > 1 && {
      between: {
        nominal: levels[width - 1] - levels[0],
        coverage: mean((row) => Number(low(row) <= observed[row] && observed[row] <= high(row))),
        width: mean((row) => high(row) - low(row)),
      },
    }),
  };
}

/** max(τ e, (τ − 1) e). @param error observed − predicted */
function pinballLoss(error: number, level: number): number {
  return Math.max(level * error, (level - 1) * error);
}

/** The mean pinball loss of each row's quantiles, [N]. @param predicted [N, Q], or [Q] for every row */
export function pinballLosses(
  predicted: ArrayLike<number>,
  observed: ArrayLike<number>,
  levels: readonly number[],
): Float64Array {
  const width = levels.length;
  return Float64Array.from(observed, (value, row) => {
    const first = predicted.length === width ? 0 : row * width;
    return levels.reduce((sum, level, k) => sum + pinballLoss(value - predicted[first + k], level), 0) / width;
  });
}

export interface QuantilesToEvaluate extends Weighted {
  /** [N, Q] */
  readonly predicted: ArrayLike<number>;
  /** [N] */
  readonly observed: ArrayLike<number>;
  /** [Q] */
  readonly levels: readonly number[];
  /** [Q], of the training rows: all that the baseline knows. */
  readonly values: readonly number[];
}

/**
 * The model's metrics and those of the baseline, which predicts the quantiles of the training rows for every row.
 *
 * @throws {ShapeError | DataError} as `quantileMetrics` does
 */
export function evaluateQuantiles(rows: QuantilesToEvaluate): WithBaseline<QuantileMetrics> {
  const { predicted, observed, levels, values, sampleWeights } = rows;
  return withBaseline(predicted, values, (of) => quantileMetrics(of, observed, levels, { sampleWeights }));
}
