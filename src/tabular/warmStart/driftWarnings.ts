/**
 * How far new training rows are from those that a model's scales come from: columns by their medians and quartiles, targets by their
 * means and deviations or the shares of their classes.
 *
 * The scales stay, so that the network's weights keep their meaning; where rows have drifted far, that costs accuracy. Pure functions of a fold.
 */
import { foundInScaled, listedColumns } from "../../data/encodedValues.ts";
import { robustScale, sortedPresent } from "../../data/scaling.ts";
import type { Warning } from "../../data/table.ts";
import { trueValues } from "../../data/target.ts";
import { targetNames } from "../../data/targetNames.ts";
import { rounded } from "../../rounded.ts";
import type { Fold } from "../fold.ts";

/** Fewer rows say too little of a median. */
const FEWEST_ROWS = 20;
/** Of the interquartile range, or of a target's standard deviation. */
const SHIFT = 0.5;
/** The width against that of the model, or the reverse. */
const RATIO = 2;
/** Of a class, in all rows. */
const SHARE = 0.15;

/** Warning: `scale-drift`, one for all columns of numbers and dates. */
export function scaleDriftWarnings({ encoder, training: { table } }: Fold): Warning[] {
  const found = foundInScaled(encoder, table, ({ kind, name, median, scale }, values) => {
    const sorted = sortedPresent(values);
    if (sorted.length < FEWEST_ROWS) return undefined;
    const isConstant = sorted[0] === sorted[sorted.length - 1]; // it has no width, but may lie elsewhere
    const now = isConstant ? { median: sorted[0], scale } : robustScale(sorted);
    const shift = (now.median - median) * scale;
    const ratio = scale / now.scale;
    if (Math.abs(shift) <= SHIFT && ratio <= RATIO && ratio >= 1 / RATIO) return undefined;
    const width = isConstant ? "" : `; width between the quartiles ${rounded(ratio, 2)} times as large`;
    const text = (value: number): string =>
      kind === "date" ? new Date(value).toISOString().slice(0, 10) : String(rounded(value, 4));
    return {
      name,
      text: `${name} (median ${text(median)} in the model's rows, ${text(now.median)} in ${isConstant ? "all of " : ""}these${width})`,
    };
  });
  if (found.length === 0) return [];
  const message =
    `In ${table.source}: the training rows are distributed otherwise than those that the model's scales come from: ${listedColumns(found)}. ` +
    "The scales stay as they are. If the result is poor, train anew on all rows.";
  return [{ code: "scale-drift", columns: found.map(({ name }) => name), message }];
}

/** Warning: `target-drift`. */
export function targetDriftWarnings({ target, training: { table } }: Fold): Warning[] {
  if (table.rows < FEWEST_ROWS) return [];
  const found = driftOf(target, table);
  if (found.length === 0) return [];
  const message =
    `In ${table.source}: the target is distributed otherwise than in the rows that the model learned from: ${found.join("; ")}. ` +
    "The baseline that the model is compared with knows the earlier distribution alone, so it is easier to be better than it.";
  return [{ code: "target-drift", columns: targetNames(target), message }];
}

function driftOf(target: Fold["target"], table: Fold["training"]["table"]): string[] {
  const values = trueValues(target, table);
  const names = targetNames(target);
  const width = values.length / table.rows;
  const column = (at: number): Float64Array =>
    Float64Array.from({ length: table.rows }, (_, row) => values[row * width + at]);
  switch (target.task) {
    case "classification": {
      const own = column(0);
      return target.classes.flatMap((label, index) =>
        shareDrift(JSON.stringify(label), target.shares[index], shareOf(own, index)),
      );
    }
    case "multilabel":
      return target.labels.flatMap(({ classes, shares }, at) =>
        shareDrift(`${JSON.stringify(classes[1])} of ${names[at]}`, shares[1], shareOf(column(at), 1)),
      );
    case "regression":
      return names.flatMap((name, at) => {
        const own = column(at);
        const mean = own.reduce((sum, value) => sum + value / own.length, 0);
        const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2 / own.length, 0));
        const { [at]: before } = target.means;
        const { [at]: spread } = target.deviations;
        const ratio = deviation / spread;
        if (Math.abs(mean - before) <= SHIFT * spread && ratio <= RATIO && ratio >= 1 / RATIO) return [];
        return `${name} with mean ${rounded(mean, 4)} and standard deviation ${rounded(deviation, 4)}, before ${rounded(before, 4)} and ${rounded(spread, 4)}`;
      });
    default:
      return target satisfies never;
  }
}

const shareOf = (values: Float64Array, wanted: number): number =>
  values.reduce((count, value) => count + (value === wanted ? 1 : 0), 0) / values.length;

/** A share that has moved far, or a class that is gone. */
function shareDrift(label: string, before: number, now: number): string[] {
  if (Math.abs(now - before) <= SHARE && !(now === 0 && before > 0)) return [];
  return [`${label} in ${percent(now)} of the rows, before ${percent(before)}`];
}

const percent = (share: number): string => `${rounded(100 * share, 3)} %`;
