/**
 * Functions that go over arrays element by element: a formula in a loop over rows and their vectors, the last one masked.
 *
 *   for each row: for each vector of its elements: the formula; then the elements that are left
 *
 * Knows no formula.
 */
import { placesOf } from "../../../plan/ops/places.ts";
import { machineCalls } from "../../memory/layouts.ts";
import type { Assembler } from "../assembler/assembler.ts";
import {
  at,
  type GeneralRegister,
  type Label,
  low,
  r8,
  r9,
  r11,
  rax,
  rcx,
  rdi,
  rdx,
  rsi,
  type VectorRegister,
} from "../assembler/operands.ts";
import { emitFormula, pinnedName } from "./emitFormula.ts";
import { Formula, type Step } from "./formula.ts";
import { formulaText } from "./formulaText.ts";
import type { Isa } from "./isa.ts";
import { vectorRegisters } from "./masks.ts";

export type CallName = keyof typeof machineCalls;

/** An instruction's place for a word of a call. */
export function wordOf(call: CallName, name: string): number {
  const place: number | undefined = placesOf<string>(machineCalls[call])[name];
  if (place === undefined) throw new Error(`The call ${call} has no word ${name}.`);
  return 4 * place;
}

/** Registers of the arrays' places. */
const ARRAYS = [rdx, r8, r9, r11];

/**
 * A function of C: rdi where the memory begins, rsi the address in it of the call's words, of which `width` says how many
 * elements a row has, and `rows`, if there is one, how many rows.
 */
export function emitElementwise(code: Assembler, isa: Isa, call: CallName, write: (f: Formula) => void): Label {
  const formula = new Formula();
  write(formula);
  const loop = new Loop(code, isa, call, formula.steps);
  return loop.emit();
}

class Loop {
  readonly #code: Assembler;
  readonly #isa: Isa;
  readonly #call: CallName;
  readonly #steps: readonly Step[];
  readonly #arrays = new Map<string, GeneralRegister>();
  readonly #pinned = new Map<string, VectorRegister>();

  constructor(code: Assembler, isa: Isa, call: CallName, steps: readonly Step[]) {
    this.#code = code;
    this.#isa = isa;
    this.#call = call;
    this.#steps = steps;
    const registers = vectorRegisters(isa);
    for (const step of steps) {
      const name = pinnedName(step);
      if ((step.name === "load" || step.name === "store") && !this.#arrays.has(name))
        this.#arrays.set(name, ARRAYS[this.#arrays.size]);
      if ((step.name === "argument" || step.name === "positions") && !this.#pinned.has(name))
        this.#pinned.set(name, registers[this.#pinned.size]);
    }
  }

  /** rax bytes into the row, rcx those of its whole vectors, rsi all of them, rdi rows that are left. */
  emit(): Label {
    const code = this.#code;
    const name = `${this.#call}_${this.#steps.length}`;
    const start = code.label(name);
    const [row, turn, part, next, end] = ["row", "turn", "part", "next", "end"].map((each) =>
      code.label(`${name}_${each}`),
    );
    code.align(64);
    for (const line of formulaText(this.#steps)) code.remark(line);
    code.bind(start);
    this.#prologue();
    code.emit("test", rdi, rdi);
    code.emit("jle", end);
    code.bind(row);
    this.#startRow();
    code.emit("test", rcx, rcx);
    code.emit("je", part);
    code.align(32);
    code.bind(turn);
    this.#body(false);
    code.emit("add", rax, this.#isa.bytes);
    code.emit("cmp", rax, rcx);
    code.emit("jb", turn);
    code.bind(part);
    code.emit("cmp", rcx, rsi);
    code.emit("je", next);
    this.#body(true);
    code.bind(next);
    for (const [word, array] of this.#arrays) if (!this.#isShared(word)) code.emit("add", array, rsi);
    code.emit("dec", rdi);
    code.emit("jne", row);
    code.bind(end);
    code.emit("vzeroupper");
    code.emit("ret");
    return start;
  }

  #prologue(): void {
    const [code, isa, call] = [this.#code, this.#isa, this.#call];
    const words = (name: string) => at(rax, wordOf(call, name));
    code.emit("lea", rax, at(rdi, 0, { index: rsi }));
    for (const [word, register] of this.#pinned) {
      if (word !== "positions") code.emit("vbroadcastss", register, words(word));
    }
    for (const [word, array] of this.#arrays) {
      code.emit("mov", low(array), words(word));
      code.emit("add", array, rdi);
    }
    code.emit("mov", low(rsi), words("width"));
    const hasRows = (machineCalls[call] as readonly string[]).includes("rows");
    if (hasRows) code.emit("mov", low(rdi), words("rows"));
    else code.emit("mov", rdi, 1);
    code.emit("mov", rcx, rsi);
    code.emit("and", rcx, isa.lanes - 1);
    isa.keepMask(code, rcx);
    isa.useMask(code);
    code.emit("shl", rsi, 2);
    code.emit("mov", rcx, rsi);
    code.emit("and", rcx, -isa.bytes);
  }

  #startRow(): void {
    this.#code.emit("xor", rax, rax);
    const positions = this.#pinned.get("positions");
    if (positions === undefined) return;
    const first = this.#code.constant(Uint32Array.from({ length: this.#isa.lanes }, (_, n) => n));
    this.#code.emit("vmovups", positions, at(first));
  }

  #body(isPart: boolean): void {
    const [code, isa] = [this.#code, this.#isa];
    const place = (step: Step) => at(this.#arrays.get(pinnedName(step)) as GeneralRegister, 0, { index: rax });
    emitFormula(code, isa, this.#steps, { place, pinned: this.#pinned, isPart });
    const positions = this.#pinned.get("positions");
    if (positions === undefined || isPart) return;
    code.emit("vpaddd", positions, positions, at(code.constant(new Uint32Array(isa.lanes).fill(isa.lanes))));
  }

  #isShared(word: string): boolean {
    return this.#steps.some((step) => step.word === word && step.isShared === true);
  }
}
