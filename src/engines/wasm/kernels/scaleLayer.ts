/**
 * A factor for each column of a matrix, and the sums down its columns that are the factors' gradients.
 *
 *   to[n, j] = s[j] · x[n, j]      out[j] = −Σ_n δ[n, j] · x[n, j], n ascending, one accumulator a column
 */
import { splat } from "./exponential";
import { areRowsForMachine, machineDifferenceSums, machineProductSums, machineScaleRows } from "./machineElements";
import { loadPart, storePart, wholeVectorsEnd } from "./partialVector";
import { madd } from "./vector";

/** to = s ∘ x for each of `rows` rows: forward from x, and back from δ. @param to may be x itself */
export function scaleRows(x: usize, s: usize, to: usize, rows: i32, width: i32): void {
  if (areRowsForMachine(rows, width)) return machineScaleRows(x, s, to, rows, width);
  const left = width & 3;
  for (; rows > 0; rows--) {
    let factor = s;
    for (const end = wholeVectorsEnd(x, width); x < end; x += 16, to += 16, factor += 16) {
      v128.store(to, f32x4.mul(v128.load(x), v128.load(factor)));
    }
    if (left) {
      storePart(to, f32x4.mul(loadPart(x, left, splat(0)), loadPart(factor, left, splat(0))), left);
      x += <usize>left << 2;
      to += <usize>left << 2;
    }
  }
}

/** out[j] = −Σ_n δ[n, j] · x[n, j] for `columns` columns. @param row numbers from one row of both to the next */
export function productSums(rows: i32, columns: i32, delta: usize, x: usize, row: i32, out: usize): void {
  if (areRowsForMachine(rows, columns)) return machineProductSums(rows, columns, delta, x, <usize>row << 2, out);
  sums(0, rows, columns, delta, x, x, row, out);
}

/** out[j] = −Σ_n δ[n, j] · (y[n, j] − x[n, j]), the same way. */
export function differenceSums(rows: i32, columns: i32, delta: usize, y: usize, x: usize, row: i32, out: usize): void {
  if (areRowsForMachine(rows, columns)) return machineDifferenceSums(rows, columns, delta, y, x, <usize>row << 2, out);
  sums(1, rows, columns, delta, y, x, row, out);
}

@inline
function sums(differs: i32, rows: i32, columns: i32, delta: usize, y: usize, x: usize, row: i32, out: usize): void {
  const step = <usize>row << 2;
  const whole = columns & ~3;
  let j = 0;
  for (; j + 16 <= whole; j += 16) {
    const skipped = <usize>j << 2;
    let s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
    let d = delta + skipped, a = y + skipped, b = x + skipped;
    for (let n = rows; n > 0; n--) {
      s0 = madd(v128.load(d), term(differs, v128.load(a), b), s0);
      s1 = madd(v128.load(d, 16), term(differs, v128.load(a, 16), b + 16), s1);
      s2 = madd(v128.load(d, 32), term(differs, v128.load(a, 32), b + 32), s2);
      s3 = madd(v128.load(d, 48), term(differs, v128.load(a, 48), b + 48), s3);
      d += step;
      a += step;
      b += step;
    }
    v128.store(out + skipped, negated(s0));
    v128.store(out + skipped, negated(s1), 16);
    v128.store(out + skipped, negated(s2), 32);
    v128.store(out + skipped, negated(s3), 48);
  }
  for (; j < columns; j += 4) {
    const skipped = <usize>j << 2;
    const left = j < whole ? 0 : columns & 3;
    let sum = splat(0);
    let d = delta + skipped, a = y + skipped, b = x + skipped;
    for (let n = rows; n > 0; n--) {
      if (left == 0) sum = madd(v128.load(d), term(differs, v128.load(a), b), sum);
      else {
        const value = loadPart(a, left, splat(0));
        sum = madd(loadPart(d, left, splat(0)), differs ? f32x4.sub(value, loadPart(b, left, splat(0))) : value, sum);
      }
      d += step;
      a += step;
      b += step;
    }
    if (left == 0) v128.store(out + skipped, negated(sum));
    else storePart(out + skipped, negated(sum), left);
  }
}

@inline
function term(differs: i32, y: v128, x: usize): v128 {
  return differs ? f32x4.sub(y, v128.load(x)) : y;
}

/** 0 − x, not −x: what is 0 stays +0. */
@inline
function negated(sum: v128): v128 {
  return f32x4.sub(splat(0), sum);
}
