/** Half the widths of a model's prediction intervals. Knows neither rows nor how a model predicts. */
import { optionName } from "../data/remedies.ts";
import { DescriptionError, GradusError } from "../errors.ts";
import { conformalRadius, leastRows, mostCoverage } from "../metrics/calibration/conformal.ts";
import { conformalOf, type Interval, type ModelDocument } from "./document.ts";

const USUAL_COVERAGE = 0.9;

/** The coverage that a model's intervals may have. */
export interface CoverageLimits {
  /** How many calibration rows there were. */
  readonly rows: number;
  /** The most that they allow. */
  readonly most: number;
  /** Where none is given; undefined where the rows don't allow that. */
  readonly usual: number | undefined;
}

export function coverageLimits(interval: Interval): CoverageLimits {
  const { rows } = conformalOf(interval, 0);
  return { rows, most: mostCoverage(rows), usual: leastRows(USUAL_COVERAGE) <= rows ? USUAL_COVERAGE : undefined };
}

/**
 * For each column of the target in their order and units, [D]; of a model of quantiles, beyond its lowest and its highest.
 *
 * @param coverage above 0 and below 1; 0.9 when absent and the calibration rows allow it
 * @throws {GradusError} a model without residuals
 * @throws {DescriptionError} a coverage out of range, or more than its calibration rows allow
 */
export function intervalRadii({ interval }: Pick<ModelDocument, "interval">, coverage?: number): readonly number[] {
  if (interval === undefined) {
    throw new GradusError(
      `This model has no residuals of calibration rows, which prediction intervals need. Train it again with ${optionName("calibrate")}.`,
    );
  }
  const limits = coverageLimits(interval);
  const asked = coverage === undefined ? limits.usual : coverage;
  if (asked === undefined) throw needsCoverage(limits);
  return interval.residuals.map((_, at) => conformalRadius(conformalOf(interval, at), asked));
}

function needsCoverage({ rows, most }: CoverageLimits): DescriptionError {
  const usual = `${USUAL_COVERAGE}, the coverage where none is given, needs ${leastRows(USUAL_COVERAGE)} calibration rows`;
  return new DescriptionError(
    `Expected a coverage of at most ${most}, the most that ${rows} calibration rows allow, found none: ${usual}. Give a coverage.`,
  );
}
