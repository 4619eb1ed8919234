/**
 * What answers to rows that were not learned from say about the model's own words: how sure it may be, how far off it is.
 */
import type { Warning } from "../../data/table.ts";
import type { ModelDocument } from "../../models/document.ts";
import { fitConformal } from "../../training/calibration/conformal.ts";
import { fitTemperature, logitsOf } from "../../training/calibration/temperature.ts";
import type { pooled } from "./outOfFold.ts";

/** The part of a model's document that calibration decides. */
export interface Calibration extends Pick<ModelDocument, "temperature" | "interval"> {
  readonly warnings: readonly Warning[];
}

/** Beyond these a temperature only says that the search has met its end: the rows are all right, or tell nothing. */
const USEFUL_TEMPERATURES = [1 / 19, 19] as const;

/**
 * A classification gets a temperature, a regression the residuals that its intervals are made of. The model that answers
 * for itself is the mean of all its networks, and those that answered here are the ones of each row's fold: with several
 * folds it is mostly a little better than what it was calibrated by.
 *
 * Warning: `calibration-useless`, where no temperature fits better than another within reach.
 */
export function calibrate({ target, responses, desired }: ReturnType<typeof pooled>): Calibration {
  if (target.task === "regression") {
    const width = target.columns.length;
    const residuals = target.columns.map((_, at) => {
      const own = Float64Array.from({ length: desired.length / width }, (_row, row) => {
        const place = row * width + at;
        return desired[place] - responses[place];
      });
      return fitConformal(own).residuals;
    });
    return { interval: { residuals }, warnings: [] };
  }
  const { temperature } = fitTemperature(logitsOf(responses), desired, target.classes.length);
  const [coldest, hottest] = USEFUL_TEMPERATURES;
  if (temperature > coldest && temperature < hottest) return { temperature, warnings: [] };
  const message =
    `The ${desired.length} validation rows tell no temperature: ` +
    `${temperature < 1 ? "all of them are answered right" : "the answers have nothing to do with the classes"}. ` +
    "The probabilities stay as they are; calibrate on more rows.";
  return { warnings: [{ code: "calibration-useless", columns: [target.column], message }] };
}
