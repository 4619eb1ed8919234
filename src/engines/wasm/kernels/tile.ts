/**
 * Register tiles: a few rows by 4, 8 or 12 columns of C = A·B, held in registers while k passes.
 *
 *   C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j], p ascending, one accumulator an element
 *
 * Knows nothing of whole matrices, packing or scratch. Strides here are in bytes. A may be strided in both directions
 * (each row has a pointer of its own); the 4, 8 or 12 numbers of a row of B lie side by side.
 */
import { madd } from "./vector";

/**
 * One tile. `rows` (1, 2, 3, or 4 and 6 when vectors < 3), `vectors` (1 to 3) and `together` are constants at every call, so
 * that what a smaller tile lacks is left out when compiling. As long as it is because registers have names, not indices.
 *
 * @param together whether A's rows lie side by side (aRow is 4), so that one pointer serves them all
 * @param from where the accumulators begin, with rows `fromRow` apart (0: the same for all rows, a bias); 0: from 0
 * @param negate 1: C = from − A·B
 */
@inline
function tile(
  rows: i32, vectors: i32, together: bool, k: i32,
  a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c02 = zero, c10 = zero, c11 = zero, c12 = zero, c20 = zero, c21 = zero, c22 = zero;
  let c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
  if (from) {
    c00 = first(from, negate);
    if (vectors > 1) c01 = first(from + 16, negate);
    if (vectors > 2) c02 = first(from + 32, negate);
    if (rows > 1) {
      from += fromRow;
      c10 = first(from, negate);
      if (vectors > 1) c11 = first(from + 16, negate);
      if (vectors > 2) c12 = first(from + 32, negate);
    }
    if (rows > 2) {
      from += fromRow;
      c20 = first(from, negate);
      if (vectors > 1) c21 = first(from + 16, negate);
      if (vectors > 2) c22 = first(from + 32, negate);
    }
    if (rows > 3) {
      from += fromRow;
      c30 = first(from, negate);
      if (vectors > 1) c31 = first(from + 16, negate);
    }
    if (rows > 4) {
      from += fromRow;
      c40 = first(from, negate);
      if (vectors > 1) c41 = first(from + 16, negate);
      from += fromRow;
      c50 = first(from, negate);
      if (vectors > 1) c51 = first(from + 16, negate);
    }
  }
  let a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow;
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = vectors > 1 ? v128.load(b, 16) : b0, b2 = vectors > 2 ? v128.load(b, 32) : b0;
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    if (vectors > 1) c01 = madd(x, b1, c01);
    if (vectors > 2) c02 = madd(x, b2, c02);
    if (rows > 1) {
      x = together ? v128.load32_splat(a, 4) : v128.load32_splat(a1);
      c10 = madd(x, b0, c10);
      if (vectors > 1) c11 = madd(x, b1, c11);
      if (vectors > 2) c12 = madd(x, b2, c12);
    }
    if (rows > 2) {
      x = together ? v128.load32_splat(a, 8) : v128.load32_splat(a2);
      c20 = madd(x, b0, c20);
      if (vectors > 1) c21 = madd(x, b1, c21);
      if (vectors > 2) c22 = madd(x, b2, c22);
    }
    if (rows > 3) {
      x = together ? v128.load32_splat(a, 12) : v128.load32_splat(a3);
      c30 = madd(x, b0, c30);
      if (vectors > 1) c31 = madd(x, b1, c31);
    }
    if (rows > 4) {
      x = together ? v128.load32_splat(a, 16) : v128.load32_splat(a4);
      c40 = madd(x, b0, c40);
      if (vectors > 1) c41 = madd(x, b1, c41);
      x = together ? v128.load32_splat(a, 20) : v128.load32_splat(a5);
      c50 = madd(x, b0, c50);
      if (vectors > 1) c51 = madd(x, b1, c51);
    }
    a += aCol;
    if (!together) {
      if (rows > 1) a1 += aCol;
      if (rows > 2) a2 += aCol;
      if (rows > 3) a3 += aCol;
      if (rows > 4) {
        a4 += aCol;
        a5 += aCol;
      }
    }
    b += bRow;
  }
  // Two endings, not one that asks of each vector: with such questions behind it, V8 11 (Node 20) keeps half of the sums
  // in memory rather than in registers throughout the loop, at half the speed. 0 − x, not −x: what is 0 stays +0.
  if (TRAINING && negate) {
    v128.store(c, f32x4.sub(zero, c00));
    if (vectors > 1) v128.store(c, f32x4.sub(zero, c01), 16);
    if (vectors > 2) v128.store(c, f32x4.sub(zero, c02), 32);
    if (rows > 1) {
      c += cRow;
      v128.store(c, f32x4.sub(zero, c10));
      if (vectors > 1) v128.store(c, f32x4.sub(zero, c11), 16);
      if (vectors > 2) v128.store(c, f32x4.sub(zero, c12), 32);
    }
    if (rows > 2) {
      c += cRow;
      v128.store(c, f32x4.sub(zero, c20));
      if (vectors > 1) v128.store(c, f32x4.sub(zero, c21), 16);
      if (vectors > 2) v128.store(c, f32x4.sub(zero, c22), 32);
    }
    if (rows > 3) {
      c += cRow;
      v128.store(c, f32x4.sub(zero, c30));
      if (vectors > 1) v128.store(c, f32x4.sub(zero, c31), 16);
    }
    if (rows > 4) {
      c += cRow;
      v128.store(c, f32x4.sub(zero, c40));
      if (vectors > 1) v128.store(c, f32x4.sub(zero, c41), 16);
      c += cRow;
      v128.store(c, f32x4.sub(zero, c50));
      if (vectors > 1) v128.store(c, f32x4.sub(zero, c51), 16);
    }
    return;
  }
  v128.store(c, c00);
  if (vectors > 1) v128.store(c, c01, 16);
  if (vectors > 2) v128.store(c, c02, 32);
  if (rows > 1) {
    c += cRow;
    v128.store(c, c10);
    if (vectors > 1) v128.store(c, c11, 16);
    if (vectors > 2) v128.store(c, c12, 32);
  }
  if (rows > 2) {
    c += cRow;
    v128.store(c, c20);
    if (vectors > 1) v128.store(c, c21, 16);
    if (vectors > 2) v128.store(c, c22, 32);
  }
  if (rows > 3) {
    c += cRow;
    v128.store(c, c30);
    if (vectors > 1) v128.store(c, c31, 16);
  }
  if (rows > 4) {
    c += cRow;
    v128.store(c, c40);
    if (vectors > 1) v128.store(c, c41, 16);
    c += cRow;
    v128.store(c, c50);
    if (vectors > 1) v128.store(c, c51, 16);
  }
}

// from − A·B = −(−from + A·B): the sign is turned at both ends, which rounds alike and costs the loop nothing.

@inline
function first(from: usize, negate: i32): v128 {
  const value = v128.load(from);
  return TRAINING && negate ? f32x4.neg(value) : value;
}

function tile3x12(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(3, 3, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile2x12(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(2, 3, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile1x12(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(1, 3, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile6x8(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(6, 2, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile6x8Together(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(6, 2, true, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile4x8(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(4, 2, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile3x8(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(3, 2, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile2x8(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(2, 2, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile1x8(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(1, 2, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile6x4(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(6, 1, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile3x4(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(3, 1, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile2x4(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(2, 1, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

function tile1x4(
  k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  tile(1, 1, false, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
}

/**
 * A panel of C: `rows` rows, 3 or 6 at a time, by `vectors` (1 to 3) vectors of 4 columns.
 *
 * More than 15 vectors would leave the registers, and fewer than 8 accumulators would leave the multipliers waiting for
 * one another: so 3 rows by 12 columns, 6 rows by fewer.
 *
 * @param aPanel from six rows of A to the next six: 6·aRow, or what packing made of it
 */
export function tilePanel(
  rows: i32, vectors: i32, k: i32,
  a: usize, aRow: i32, aCol: i32, aPanel: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  if (vectors == 2 && aPanel == 6 * aRow) {
    // A in place: its rows may be cut anywhere, and two tiles of 4 do better than one of 6 and one of 2.
    while (rows > 0) {
      const most = rows == 8 || rows == 7 || rows == 4 ? 4 : rows >= 6 ? 6 : 3;
      const size = min(rows, most);
      tileOf(size, vectors, k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
      a += size * aRow;
      c += size * cRow;
      if (from) from += size * fromRow;
      rows -= size;
    }
    return;
  }
  for (; rows > 0; rows -= 6) {
    const most = vectors < 3 && rows >= 6 ? 6 : 3;
    let row = a;
    for (let left = min(rows, 6); left > 0; left -= most) {
      tileOf(min(left, most), vectors, k, row, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
      row += 3 * aRow;
      c += most * cRow;
      if (from) from += most * fromRow;
    }
    a += aPanel;
  }
}

/** The tile of this size, one of thirteen. */
function tileOf(
  rows: i32, vectors: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32,
  c: usize, cRow: i32, from: usize, fromRow: i32, negate: i32,
): void {
  switch (8 * vectors + rows) {
    case 8 * 3 + 3: return tile3x12(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 3 + 2: return tile2x12(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 3 + 1: return tile1x12(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 2 + 6:
      if (aRow == 4) return tile6x8Together(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
      return tile6x8(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 2 + 4: return tile4x8(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 2 + 3: return tile3x8(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 2 + 2: return tile2x8(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 2 + 1: return tile1x8(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 1 + 6: return tile6x4(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 1 + 3: return tile3x4(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 1 + 2: return tile2x4(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
    case 8 * 1 + 1: return tile1x4(k, a, aRow, aCol, b, bRow, c, cRow, from, fromRow, negate);
  }
}
