/**
 * The rows of one column grouped by their value, and what can be said of a row from others of its group: the simplest
 * predictor that one column allows.
 *
 * Works on encoded inputs, so that every kind of column is alike: a number or an instant has a place on a line, and a
 * value that others lack is next to its neighbours; a category or a missing value has none. Rows are in one of two
 * halves, and what is said of a row comes from the other half alone. Knows no target's meaning.
 */
import type { EncodedInput } from "../../data/encoding.ts";
import { rowHashes } from "./rowHashes.ts";

export interface Grouping {
  /** [N], the group of each row. */
  readonly groupOf: Int32Array;
  readonly groups: number;
  /** The places of the first groups, ascending; the others have none. */
  readonly places: Float64Array;
}

/**
 * @param block [N, width], one column's inputs
 * @param inputs what they are
 */
export function groupRows(block: Float32Array, inputs: readonly EncodedInput[]): Grouping {
  const width = inputs.length;
  if (inputs[0].kind !== "number") return groupOfHashes(rowHashes(block, width));
  // A number's missing indicator is its last input; where it is up, the number is only the median.
  const flag = inputs[width - 1].kind === "flag" ? width - 1 : -1;
  const present = flag < 0 ? Number.NaN : minimum(block, width, flag);
  const isMissing = (row: number): boolean => flag >= 0 && block[row * width + flag] > present;
  const values = Float64Array.from({ length: block.length / width }, (_, row) =>
    isMissing(row) ? Number.NaN : block[row * width],
  );
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const places = sorted.filter((value, at) => at === 0 || value !== sorted[at - 1]);
  const groupOf = Int32Array.from(values, (value) => (Number.isNaN(value) ? places.length : lowerBound(places, value)));
  return { groupOf, groups: places.length + 1, places };
}

function groupOfHashes(hashes: Int32Array): Grouping {
  const ids = new Map<number, number>();
  const groupOf = hashes.map((hash) => {
    const id = ids.get(hash) ?? ids.size;
    ids.set(hash, id);
    return id;
  });
  return { groupOf, groups: ids.size, places: new Float64Array(0) };
}

function minimum(block: Float32Array, width: number, first: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = first; at < block.length; at += width) least = Math.min(least, block[at]);
  return least;
}

/** The index of the first value that is not below the one sought. */
function lowerBound(ascending: Float64Array, sought: number): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ascending[middle] < sought) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The rows in the order of their groups: those of group g stand from starts[g] to starts[g + 1]. */
export function rowsByGroup({ groupOf, groups }: Grouping): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(groups + 1);
  for (const group of groupOf) starts[group + 1]++;
  for (let group = 0; group < groups; group++) starts[group + 1] += starts[group];
  const next = starts.slice();
  const order = new Int32Array(groupOf.length);
  for (let row = 0; row < groupOf.length; row++) order[next[groupOf[row]]++] = row;
  return { order, starts };
}

/**
 * For each group the nearest ones, below and above on the line, that have something to say; itself where it has.
 *
 * @param speaks by group
 * @returns group numbers; −1 where there is none
 */
export function neighbours(
  { groups, places }: Grouping,
  speaks: (group: number) => boolean,
): { below: Int32Array; above: Int32Array } {
  const below = new Int32Array(groups).fill(-1);
  const above = new Int32Array(groups).fill(-1);
  for (let group = 0; group < groups; group++) {
    const onLine = group > 0 && group < places.length;
    below[group] = speaks(group) ? group : onLine ? below[group - 1] : -1;
  }
  for (let group = groups - 1; group >= 0; group--) {
    const onLine = group + 1 < places.length;
    above[group] = speaks(group) ? group : onLine ? above[group + 1] : -1;
  }
  return { below, above };
}
