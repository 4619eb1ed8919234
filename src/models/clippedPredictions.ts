/**
 * Predictions that are clipped to the range of the training rows: a regressor of some recipes predicts nothing beyond the least
 * and the greatest target value that it was trained on. Where the true values are further out, its predictions are not: the user is
 * warned.
 */
import { counted } from "../counted.ts";
import type { RegressionTarget } from "../data/encoding.ts";
import { PLAIN_RECIPE } from "../data/remedies.ts";
import type { Warning } from "../data/table.ts";
import { type ModelDocument, memberTargets } from "./document.ts";

/**
 * Warning: `clipped-predictions`, one for each target, with the number of predictions.
 *
 * @param source what messages call the rows
 * @param values [N, D], as the model's `values(rows)` gives them
 */
export function clippedWarnings(document: ModelDocument, source: string, values: ArrayLike<number>): Warning[] {
  const { target } = document;
  if (target.task !== "regression") return [];
  const width = target.columns.length;
  const rows = values.length / width;
  return boundsOf(document, target).flatMap(([least, greatest], at) => {
    let below = 0;
    let above = 0;
    for (let i = at; i < values.length; i += width) {
      if (values[i] <= least) below++;
      else if (values[i] >= greatest) above++;
    }
    if (below + above === 0) return [];
    const name = target.columns[at];
    const sides = [
      ...(below > 0 ? [`${below} at ${least}, the least`] : []),
      ...(above > 0 ? [`${above} at ${greatest}, the greatest`] : []),
    ];
    const message =
      `In ${source}: of ${counted(rows, "prediction")} for ${name}, ${sides.join(", and ")} value in the training rows; the model cannot predict beyond it. ` +
      `The true values may be further out: train again with such rows, or with ${PLAIN_RECIPE}, which has no such limit.`;
    return [{ code: "clipped-predictions", columns: [name], message }];
  });
}

/** The least and the greatest that the mean of the members can be for each target; none where a member has no limit. */
function boundsOf(document: ModelDocument, target: RegressionTarget): (readonly [number, number])[] {
  const members = memberTargets(document) as readonly RegressionTarget[];
  return target.columns.flatMap((_, at) => {
    const ranges = members.flatMap(({ ranges: own }) => (own === undefined ? [] : [own[at]]));
    if (ranges.length < members.length) return [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const];
    const mean = (side: 0 | 1): number => ranges.reduce((sum, range) => sum + range[side], 0) / ranges.length;
    return [[mean(0), mean(1)] as const];
  });
}
