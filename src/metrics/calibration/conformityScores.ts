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
 * The scores of each target, [D] times [N]: |observed − predicted|; or with quantiles max(q_low − observed, observed − q_high) of the lowest and
 * the highest, below 0 where the value lies between them.
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
    const score = (row: number): number =>
      Math.max(quantiles[row * width] - observed[row], observed[row] - quantiles[(row + 1) * width - 1]);
    return [Float64Array.from({ length: rows }, (_, row) => score(row))];
  }
  return Array.from({ length: targets }, (_, at) =>
    Float64Array.from({ length: rows }, (_row, row) => {
      const place = row * targets + at;
      return Math.abs(observed[place] - predicted[place]);
    }),
  );
}
