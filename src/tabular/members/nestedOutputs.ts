/**
 * A network's outputs for its validation rows as if no row had taken part in choosing its epoch.
 *
 * The best score of an epoch on some rows is optimistic on these rows: on random targets it is the score of the epoch that is
 * right by chance. So the rows are divided into parts, and each part is predicted with the epoch that the other parts choose:
 * nested cross-validation of the one choice that validation rows decide. Source: Cawley & Talbot 2010.
 */
import { foldGroups } from "../../data/groupSplit.ts";
import { foldRows } from "../../data/split.ts";
import type { Numbers } from "../../engines/engine.ts";
import { type MetricName, scoreFor } from "../../metrics/metricTable.ts";
import { type Loss, lossOf } from "../../network/losses.ts";

const PARTS = 5;

export interface NestedChoice {
  /** What chooses an epoch; the loss when absent. */
  readonly metric: MetricName | undefined;
  readonly loss: Loss;
  /** Which of equally good epochs is the best. */
  readonly ties: "earliest" | "latest";
  /** y's width. */
  readonly outputs: number;
  /** Of the rows, as the network learns them: [N] class indices or [N, outputs] values. */
  readonly desired: Numbers;
  /** [N], the rows' sample weights; all have equal weight when absent. */
  readonly sampleWeights?: Numbers | undefined;
  /** [N], the rows' groups; each row is its own when absent. */
  readonly groups?: Float64Array | undefined;
  /** [outputs], what a value of 1 is in each target's own unit; of numbers alone. */
  readonly units: readonly number[] | undefined;
}

/**
 * The part of each row, in [0, 5), each class divided evenly among them. Networks with the same validation rows divide them
 * in the same way, so that the mean of their outputs is as unbiased as each.
 *
 * @param strata [N], each row's class
 * @param groups [N], each row's group: rows of one are in one part
 */
export function nestedParts(
  rows: number,
  {
    strata,
    groups,
  }: { readonly strata?: ArrayLike<number> | undefined; readonly groups?: ArrayLike<number> | undefined },
): Uint8Array {
  const partOf = new Uint8Array(rows);
  if (rows < 2) return partOf;
  if (groups !== undefined) {
    const all = Uint32Array.from({ length: rows }, (_, row) => row);
    // Every group has a part of its own choice: a class may be in one of them alone.
    const parts = foldGroups(all, PARTS, { groups, seed: 0 });
    for (const [part, members] of parts.entries()) for (const row of members) partOf[row] = part;
    return partOf;
  }
  const parts = foldRows(rows, { folds: Math.min(PARTS, rows), seed: 0, ...(strata && { strata }) });
  for (const [part, members] of parts.entries()) for (const row of members) partOf[row] = part;
  return partOf;
}

/**
 * The outputs, [N, outputs], each row's from the look that the rows of the other parts choose. Where these
 * can't decide, and for a single row, it is the last.
 *
 * @param looks the outputs of each look, [N, outputs]; at least one
 */
export function nestedOutputs(looks: readonly Numbers[], choice: NestedChoice): Float32Array {
  const { outputs, loss, desired } = choice;
  const rows = looks[0].length / outputs;
  const isClass = lossOf(loss).desired === "class";
  const partOf = nestedParts(rows, { strata: isClass ? desired : undefined, groups: choice.groups });
  const nested = new Float32Array(looks[0].length);
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let part = 0; part < PARTS; part++) {
    const own = all.filter((row) => partOf[row] === part);
    if (own.length === 0) continue;
    const others = all.filter((row) => partOf[row] !== part);
    const look = looks[others.length === 0 ? looks.length - 1 : bestLook(looks, others, choice)];
    for (const row of own) nested.set(look.subarray(row * outputs, (row + 1) * outputs), row * outputs);
  }
  return nested;
}

function bestLook(looks: readonly Numbers[], rows: Uint32Array, choice: NestedChoice): number {
  const { outputs, desired, ties } = choice;
  const chosen = taken(desired, rows, desired.length / (looks[0].length / outputs));
  const weights = choice.sampleWeights && taken(choice.sampleWeights, rows, 1);
  const cost = costOf({ ...choice, sampleWeights: weights }, chosen);
  let best = looks.length - 1;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, look] of looks.entries()) {
    const found = cost(taken(look, rows, outputs));
    // Some metrics are undefined for some rows: then NaN is never the best.
    if (!(found < least || (found === least && ties === "latest"))) continue;
    best = at;
    least = found;
  }
  return best;
}

/** What a look costs by its outputs: the less the better. */
function costOf(
  { metric, loss, outputs, units, sampleWeights }: NestedChoice,
  desired: Numbers,
): (y: Numbers) => number {
  if (metric !== undefined) {
    const score = scoreFor(metric, { loss, outputs, desired, sampleWeights, ...(units && { units }) });
    const sign = score.better === "higher" ? -1 : 1;
    return (y) => sign * score.of(y);
  }
  const { value } = lossOf(loss);
  const width = desired.length;
  return (y) => {
    const rows = y.length / outputs;
    const each = width / rows;
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const d = desired.subarray(row * each, (row + 1) * each);
      total += (sampleWeights?.[row] ?? 1) * value(y.subarray(row * outputs, (row + 1) * outputs), d, loss);
    }
    return total;
  };
}

/** Some rows of a matrix, one after the other. */
function taken(matrix: Numbers, rows: Uint32Array, width: number): Float32Array {
  const block = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) block.set(matrix.subarray(row * width, (row + 1) * width), at * width);
  return block;
}
