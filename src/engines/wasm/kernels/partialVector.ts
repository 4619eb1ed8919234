/**
 * The one to three numbers left over when a length is not a multiple of four: loaded and stored as part of a vector.
 *
 * What is left over goes through the same vector code as the rest, so an element's bits don't depend on where a part
 * begins or ends; and nothing outside is read or written. Written in AssemblyScript.
 */

/** The first `count` (1, 2 or 3) numbers at `from`; the other lanes keep those of `rest`. */
@inline
export function loadPart(from: usize, count: i32, rest: v128): v128 {
  if (count == 1) return v128.load32_lane(from, rest, 0);
  const two = v128.load64_lane(from, rest, 0);
  return count == 2 ? two : v128.load32_lane(from + 8, two, 2);
}

/** Writes the first `count` (1, 2 or 3) lanes to `to`. */
@inline
export function storePart(to: usize, values: v128, count: i32): void {
  if (count == 1) {
    v128.store32_lane(to, values, 0);
    return;
  }
  v128.store64_lane(to, values, 0);
  if (count == 3) v128.store32_lane(to + 8, values, 2);
}

/** Four numbers, or as many as are left (1, 2 or 3) and then 0. */
@inline
export function loadUpTo(from: usize, left: i32): v128 {
  return left >= 4 ? v128.load(from) : loadPart(from, left, f32x4.splat(0));
}

/** Writes four numbers, or as many as are left. */
@inline
export function storeUpTo(to: usize, values: v128, left: i32): void {
  if (left >= 4) v128.store(to, values);
  else storePart(to, values, left);
}

/** The address behind the whole vectors of `count` numbers at `from`. */
@inline
export function wholeVectorsEnd(from: usize, count: i32): usize {
  return from + ((<usize>(count & ~3)) << 2);
}
