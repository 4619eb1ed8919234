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
  return groupOfNumbers(block, width, flag);
}

/** Rows are numbered below this: a float's 32 bits and the number of its row fit exactly into a float64. */
const ROWS_OF_KEY = 2 ** 20;

/** By one sort of keys, without comparing numbers by a callback. @param flag the place of the missing indicator; −1 for none */
function groupOfNumbers(block: Float32Array, width: number, flag: number): Grouping {
  const rows = block.length / width;
  const present = flag < 0 ? 0 : minimum(block, width, flag);
  const bits = new Int32Array(block.buffer, block.byteOffset, block.length);
  const all = new Float64Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (flag >= 0 && block[row * width + flag] > present) continue;
    const word = bits[row * width];
    // The bits of floats without their sign are in the order of the floats; −0 becomes 0.
    all[count++] = (word >= 0 ? word : -(word & 0x7fffffff)) * ROWS_OF_KEY + row;
  }
  const keys = all.subarray(0, count).sort();
  const places = new Float64Array(count);
  const groupOf = new Int32Array(rows).fill(-1);
  let groups = 0;
  for (let at = 0; at < count; at++) {
    const row = keys[at] - Math.floor(keys[at] / ROWS_OF_KEY) * ROWS_OF_KEY;
    const value = block[row * width];
    if (groups === 0 || value !== places[groups - 1]) places[groups++] = value;
    groupOf[row] = groups - 1;
  }
  // The last group is that of the missing values.
  for (let row = 0; row < rows; row++) if (groupOf[row] < 0) groupOf[row] = groups;
  return { groupOf, groups: groups + 1, places: places.slice(0, groups) };
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

/** The rows in the order of their groups: those of group g stand from starts[g] to starts[g + 1]. */
export function rowsByGroup({ groupOf, groups }: Grouping): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(groups + 1);
  for (let row = 0; row < groupOf.length; row++) starts[groupOf[row] + 1]++;
  for (let group = 0; group < groups; group++) starts[group + 1] += starts[group];
  const next = starts.slice();
  const order = new Int32Array(groupOf.length);
  for (let row = 0; row < groupOf.length; row++) order[next[groupOf[row]]++] = row;
  return { order, starts };
}

/**
 * The nearest groups, below and above on the line, that have rows: both are the group itself where it has.
 *
 * @returns group numbers; −1 where there is none
 */
export function nearestPredicting(
  { places }: Grouping,
  group: number,
  speaks: (group: number) => boolean,
): readonly [below: number, above: number] {
  if (speaks(group)) return [group, group];
  const count = places.length;
  if (group >= count) return [-1, -1];
  let below = group - 1;
  while (below >= 0 && !speaks(below)) below--;
  let above = group + 1;
  while (above < count && !speaks(above)) above++;
  return [below, above < count ? above : -1];
}
