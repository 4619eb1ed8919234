/**
 * 32 × 32 sums on the tile unit: 2 × 2 tiles of 16 × 16, which stay in the unit while k passes.
 *
 *   one term    C += a₁·b₁
 *   two terms   C += a₁·b₂ + a₁·b₁ + a₂·b₁    what is left out, a₂·b₂, is at most 2⁻¹⁶ of a·b
 *
 * The unit adds the 16 pairs of products of a row and a column to one another, and that sum to C, in float32. Numbers below float32's
 * normal ones count as 0. Knows nothing of whole matrices.
 * Source: Intel Architecture Instruction Set Extensions Programming Reference, chapter 3, Intel AMX, TDPBF16PS.
 */
import type { Assembler } from "../assembler/assembler.ts";
import {
  type Address,
  at,
  type GeneralRegister,
  type Label,
  low,
  r8,
  r9,
  r10,
  r11,
  rax,
  rcx,
  rdi,
  rdx,
  rsi,
  tmm,
} from "../assembler/operands.ts";
import { PANEL_LINES, stepBytes, type Terms, TILE_BYTES, TILE_ROWS } from "./bf16Packing.ts";
import { repeat } from "./packing.ts";

/** What `ldtilecfg` reads: palette 1, and every tile 16 rows of 64 bytes. */
export function tileConfiguration(): Int32Array {
  const bytes = new Uint8Array(64);
  bytes[0] = 1;
  for (let tile = 0; tile < 8; tile++) {
    bytes[16 + 2 * tile] = 64;
    bytes[48 + tile] = TILE_ROWS;
  }
  return new Int32Array(bytes.buffer);
}

/** Lines of memory that a step asks for ahead, two of a row of C: in so many steps those of 32 rows. */
const ROWS_AHEAD = 4;
const STEPS_AHEAD = (2 * TILE_ROWS) / ROWS_AHEAD;

const SUMS = [0, 1, 2, 3].map(tmm);
const A_TILES = [4, 5].map(tmm);
const B_TILES = [6, 7].map(tmm);

/** Where the sums of the next call lie: right of these or below them. */
export type Next = "right" | "below";

/**
 * As a subroutine: rsi A's panel, rdi B's, rcx how many steps of 32, rdx C, r8 bytes between its rows, r9 where the sums begin, 0 for none,
 * r11 bytes between rows of that. C's lines of the next call are asked for while the unit multiplies: 4 KiB that lie in 64 places come from
 * the third cache far slower than they are computed. Overwrites rsi, rdi, rcx, rax, r9, r10, r11.
 */
export function emitBf16Tile(code: Assembler, terms: Terms, next: Next): Label {
  const start = code.label("bf16_tile");
  const [zero, begun] = ["zero", "begun"].map((name) => code.label(`bf16_tile_${name}`));
  code.align(64);
  code.remark("C[32, 32] = Σ_p A[i, p] · B[p, j]");
  code.bind(start);
  code.emit("test", r9, r9);
  code.emit("je", zero);
  emitQuarters(code, r9, r11, (place, n) => code.emit("tileloadd", SUMS[n], place));
  code.emit("jmp", begun);
  code.bind(zero);
  for (const sum of SUMS) code.emit("tilezero", sum);
  code.bind(begun);
  code.emit("mov", low(rax), 64);
  if (next === "right") code.emit("lea", r9, at(rdx, 4 * PANEL_LINES));
  else {
    code.emit("mov", r9, r8);
    code.emit("shl", r9, Math.log2(PANEL_LINES));
    code.emit("add", r9, rdx);
  }
  code.emit("mov", r11, rcx);
  code.emit("mov", low(r10), STEPS_AHEAD);
  code.emit("cmp", rcx, r10);
  code.emit("cmovg", rcx, r10);
  code.emit("sub", r11, rcx);
  repeat(code, "bf16_tile_first", rcx, () => {
    for (let row = 0; row < ROWS_AHEAD; row++) {
      for (const line of [0, 64]) code.emit("prefetchw", at(r9, line));
      code.emit("add", r9, r8);
    }
    emitStep(code, terms, next);
  });
  repeat(code, "bf16_tile_turn", r11, () => emitStep(code, terms, next));
  emitQuarters(code, rdx, r8, (place, n) => code.emit("tilestored", place, SUMS[n]));
  code.emit("ret");
  return start;
}

/** 32 of k. The panel that a row of calls shares stays in the first cache, as far as it fits; the other one passes. */
function emitStep(code: Assembler, terms: Terms, next: Next): void {
  const [loadA, loadB] =
    next === "right" ? (["tileloadd", "tileloaddt1"] as const) : (["tileloaddt1", "tileloadd"] as const);
  const load = (name: typeof loadA, tiles: typeof A_TILES, from: GeneralRegister, term: number): void => {
    for (const [n, tile] of tiles.entries())
      code.emit(name, tile, at(from, (2 * term + n) * TILE_BYTES, { index: rax }));
  };
  const multiply = (): void => {
    for (const [n, sum] of SUMS.entries()) code.emit("tdpbf16ps", sum, A_TILES[n >> 1], B_TILES[n & 1]);
  };
  load(loadA, A_TILES, rsi, 0);
  load(loadB, B_TILES, rdi, terms - 1);
  multiply();
  if (terms === 2) {
    load(loadB, B_TILES, rdi, 0);
    multiply();
    load(loadA, A_TILES, rsi, 1);
    multiply();
  }
  code.emit("add", rsi, stepBytes(terms));
  code.emit("add", rdi, stepBytes(terms));
}

/** The places of the four tiles of 32 × 32 numbers. Overwrites r10. */
function emitQuarters(
  code: Assembler,
  from: GeneralRegister,
  row: GeneralRegister,
  each: (place: Address, n: number) => void,
): void {
  code.emit("mov", r10, row);
  code.emit("shl", r10, Math.log2(TILE_ROWS));
  code.emit("add", r10, from);
  [from, r10].forEach((rows, below) => {
    for (const right of [0, 1]) each(at(rows, 64 * right, { index: row }), 2 * below + right);
  });
}
