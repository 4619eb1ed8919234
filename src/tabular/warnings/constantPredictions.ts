/** A network that has learned nothing from the columns: it gives every row the same prediction. */
import type { Warning } from "../../data/table.ts";
import { outputUnits, targetNames } from "../../data/targetNames.ts";
import type { Predictions } from "../predictions.ts";

/** Fewer rows may get the same prediction by chance. */
const FEWEST_ROWS = 5;
/** Predictions that differ by less than this, in probability or in deviations of the target, are the same. */
const SAME = 1e-6;

/** Warning: `constant-predictions`. */
export function constantWarnings({ rows, target, responses }: Predictions): Warning[] {
  if (rows < FEWEST_ROWS) return [];
  const width = responses.length / rows;
  const units = outputUnits(target);
  const same = responses.every(
    (value, at) => Math.abs(value - responses[at % width]) <= SAME * (units?.[at % width] ?? 1),
  );
  if (!same) return [];
  const message =
    `The model gives all ${rows} rows the same prediction: it has learned nothing from the columns. ` +
    "Check that they vary and are related to the target, lower the learning rate, or train longer.";
  return [{ code: "constant-predictions", columns: targetNames(target), message }];
}
