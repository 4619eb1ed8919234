/**
 * Four float32 at a time: the multiply-add that all kernels share, and the shuffles of a 4 × 4 transposition.
 *
 * Knows nothing of matrices, layers or threads.
 */

/**
 * a · b + c. Rounded once where the build is relaxed, twice where it isn't; every kernel uses it, so that bits agree.
 *
 * RELAXED is a constant of the build, given to the compiler by `--use RELAXED=1` or 0; declaring it would import it.
 */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (RELAXED) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// Four rows a, b, c, d transposed: with l = firstPairs(a, b), h = lastPairs(a, b), m = firstPairs(c, d) and
// n = lastPairs(c, d), the columns are firstHalves(l, m), lastHalves(l, m), firstHalves(h, n), lastHalves(h, n).

/** a0 b0 a1 b1 */
@inline
export function firstPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

/** a2 b2 a3 b3 */
@inline
export function lastPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

/** a0 a1 b0 b1 */
@inline
export function firstHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5);
}

/** a2 a3 b2 b3 */
@inline
export function lastHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7);
}
