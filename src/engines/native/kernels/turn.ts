/**
 * A matrix turned round: to[i, j] = from[j, i] for n lines of m numbers.
 *
 * As many lines as a vector has numbers at a time, four numbers of each: quarters of vectors are loaded so that shuffles within them
 * are all there is to do. Lines that are left go by four, and one by one; so do the numbers that are left of each line.
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
  r12,
  rax,
  rbp,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  type VectorRegister,
  xmm,
} from "../assembler/operands.ts";
import { wordOf } from "./elementwise.ts";
import type { Isa } from "./isa.ts";
import { emitTurnLanes } from "./packing.ts";

const SAVED = [rbx, rbp, r12];

// rsi the first line of the block, rdi where its first numbers go, rcx lines that are left, rdx numbers of a line, r8 bytes from line to
// line, r9 three times as many, r10 bytes from row to row of what is written, r11 three times as many.
const BASES = [rax, rbx, rbp, r12];

/** A function of C: rdi where the memory begins, rsi the address in it of the call's words. */
export function emitTurn(code: Assembler, isa: Isa): Label {
  const start = code.label("turn");
  code.align(64);
  code.bind(start);
  for (const register of SAVED) code.emit("push", register);
  code.emit("lea", rax, at(rdi, 0, { index: rsi }));
  const word = (to: GeneralRegister, name: string): void => code.emit("mov", low(to), at(rax, wordOf("turn", name)));
  word(rsi, "from");
  code.emit("add", rsi, rdi);
  word(rcx, "to");
  code.emit("add", rdi, rcx);
  word(rcx, "lines");
  word(rdx, "numbers");
  word(r8, "line");
  word(r10, "row");
  code.emit("lea", r9, at(r8, 0, { index: r8, scale: 2 }));
  code.emit("lea", r11, at(r10, 0, { index: r10, scale: 2 }));
  for (const quads of [isa.lanes / 4, 1]) {
    code.remark(`to[i, j] = from[j, i], ${4 * quads} lines at a time`);
    emitBlocks(code, isa, quads);
  }
  code.remark("to[i, j] = from[j, i], the lines that are left");
  emitLines(code);
  for (const register of SAVED.toReversed()) code.emit("pop", register);
  code.emit("vzeroupper");
  code.emit("ret");
  return start;
}

/** Blocks of four times as many lines, while there are so many. */
function emitBlocks(code: Assembler, isa: Isa, quads: number): void {
  const name = `turn_${4 * quads}`;
  const [block, end, four, rest, next] = ["block", "end", "four", "rest", "next"].map((each) =>
    code.label(`${name}_${each}`),
  );
  code.bind(block);
  code.emit("cmp", rcx, 4 * quads);
  code.emit("jl", end);
  code.emit("push", rdi);
  code.emit("push", rdx);
  code.emit("mov", BASES[0], rsi);
  for (let q = 1; q < quads; q++) code.emit("lea", BASES[q], at(BASES[q - 1], 0, { index: r8, scale: 4 }));
  code.align(32);
  code.bind(four);
  code.emit("sub", rdx, 4);
  code.emit("jl", rest);
  emitFour(code, isa, quads);
  for (const base of BASES.slice(0, quads)) code.emit("add", base, 16);
  code.emit("lea", rdi, at(rdi, 0, { index: r10, scale: 4 }));
  code.emit("jmp", four);
  code.bind(rest);
  code.emit("add", rdx, 4);
  code.emit("je", next);
  emitNumbers(code, `${name}_numbers`, 4 * quads);
  code.bind(next);
  code.emit("pop", rdx);
  code.emit("pop", rdi);
  for (let q = 0; q < quads; q++) code.emit("lea", rsi, at(rsi, 0, { index: r8, scale: 4 }));
  code.emit("add", rdi, 16 * quads);
  code.emit("sub", rcx, 4 * quads);
  code.emit("jmp", block);
  code.bind(end);
}

/** Four numbers of each line: four rows of a vector. */
function emitFour(code: Assembler, isa: Isa, quads: number): void {
  const wide = (n: number): VectorRegister => (quads === 1 ? xmm(n) : isa.vector(n));
  const [p, q, r, s, l, h, m, o] = [0, 1, 2, 3, 4, 5, 6, 7].map(wide);
  const steps = [{}, { index: r8 }, { index: r8, scale: 2 }, { index: r9 }] as const;
  steps.forEach((step, k) => {
    code.emit("vmovups", xmm(k), at(BASES[0], 0, step));
    for (let quad = 1; quad < quads; quad++) {
      const line = at(BASES[quad], 0, step);
      if (isa.lanes === 16) code.emit("vinsertf32x4", wide(k), wide(k), line, quad);
      else code.emit("vinsertf128", wide(k), wide(k), line, quad);
    }
  });
  emitTurnLanes(code, [p, q, r, s], [l, h, m, o]);
  code.emit("vmovups", at(rdi), p);
  code.emit("vmovups", at(rdi, 0, { index: r10 }), q);
  code.emit("vmovups", at(rdi, 0, { index: r10, scale: 2 }), r);
  code.emit("vmovups", at(rdi, 0, { index: r11 }), s);
}

/** The last rdx numbers of so many lines, one by one: rdi where the first ones go. */
function emitNumbers(code: Assembler, name: string, lines: number): void {
  const [number, line] = [code.label(name), code.label(`${name}_line`)];
  code.bind(number);
  code.emit("mov", rbx, rax);
  code.emit("xor", rbp, rbp);
  code.bind(line);
  code.emit("mov", low(r12), at(rbx));
  code.emit("mov", at(rdi, 0, { index: rbp, scale: 4 }), low(r12));
  code.emit("add", rbx, r8);
  code.emit("inc", rbp);
  code.emit("cmp", rbp, lines);
  code.emit("jb", line);
  code.emit("add", rax, 4);
  code.emit("add", rdi, r10);
  code.emit("dec", rdx);
  code.emit("jne", number);
}

/** The last rcx lines, one by one. */
function emitLines(code: Assembler): void {
  const [line, number, next, end] = ["line", "number", "next", "end"].map((each) => code.label(`turn_1_${each}`));
  code.emit("test", rcx, rcx);
  code.emit("je", end);
  code.bind(line);
  code.emit("mov", rbx, rdi);
  code.emit("xor", rax, rax);
  code.emit("test", rdx, rdx);
  code.emit("je", next);
  code.bind(number);
  code.emit("mov", low(r12), at(rsi, 0, { index: rax, scale: 4 }));
  code.emit("mov", at(rbx), low(r12));
  code.emit("add", rbx, r10);
  code.emit("inc", rax);
  code.emit("cmp", rax, rdx);
  code.emit("jb", number);
  code.bind(next);
  code.emit("add", rsi, r8);
  code.emit("add", rdi, 4);
  code.emit("dec", rcx);
  code.emit("jne", line);
  code.bind(end);
}
