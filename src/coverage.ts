/**
 * The rank of the residual that a conformal interval's radius is: the one place that models and calibration have it from.
 *
 * A leaf beside errors.ts. Knows nothing of where residuals come from. Sources: Vovk, Gammerman & Shafer 2005; Lei et al.
 * 2018, section 2.2.
 */
import { requireThat } from "./errors.ts";

/** (n + 1) · coverage may lie a rounding above a whole number: 20 · 0.95 does not, 100 · 0.07 does. */
export const RANK_ROUNDING = 1e-9;

/** @param what "the coverage" @throws {DescriptionError} a coverage that is not above 0 and below 1 */
export function requireCoverage(what: string, coverage: number): void {
  const holds = typeof coverage === "number" && coverage > 0 && coverage < 1;
  requireThat(what, coverage, holds, "above 0 and below 1");
}

/**
 * The ⌈(n + 1) · coverage⌉-th smallest of n residuals, or the next one kept.
 *
 * @param residuals ascending: those of all n rows, or evenly spaced ranks of theirs
 * @param rows n
 * @param coverage in (0, 1)
 * @returns undefined where n rows can't promise that coverage
 */
export function residualFor(residuals: readonly number[], rows: number, coverage: number): number | undefined {
  const rank = Math.max(1, Math.ceil((rows + 1) * coverage - RANK_ROUNDING));
  return rank > rows ? undefined : residuals[Math.ceil((rank * residuals.length) / rows - RANK_ROUNDING) - 1];
}
