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
import { stepBytes, type Terms, TILE_BYTES, TILE_ROWS } from "./bf16Packing.ts";

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

/**
 * As a subroutine: rsi A's panel, rdi B's, rcx how many steps of 32, rdx C, r8 bytes between its rows, r9 where the sums begin, 0 for none,
 * r11 bytes between rows of that. Overwrites rsi, rdi, rcx, rax, r10.
 */
export function emitBf16Tile(code: Assembler, terms: Terms): Label {
  const start = code.label("bf16_tile");
  const [zero, begun, turn] = ["zero", "begun", "turn"].map((name) => code.label(`bf16_tile_${name}`));
  const sums = [0, 1, 2, 3].map(tmm);
  const [a, b] = [[4, 5].map(tmm), [6, 7].map(tmm)];
  code.align(64);
  code.remark("C[32, 32] = Σ_p A[i, p] · B[p, j]");
  code.bind(start);
  code.emit("test", r9, r9);
  code.emit("je", zero);
  emitQuarters(code, r9, r11, (place, n) => code.emit("tileloadd", sums[n], place));
  code.emit("jmp", begun);
  code.bind(zero);
  for (const sum of sums) code.emit("tilezero", sum);
  code.bind(begun);
  code.emit("mov", low(rax), 64);
  const load = (operand: "a" | "b", term: number): void => {
    const [tiles, from] = operand === "a" ? ([a, rsi] as const) : ([b, rdi] as const);
    for (const [n, tile] of tiles.entries())
      code.emit("tileloadd", tile, at(from, (2 * term + n) * TILE_BYTES, { index: rax }));
  };
  const multiply = (): void => {
    for (const [n, sum] of sums.entries()) code.emit("tdpbf16ps", sum, a[n >> 1], b[n & 1]);
  };
  code.align(32);
  code.bind(turn);
  load("a", 0);
  load("b", terms - 1);
  multiply();
  if (terms === 2) {
    load("b", 0);
    multiply();
    load("a", 1);
    multiply();
  }
  code.emit("add", rsi, stepBytes(terms));
  code.emit("add", rdi, stepBytes(terms));
  code.emit("dec", rcx);
  code.emit("jne", turn);
  emitQuarters(code, rdx, r8, (place, n) => code.emit("tilestored", place, sums[n]));
  code.emit("ret");
  return start;
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
