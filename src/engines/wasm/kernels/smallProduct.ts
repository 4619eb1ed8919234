/**
 * Products of a few elements, too small for blocks and panels: nothing is packed, no scratch is needed.
 *
 * The sums are those of `gemm`, to the bit. Strides here are in bytes; `from` is where the sums begin (0: from 0), with
 * rows `fromRow` apart. Knows nothing of the products' meaning.
 */
import { madd } from "./vector";

/** Any strides, a few elements: four columns at a time, then one. */
export function smallProduct(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, c: usize, cRow: i32,
  from: usize, fromRow: i32, negate: i32,
): void {
  for (; m > 0; m--) {
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      let sum = from ? turned(v128.load(from + 4 * j), negate) : f32x4.splat(0);
      let at = a;
      let column = b + j * bCol;
      for (let p = k; p > 0; p--) {
        let four = v128.load32_zero(column);
        four = v128.load_lane<f32>(column + bCol, four, 1);
        four = v128.load_lane<f32>(column + 2 * bCol, four, 2);
        four = v128.load_lane<f32>(column + 3 * bCol, four, 3);
        sum = madd(v128.load32_splat(at), four, sum);
        at += aCol;
        column += bRow;
      }
      v128.store(c + 4 * j, negated(sum, negate));
    }
    for (; j < n; j++) {
      let sum = from ? turned(v128.load32_zero(from + 4 * j), negate) : f32x4.splat(0);
      let at = a;
      let column = b + j * bCol;
      for (let p = k; p > 0; p--) {
        sum = madd(v128.load32_zero(at), v128.load32_zero(column), sum);
        at += aCol;
        column += bRow;
      }
      v128.store_lane<f32>(c + 4 * j, negated(sum, negate), 0);
    }
    a += aRow;
    c += cRow;
    if (from) from += fromRow;
  }
}

@inline
function turned(value: v128, negate: i32): v128 {
  return TRAINING && negate ? f32x4.neg(value) : value;
}

/** 0 − x, not −x: what is 0 stays +0. */
@inline
function negated(value: v128, negate: i32): v128 {
  return TRAINING && negate ? f32x4.sub(f32x4.splat(0), value) : value;
}
