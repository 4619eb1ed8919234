/**
 * Rows divided by time: what is judged comes after all that is learned from, as it will when the model is used.
 *
 * Works on one time a row, in any unit; NaN where it isn't known, and such a row is learned from. Rows of the same time
 * stay in the same part. Nothing is drawn at random.
 */
import { DataError, requireWhole } from "../errors.ts";
import { optionName, valuedOption } from "./remedies.ts";
import { requireFractions, rowsOf, type Split } from "./split.ts";

/**
 * The latest rows test, the latest of the others validate; a part's size is the nearest to its fraction that keeps rows of
 * the same time together.
 *
 * @param times [N]
 * @param what the times' column, for messages
 * @throws {DescriptionError} a fraction out of range
 * @throws {DataError} too few different times for the parts that are asked for
 */
export function splitByTime(
  times: ArrayLike<number>,
  what: string,
  fractions: { readonly testFraction: number; readonly validationFraction: number },
): Split {
  const { testFraction, validationFraction } = fractions;
  requireFractions(testFraction, validationFraction);
  const { order, unknown } = byTime(times);
  const wanted = [rowsOf(order.length, testFraction), rowsOf(order.length, validationFraction)];
  const parts = wanted.filter((rows) => rows > 0).length + 1;
  const places = changes(times, order);
  if (places.length < parts - 1) {
    throw new DataError(
      `Too few different times in ${what} for ${parts} parts: found ${places.length + 1}, expected at least ${parts}. ` +
        `Choose another column for ${optionName("split")}, or use no test or validation rows: ${valuedOption("testFraction", 0)}, ${valuedOption("validationFraction", 0)}.`,
    );
  }
  const [testRows, validationRows] = wanted;
  // Where rows validate, their part needs a change of time before the test's.
  const testFrom = testRows === 0 ? order.length : nearest(places.slice(parts - 2), order.length - testRows);
  const before = places.filter((place) => place < testFrom);
  const validationFrom = validationRows === 0 ? testFrom : nearest(before, testFrom - validationRows);
  return {
    training: Uint32Array.from([...unknown, ...order.subarray(0, validationFrom)]).sort(),
    validation: order.slice(validationFrom, testFrom).sort(),
    test: order.slice(testFrom).sort(),
  };
}

/**
 * Forward chaining: the rows in order of time are cut into one block more than there are folds; a fold validates one block
 * and learns from all blocks before it. The latest fold, which learns from the most rows, is the first.
 *
 * @throws {DescriptionError} fewer than 2 folds
 * @throws {DataError} too few different times
 */
export function foldByTime(
  times: ArrayLike<number>,
  what: string,
  folds: number,
): Pick<Split, "training" | "validation">[] {
  requireWhole("folds", folds, 2);
  const { order, unknown } = byTime(times);
  const places = changes(times, order);
  if (places.length < folds) {
    throw new DataError(
      `Too few different times in ${what} for ${folds} folds: found ${places.length + 1} besides those of the test, expected at least ${folds + 1}. ` +
        `Use fewer folds, ${valuedOption("folds", Math.max(1, places.length))}, or another column for ${optionName("split")}.`,
    );
  }
  const starts = [0];
  for (let block = 1; block <= folds; block++) {
    // Each later block needs a change of its own.
    const usable = places.slice(0, places.length - (folds - block)).filter((place) => place > starts[block - 1]);
    starts.push(nearest(usable, Math.round((block * order.length) / (folds + 1))));
  }
  starts.push(order.length);
  return Array.from({ length: folds }, (_, fold) => {
    const [from, to] = starts.slice(folds - fold, folds - fold + 2);
    return {
      training: Uint32Array.from([...unknown, ...order.subarray(0, from)]).sort(),
      validation: order.slice(from, to).sort(),
    };
  });
}

/** The rows in order of time, those of the same time as they come; and the rows without one. */
function byTime(times: ArrayLike<number>): { order: Uint32Array; unknown: Uint32Array } {
  const rows = Uint32Array.from({ length: times.length }, (_, row) => row);
  const order = rows.filter((row) => !Number.isNaN(times[row])).sort((a, b) => times[a] - times[b] || a - b);
  return { order, unknown: rows.filter((row) => Number.isNaN(times[row])) };
}

/** The places where a new time begins, but for the first. */
function changes(times: ArrayLike<number>, order: Uint32Array): number[] {
  const places: number[] = [];
  for (let at = 1; at < order.length; at++) if (times[order[at]] !== times[order[at - 1]]) places.push(at);
  return places;
}

function nearest(places: readonly number[], wanted: number): number {
  let best = places[0];
  for (const place of places) if (Math.abs(place - wanted) < Math.abs(best - wanted)) best = place;
  return best;
}
