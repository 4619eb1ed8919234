/**
 * The functions of machine code: how each is emitted, and the one entry that calls them all.
 *
 * A call of `machineCalls` has one function, or one for each kind, such as an activation. Functions are made when a plan first needs them:
 * where they lie stands in a table, and 0 where they aren't made.
 */
import { machineCalls } from "../memory/layouts.ts";
import type { Assembler } from "./assembler/assembler.ts";
import { at, type Label, low, rax, rcx, rdi, rdx, rsi } from "./assembler/operands.ts";
import { emitBf16Product } from "./kernels/bf16Product.ts";
import { emitColumnSums, emitDifferenceSums, emitProductSums } from "./kernels/columns.ts";
import { emitCrossEntropy } from "./kernels/crossEntropy.ts";
import {
  activate,
  derive,
  type Emit,
  emitDropout,
  emitScaleRows,
  type Kinds,
  parametric,
  parametricBack,
  updates,
} from "./kernels/elements.ts";
import { type CallName, wordOf } from "./kernels/elementwise.ts";
import type { Isa } from "./kernels/isa.ts";
import { emitProduct } from "./kernels/product.ts";
import { emitTurn } from "./kernels/turn.ts";

const emitters: Readonly<Record<CallName, Emit | Kinds>> = {
  product: emitProduct,
  update: updates,
  activate,
  derive,
  parametric,
  parametricBack,
  dropout: emitDropout,
  scaleRows: emitScaleRows,
  crossEntropy: { crossEntropy: emitCrossEntropy },
  columnSums: emitColumnSums,
  productSums: emitProductSums,
  differenceSums: emitDifferenceSums,
  turn: emitTurn,
  bf16Product: { fast: (code) => emitBf16Product(code, 1), high: (code) => emitBf16Product(code, 2) },
};

/** A place of the table. */
export interface Place {
  readonly call: CallName;
  /** A name of the call's table of kinds; undefined where it has none. */
  readonly kind: string | undefined;
  readonly emit: Emit | undefined;
}

const calls = Object.keys(machineCalls) as CallName[];

/** The table's places: call by call, kind by kind. */
export const functions: readonly Place[] = calls.flatMap((call): Place[] => {
  const own = emitters[call];
  if (typeof own === "function") return [{ call, kind: undefined, emit: own }];
  return Object.entries(own).map(([kind, emit]) => ({ call, kind, emit }));
});

/** A function that was emitted: its place in the table, where it is called, and where its bytes begin and end, NOPs before it included. */
export interface Emitted {
  readonly index: number;
  readonly start: Label;
  readonly from: number;
  readonly to: number;
}

/** Emits those functions of the table that are asked for, one behind the other. */
export function emitFunctions(
  code: Assembler,
  isa: Isa,
  isAsked: (place: Place, index: number) => boolean,
): readonly Emitted[] {
  return functions.flatMap((place, index) => {
    if (place.emit === undefined || !isAsked(place, index)) return [];
    const from = code.length;
    const start = place.emit(code, isa);
    return [{ index, start, from, to: code.length }];
  });
}

/** Of which kinds a plan needs functions: all its words, because it is plain data with the names of its activations and optimizers. */
export function kindsOf(plan: unknown, kinds = new Set<string>()): ReadonlySet<string> {
  if (typeof plan === "string") kinds.add(plan);
  else if (typeof plan === "object" && plan !== null) for (const part of Object.values(plan)) kindsOf(part, kinds);
  return kinds;
}

/**
 * The type of the entry in C: 0, or 1 where the function isn't made. One function and few arguments: each one takes koffi 10 ns, and each
 * function a worker's time to find.
 */
export const MACHINE = "int (uintptr_t memory, uint32_t words)";

/** The bits that a call's word `kind` is read with, behind where its functions begin in the table; none where it has no kinds. */
const begins = Uint32Array.from(
  calls.flatMap((call) => {
    const hasKinds = typeof emitters[call] !== "function";
    return [functions.findIndex((place) => place.call === call), hasKinds ? 2 ** 32 - 1 : 0];
  }),
);

/** The entry: rdi where the memory begins, rsi the address in it of the words of a call. @param table where the functions' addresses lie */
export function emitEntry(code: Assembler, table: bigint): Label {
  const [start, missing] = [code.label("machine"), code.label("missing")];
  code.align(64);
  code.bind(start);
  code.emit("mov", low(rax), at(rdi, 0, { index: rsi }));
  code.emit("cmp", low(rax), calls.length);
  code.emit("jae", missing);
  code.emit("lea", rdx, at(code.constant(begins)));
  code.emit("mov", low(rcx), at(rdx, 0, { index: rax, scale: 8 }));
  code.emit("mov", low(rdx), at(rdx, 4, { index: rax, scale: 8 }));
  code.emit("and", low(rdx), at(rdi, KIND, { index: rsi }));
  code.emit("add", low(rcx), low(rdx));
  code.emit("cmp", low(rcx), functions.length);
  code.emit("jae", missing);
  code.emit("movabs", rax, table);
  code.emit("mov", rax, at(rax, 0, { index: rcx, scale: 8 }));
  code.emit("test", rax, rax);
  code.emit("je", missing);
  code.emit("call", rax);
  code.emit("xor", low(rax), low(rax));
  code.emit("ret");
  code.bind(missing);
  code.emit("mov", low(rax), 1);
  code.emit("ret");
  return start;
}

/** Where every call has its kind, if it has one. */
const KIND = wordOf("update", "kind");
