/**
 * Packing: blocks of the operands copied to where a tile reads them one after the other.
 *
 * B's panels are [k, 4·vectors], row by row; A's are [k, 6], column of A by column. Strides here are in bytes.
 * Knows nothing of the product.
 */
import { loadPart } from "./partialVector";
import { firstHalves, firstPairs, lastHalves, lastPairs } from "./vector";

/** Rows of a packed panel of A: what the tallest tile takes; a tile of 3 rows reads one half, then the other. */
export const PACKED_ROWS: i32 = 6;

/** A panel of B whose rows lie row by row: columns [0, columns), the rest of 4·vectors filled with 0. */
export function packPanel(k: i32, columns: i32, vectors: i32, b: usize, bRow: i32, to: usize): void {
  const toRow = 16 * vectors;
  const whole = columns >> 2;
  let source = b;
  let target = to;
  for (let p = 0; p < k; p++) {
    if (whole > 0) v128.store(target, v128.load(source));
    if (whole > 1) v128.store(target, v128.load(source, 16), 16);
    if (whole > 2) v128.store(target, v128.load(source, 32), 32);
    source += bRow;
    target += toRow;
  }
  if (whole == vectors) return;
  b += 16 * whole;
  to += 16 * whole;
  for (let p = 0; p < k; p++) {
    v128.store(to, loadPart(b, columns & 3, f32x4.splat(0)));
    b += bRow;
    to += toRow;
  }
}

/** A panel of B that is read transposed: column j of B lies side by side at b + j·bCol. Beyond `columns`, 0. */
export function packPanelTransposed(k: i32, columns: i32, vectors: i32, b: usize, bCol: i32, to: usize): void {
  for (let vector = 0; vector < vectors; vector++) {
    transposeFour(k, min(4, columns - 4 * vector), b + 4 * vector * bCol, bCol, to + 16 * vector, 16 * vectors);
  }
}

/** `rows` rows of k numbers, 1 to 4 of them, become k rows of 4; rows that lack are 0. */
export function transposeFour(k: i32, rows: i32, from: usize, fromRow: i32, to: usize, toRow: i32): void {
  // A row that lacks is read from one that exists and multiplied away, so that nothing outside the matrix is touched.
  const kept = f32x4.lt(f32x4(0, 1, 2, 3), f32x4.splat(<f32>rows));
  let r0 = from;
  let r1 = rows > 1 ? from + fromRow : from;
  let r2 = rows > 2 ? from + 2 * fromRow : from;
  let r3 = rows > 3 ? from + 3 * fromRow : from;
  let p = k;
  for (; p >= 4; p -= 4) {
    const a = v128.load(r0), b = v128.load(r1), c = v128.load(r2), d = v128.load(r3);
    const l = firstPairs(a, b), h = lastPairs(a, b), m = firstPairs(c, d), n = lastPairs(c, d);
    v128.store(to, v128.and(kept, firstHalves(l, m)));
    to += toRow;
    v128.store(to, v128.and(kept, lastHalves(l, m)));
    to += toRow;
    v128.store(to, v128.and(kept, firstHalves(h, n)));
    to += toRow;
    v128.store(to, v128.and(kept, lastHalves(h, n)));
    to += toRow;
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
  }
  for (; p > 0; p--) {
    let column = v128.load32_zero(r0);
    column = v128.load_lane<f32>(r1, column, 1);
    column = v128.load_lane<f32>(r2, column, 2);
    column = v128.load_lane<f32>(r3, column, 3);
    v128.store(to, v128.and(kept, column));
    to += toRow;
    r0 += 4;
    r1 += 4;
    r2 += 4;
    r3 += 4;
  }
}

/** A's rows [0, m) that lie side by side in each of its k columns, in panels of 6; lanes of rows that lack stay as they are. */
export function packColumns(m: i32, k: i32, a: usize, aCol: i32, to: usize): void {
  for (let i = 0; i < m; i += PACKED_ROWS) {
    const rows = m - i;
    let source = a + 4 * i;
    if (rows >= PACKED_ROWS) {
      for (let p = 0; p < k; p++) {
        v128.store(to, v128.load(source));
        store<u64>(to, load<u64>(source, 16), 16);
        source += aCol;
        to += 24;
      }
    } else {
      for (let p = 0; p < k; p++) {
        for (let r = 0; r < rows; r++) store<f32>(to + 4 * r, load<f32>(source + 4 * r));
        source += aCol;
        to += 24;
      }
    }
  }
}
