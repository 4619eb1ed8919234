/**
 * What conformal intervals are calibrated by: how far each true value lies from its prediction, or from the interval between two predicted
 * quantiles.
 *
 * The radius that covers a share of them is `conformal.ts`'s business. Sources: Lei et al. 2018 for residuals; Romano, Patterson & Candès
 * 2019, "Conformalized quantile regression", equation 6, for quantiles.
 */

export interface PredictedNumbers {
  /** [N, D] */
  readonly predicted: ArrayLike<number>;
  /** [N, D] */
  readonly observed: ArrayLike<number>;
  /** [N, Q], ascending in each row, of a single target; absent where no quantiles are predicted. */
  readonly quantiles?: Float64Array | undefined;
}

/**
 * The scores of each target, [D] times [N]: |observed − predicted|. With quantiles, of which `predicted` is the median: how far the value
 * lies below the lowest or above the highest, below 0 where it lies between them. A value below the median is measured from the lowest
 * alone and one above it from the highest: `aroundQuantiles` never moves a bound past the median, so that this is the radius at which the
 * interval reaches the value.
 *
 * @param targets D
 */
export function conformityScores(
  { predicted, observed, quantiles }: PredictedNumbers,
  targets: number,
): Float64Array[] {
  const rows = observed.length / targets;
  if (quantiles !== undefined) {
    const width = quantiles.length / rows;
    const score = (row: number): number => {
      const [value, median] = [observed[row], predicted[row]];
      const below = quantiles[row * width] - value;
      const above = value - quantiles[(row + 1) * width - 1];
      if (value === median) return Math.min(below, above);
      return value < median ? below : above;
    };
    return [Float64Array.from({ length: rows }, (_, row) => score(row))];
  }
  return Array.from({ length: targets }, (_, at) =>
    Float64Array.from({ length: rows }, (_row, row) => {
      const place = row * targets + at;
      return Math.abs(observed[place] - predicted[place]);
    }),
  );
}

/**
 * The interval of a row with predicted quantiles: from the lowest to the highest, wider by the radius on each side; narrower where it is below
 * 0, but never so that a bound passes the median, the prediction.
 *
 * @param quantiles [Q], ascending
 */
export function aroundQuantiles(
  quantiles: ArrayLike<number>,
  median: number,
  radius: number,
): readonly [number, number] {
  return [Math.min(median, quantiles[0] - radius), Math.max(median, quantiles[quantiles.length - 1] + radius)];
}
