/**
 * Packing: operands of a product copied into the order in which its tiles read them.
 *
 *   A  by rows, panel[i][p], or by columns, panel[p][i], a vector for each p of which a tile's rows are used
 *   B  panels of a tile's columns, panel[p][j], one behind the other
 *
 * What lies behind the last row or column is never stored. Knows nothing of blocks and threads. All of them are subroutines: arguments in
 * registers, which they overwrite.
 */
import type { Assembler } from "../assembler/assembler.ts";
import {
  at,
  type GeneralRegister,
  type Label,
  r8,
  r9,
  r10,
  r11,
  rax,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  type VectorRegister,
  xmm,
} from "../assembler/operands.ts";
import type { Isa } from "./isa.ts";
import { panelBytes, tileColumns, tileVectors } from "./tileShape.ts";

/** A loop over `count`, which counts down to 0; nothing where it is 0. */
export function repeat(code: Assembler, name: string, count: GeneralRegister, body: () => void): void {
  const [turn, end] = [code.label(name), code.label(`${name}_end`)];
  code.emit("test", count, count);
  code.emit("je", end);
  code.bind(turn);
  body();
  code.emit("dec", count);
  code.emit("jne", turn);
  code.bind(end);
}

/** What all of them begin with: a place that a cache line begins with. */
function begin(code: Assembler, name: string): Label {
  const start = code.label(name);
  code.align(16);
  code.bind(start);
  return start;
}

/**
 * Whole panels of B whose rows lie in memory as they are read, row by row, because memory is read fastest in its own order: rsi B, rdi the
 * first panel, rcx how many rows, r8 bytes from row to row, rdx how many panels, r9 bytes from panel to panel. Overwrites rsi, rdi,
 * rcx, rax, rbx, r11.
 */
export function emitPackRows(code: Assembler, isa: Isa): Label {
  const start = begin(code, "pack_rows");
  const vectors = Array.from({ length: tileVectors(isa) }, (_, v) => isa.vector(v));
  repeat(code, "pack_rows_row", rcx, () => {
    code.emit("mov", rax, rsi);
    code.emit("mov", r11, rdi);
    code.emit("mov", rbx, rdx);
    repeat(code, "pack_rows_panel", rbx, () => {
      for (const [v, vector] of vectors.entries()) code.emit("vmovups", vector, at(rax, v * isa.bytes));
      for (const [v] of vectors.entries()) code.emit("prefetcht0", at(rax, v * isa.bytes, { index: r8 })); // the next row's
      for (const [v, vector] of vectors.entries()) code.emit("vmovups", at(r11, v * isa.bytes), vector);
      code.emit("add", rax, panelBytes(isa));
      code.emit("add", r11, r9);
    });
    code.emit("add", rsi, r8);
    code.emit("add", rdi, panelBytes(isa));
  });
  code.emit("ret");
  return start;
}

/**
 * The last panel of B, of fewer columns, whose rows lie in memory as they are read: rsi B, rdi the panel, rcx how many rows, r8 bytes
 * from row to row, rdx how many columns, less than a tile's. Overwrites rsi, rdi, rcx, rdx, rax, rbx, r10, r11.
 */
export function emitPackLastRows(code: Assembler, isa: Isa): Label {
  const start = begin(code, "pack_last_rows");
  const vector = isa.vector(0);
  code.emit("mov", r11, rdx);
  code.emit("shr", r11, Math.log2(isa.lanes));
  code.emit("and", rdx, isa.lanes - 1);
  isa.keepMask(code, rdx);
  isa.useMask(code);
  repeat(code, "pack_last_rows_row", rcx, () => {
    code.emit("mov", rax, rsi);
    code.emit("mov", rdx, rdi);
    code.emit("mov", rbx, r11);
    repeat(code, "pack_last_rows_vector", rbx, () => {
      code.emit("vmovups", vector, at(rax));
      code.emit("vmovups", at(rdx), vector);
      code.emit("add", rax, isa.bytes);
      code.emit("add", rdx, isa.bytes);
    });
    // The rest may be nothing: a mask of no lanes reads and writes nothing.
    isa.loadPart(code, vector, at(rax));
    isa.storePart(code, at(rdx), vector);
    code.emit("add", rsi, r8);
    code.emit("add", rdi, panelBytes(isa));
  });
  code.emit("ret");
  return start;
}

/**
 * A panel of A whose columns lie in memory as they are read: rsi A, rdi the panel, rdx how many rows, at most a tile's, r8 bytes from p to
 * p, rcx how many p, rax where the sign lies, as the bit that is turned. Overwrites rsi, rdi, rcx, rdx, r10.
 */
export function emitPackColumns(code: Assembler, isa: Isa): Label {
  const start = begin(code, "pack_columns");
  const [v, sign] = [isa.vector(0), isa.vector(1)];
  isa.keepMask(code, rdx);
  isa.useMask(code);
  code.emit("vbroadcastss", sign, at(rax));
  repeat(code, "pack_columns_column", rcx, () => {
    isa.loadPart(code, v, at(rsi));
    code.emit("vxorps", v, v, sign);
    code.emit("vmovups", at(rdi), v);
    code.emit("add", rsi, r8);
    code.emit("add", rdi, isa.bytes);
  });
  code.emit("ret");
  return start;
}

/**
 * A panel of A whose rows lie in memory as they are read: rsi A, rdi the panel, rdx how many rows, r8 bytes from row to row, rcx how many p,
 * r9 bytes from row to row of the panel, rax where the sign lies, as the bit that is turned. Overwrites rsi, rdi, rdx, rax, rbx, r10, r11.
 */
export function emitCopyRows(code: Assembler, isa: Isa): Label {
  const start = begin(code, "copy_rows");
  const [v, sign] = [isa.vector(0), isa.vector(1)];
  code.emit("vbroadcastss", sign, at(rax));
  code.emit("mov", rax, rcx);
  code.emit("and", rax, isa.lanes - 1);
  isa.keepMask(code, rax);
  isa.useMask(code);
  repeat(code, "copy_rows_row", rdx, () => {
    code.emit("mov", rbx, rcx);
    code.emit("shr", rbx, Math.log2(isa.lanes));
    code.emit("mov", rax, rsi);
    code.emit("mov", r11, rdi);
    repeat(code, "copy_rows_vector", rbx, () => {
      code.emit("vxorps", v, sign, at(rax));
      code.emit("vmovups", at(r11), v);
      code.emit("add", rax, isa.bytes);
      code.emit("add", r11, isa.bytes);
    });
    // The rest may be nothing: a mask of no lanes reads and writes nothing.
    isa.loadPart(code, v, at(rax));
    code.emit("vxorps", v, v, sign);
    isa.storePart(code, at(r11), v);
    code.emit("add", rsi, r8);
    code.emit("add", rdi, r9);
  });
  code.emit("ret");
  return start;
}

/** So many numbers of each line are turned before those of other lines: what is written of a panel then stays in the first cache. */
const TURNED_AT_ONCE = 64;
/** Bytes of a number. */
const NUMBER = 4;

/**
 * Panel of B whose columns lie in memory as lines: rsi the first line, r8 bytes from line to line, rdx how many lines, rcx how many numbers
 * each has, rdi where the first ones go, r9 bytes from there to where the second ones go. Four lines at a time, of which those that are
 * missing are the last one again. Overwrites rsi, rdi, rcx, rdx, rax, rbx, r10, r11.
 */
export function emitPackTurned(code: Assembler, isa: Isa): Label {
  const start = begin(code, "pack_turned");
  const [fits, groups, done, end] = ["fits", "groups", "done", "end"].map((name) => code.label(`pack_turned_${name}`));
  const lines = [rsi, rax, rbx, r11];
  code.emit("test", rcx, rcx);
  code.emit("jle", end);
  for (const saved of [rsi, rdi, rcx, rdx]) code.emit("push", saved);
  code.emit("cmp", rcx, TURNED_AT_ONCE);
  code.emit("jle", fits);
  code.emit("mov", rcx, TURNED_AT_ONCE);
  code.bind(fits);
  // 0 in the columns that are missing: what happens to lie there may be subnormal, and multiplying it takes a hundred times as long.
  code.emit("cmp", rdx, tileColumns(isa));
  code.emit("jge", groups);
  isa.clear(code, isa.vector(0));
  code.emit("mov", rax, rdi);
  code.emit("mov", r10, rcx);
  repeat(code, "pack_turned_clear", r10, () => {
    for (let v = 0; v < tileVectors(isa); v++) code.emit("vmovups", at(rax, v * isa.bytes), isa.vector(0));
    code.emit("add", rax, r9);
  });
  code.bind(groups);
  code.emit("test", rdx, rdx);
  code.emit("jle", done);
  for (let n = 1; n < 4; n++) {
    const there = code.label(`pack_turned_line${n}`);
    code.emit("mov", lines[n], lines[n - 1]);
    code.emit("cmp", rdx, n);
    code.emit("jle", there);
    code.emit("add", lines[n], r8);
    code.bind(there);
  }
  for (const saved of [rsi, rdi, rcx, rdx]) code.emit("push", saved);
  code.emit("lea", rdx, at(r9, 0, { index: r9, scale: 2 })); // three columns on
  code.emit("mov", r10, rcx);
  code.emit("shr", rcx, Math.log2(isa.lanes));
  repeat(code, "pack_turned_vectors", rcx, () => emitTurn(code, isa, lines));
  code.emit("and", r10, isa.lanes - 1);
  repeat(code, "pack_turned_number", r10, () => {
    lines.forEach((line, n) => {
      code.emit("vmovss", xmm(0), at(line));
      code.emit("vmovss", at(rdi, 4 * n), xmm(0));
      code.emit("add", line, 4);
    });
    code.emit("add", rdi, r9);
  });
  for (const saved of [rdx, rcx, rdi, rsi]) code.emit("pop", saved);
  code.emit("lea", rsi, at(rsi, 0, { index: r8, scale: 4 }));
  code.emit("add", rdi, 16);
  code.emit("sub", rdx, 4);
  code.emit("jmp", groups);
  code.bind(done);
  for (const saved of [rdx, rcx, rdi, rsi]) code.emit("pop", saved);
  code.emit("add", rsi, 4 * TURNED_AT_ONCE);
  code.emit("mov", rax, r9);
  code.emit("shl", rax, Math.log2(TURNED_AT_ONCE));
  code.emit("add", rdi, rax);
  code.emit("sub", rcx, TURNED_AT_ONCE);
  code.emit("jmp", start);
  code.bind(end);
  code.emit("ret");
  return start;
}

/** A vector of each of four lines: lane by lane of 128 bits, the four numbers of each line become four columns. */
function emitTurn(code: Assembler, isa: Isa, lines: readonly GeneralRegister[]): void {
  const [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(isa.vector);
  [a, b, c, d].forEach((vector, n) => {
    code.emit("vmovups", vector, at(lines[n]));
    code.emit("prefetcht0", at(lines[n], NUMBER * TURNED_AT_ONCE)); // what is turned after the other lines'
    code.emit("add", lines[n], isa.bytes);
  });
  emitTurnLanes(code, [a, b, c, d], [e, f, g, h]);
  const places = [at(rdi), at(rdi, 0, { index: r9 }), at(rdi, 0, { index: r9, scale: 2 }), at(rdi, 0, { index: rdx })];
  for (let lane = 0; lane < isa.lanes / 4; lane++) {
    [a, b, c, d].forEach((vector: VectorRegister, n) => {
      if (lane === 0) code.emit("vmovups", places[n], xmm(vector.id));
      else if (isa.bytes === 32) code.emit("vextractf128", places[n], vector, lane);
      else code.emit("vextractf32x4", places[n], vector, lane);
    });
    code.emit("lea", rdi, at(rdi, 0, { index: r9, scale: 4 }));
  }
}

/** The 4 × 4 numbers in each lane of 128 bits of four vectors, turned. Overwrites four others. */
export function emitTurnLanes(code: Assembler, [a, b, c, d]: VectorRegister[], [e, f, g, h]: VectorRegister[]): void {
  code.emit("vunpcklps", e, a, b);
  code.emit("vunpckhps", f, a, b);
  code.emit("vunpcklps", g, c, d);
  code.emit("vunpckhps", h, c, d);
  code.emit("vunpcklpd", a, e, g);
  code.emit("vunpckhpd", b, e, g);
  code.emit("vunpcklpd", c, f, h);
  code.emit("vunpckhpd", d, f, h);
}
