/**
 * How wide a prediction interval is: the residuals of rows that were not trained on show how far off predictions are.
 *
 * Split conformal prediction: whatever the network, an interval of this radius covers a new row of the same kind with at
 * least the coverage asked for. Sources: Vovk, Gammerman & Shafer 2005; Lei et al. 2018. Knows no model.
 */
import { requireCoverage, residualFor } from "../coverage.ts";
import { DescriptionError } from "../errors.ts";

/**
 * The radius of the interval around a prediction: the ⌈(n + 1) coverage⌉-th smallest of n residuals, or the next one kept.
 *
 * @param residuals |observed − predicted|, ascending: those of all n rows, or of very many rows a thousand evenly spaced ranks
 * @param coverage the share of new rows to be covered, above 0 and at most n/(n + 1)
 * @param rows n, the calibration rows; as many as there are residuals when absent
 * @throws {DescriptionError} a coverage out of range, or more than so few rows can promise
 */
export function intervalRadius(residuals: readonly number[], coverage: number, rows = residuals.length): number {
  requireCoverage("coverage", coverage);
  const radius = residualFor(residuals, rows, coverage);
  if (radius !== undefined) return radius;
  const most = rows / (rows + 1);
  throw new DescriptionError(
    `Expected a coverage of at most ${most.toPrecision(4)}, the most that ${rows} calibration rows allow, found ${coverage}.`,
  );
}
