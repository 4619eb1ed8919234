/** Half the widths of a model's prediction intervals. Knows neither rows nor how a model predicts. */
import { optionName } from "../data/remedies.ts";
import { GradusError } from "../errors.ts";
import { conformalRadius } from "../metrics/calibration/conformal.ts";
import { conformalOf, type ModelDocument } from "./document.ts";

/**
 * For each column of the target in their order and units, [D]; of a model of quantiles, beyond its lowest and its highest.
 *
 * @param coverage above 0 and below 1
 * @throws {GradusError} a model without residuals
 * @throws {DescriptionError} a coverage out of range, or more than its calibration rows allow
 */
export function intervalRadii({ interval }: Pick<ModelDocument, "interval">, coverage: number): readonly number[] {
  if (interval === undefined) {
    throw new GradusError(
      `This model has no residuals of calibration rows, which prediction intervals need. Train it again with ${optionName("calibrate")}.`,
    );
  }
  return interval.residuals.map((_, at) => conformalRadius(conformalOf(interval, at), coverage));
}
