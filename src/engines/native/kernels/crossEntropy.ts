/**
 * Cross-entropy of softmax, row by row: the losses and negative gradients of `wasm/kernels/losses.ts` where classes have no weights.
 *
 *   e_k = e^(y_k − max_j y_j);  Σ t = total, of which every class has `share` and the right one, d, `chosen` besides
 *   losses = (total ln Σ e − Σ_k t_k (y_k − max_j y_j)) · scale
 *   gradient_k = t_k − e_k total / Σ e, times scale;  scale = w perPattern
 *
 * Σ e is the kernels', of `softmax.ts`: of every four numbers the first and the third are added to one sum, the others to a second one, and
 * both are added at the end. What is one number a row is computed in float64. Rows are independent of each other, so the processor works on
 * several at a time.
 */
import type { machineCalls } from "../../memory/layouts.ts";
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
  r12,
  r13,
  r14,
  r15,
  rax,
  rbp,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  rsp,
  type VectorRegister,
  xmm,
  ymm,
} from "../assembler/operands.ts";
import { wordOf } from "./elementwise.ts";
import { emitFormula } from "./emitFormula.ts";
import { emitLog } from "./emitLog.ts";
import { Formula } from "./formula.ts";
import { exp } from "./formulas/exponential.ts";
import type { Isa } from "./isa.ts";

/** The largest of a row, in all lanes, two vectors for what passes, and the sum Σ e, in two halves at first. */
const [LARGEST, FIRST, SECOND, SUM] = [0, 1, 2, 3];

/** Of a row, in float64: scale, total / Σ e, Σ t (y − max), and what passes. */
const [SCALE, PER_EXPONENTIAL, SHIFTED, PASSING, ANOTHER] = [4, 5, 6, 7, 8].map(xmm);
/** float32: the gradient of the right class. */
const RIGHT = xmm(9);

const MINUS_INFINITY = 0xff800000;

/** Numbers that are added to a sum at a time. */
const GROUP = 4;

/**
 * Rows of a block: exponentials of all, then what is made of their sums. So neither is one long chain of dependent instructions a row, and
 * what a masked store has written, which can't be read before it is in the cache, is read some rows later.
 */
const BLOCK = 8;
/** What a row hands on, on the stack: Σ e, Σ t (y − max), and the right class. */
const HANDED = { sum: at(r14, 0), shifted: at(r14, 8), right: at(r14, 16) };
const HANDED_BYTES = 24;

// rdx the row of y, rdi its desired, r8 the row of the gradient: first e, then itself, at r13; r9 its loss, rbx its weight, 0 where all are
// 1; r11 rows that are left, r15 those of the block; rsi a row's bytes, rcx those of its whole vectors; r12 the words of the call; rbp the
// right class.
const SAVED = [rbx, rbp, r12, r13, r14, r15];

const word = (name: (typeof machineCalls.crossEntropy)[number]): Address => at(r12, wordOf("crossEntropy", name));

/** A function of C: rdi where the memory begins, rsi the address in it of the call's words. */
export function emitCrossEntropy(code: Assembler, isa: Isa): Label {
  const start = code.label("crossEntropy");
  const [block, end] = [code.label("entropy_block"), code.label("entropy_end")];
  code.align(64);
  code.bind(start);
  for (const register of SAVED) code.emit("push", register);
  code.emit("sub", rsp, BLOCK * HANDED_BYTES);
  emitArguments(code, isa);
  code.bind(block);
  code.emit("test", r11, r11);
  code.emit("jle", end);
  code.emit("mov", r13, r8);
  code.remark("e_k = e^(y_k − max_j y_j), and Σ e");
  emitRows(code, "entropy_sums", () => {
    emitLargest(code, isa);
    emitExponentials(code, isa);
    emitShifted(code);
    for (const place of [rdx, r8]) code.emit("add", place, rsi);
    code.emit("add", rdi, 4);
  });
  code.remark(
    "gradient_k = scale t_k − scale (total / Σ e) e_k; losses = (total ln Σ e − Σ_k t_k (y_k − max_j y_j)) · scale",
  );
  emitRows(code, "entropy_rest", () => {
    emitScale(code);
    emitGradient(code, isa);
    emitLog(code, xmm(SUM), PASSING, ANOTHER, xmm(FIRST));
    code.emit("vmulsd", xmm(SUM), xmm(SUM), word("total"));
    code.emit("vsubsd", xmm(SUM), xmm(SUM), HANDED.shifted);
    code.emit("vmulsd", xmm(SUM), xmm(SUM), SCALE);
    code.emit("vmovsd", at(r9), xmm(SUM));
    code.emit("add", r13, rsi);
    code.emit("add", r9, 8);
  });
  code.emit("sub", r11, BLOCK);
  code.emit("jmp", block);
  code.bind(end);
  code.emit("add", rsp, BLOCK * HANDED_BYTES);
  for (const register of SAVED.toReversed()) code.emit("pop", register);
  code.emit("vzeroupper");
  code.emit("ret");
  return start;
}

/** A body for each row of the block, r14 where on the stack it hands on. Overwrites rax. */
function emitRows(code: Assembler, name: string, body: () => void): void {
  const turn = code.label(name);
  code.emit("mov", r15, r11);
  code.emit("mov", rax, BLOCK);
  code.emit("cmp", r15, rax);
  code.emit("cmovg", r15, rax);
  code.emit("mov", r14, rsp);
  code.bind(turn);
  body();
  code.emit("add", r14, HANDED_BYTES);
  code.emit("dec", r15);
  code.emit("jne", turn);
}

function emitArguments(code: Assembler, isa: Isa): void {
  const none = code.label("entropy_unweighted");
  code.emit("lea", r12, at(rdi, 0, { index: rsi }));
  const places: readonly (readonly [GeneralRegister, "y" | "gradient" | "losses"])[] = [
    [rdx, "y"],
    [r8, "gradient"],
    [r9, "losses"],
  ];
  for (const [register, name] of places) {
    code.emit("mov", low(register), word(name));
    code.emit("add", register, rdi);
  }
  code.emit("mov", low(rbx), word("weights"));
  code.emit("test", rbx, rbx);
  code.emit("je", none);
  code.emit("add", rbx, rdi);
  code.bind(none);
  code.emit("mov", low(rax), word("desired"));
  code.emit("add", rdi, rax);
  code.emit("mov", low(r11), word("rows"));
  code.emit("mov", low(rsi), word("width"));
  code.emit("mov", rcx, rsi);
  code.emit("and", rcx, isa.lanes - 1);
  isa.keepMask(code, rcx);
  isa.useMask(code);
  code.emit("shl", rsi, 2);
  code.emit("mov", rcx, rsi);
  code.emit("and", rcx, -isa.bytes);
}

/** A body for each whole vector of a row, and for the part that is left if there is one: rax bytes into the row. */
function emitVectors(code: Assembler, name: string, isa: Isa, body: (isPart: boolean) => void): void {
  const [turn, part, end] = ["turn", "part", "end"].map((each) => code.label(`${name}_${each}`));
  code.emit("xor", rax, rax);
  code.emit("test", rcx, rcx);
  code.emit("je", part);
  code.bind(turn);
  body(false);
  code.emit("add", rax, isa.bytes);
  code.emit("cmp", rax, rcx);
  code.emit("jb", turn);
  code.bind(part);
  code.emit("cmp", rcx, rsi);
  code.emit("je", end);
  body(true);
  code.bind(end);
}

/** LARGEST := max_j y_j in all lanes. A NaN is skipped, as the kernels do: x64's vmaxps then gives its last operand. */
function emitLargest(code: Assembler, isa: Isa): void {
  const [largest, first] = [isa.vector(LARGEST), isa.vector(FIRST)];
  code.emit("vbroadcastss", largest, at(code.constant(Uint32Array.of(MINUS_INFINITY))));
  emitVectors(code, "largest", isa, (isPart) => {
    const place = at(rdx, 0, { index: rax });
    if (isPart) {
      code.emit("vmovaps", first, largest);
      isa.mergePart(code, first, place, isa.vector(SECOND));
    } else code.emit("vmovups", first, place);
    code.emit("vmaxps", largest, first, largest);
  });
  const larger = (vector: (n: number) => VectorRegister): void =>
    code.emit("vmaxps", vector(LARGEST), vector(FIRST), vector(LARGEST));
  if (isa.bytes === 64) {
    code.emit("vextractf64x4", ymm(FIRST), largest, 1);
    larger(ymm);
  }
  code.emit("vextractf128", xmm(FIRST), ymm(LARGEST), 1);
  larger(xmm);
  // The halves, and then the neighbours, of four numbers.
  for (const order of [0b01_00_11_10, 0b10_11_00_01]) {
    code.emit("vpermilps", xmm(FIRST), xmm(LARGEST), order);
    larger(xmm);
  }
  code.emit("vbroadcastss", largest, xmm(LARGEST));
}

/** gradient_k := e^(y_k − LARGEST), and SUM their sum, which is handed on. */
function emitExponentials(code: Assembler, isa: Isa): void {
  const f = new Formula();
  f.store("gradient", exp(f, f.sub(f.load("y"), f.argument("largest"))));
  const kept = Object.entries({ largest: LARGEST, first: FIRST, second: SECOND, sum: SUM });
  const pinned = new Map(kept.map(([name, n]) => [name, isa.vector(n)]));
  isa.clear(code, isa.vector(SUM));
  emitVectors(code, "exponentials", isa, (isPart) => {
    emitFormula(code, isa, f.steps, {
      place: (step) => at(step.word === "y" ? rdx : r8, 0, { index: rax }),
      pinned,
      isPart,
      stored(exponentials) {
        if (isPart) isa.clearRest(code, exponentials);
        for (let n = 0; n < isa.lanes / GROUP; n++) emitAddGroup(code, isa, exponentials, n);
      },
    });
  });
  code.emit("vunpckhpd", xmm(FIRST), xmm(SUM), xmm(SUM));
  code.emit("vaddsd", xmm(SUM), xmm(SUM), xmm(FIRST));
  code.emit("vmovsd", HANDED.sum, xmm(SUM));
}

/** The halves of SUM += first + third, second + fourth number of a group. */
function emitAddGroup(code: Assembler, isa: Isa, from: VectorRegister, group: number): void {
  const four = group === 0 ? xmm(from.id) : xmm(FIRST);
  if (group > 0) code.emit(isa.bytes === 64 ? "vextractf32x4" : "vextractf128", four, from, group);
  code.emit("vcvtps2pd", ymm(FIRST), four);
  code.emit("vextractf128", xmm(SECOND), ymm(FIRST), 1);
  code.emit("vaddpd", xmm(FIRST), xmm(FIRST), xmm(SECOND));
  code.emit("vaddpd", xmm(SUM), xmm(SUM), xmm(FIRST));
}

/** The right class, and Σ t (y − LARGEST), handed on. */
function emitShifted(code: Assembler): void {
  const [turn, end] = [code.label("entropy_shares"), code.label("entropy_shifted")];
  code.emit("vmovss", PASSING, at(rdi));
  code.emit("vcvttps2dq", PASSING, PASSING);
  code.emit("vmovd", low(rbp), PASSING);
  // Whatever stands there, it is read and written within the row.
  code.emit("mov", low(rax), word("width"));
  code.emit("dec", low(rax));
  code.emit("cmp", low(rbp), low(rax));
  code.emit("cmova", low(rbp), low(rax));
  code.emit("mov", HANDED.right, rbp);
  const shifted = (to: VectorRegister, place: Address): void => {
    code.emit("vmovss", to, place);
    code.emit("vsubss", to, to, xmm(LARGEST));
    code.emit("vcvtss2sd", to, to, to);
  };
  shifted(SHIFTED, at(rdx, 0, { index: rbp, scale: 4 }));
  code.emit("vmulsd", SHIFTED, SHIFTED, word("chosen"));
  code.emit("mov", low(rax), word("smooths"));
  code.emit("test", rax, rax);
  code.emit("je", end);
  code.emit("xor", rax, rax);
  code.bind(turn);
  shifted(PASSING, at(rdx, 0, { index: rax }));
  code.emit("vmulsd", PASSING, PASSING, word("share"));
  code.emit("vaddsd", SHIFTED, SHIFTED, PASSING);
  code.emit("add", rax, 4);
  code.emit("cmp", rax, rsi);
  code.emit("jb", turn);
  code.bind(end);
  code.emit("vmovsd", HANDED.shifted, SHIFTED);
}

/** SUM, SCALE and PER_EXPONENTIAL. */
function emitScale(code: Assembler): void {
  const none = code.label("entropy_scale");
  code.emit("vmovsd", SCALE, word("perPattern"));
  code.emit("test", rbx, rbx);
  code.emit("je", none);
  code.emit("vcvtss2sd", PASSING, PASSING, at(rbx));
  code.emit("vmulsd", SCALE, SCALE, PASSING);
  code.emit("add", rbx, 4);
  code.bind(none);
  code.emit("vmovsd", xmm(SUM), HANDED.sum);
  code.emit("vmovsd", PER_EXPONENTIAL, word("total"));
  code.emit("vdivsd", PER_EXPONENTIAL, PER_EXPONENTIAL, xmm(SUM));
}

/** The gradient of all classes; that of the right one, a small difference once learned, is scale (chosen + share − e_d total / Σ e). */
function emitGradient(code: Assembler, isa: Isa): void {
  const [factor, share, passing] = [isa.vector(FIRST), isa.vector(SECOND), isa.vector(PASSING.id)];
  code.emit("mov", rbp, HANDED.right);
  const right = at(r13, 0, { index: rbp, scale: 4 });
  code.emit("vmovss", PASSING, right);
  code.emit("vcvtss2sd", PASSING, PASSING, PASSING);
  code.emit("vmulsd", PASSING, PASSING, PER_EXPONENTIAL);
  code.emit("vmovsd", ANOTHER, word("chosen"));
  code.emit("vaddsd", ANOTHER, ANOTHER, word("share"));
  code.emit("vsubsd", ANOTHER, ANOTHER, PASSING);
  code.emit("vmulsd", ANOTHER, ANOTHER, SCALE);
  code.emit("vcvtsd2ss", RIGHT, ANOTHER, ANOTHER);
  code.emit("vmulsd", xmm(FIRST), SCALE, PER_EXPONENTIAL);
  code.emit("vcvtsd2ss", xmm(FIRST), xmm(FIRST), xmm(FIRST));
  code.emit("vbroadcastss", factor, xmm(FIRST));
  code.emit("vmulsd", xmm(SECOND), SCALE, word("share"));
  code.emit("vcvtsd2ss", xmm(SECOND), xmm(SECOND), xmm(SECOND));
  code.emit("vbroadcastss", share, xmm(SECOND));
  emitVectors(code, "gradient", isa, (isPart) => {
    const place = at(r13, 0, { index: rax });
    if (isPart) isa.loadPart(code, passing, place);
    else code.emit("vmovups", passing, place);
    code.emit("vfnmadd213ps", passing, factor, share);
    if (isPart) isa.storePart(code, place, passing);
    else code.emit("vmovups", place, passing);
  });
  code.emit("vmovss", right, RIGHT);
}
