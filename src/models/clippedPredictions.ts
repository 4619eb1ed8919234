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

/** How many of a regressor's predictions are at the ends of what it can predict, counted a part of them at a time. */
export class ClippedCount {
  /** Of each target, at the least and at the greatest. */
  readonly #counts: [below: number, above: number][];
  #values = 0;
  readonly #names: readonly string[];
  readonly #bounds: readonly (readonly [number, number])[];

  /** @param document of a model that predicts no numbers: then nothing is counted */
  constructor(document: ModelDocument) {
    const { target } = document;
    this.#names = target.task === "regression" ? target.columns : [];
    this.#bounds = target.task === "regression" ? boundsOf(document, target) : [];
    this.#counts = this.#bounds.map(() => [0, 0]);
  }

  /** Takes predictions. @param values [N, D], as the model's `values(rows)` gives them */
  add(values: ArrayLike<number>): void {
    const width = this.#bounds.length;
    for (const [at, [least, greatest]] of this.#bounds.entries()) {
      const counts = this.#counts[at];
      for (let i = at; i < values.length; i += width) {
        if (values[i] <= least) counts[0]++;
        else if (values[i] >= greatest) counts[1]++;
      }
    }
    this.#values += values.length;
  }

  /** How many predictions there are, and the counts in a row: what `join` takes. */
  get counts(): readonly number[] {
    return [this.#values, ...this.#counts.flat()];
  }

  /** Takes what another count has found. */
  join([values, ...counts]: readonly number[]): void {
    this.#values += values;
    for (const [at, own] of this.#counts.entries()) for (const side of [0, 1]) own[side] += counts[2 * at + side];
  }

  /** Warning: `clipped-predictions`, one for each target, with the number of predictions. @param source what messages call the rows */
  warnings(source: string): Warning[] {
    const rows = this.#values / this.#bounds.length;
    return this.#bounds.flatMap(([least, greatest], at) => {
      const [below, above] = this.#counts[at];
      if (below + above === 0) return [];
      const name = this.#names[at];
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
}

/** The warnings of all predictions at once. @param values as of `ClippedCount` */
export function clippedWarnings(document: ModelDocument, source: string, values: ArrayLike<number>): Warning[] {
  const count = new ClippedCount(document);
  count.add(values);
  return count.warnings(source);
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
