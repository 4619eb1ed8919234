/** What was asked for and comes to nothing because no row validates. */

import { foldsOption, fractionOption } from "../../data/remedies.ts";
import type { Warning } from "../../data/table.ts";
import type { TrainOptions } from "../trainOptions.ts";

/** Options that only validation rows give a meaning. */
const needValidation = ["metric", "patience", "calibrate"] as const satisfies readonly (keyof TrainOptions)[];

/** Warning: `no-validation-rows`. @param rows how many rows validate */
export function noValidationWarnings(
  options: Pick<TrainOptions, (typeof needValidation)[number]>,
  rows: number,
): Warning[] {
  const idle = needValidation.filter((name) => options[name]);
  if (rows > 0 || idle.length === 0) return [];
  const message =
    `No row validates, so ${idle.join(" and ")} ${idle.length === 1 ? "has" : "have"} no effect, and the last epoch is kept. ` +
    `Give validation rows a share, ${fractionOption("validation", 0.2)}, or train with folds, ${foldsOption(5)}.`;
  return [{ code: "no-validation-rows", columns: [], message }];
}
