/**
 * How wide a prediction interval is: the residuals of rows that were not learned from say how far off predictions are.
 *
 * Split conformal prediction: whatever the network, an interval of this radius covers a new row of the same kind with at
 * least the coverage asked for. Sources: Vovk, Gammerman & Shafer 2005; Lei et al. 2018. Knows no model.
 */
import { DescriptionError, requireThat } from "../errors.ts";

/** Products like 0.9 · 10 may lie a rounding above a whole number. */
const ROUNDING = 1e-9;

/**
 * The radius of the interval around a prediction: the ⌈(n + 1) coverage⌉-th smallest of n residuals, or the next one kept.
 *
 * @param residuals |observed − predicted|, ascending: those of all n rows, or of very many rows a thousand evenly spaced ranks
 * @param coverage the share of new rows to be covered, above 0 and at most n/(n + 1)
 * @param rows n, the calibration rows; as many as there are residuals when absent
 * @throws {DescriptionError} a coverage out of range, or more than so few rows can promise
 */
export function intervalRadius(residuals: readonly number[], coverage: number, rows = residuals.length): number {
  requireThat(
    "coverage",
    coverage,
    typeof coverage === "number" && coverage > 0 && coverage < 1,
    "above 0 and below 1",
  );
  const rank = Math.max(1, Math.ceil((rows + 1) * coverage - ROUNDING));
  if (rank <= rows) return residuals[Math.ceil((rank * residuals.length) / rows - ROUNDING) - 1];
  const most = rows / (rows + 1);
  throw new DescriptionError(
    `Expected a coverage of at most ${most.toPrecision(4)}, which ${rows} calibration rows can promise, found ${coverage}.`,
  );
}
