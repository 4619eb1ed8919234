/**
 * Products of matrices for the three shapes of backpropagation, in blocks that the caches hold.
 *
 *   C[i, j] = start + Σ_p A[i, p] · B[p, j]
 *
 *   forward    y  = x·Wᵀ + b   A = x [B, I], B = W [O, I] read transposed, start from the bias
 *   pull-back  δ·W             A = δ [B, O], B = W [O, I]
 *   gradient   −δᵀ·x           A = δ [B, O] read transposed, negated; B = x [B, I]
 *
 * Each element is summed over ascending p by multiply-adds into one accumulator, whatever the tile, the blocks or the
 * part that a thread takes: the bits depend on the operands alone. Knows nothing of layers or threads.
 * Source of the structure: Goto & van de Geijn 2008; Van Zee & van de Geijn 2015 (BLIS).
 */
import { bf16Scratch } from "./bf16Product";
import { KeptOperand } from "./constants";
import { spreadBias, turnRound } from "./swappedProduct";
import { forwardOne } from "./onePattern";
import { takeSome } from "./ownership";
import { hasMachineCode, isProductForMachine, machineProduct, machineScratch } from "./machineCode";
import { PACKED_ROWS, packColumns, packPanel, packPanelTransposed } from "./pack";
import { smallProduct } from "./smallProduct";
import { loadPart, storePart } from "./partialVector";
import { tilePanel } from "./tile";

/** The longest run of k in one pass: a panel of 12 columns then takes 15 KiB of the first cache's 32. */
const K_BLOCK: i32 = 320;
/** Rows of A in one pass, a multiple of 6: 96 of 320 take 120 KiB of the second cache. */
const M_BLOCK: i32 = 96;
/** Columns of B packed at a time, a multiple of 12 and of 8: 384 of 320 take 480 KiB. */
const N_BLOCK: i32 = 384;
/** Below this many rows, a transposed B is transposed in registers: packing it would cost as much as the product. */
const SMALL_ROWS: i32 = 4;
/** Up to this many multiplications, blocks and panels cost more than they save. */
const SMALL_PRODUCT: i32 = 64;
/** A column-strided A is read in place when its block is no larger, in bytes; beyond, its lines fall on one another. */
const A_IN_PLACE: i32 = 16384;
/** A row-major B is read in place when its block is no larger, in bytes. */
const B_IN_PLACE: i32 = 16384;
/** For so few rows B is read in place whatever its size: each number is used but a few times. */
const FEW_ROWS: i32 = 12;

/** Bytes at the head of the scratch where a tile's ragged columns are computed: 96 rows of 12 numbers. */
const EDGE_BYTES: i32 = M_BLOCK * 48;

/** Vectors of 4 columns in a panel: 3 with the tile of 3 × 12, 2 with 6 × 8. By measurement the latter where sums are fused. */
let panelVectors: i32 = RELAXED ? 2 : 3;

/** Chooses the tile: 0 for 3 × 12, 1 for 6 × 8. Which is faster depends on the runtime; the bits are the same. */
export function setTile(tile: i32): void {
  panelVectors = tile ? 2 : 3;
}

/** From so many patterns on, and up to half as many as there are units, a forward product is computed with swapped roles. */
const FEWEST_SWAPPED: i32 = 8;
/** And from so many inputs on: below, packing costs little either way. */
const DEEP: i32 = 64;

/**
 * Machine code packs W turned for a tenth of what the product of some hundred patterns takes; turning the result takes as long as several
 * p. So with it the roles are swapped where there are more than so many inputs a pattern.
 */
const DEEP_FOR_MACHINE: i32 = 4;

@inline
function worthSwapping(m: i32, n: i32, k: i32): bool {
  if (m < FEWEST_SWAPPED || 2 * m > n || k < DEEP) return false;
  return k > DEEP_FOR_MACHINE * m || !isProductForMachine(m, n, k);
}

/** Bytes of scratch that `gemm` may use for such a product and all smaller; each thread needs its own, aligned to 16. */
export function gemmScratch(m: i32, n: i32, k: i32): i32 {
  // Swapped, the columns are the patterns, and the result lies there too before it is turned round. Fewer patterns than m
  // may be worth swapping where m are not.
  const patterns = min(m, n / 2);
  return max(blocksScratch(m, n, k), blocksScratch(n, patterns, k) + 4 * patterns * n);
}

/** Bytes for B of such a product, packed, to be kept from one part of A's rows to the next; 0 where it isn't kept. */
export function gemmKept(n: i32, k: i32): i32 {
  if (hasMachineCode()) return 0;
  const blocks = (n + N_BLOCK - 1) / N_BLOCK;
  return <i32>KeptOperand.bytes + 4 * k * (n + 12 * blocks);
}

/** How many panels such a product has, about: so often it takes some of the memory that `ownership.ts` is given. */
export function gemmPanels(m: i32, n: i32, k: i32): i32 {
  return max(1, ((m * n) / (8 * M_BLOCK)) * ((k + K_BLOCK - 1) / K_BLOCK));
}

/** Bytes for the packed blocks of a product, a multiple of 16. */
function blocksScratch(m: i32, n: i32, k: i32): i32 {
  const depth = min(k, K_BLOCK);
  const columns = min((n + 11) / 12 * 12, N_BLOCK);
  const rows = min((m + 5) / 6 * 6, M_BLOCK);
  return max(EDGE_BYTES + ((4 * depth * (columns + rows) + 15) & ~15), max(machineScratch(n, k), bf16Scratch(m, n, k)));
}

/**
 * C = start + A·B, or start − A·B.
 *
 * Strides count numbers: A[i, p] at a + 4(i·aRow + p·aCol), B[p, j] at b + 4(p·bRow + j·bCol), C[i, j] at
 * c + 4(i·cRow + j). One of B's strides is 1, and so is one of A's.
 *
 * @param start 0: from 0; 1: from bias[j]; 2: from what is in C
 * @param bias [n], read only when start is 1
 * @param negate 1: A's sign is turned
 * @param scratch `gemmScratch` bytes
 * @param kept `gemmKept` bytes where B stays packed for other rows of A: packed now if the first word is 0, which becomes
 *   1, else read. 0: it is not kept
 */
export function gemm(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, c: usize, cRow: i32,
  start: i32, bias: usize, negate: i32, scratch: usize, kept: usize,
): void {
  const from: usize = start == 1 ? bias : start == 2 ? c : 0;
  const fromRow: i32 = start == 1 ? 0 : 4 * cRow;
  if (bCol != 1 && m < SMALL_ROWS && aCol == 1 && !negate) {
    for (let i = 0; i < m; i++) {
      forwardOne(n, k, a + 4 * i * aRow, b, bCol, from ? from + i * fromRow : 0, c + 4 * i * cRow);
    }
  } else if (<i64>m * n * k <= SMALL_PRODUCT) {
    smallProduct(m, n, k, a, 4 * aRow, 4 * aCol, b, 4 * bRow, 4 * bCol, c, 4 * cRow, from, fromRow, negate);
  } else if (bRow == 1 && aCol == 1 && start < 2 && !negate && worthSwapping(m, n, k)) {
    const turned = scratch + blocksScratch(n, m, k);
    if (start) spreadBias(m, n, bias, turned);
    blockedProduct(n, m, k, b, 4 * bCol, 4, a, 4, 4 * aRow, turned, 4 * m, start ? turned : 0, 4 * m, 0, scratch, 0);
    turnRound(m, n, turned, c, 4 * cRow);
  } else blockedProduct(m, n, k, a, 4 * aRow, 4 * aCol, b, 4 * bRow, 4 * bCol, c, 4 * cRow, from, fromRow, negate, scratch, kept);
}

/** Blocks of k, then of columns, then of rows; after the first block of k the sums go on from C. Strides in bytes. */
function blockedProduct(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, c: usize, cRow: i32,
  from: usize, fromRow: i32, negate: i32, scratch: usize, kept: usize,
): void {
  if (isProductForMachine(m, n, k)) {
    return machineProduct(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, from, fromRow, negate, scratch);
  }
  const ready: bool = kept != 0 && load<i32>(kept, KeptOperand.ready) != 0;
  let packed = kept + KeptOperand.bytes;
  // Blocks of k of even length, rather than full ones and a short last.
  const blocks = (k + K_BLOCK - 1) / K_BLOCK;
  const depth = (k + blocks - 1) / blocks;
  for (let p = 0; p < k; p += depth) {
    const kPart = min(depth, k - p);
    for (let j = 0; j < n; j += N_BLOCK) {
      const nPart = min(N_BLOCK, n - j);
      const fromPart: usize = p ? c : from;
      rowBlocks(m, nPart, kPart, a + p * aCol, aRow, aCol, b + p * bRow + j * bCol, bRow, bCol, c + 4 * j, cRow,
        fromPart ? fromPart + 4 * j : 0, p ? cRow : fromRow, negate, scratch, kept ? packed : 0, ready);
      packed += 4 * kPart * ((nPart + 11) / 12 * 12);
    }
  }
  if (kept) store<i32>(kept, 1, KeptOperand.ready);
}

/** Blocks of rows against one block of B, whose panels are packed when the first rows meet them. */
function rowBlocks(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, c: usize, cRow: i32,
  from: usize, fromRow: i32, negate: i32, scratch: usize, kept: usize, ready: bool,
): void {
  const bScratch = scratch + EDGE_BYTES;
  const bPacked = kept ? kept : bScratch;
  const aPacked = bScratch + 4 * k * ((n + 11) / 12 * 12);
  const packsB = bCol != 4 || kept || (k * n * 4 > B_IN_PLACE && m > FEW_ROWS);
  const packsA = TRAINING && aCol != 4 && k * m * 4 > A_IN_PLACE;
  const width = 4 * panelVectors;
  for (let i = 0; i < m; i += M_BLOCK) {
    const rows = min(M_BLOCK, m - i);
    let aPart = a + i * aRow;
    if (packsA) {
      packColumns(rows, k, aPart, aCol, aPacked);
      aPart = aPacked;
    }
    for (let j = 0; j < n; j += width) {
      takeSome();
      const columns = min(width, n - j);
      const vectors = (columns + 3) >> 2;
      const ragged = columns & 3;
      let bPanel = b + j * bCol;
      let bPanelRow = bRow;
      if (packsB || ragged) {
        const packed = bPacked + 4 * k * j;
        if (i == 0 && !ready) {
          if (bCol == 4) packPanel(k, columns, vectors, bPanel, bRow, packed);
          else packPanelTransposed(k, columns, vectors, bPanel, bCol, packed);
        }
        bPanel = packed;
        bPanelRow = 16 * vectors;
      }
      const aPartRow = packsA ? 4 : aRow;
      const aPartCol = packsA ? 4 * PACKED_ROWS : aCol;
      const aPanel = packsA ? 4 * PACKED_ROWS * k : PACKED_ROWS * aRow;
      const to = c + i * cRow + 4 * j;
      const begin: usize = from ? from + i * fromRow + 4 * j : 0;
      if (ragged) {
        if (begin) copyBlock(rows, columns, begin, fromRow, scratch, 48);
        tilePanel(rows, vectors, k, aPart, aPartRow, aPartCol, aPanel, bPanel, bPanelRow,
          scratch, 48, begin ? scratch : 0, 48, negate);
        copyBlock(rows, columns, scratch, 48, to, cRow);
      } else {
        tilePanel(rows, vectors, k, aPart, aPartRow, aPartCol, aPanel, bPanel, bPanelRow,
          to, cRow, begin, fromRow, negate);
      }
    }
  }
}

/** Copies rows of less than 12 numbers. */
function copyBlock(rows: i32, columns: i32, from: usize, fromRow: i32, to: usize, toRow: i32): void {
  const whole = columns >> 2;
  const rest = columns & 3;
  for (; rows > 0; rows--) {
    for (let v = 0; v < whole; v++) v128.store(to + 16 * v, v128.load(from + 16 * v));
    storePart(to + 16 * whole, loadPart(from + 16 * whole, rest, f32x4.splat(0)), rest);
    from += fromRow;
    to += toRow;
  }
}
