/**
 * Sums down the columns of matrices, a few vectors of columns at a time, one accumulator a column, rows ascending.
 *
 *   bias gradients    out[j] = ± Σ_n δ[n, j]
 *   factors' ones     out[j] = −Σ_n δ[n, j] · x[n, j], or −Σ_n δ[n, j] · (y[n, j] − x[n, j])
 *
 * The sums are those of `wasm/kernels/columnSums.ts` and `scaleLayer.ts`: the minus is 0 − sum.
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
  r11,
  rax,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
} from "../assembler/operands.ts";
import { type CallName, wordOf } from "./elementwise.ts";
import type { Isa } from "./isa.ts";

/** Columns at a time: so many vectors. */
const VECTORS = 4;

/** Registers of the matrices' places. */
const MATRICES = [rdx, r8, r9];

interface Sums {
  readonly call: CallName;
  /** The words of the matrices' places. */
  readonly matrices: readonly string[];
  readonly isNegative: boolean;
  /** What is summed over the rows n, for the listing. */
  readonly term: string;
  /** Adds a row's vector to an accumulator: the number of its register and of those with the matrices' vectors. */
  add(sum: number, loaded: readonly number[]): void;
}

/** Accumulators are the first vectors; what is loaded of each matrix comes behind. */
export function emitColumnSums(code: Assembler, isa: Isa): Label {
  const add: Sums["add"] = (sum, [a]) => code.emit("vaddps", isa.vector(sum), isa.vector(sum), isa.vector(a));
  const kinds = [false, true].map((isNegative) =>
    emitSums(code, isa, { call: "columnSums", matrices: ["a"], isNegative, term: "a[n, j]", add }),
  );
  const start = code.label("columnSums");
  code.align(64);
  code.bind(start);
  code.emit("mov", low(rax), at(rdi, wordOf("columnSums", "negate"), { index: rsi }));
  code.emit("test", rax, rax);
  code.emit("je", kinds[0]);
  code.emit("jmp", kinds[1]);
  return start;
}

export const emitProductSums = (code: Assembler, isa: Isa): Label =>
  emitSums(code, isa, {
    call: "productSums",
    matrices: ["delta", "x"],
    isNegative: true,
    term: "delta[n, j] · x[n, j]",
    add: (sum, [delta, x]) => code.emit("vfmadd231ps", isa.vector(sum), isa.vector(delta), isa.vector(x)),
  });

export const emitDifferenceSums = (code: Assembler, isa: Isa): Label =>
  emitSums(code, isa, {
    call: "differenceSums",
    matrices: ["delta", "y", "x"],
    isNegative: true,
    term: "delta[n, j] · (y[n, j] − x[n, j])",
    add(sum, [delta, y, x]) {
      code.emit("vsubps", isa.vector(y), isa.vector(y), isa.vector(x));
      code.emit("vfmadd231ps", isa.vector(sum), isa.vector(delta), isa.vector(y));
    },
  });

/** rcx rows, rsi bytes from one row to the next, r11 where the sums go, rdi columns that are left. */
function emitSums(code: Assembler, isa: Isa, sums: Sums): Label {
  const start = code.label(sums.call);
  const [wide, single, part, end] = ["wide", "single", "part", "end"].map((name) => code.label(`${sums.call}_${name}`));
  const matrices = MATRICES.slice(0, sums.matrices.length);
  const word = (name: string): Address => at(rax, wordOf(sums.call, name));
  code.align(64);
  code.remark(`out[j] = ${sums.isNegative ? "0 − " : ""}Σ_n ${sums.term}`);
  code.bind(start);
  code.emit("push", rbx);
  code.emit("lea", rax, at(rdi, 0, { index: rsi }));
  sums.matrices.forEach((name, n) => {
    code.emit("mov", low(matrices[n]), word(name));
    code.emit("add", matrices[n], rdi);
  });
  code.emit("mov", low(r11), word("out"));
  code.emit("add", r11, rdi);
  code.emit("mov", low(rcx), word("rows"));
  code.emit("mov", low(rsi), word("row"));
  code.emit("mov", low(rdi), word("columns"));
  const block = (vectors: number, isPart: boolean): void => emitBlock(code, isa, sums, { matrices, vectors, isPart });
  code.bind(wide);
  code.emit("cmp", rdi, VECTORS * isa.lanes);
  code.emit("jl", single);
  block(VECTORS, false);
  code.emit("jmp", wide);
  code.bind(single);
  code.emit("cmp", rdi, isa.lanes);
  code.emit("jl", part);
  block(1, false);
  code.emit("jmp", single);
  code.bind(part);
  code.emit("test", rdi, rdi);
  code.emit("jle", end);
  code.emit("mov", rax, rdi);
  isa.keepMask(code, rax);
  isa.useMask(code);
  block(1, true);
  code.bind(end);
  code.emit("pop", rbx);
  code.emit("vzeroupper");
  code.emit("ret");
  return start;
}

interface Block {
  readonly matrices: readonly GeneralRegister[];
  readonly vectors: number;
  readonly isPart: boolean;
}

/** All rows of so many vectors of columns: rax how many rows are left, rbx bytes from the first row. */
function emitBlock(code: Assembler, isa: Isa, sums: Sums, { matrices, vectors, isPart }: Block): void {
  const name = `${sums.call}_${vectors}${isPart ? "part" : ""}`;
  const [turn, done] = [code.label(`${name}_rows`), code.label(`${name}_done`)];
  for (let v = 0; v < vectors; v++) isa.clear(code, isa.vector(v));
  code.emit("mov", rax, rcx);
  code.emit("xor", rbx, rbx);
  code.emit("test", rax, rax);
  code.emit("jle", done);
  code.align(32);
  code.bind(turn);
  for (let v = 0; v < vectors; v++) {
    const loaded = matrices.map((matrix, n) => {
      const [to, place] = [isa.vector(vectors + n), at(matrix, v * isa.bytes, { index: rbx })];
      if (isPart) isa.loadPart(code, to, place);
      else code.emit("vmovups", to, place);
      return vectors + n;
    });
    sums.add(v, loaded);
  }
  code.emit("add", rbx, rsi);
  code.emit("dec", rax);
  code.emit("jne", turn);
  code.bind(done);
  const zero = isa.vector(vectors);
  isa.clear(code, zero);
  for (let v = 0; v < vectors; v++) {
    if (sums.isNegative) code.emit("vsubps", isa.vector(v), zero, isa.vector(v));
    const to = at(r11, v * isa.bytes);
    if (isPart) isa.storePart(code, to, isa.vector(v));
    else code.emit("vmovups", to, isa.vector(v));
  }
  for (const place of [...matrices, r11]) code.emit("add", place, vectors * isa.bytes);
  code.emit("sub", rdi, vectors * isa.lanes);
}
