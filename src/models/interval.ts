/**
 * How wide a prediction interval is: the residuals of rows that were not learned from say how far off predictions are.
 *
 * Split conformal prediction: whatever the network, an interval of this radius covers a new row of the same kind with at
 * least the coverage asked for. Sources: Vovk, Gammerman & Shafer 2005; Lei et al. 2018. Knows no model.
 */
import { DescriptionError, requireThat } from "../errors.ts";

/**
 * The radius of the interval around a prediction: the ⌈(n + 1) coverage⌉-th smallest of n residuals.
 *
 * @param residuals [n], |observed − predicted|, ascending; of very many rows a thousand evenly spaced ranks do as well, and
 * promise no less
 * @param coverage the share of new rows to be covered, above 0 and at most n/(n + 1)
 * @throws {DescriptionError} a coverage out of range, or more than so few residuals can promise
 */
export function intervalRadius(residuals: readonly number[], coverage: number): number {
  requireThat(
    "coverage",
    coverage,
    typeof coverage === "number" && coverage > 0 && coverage < 1,
    "above 0 and below 1",
  );
  // A coverage of 0.9 times 10 is 9.000000000000002 in some forms: a rounding must not ask for one rank more.
  const rank = Math.ceil((residuals.length + 1) * coverage - 1e-9);
  if (rank <= residuals.length) return residuals[Math.max(rank, 1) - 1];
  const most = residuals.length / (residuals.length + 1);
  throw new DescriptionError(
    `Expected a coverage of at most ${most.toPrecision(4)}, which ${residuals.length} calibration rows can promise, found ${coverage}.`,
  );
}
