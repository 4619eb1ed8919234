/** The functions of machine code: how each is emitted, by its name in `machineCalls`, and the one entry that calls them all. */
import { machineCalls } from "../memory/layouts.ts";
import type { Assembler } from "./assembler/assembler.ts";
import { at, type Label, low, rax, rdi, rsi } from "./assembler/operands.ts";
import { emitColumnSums, emitDifferenceSums, emitProductSums } from "./kernels/columns.ts";
import {
  emitActivate,
  emitDerive,
  emitDropout,
  emitParametric,
  emitParametricBack,
  emitScaleRows,
  emitUpdate,
} from "./kernels/elements.ts";
import type { Isa } from "./kernels/isa.ts";
import { emitProduct } from "./kernels/product.ts";

/** Emits a function of C: rdi where the memory begins, rsi the address in it of the words of its call. */
type Emit = (code: Assembler, isa: Isa) => Label;

const emitters: Readonly<Record<keyof typeof machineCalls, Emit>> = {
  product: emitProduct,
  update: emitUpdate,
  activate: emitActivate,
  derive: emitDerive,
  parametric: emitParametric,
  parametricBack: emitParametricBack,
  dropout: emitDropout,
  scaleRows: emitScaleRows,
  columnSums: emitColumnSums,
  productSums: emitProductSums,
  differenceSums: emitDifferenceSums,
};

/** The type of the entry in C. One function and few arguments: each one takes koffi 10 ns, and each function a worker's time to find. */
export const MACHINE = "void (uintptr_t memory, uint32_t words)";

/** All functions, and before them the entry: it goes on to the one whose number is the first word. */
export function emitFunctions(code: Assembler, isa: Isa): Label {
  const names = Object.keys(machineCalls) as (keyof typeof machineCalls)[];
  const places = names.map((name) => emitters[name](code, isa));
  const start = code.label("machine");
  code.align(64);
  code.bind(start);
  code.emit("mov", low(rax), at(rdi, 0, { index: rsi }));
  places.forEach((place, number) => {
    code.emit("cmp", low(rax), number);
    code.emit("je", place);
  });
  code.emit("ret");
  return start;
}
