/**
 * Sums in float64 and in an order that the sizes alone decide, and what acts on a whole array by one number.
 *
 * A long sum is made of chunks of `SQUARES_CHUNK` numbers, whoever sums which of them, so that threads don't change a bit.
 * Written in AssemblyScript. Knows nothing of gradients or threads.
 */
import { SQUARES_CHUNK } from "./constants";
import { loadPart, storePart, wholeVectorsEnd } from "./partialVector";

/** Adds four float32 to a sum of two float64: lanes 0 and 2 to the first, 1 and 3 to the second. */
@inline
export function addLanes(sum: v128, lanes: v128): v128 {
  const upper = v128.shuffle<i64>(lanes, lanes, 1, 1);
  return f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(lanes), f64x2.promote_low_f32x4(upper)));
}

/** The sum of both lanes. */
@inline
export function totalOf(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

@inline
function addSquares(sum: v128, low: v128): v128 {
  const wide = f64x2.promote_low_f32x4(low);
  return f64x2.add(sum, f64x2.mul(wide, wide));
}

/** Σ x² over one chunk. */
function chunkSquares(values: usize, count: i32): f64 {
  let first = f64x2.splat(0);
  let second = f64x2.splat(0);
  const end = wholeVectorsEnd(values, count);
  while (values < end) {
    const x = v128.load(values);
    first = addSquares(first, x);
    second = addSquares(second, v128.shuffle<i64>(x, x, 1, 1));
    values += 16;
  }
  const left = count & 3;
  if (left) {
    const x = loadPart(values, left, f32x4.splat(0));
    first = addSquares(first, x);
    second = addSquares(second, v128.shuffle<i64>(x, x, 1, 1));
  }
  return totalOf(f64x2.add(first, second));
}

/**
 * Σ x² of every 4096 numbers by themselves, for the chunks from `fromChunk` up to `toChunk`.
 *
 * @param count how many numbers there are in all; the last chunk may be shorter
 * @param squares [⌈count / 4096⌉] float64
 */
export function squaredNorms(values: usize, count: i32, fromChunk: i32, toChunk: i32, squares: usize): void {
  for (let chunk = fromChunk; chunk < toChunk; chunk++) {
    const start = chunk * SQUARES_CHUNK;
    const square = chunkSquares(values + (<usize>start << 2), min(SQUARES_CHUNK, count - start));
    f64.store(squares + (<usize>chunk << 3), square);
  }
}

/** The sum of `count` float64, in ascending order. */
export function sum(values: usize, count: i32): f64 {
  let total: f64 = 0;
  for (const end = values + (<usize>count << 3); values < end; values += 8) total += f64.load(values);
  return total;
}

/** Multiplies every number by a factor, in place. */
export function scale(values: usize, factor: f32, count: i32): void {
  const factors = f32x4.splat(factor);
  const end = wholeVectorsEnd(values, count);
  while (values < end) {
    v128.store(values, f32x4.mul(v128.load(values), factors));
    values += 16;
  }
  const left = count & 3;
  if (left) storePart(values, f32x4.mul(loadPart(values, left, factors), factors), left);
}
