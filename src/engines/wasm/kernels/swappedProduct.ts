/**
 * C = start + A·Bᵀ with the roles swapped: Cᵀ = startᵀ + B·Aᵀ, then turned round.
 *
 * A tile broadcasts numbers of its left operand, where they lie, and needs its right operand packed. In a forward product
 * with few patterns and many units, x is the smaller operand by far: packing it in W's stead, and turning the small result,
 * costs less. Each sum is the same, to the bit.
 */
import { areRowsForMachine, machineTurn } from "./machineElements";
import { firstHalves, firstPairs, lastHalves, lastPairs } from "./vector";

/** Fills each row j of C^T [n, m] with bias[j]. */
export function spreadBias(m: i32, n: i32, bias: usize, to: usize): void {
  for (; n > 0; n--) {
    const value = v128.load32_splat(bias);
    let i = m;
    for (; i >= 4; i -= 4) {
      v128.store(to, value);
      to += 16;
    }
    for (; i > 0; i--) {
      v128.store32_lane(to, value, 0);
      to += 4;
    }
    bias += 4;
  }
}

/** C [m, n] = the transpose of what lies at `from`, [n, m]. @param cRow bytes from one row of C to the next */
export function turnRound(m: i32, n: i32, from: usize, c: usize, cRow: i32): void {
  const row: usize = 4 * m;
  if (areRowsForMachine(n, m)) return machineTurn(n, m, from, row, c, cRow);
  const whole = n & ~3;
  for (let j = 0; j < whole; j += 4) {
    let source = from + j * row;
    let target = c + 4 * j;
    let i = m;
    for (; i >= 4; i -= 4) {
      const p = v128.load(source), q = v128.load(source + row), r = v128.load(source + 2 * row), s = v128.load(source + 3 * row);
      const l = firstPairs(p, q), h = lastPairs(p, q), k = firstPairs(r, s), o = lastPairs(r, s);
      v128.store(target, firstHalves(l, k));
      v128.store(target + cRow, lastHalves(l, k));
      v128.store(target + 2 * cRow, firstHalves(h, o));
      v128.store(target + 3 * cRow, lastHalves(h, o));
      source += 16;
      target += 4 * cRow;
    }
    for (; i > 0; i--) {
      for (let u = 0; u < 4; u++) store<f32>(target + 4 * u, load<f32>(source + u * row));
      source += 4;
      target += cRow;
    }
  }
  for (let j = whole; j < n; j++) {
    for (let i = 0; i < m; i++) store<f32>(c + i * cRow + 4 * j, load<f32>(from + j * row + 4 * i));
  }
}
