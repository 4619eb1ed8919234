/**
 * Fewer rows than there are, chosen by a seed: those that a training has time for.
 *
 * Works on row numbers alone. The same seed and number give the same rows.
 */
import { random } from "../random.ts";

/** So many rows of a class are kept, where it has them: a class without any could not be learned. */
const OF_EACH_CLASS = 8;

/**
 * At most so many of some rows, a simple random sample but for the rare classes: of each class at least a few are among them.
 *
 * @param rows row numbers, ascending
 * @param most at least 1
 * @param strata each row's class, by row number
 * @returns ascending; more than `most` where there are so many classes
 */
export function limitRows(
  rows: Uint32Array,
  most: number,
  { seed, strata }: { readonly seed: number; readonly strata?: ArrayLike<number> | undefined },
): Uint32Array {
  if (rows.length <= most) return rows;
  const { integer } = random(seed, "limit");
  // The first `most` of a permutation, without making the rest of it (Fisher & Yates).
  const order = rows.slice();
  const taken = strata === undefined ? most : order.length;
  for (let i = 0; i < taken; i++) {
    const j = i + integer(order.length - i);
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  if (strata === undefined) return order.slice(0, most).sort();
  const counts = new Map<number, number>();
  const chosen = order.filter((row, place) => {
    const count = counts.get(strata[row]) ?? 0;
    counts.set(strata[row], count + 1);
    return place < most || count < OF_EACH_CLASS;
  });
  return chosen.sort();
}
