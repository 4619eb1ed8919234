/**
 * Packing: operands of a product copied into the order in which its tiles read them.
 *
 *   B  panels of two vectors of columns: panel[p][j], 0 behind the last column
 *   A  by rows or by columns, as `layouts` in tile.ts says
 *
 * Knows nothing of blocks and threads. All of them are subroutines: arguments in registers, which they overwrite.
 */
import type { Assembler } from "../assembler/assembler.ts";
import {
  at,
  type GeneralRegister,
  type Label,
  low,
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
  rsp,
  type VectorRegister,
  xmm,
} from "../assembler/operands.ts";
import type { Isa } from "./isa.ts";
import { layouts } from "./tile.ts";

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

/**
 * One panel of B whose rows lie in memory as they are read: rsi B, rdi the panel, rcx how many rows, r8 bytes from row to row, rdx
 * how many columns, at most two vectors. Overwrites rsi, rdi, rcx, rax, rdx, r10.
 */
export function emitPackRows(code: Assembler, isa: Isa): Label {
  const start = code.label("pack_rows");
  const [part, one] = ["part", "one"].map((name) => code.label(`pack_rows_${name}`));
  const [v0, v1] = [isa.vector(0), isa.vector(1)];
  const store = (): void => {
    code.emit("vmovups", at(rdi), v0);
    code.emit("vmovups", at(rdi, isa.bytes), v1);
    code.emit("add", rsi, r8);
    code.emit("add", rdi, 2 * isa.bytes);
  };
  code.align(16);
  code.bind(start);
  code.emit("cmp", rdx, 2 * isa.lanes);
  code.emit("jl", part);
  repeat(code, "pack_rows_whole", rcx, () => {
    code.emit("vmovups", v0, at(rsi));
    code.emit("vmovups", v1, at(rsi, isa.bytes));
    store();
  });
  code.emit("ret");
  code.bind(part);
  isa.clear(code, v1);
  code.emit("sub", rdx, isa.lanes);
  code.emit("jle", one);
  isa.keepMask(code, rdx);
  isa.useMask(code);
  repeat(code, "pack_rows_more", rcx, () => {
    code.emit("vmovups", v0, at(rsi));
    isa.loadPart(code, v1, at(rsi, isa.bytes));
    store();
  });
  code.emit("ret");
  code.bind(one);
  code.emit("add", rdx, isa.lanes);
  isa.keepMask(code, rdx);
  isa.useMask(code);
  repeat(code, "pack_rows_few", rcx, () => {
    isa.loadPart(code, v0, at(rsi));
    store();
  });
  code.emit("ret");
  return start;
}

/**
 * Columns that lie in memory as rows, turned: as many as a vector has lanes, four p at a time. rsi the first of them, r8 bytes
 * from one to the next, rdi where p = 0 goes, r9 bytes from one p to the next, rcx how many fours of p. Overwrites rsi, rdi, rcx,
 * rax, r10, r11.
 */
export function emitTurn(code: Assembler, isa: Isa): Label {
  const start = code.label("turn");
  code.align(16);
  code.bind(start);
  code.emit("lea", r10, at(r8, 0, { index: r8, scale: 2 })); // three rows on
  repeat(code, "turn_four", rcx, () => {
    // Lane by lane of 128 bits: vector q has the rows q, q + 4, q + 8 and q + 12.
    code.emit("mov", rax, rsi);
    for (let lane = 0; lane < isa.lanes / 4; lane++) {
      const rows = [
        at(rax),
        at(rax, 0, { index: r8 }),
        at(rax, 0, { index: r8, scale: 2 }),
        at(rax, 0, { index: r10 }),
      ];
      rows.forEach((row, q) => {
        if (lane === 0) code.emit("vmovups", xmm(q), row);
        else if (isa.lanes === 8) code.emit("vinsertf128", isa.vector(q), isa.vector(q), row, lane);
        else code.emit("vinsertf32x4", isa.vector(q), isa.vector(q), row, lane);
      });
      if (lane + 1 < isa.lanes / 4) code.emit("lea", rax, at(rax, 0, { index: r8, scale: 4 }));
    }
    emitTurnLanes(code, [0, 1, 2, 3].map(isa.vector), [4, 5, 6, 7].map(isa.vector));
    for (let p = 0; p < 4; p++) {
      code.emit("vmovups", at(rdi), isa.vector(p));
      code.emit("add", rdi, r9);
    }
    code.emit("add", rsi, 16);
  });
  code.emit("ret");
  return start;
}

/** The 4 × 4 numbers in each lane of 128 bits of four vectors, turned. */
function emitTurnLanes(code: Assembler, [a, b, c, d]: VectorRegister[], [e, f, g, h]: VectorRegister[]): void {
  code.emit("vunpcklps", e, a, b);
  code.emit("vunpckhps", f, a, b);
  code.emit("vunpcklps", g, c, d);
  code.emit("vunpckhps", h, c, d);
  code.emit("vunpcklpd", a, e, g);
  code.emit("vunpckhpd", b, e, g);
  code.emit("vunpcklpd", c, f, h);
  code.emit("vunpckhpd", d, f, h);
}

/**
 * One panel of B whose columns lie in memory as rows: rsi B, rdi the panel, rcx how many p, r8 bytes from column to column, rdx how
 * many columns, at most two vectors. Overwrites rsi, rdi, rcx, rdx, rax, rbx, r9, r10, r11.
 */
export function emitPackTurned(code: Assembler, isa: Isa, turn: Label): Label {
  const start = code.label("pack_turned");
  const single = code.label("pack_turned_single");
  const [row, half] = [2 * isa.bytes, isa.bytes];
  code.align(16);
  code.bind(start);
  for (const saved of [rsi, rdi, rcx]) code.emit("push", saved);
  // 0 everywhere where columns are missing.
  const whole = code.label("pack_turned_whole");
  code.emit("cmp", rdx, 2 * isa.lanes);
  code.emit("jge", whole);
  isa.clear(code, isa.vector(0));
  repeat(code, "pack_turned_clear", rcx, () => {
    code.emit("vmovups", at(rdi), isa.vector(0));
    code.emit("vmovups", at(rdi, half), isa.vector(0));
    code.emit("add", rdi, row);
  });
  code.bind(whole);
  for (const saved of [rcx, rdi, rsi]) code.emit("pop", saved);
  const groups = code.label("pack_turned_groups");
  code.bind(groups);
  code.emit("cmp", rdx, isa.lanes);
  code.emit("jl", single);
  for (const saved of [rsi, rdi, rcx]) code.emit("push", saved);
  code.emit("shr", rcx, 2);
  code.emit("mov", low(r9), row);
  code.emit("call", turn);
  // The last p that are no four: element by element.
  code.emit("mov", rcx, at(rsp));
  code.emit("and", rcx, 3);
  repeat(code, "pack_turned_rest", rcx, () => {
    code.emit("mov", rax, rsi);
    for (let j = 0; j < isa.lanes; j++) {
      code.emit("mov", low(rbx), at(rax));
      code.emit("mov", at(rdi, 4 * j), low(rbx));
      code.emit("add", rax, r8);
    }
    code.emit("add", rsi, 4);
    code.emit("add", rdi, row);
  });
  for (const saved of [rcx, rdi, rsi]) code.emit("pop", saved);
  code.emit("mov", rax, r8);
  code.emit("shl", rax, Math.log2(isa.lanes));
  code.emit("add", rsi, rax);
  code.emit("add", rdi, half);
  code.emit("sub", rdx, isa.lanes);
  code.emit("jmp", groups);
  // The last columns, fewer than a vector has lanes.
  code.bind(single);
  repeat(code, "pack_turned_column", rdx, () => {
    for (const saved of [rsi, rdi, rcx]) code.emit("push", saved);
    repeat(code, "pack_turned_element", rcx, () => {
      code.emit("mov", low(rbx), at(rsi));
      code.emit("mov", at(rdi), low(rbx));
      code.emit("add", rsi, 4);
      code.emit("add", rdi, row);
    });
    for (const saved of [rcx, rdi, rsi]) code.emit("pop", saved);
    code.emit("add", rsi, r8);
    code.emit("add", rdi, 4);
  });
  code.emit("ret");
  return start;
}

/**
 * A panel of A by rows: rsi A, rdi the panel, rdx how many rows, r8 bytes from row to row, rcx how many p, rax where the sign lies
 * that its numbers are multiplied by, as the bit that is turned. Overwrites rsi, rdi, rdx, rax, r9, r10, r11.
 */
export function emitPackARows(code: Assembler, isa: Isa): Label {
  const start = code.label("pack_a_rows");
  const rest = code.label("pack_a_rows_rest");
  const next = code.label("pack_a_rows_next");
  code.align(16);
  code.bind(start);
  const [v, sign] = [isa.vector(0), isa.vector(1)];
  code.emit("vbroadcastss", sign, at(rax));
  repeat(code, "pack_a_row", rdx, () => {
    code.emit("mov", rax, rcx);
    code.emit("mov", r9, rsi);
    code.emit("mov", r11, rdi);
    const turn = code.label("pack_a_row_vector");
    code.bind(turn);
    code.emit("cmp", rax, isa.lanes);
    code.emit("jl", rest);
    code.emit("vxorps", v, sign, at(r9));
    code.emit("vmovups", at(r11), v);
    code.emit("add", r9, isa.bytes);
    code.emit("add", r11, isa.bytes);
    code.emit("sub", rax, isa.lanes);
    code.emit("jmp", turn);
    code.bind(rest);
    code.emit("test", rax, rax);
    code.emit("je", next);
    isa.keepMask(code, rax);
    isa.useMask(code);
    isa.loadPart(code, v, at(r9));
    code.emit("vxorps", v, v, sign);
    code.emit("vmovups", at(r11), v);
    code.bind(next);
    code.emit("add", rsi, r8);
    code.emit("add", rdi, layouts.rows.row);
  });
  code.emit("ret");
  return start;
}

/**
 * A panel of A by columns: rsi A, rdi the panel, rdx how many rows, at most a tile's, r8 bytes from p to p, rcx how many p, rax where
 * the sign lies that its numbers are multiplied by, as the bit that is turned. Overwrites rsi, rdi, rcx, rdx, r10.
 */
export function emitPackAColumns(code: Assembler, isa: Isa): Label {
  const start = code.label("pack_a_columns");
  const [v, sign] = [isa.vector(0), isa.vector(1)];
  code.align(16);
  code.bind(start);
  isa.keepMask(code, rdx);
  isa.useMask(code);
  code.emit("vbroadcastss", sign, at(rax));
  repeat(code, "pack_a_column", rcx, () => {
    isa.loadPart(code, v, at(rsi));
    code.emit("vxorps", v, v, sign);
    code.emit("vmovups", at(rdi), v);
    code.emit("add", rsi, r8);
    code.emit("add", rdi, layouts.columns.column);
  });
  code.emit("ret");
  return start;
}
