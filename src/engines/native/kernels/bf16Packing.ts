/**
 * Packing for the tile unit: float32 operands as one or two bf16 terms, in tiles of 16 rows of 32 numbers.
 *
 *   x ≈ x₁ + x₂    x₁ = bf16(x), x₂ = bf16(x − x₁), rounded to the nearest, ties to even
 *
 * The unit multiplies pairs: in each row of 64 bytes, words 2q and 2q + 1 are the numbers p + q and p + 16 + q of 32 along k. A's tiles
 * have a line of A in each row, q along it; B's have q from row to row, and a column of B in each pair. A panel is 32 lines of A or
 * columns of B: for each 32 of k, and each term, two tiles. What is missing at the edges is 0.
 *
 * Source: Intel Architecture Instruction Set Extensions Programming Reference, chapter 3, Intel AMX. Knows nothing of blocks and threads.
 */
import { BF16 } from "../../memory/layouts.ts";
import type { Assembler } from "../assembler/assembler.ts";
import {
  type Address,
  at,
  type GeneralRegister,
  k1,
  k2,
  type Label,
  low,
  type MaskRegister,
  r8,
  r9,
  r10,
  r11,
  rax,
  rcx,
  rdi,
  rdx,
  rsi,
  type VectorRegister,
  xmm,
  zeroed,
  zmm,
} from "../assembler/operands.ts";
import { emitTurnLanes, repeat } from "./packing.ts";

/** How many bf16 stand for a float32. */
export type Terms = 1 | 2;

/** Numbers along k in a tile, and rows of a tile. */
export const STEP = BF16.step;
export const TILE_ROWS = 16;
export const TILE_BYTES = 1024;
/** Lines of A and columns of B in a panel: two tiles. */
export const PANEL_LINES = BF16.panel;

/** Bytes of a panel for each 32 numbers along k. */
export const stepBytes = (terms: Terms): number => terms * BF16.stepBytes;

// What packing keeps in vectors: the order of words in pairs, the upper word of each, and the sign bits that turn A's sign.
const ORDER = zmm(29);
const UPPER = zmm(30);
const SIGNS = zmm(31);

/** Loads what packing keeps. Overwrites the register. @param sign where 0 or the sign bit of float32 lies */
export function emitPackStart(code: Assembler, scratch: GeneralRegister, sign: Address | undefined): void {
  const order = Int32Array.from({ length: 16 }, (_, q) => q | ((q + 16) << 16));
  code.emit("vmovups", ORDER, at(code.constant(order)));
  code.emit("mov", low(scratch), -65536);
  code.emit("vpbroadcastd", UPPER, low(scratch));
  if (sign === undefined) {
    code.emit("vpxord", SIGNS, SIGNS, SIGNS);
    return;
  }
  code.emit("vpbroadcastd", SIGNS, sign);
  code.emit("vpsrld", zmm(0), SIGNS, 16);
  code.emit("vpord", SIGNS, SIGNS, zmm(0));
}

/** Two vectors, 16 of k apart, as a row of a tile for each term. Overwrites vectors 0 to 4. */
function emitRow(code: Assembler, terms: Terms, to: GeneralRegister, offset = 0): void {
  const [first, second, term, lower, upper] = [0, 1, 2, 3, 4].map(zmm);
  for (let n = 0; n < terms; n++) {
    code.emit("vcvtne2ps2bf16", term, second, first);
    code.emit("vpermw", term, ORDER, term);
    if (n + 1 < terms) {
      code.emit("vpslld", lower, term, 16);
      code.emit("vpandd", upper, term, UPPER);
      code.emit("vsubps", first, first, lower);
      code.emit("vsubps", second, second, upper);
    }
    code.emit("vpxord", term, term, SIGNS);
    code.emit("vmovups", at(to, offset + n * 2 * TILE_BYTES), term);
  }
}

function emitZeroRow(code: Assembler, terms: Terms, to: GeneralRegister): void {
  for (let n = 0; n < terms; n++) code.emit("vmovups", at(to, n * 2 * TILE_BYTES), zmm(5));
}

/** A mask of the first lanes of 16, as many as a register says: none below 0. Overwrites it and r10. */
export function emitMask(code: Assembler, mask: MaskRegister, count: GeneralRegister): void {
  code.emit("xor", r10, r10);
  code.emit("cmp", count, r10);
  code.emit("cmovl", count, r10);
  code.emit("mov", low(r10), -1);
  code.emit("bzhi", low(r10), low(r10), low(count));
  code.emit("kmovw", mask, low(r10));
}

/**
 * A panel whose lines lie along k: rsi the first, r8 bytes from line to line, rdx how many lines, rcx how many of k, rdi the panel. A row
 * of a tile is a line. Overwrites rax, rdx, rsi, rdi, r9, r10, r11.
 */
export function emitPackAlong(code: Assembler, terms: Terms): Label {
  const start = code.label("bf16_pack_along");
  const [line, missing, next, end] = ["line", "missing", "next", "end"].map((name) => code.label(`bf16_pack_${name}`));
  code.align(16);
  code.bind(start);
  code.emit("vpxord", zmm(5), zmm(5), zmm(5));
  code.emit("mov", rax, rcx);
  code.emit("and", rax, STEP - 1);
  code.emit("mov", r9, rax);
  emitMask(code, k1, rax);
  code.emit("mov", rax, r9);
  code.emit("sub", rax, 16);
  emitMask(code, k2, rax);
  code.emit("mov", low(r9), PANEL_LINES);
  code.bind(line);
  code.emit("mov", r11, rdi);
  code.emit("mov", rax, rcx);
  code.emit("test", rdx, rdx);
  code.emit("jle", missing);
  code.emit("mov", r10, rsi);
  code.emit("shr", rax, 5);
  repeat(code, "bf16_pack_step", rax, () => {
    for (const part of [0, 64]) code.emit("prefetcht0", at(r10, part, { index: r8 })); // the next line's
    code.emit("vmovups", zmm(0), at(r10));
    code.emit("vmovups", zmm(1), at(r10, 64));
    emitRow(code, terms, r11);
    code.emit("add", r10, 4 * STEP);
    code.emit("add", r11, stepBytes(terms));
  });
  code.emit("mov", rax, rcx);
  code.emit("and", rax, STEP - 1);
  code.emit("je", next);
  code.emit("vmovups", zeroed(zmm(0), k1), at(r10));
  code.emit("vmovups", zeroed(zmm(1), k2), at(r10, 64));
  emitRow(code, terms, r11);
  code.emit("jmp", next);
  code.bind(missing);
  code.emit("add", rax, STEP - 1);
  code.emit("shr", rax, 5);
  repeat(code, "bf16_pack_zero", rax, () => {
    emitZeroRow(code, terms, r11);
    code.emit("add", r11, stepBytes(terms));
  });
  code.bind(next);
  code.emit("add", rsi, r8);
  code.emit("add", rdi, 64);
  code.emit("dec", rdx);
  code.emit("dec", r9);
  code.emit("jne", line);
  code.bind(end);
  code.emit("ret");
  return start;
}

/**
 * A panel whose numbers of equal k lie side by side: rsi those of the first, r8 bytes from k to k, rdx how many lines, rcx how many of k,
 * rdi the panel. A row of a tile is a pair of k. Overwrites rax, rcx, rdx, rsi, rdi, r9, r10, r11.
 */
export function emitPackAcross(code: Assembler, terms: Terms): Label {
  const start = code.label("bf16_pack_across");
  const [step, part, end] = ["step", "part", "end"].map((name) => code.label(`bf16_across_${name}`));
  code.align(16);
  code.bind(start);
  code.emit("mov", rax, rdx);
  emitMask(code, k1, rax);
  code.emit("mov", rax, rdx);
  code.emit("sub", rax, 16);
  emitMask(code, k2, rax);
  code.emit("mov", r9, r8);
  code.emit("shl", r9, 4);
  const halves = (load: (to: VectorRegister, mask: MaskRegister, offset: number, isSecond: boolean) => void): void => {
    for (const [half, mask] of [k1, k2].entries()) {
      load(zmm(0), mask, 64 * half, false);
      load(zmm(1), mask, 64 * half, true);
      emitRow(code, terms, rdi, TILE_BYTES * half);
    }
  };
  code.bind(step);
  code.emit("cmp", rcx, STEP);
  code.emit("jl", part);
  code.emit("mov", low(rax), TILE_ROWS);
  repeat(code, "bf16_across_row", rax, () => {
    code.emit("lea", r11, at(rsi, 0, { index: r9 }));
    for (const from of [rsi, r11]) {
      for (const part of [0, 64]) code.emit("prefetcht0", at(from, part, { index: r9, scale: 2 })); // the next step's
    }
    halves((to, mask, offset, isSecond) =>
      code.emit("vmovups", zeroed(to, mask), isSecond ? at(rsi, offset, { index: r9 }) : at(rsi, offset)),
    );
    code.emit("add", rsi, r8);
    code.emit("add", rdi, 64);
  });
  code.emit("add", rsi, r9);
  code.emit("add", rdi, stepBytes(terms) - TILE_BYTES);
  code.emit("sub", rcx, STEP);
  code.emit("jmp", step);
  code.bind(part);
  code.emit("test", rcx, rcx);
  code.emit("jle", end);
  code.emit("mov", low(r11), TILE_ROWS);
  repeat(code, "bf16_across_part", r11, () => {
    halves((to, mask, offset, isSecond) => {
      const beyond = code.label("bf16_across_beyond");
      code.emit("vpxord", to, to, to);
      code.emit("cmp", rcx, isSecond ? 16 : 0);
      code.emit("jle", beyond);
      code.emit("vmovups", zeroed(to, mask), isSecond ? at(rsi, offset, { index: r9 }) : at(rsi, offset));
      code.bind(beyond);
    });
    code.emit("add", rsi, r8);
    code.emit("add", rdi, 64);
    code.emit("dec", rcx);
  });
  code.bind(end);
  code.emit("ret");
  return start;
}

/** Tiles in their places, as 16 × 16 pairs, turned: rdi the first, rcx how many. Overwrites rcx, rdi and vectors 0 to 19. */
export function emitTurnTiles(code: Assembler): Label {
  const start = code.label("bf16_turn");
  code.align(16);
  code.bind(start);
  repeat(code, "bf16_turn_tile", rcx, () => {
    // Vector 4c + q has the pairs 4c to 4c + 3 of the rows q, 4 + q, 8 + q and 12 + q, a row a lane of 128 bits.
    for (let n = 0; n < 16; n++) {
      const [column, row] = [16 * (n >> 2), n & 3];
      code.emit("vmovups", xmm(n), at(rdi, 64 * row + column));
      for (let lane = 1; lane < 4; lane++)
        code.emit("vinsertf32x4", zmm(n), zmm(n), at(rdi, 64 * (4 * lane + row) + column), lane);
    }
    const [e, f, g, h] = [16, 17, 18, 19].map(zmm);
    for (let c = 0; c < 16; c += 4) {
      emitTurnLanes(
        code,
        [0, 1, 2, 3].map((q) => zmm(c + q)),
        [e, f, g, h],
      );
      for (let q = 0; q < 4; q++) code.emit("vmovups", at(rdi, 64 * (c + q)), zmm(c + q));
    }
    code.emit("add", rdi, TILE_BYTES);
  });
  code.emit("ret");
  return start;
}
