/**
 * The three products for one pattern, where a call's own cost counts: nothing is packed, and arguments are few.
 *
 *   forward    y = from + x·Wᵀ     pull-back  δ·W     gradient  −δᵀ·x
 *
 * The sums are those of `gemm`, to the bit: p ascending, one accumulator an element.
 */
import { loadPart, storePart } from "./partialVector";
import { firstHalves, firstPairs, lastHalves, lastPairs, madd } from "./vector";

/**
 * y = from + x·Wᵀ for x [k], W [n, k]: 4 × 4 blocks of W are transposed in registers.
 *
 * @param wRow numbers from one row of W to the next
 * @param from [n], a bias for example; 0: from 0
 */
export function forwardOne(n: i32, k: i32, x: usize, w: usize, wRow: i32, from: usize, y: usize): void {
  const row = 4 * wRow;
  for (; n > 0; n -= 4) {
    let sum = f32x4.splat(0);
    if (from) sum = n >= 4 ? v128.load(from) : loadPart(from, n, sum);
    sum = fourUnits(n, k, x, w, row, sum);
    if (n >= 4) v128.store(y, sum);
    else storePart(y, sum, n);
    w += 4 * row;
    y += 16;
    if (from) from += 16;
  }
}

/** sum + x·Wᵀ for four units; units that lack (n < 4) repeat the first. */
@inline
export function fourUnits(n: i32, k: i32, x: usize, w: usize, row: i32, sum: v128): v128 {
  let r0 = w;
  let r1 = n > 1 ? w + row : w;
  let r2 = n > 2 ? w + 2 * row : w;
  let r3 = n > 3 ? w + 3 * row : w;
  for (; k >= 4; k -= 4) {
    const c = v128.load(r0), d = v128.load(r1), e = v128.load(r2), f = v128.load(r3);
    const l = firstPairs(c, d), h = lastPairs(c, d), m = firstPairs(e, f), o = lastPairs(e, f);
    sum = madd(v128.load32_splat(x), firstHalves(l, m), sum);
    sum = madd(v128.load32_splat(x, 4), lastHalves(l, m), sum);
    sum = madd(v128.load32_splat(x, 8), firstHalves(h, o), sum);
    sum = madd(v128.load32_splat(x, 12), lastHalves(h, o), sum);
    x += 16;
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
  }
  for (; k > 0; k--) {
    let column = v128.load32_zero(r0);
    column = v128.load_lane<f32>(r1, column, 1);
    column = v128.load_lane<f32>(r2, column, 2);
    column = v128.load_lane<f32>(r3, column, 3);
    sum = madd(v128.load32_splat(x), column, sum);
    x += 4;
    r0 += 4;
    r1 += 4;
    r2 += 4;
    r3 += 4;
  }
  return sum;
}

/** to = δ·W for δ [k], W [k, n]. */
export function pullBackOne(n: i32, k: i32, delta: usize, w: usize, to: usize): void {
  const row = 4 * n;
  for (; n >= 16; n -= 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let d = delta;
    let at = w;
    for (let p = k; p > 0; p--) {
      const x = v128.load32_splat(d);
      s0 = madd(x, v128.load(at), s0);
      s1 = madd(x, v128.load(at, 16), s1);
      s2 = madd(x, v128.load(at, 32), s2);
      s3 = madd(x, v128.load(at, 48), s3);
      d += 4;
      at += row;
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
    w += 64;
    to += 64;
  }
  for (; n > 0; n -= 4) {
    let sum = f32x4.splat(0);
    let d = delta;
    let at = w;
    for (let p = k; p > 0; p--) {
      sum = madd(v128.load32_splat(d), n >= 4 ? v128.load(at) : loadPart(at, n, sum), sum);
      d += 4;
      at += row;
    }
    if (n >= 4) v128.store(to, sum);
    else storePart(to, sum, n);
    w += 16;
    to += 16;
  }
}

/** to [m, n] = −δᵀ·x for δ [m], x [n]. 0 − δ·x is what the sum of one product, negated, is to the bit: never −0. */
export function gradientOne(m: i32, n: i32, delta: usize, x: usize, to: usize): void {
  const zero = f32x4.splat(0);
  for (; m > 0; m--) {
    const d = v128.load32_splat(delta);
    let at = x;
    let j = n;
    for (; j >= 4; j -= 4) {
      v128.store(to, f32x4.sub(zero, f32x4.mul(d, v128.load(at))));
      at += 16;
      to += 16;
    }
    if (j) {
      storePart(to, f32x4.sub(zero, f32x4.mul(d, loadPart(at, j, zero))), j);
      to += 4 * j;
    }
    delta += 4;
  }
}
