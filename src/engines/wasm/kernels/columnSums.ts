/**
 * Sums down the columns of a row-major matrix: the gradient of a bias.
 *
 *   out[j] = Σ_i A[i, j], or its negative; i ascending, one accumulator a column
 */
import { areRowsForMachine, machineColumnSums } from "./machineElements";
import { loadPart, storePart } from "./partialVector";

/** @param aRow numbers from one row of A to the next; @param negate 1: out[j] = −Σ_i A[i, j] */
export function columnSums(rows: i32, columns: i32, a: usize, aRow: i32, out: usize, negate: i32): void {
  const step: usize = 4 * aRow;
  if (areRowsForMachine(rows, columns)) return machineColumnSums(rows, columns, a, step, out, negate);
  const whole = columns & ~3;
  let j = 0;
  for (; j + 16 <= whole; j += 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let row = a + 4 * j;
    for (let i = rows; i > 0; i--) {
      s0 = f32x4.add(s0, v128.load(row));
      s1 = f32x4.add(s1, v128.load(row, 16));
      s2 = f32x4.add(s2, v128.load(row, 32));
      s3 = f32x4.add(s3, v128.load(row, 48));
      row += step;
    }
    const to = out + 4 * j;
    v128.store(to, signed(s0, negate));
    v128.store(to, signed(s1, negate), 16);
    v128.store(to, signed(s2, negate), 32);
    v128.store(to, signed(s3, negate), 48);
  }
  for (; j < whole; j += 4) {
    let sum = f32x4.splat(0);
    let row = a + 4 * j;
    for (let i = rows; i > 0; i--) {
      sum = f32x4.add(sum, v128.load(row));
      row += step;
    }
    v128.store(out + 4 * j, signed(sum, negate));
  }
  const rest = columns & 3;
  if (rest) {
    let sum = f32x4.splat(0);
    let row = a + 4 * j;
    for (let i = rows; i > 0; i--) {
      sum = f32x4.add(sum, loadPart(row, rest, sum));
      row += step;
    }
    storePart(out + 4 * j, signed(sum, negate), rest);
  }
}

/** 0 − x, not −x: what is 0 stays +0. */
@inline
function signed(sum: v128, negate: i32): v128 {
  return negate ? f32x4.sub(f32x4.splat(0), sum) : sum;
}
