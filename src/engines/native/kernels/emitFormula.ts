/**
 * The steps of a formula as instructions: one or two for each, in their order, with registers for what is still needed.
 *
 * A constant is read from memory where an instruction can; a register holds it where none can. Knows no loops.
 */
import { GradusError } from "../../../errors.ts";
import type { Assembler } from "../assembler/assembler.ts";
import { type Address, at, broadcast, type MaskRegister, type VectorRegister } from "../assembler/operands.ts";
import type { BinaryName, Step } from "./formula.ts";
import type { Isa } from "./isa.ts";
import { type Masks, maskRegisters, registerMasks, vectorMasks, vectorRegisters } from "./masks.ts";

type Register = VectorRegister | MaskRegister;

/** What a formula's loop gives it. */
export interface Surroundings {
  /** Where the elements of an array at hand lie. */
  place(step: Step): Address;
  /** What lies in a register all the time: arguments and positions. */
  readonly pinned: ReadonlyMap<string, VectorRegister>;
  /** Whether the elements at hand are those of the part's mask alone. */
  readonly isPart: boolean;
  /** Emits what else is done with elements that were stored: they may be overwritten unless they are needed again. */
  stored?(value: VectorRegister): void;
}

/** Of two vectors. */
export const instructionOf = {
  add: "vaddps",
  sub: "vsubps",
  mul: "vmulps",
  div: "vdivps",
  smaller: "vminps",
  larger: "vmaxps",
  and: "vandps",
  or: "vorps",
  xor: "vxorps",
  addIntegers: "vpaddd",
  mulIntegers: "vpmulld",
} as const satisfies Record<BinaryName, string>;

export const isBinary = (name: string): name is BinaryName => Object.hasOwn(instructionOf, name);

export const isCommutative = (name: string): boolean => !["sub", "div", "smaller", "larger"].includes(name);

/** Under which name what is pinned lies. */
export const pinnedName = ({ name, word }: Step): string => word ?? name;

const isPinned = ({ name }: Step): boolean => name === "argument" || name === "positions";

export function emitFormula(code: Assembler, isa: Isa, steps: readonly Step[], surroundings: Surroundings): void {
  const emitter = new FormulaEmitter(code, isa, steps, surroundings);
  for (const step of steps) emitter.emit(step);
}

class FormulaEmitter {
  readonly #code: Assembler;
  readonly #isa: Isa;
  readonly #surroundings: Surroundings;
  readonly #masks: Masks<never>;
  readonly #free: { readonly vectors: VectorRegister[]; readonly masks: MaskRegister[] };
  /** How often each result is still to be taken. */
  readonly #uses = new Map<Step, number>();
  readonly #places = new Map<Step, Register>();

  constructor(code: Assembler, isa: Isa, steps: readonly Step[], surroundings: Surroundings) {
    this.#code = code;
    this.#isa = isa;
    this.#surroundings = surroundings;
    this.#masks = (isa.registers === 32 ? registerMasks : vectorMasks) as Masks<never>;
    const pinned = new Set([...surroundings.pinned.values()].map(({ id }) => id));
    this.#free = { vectors: vectorRegisters(isa).filter(({ id }) => !pinned.has(id)), masks: maskRegisters(isa) };
    for (const { from } of steps) for (const each of from) this.#uses.set(each, (this.#uses.get(each) ?? 0) + 1);
  }

  emit(step: Step): void {
    const { name, from } = step;
    if (name === "constant" || isPinned(step)) return;
    if (name === "load") this.#load(step);
    else if (name === "store") this.#store(step);
    else if (name === "madd") this.#madd(step);
    else if (isBinary(name)) this.#binary(step, instructionOf[name]);
    else if (name === "compare" || name === "atLeast" || name === "both") this.#toMask(step);
    else if (name === "select" || name === "keep") this.#choose(step);
    else if (name === "drop") {
      const [a, where] = from;
      this.#masks.drop(this.#code, this.#overwritten(step, a), this.#register(where) as never);
      this.#taken(where);
    } else this.#unary(step);
  }

  #load(step: Step): void {
    const to = this.#vectorFor(step);
    const place = this.#surroundings.place(step);
    if (this.#surroundings.isPart) this.#isa.loadPart(this.#code, to, place);
    else this.#code.emit("vmovups", to, place);
  }

  #store(step: Step): void {
    const place = this.#surroundings.place(step);
    const value = this.#register(step.from[0]) as VectorRegister;
    if (this.#surroundings.isPart) this.#isa.storePart(this.#code, place, value);
    else this.#code.emit("vmovups", place, value);
    this.#surroundings.stored?.(value);
    this.#taken(step.from[0]);
  }

  #unary(step: Step): void {
    const [a] = step.from;
    const source = this.#register(a) as VectorRegister;
    this.#taken(a);
    const to = this.#vectorFor(step);
    const number = step.number ?? 0;
    if (step.name === "sqrt") this.#code.emit("vsqrtps", to, source);
    else if (step.name === "shiftLeft") this.#code.emit("vpslld", to, source, number);
    else if (step.name === "shiftRight") this.#code.emit("vpsrld", to, source, number);
    else if (this.#isa.registers === 32) this.#code.emit("vrndscaleps", to, source, TO_EVEN);
    else this.#code.emit("vroundps", to, source, TO_EVEN);
  }

  #binary(step: Step, instruction: (typeof instructionOf)[BinaryName]): void {
    let [a, b] = step.from;
    if (a.name === "constant" && isCommutative(step.name)) [a, b] = [b, a];
    if (a.name === "constant") {
      // Read before b's register is free, which the result must not overwrite.
      const to = this.#vectorFor(step);
      this.#broadcast(to, a);
      this.#code.emit(instruction, to, to, this.#source(b));
      this.#taken(b);
      return;
    }
    const [left, right] = [this.#register(a) as VectorRegister, this.#source(b)];
    this.#taken(a);
    this.#taken(b);
    this.#code.emit(instruction, this.#vectorFor(step), left, right);
  }

  /** a · b + c, over the operand that nobody needs any more; else over a copy of c. */
  #madd(step: Step): void {
    let [a, b, c] = step.from;
    if (a.name === "constant") [a, b] = [b, a];
    if (c.name !== "constant" && !this.#isLast(c) && b.name !== "constant" && !this.#isLast(a) && this.#isLast(b)) {
      [a, b] = [b, a];
    }
    if (!this.#isLast(c) && this.#isLast(a) && (b.name !== "constant" || c.name !== "constant")) {
      const [left, addend] = [this.#register(a) as VectorRegister, c];
      this.#places.delete(a);
      this.#places.set(step, left);
      this.#uses.delete(a);
      if (b.name === "constant") {
        this.#code.emit("vfmadd132ps", left, this.#register(addend) as VectorRegister, this.#source(b));
      } else this.#code.emit("vfmadd213ps", left, this.#register(b) as VectorRegister, this.#source(addend));
      this.#taken(b);
      this.#taken(addend);
      return;
    }
    const [left, right] = [this.#register(a) as VectorRegister, this.#source(b)];
    const to = this.#overwritten(step, c);
    this.#code.emit("vfmadd231ps", to, left, right);
    this.#taken(a);
    this.#taken(b);
  }

  #toMask(step: Step): void {
    const [a, b] = step.from;
    const to = this.#maskFor(step) as never;
    if (step.name === "both") this.#masks.both(this.#code, to, this.#register(a) as never, this.#register(b) as never);
    else if (step.name === "atLeast") {
      this.#masks.atLeast(this.#code, to, this.#register(a) as VectorRegister, this.#register(b) as VectorRegister);
    } else if (a.name === "constant") {
      const constant = this.#take();
      this.#broadcast(constant, a);
      this.#masks.compare(this.#code, to, constant, this.#source(b), step.number ?? 0);
      this.#free.vectors.push(constant);
    } else {
      this.#masks.compare(this.#code, to, this.#register(a) as VectorRegister, this.#source(b), step.number ?? 0);
    }
    this.#taken(a);
    this.#taken(b);
  }

  #choose(step: Step): void {
    const where = step.from[step.from.length - 1];
    const a = this.#source(step.from[0]);
    const to = this.#vectorFor(step);
    if (step.name === "keep") this.#masks.keep(this.#code, to, a, this.#register(where) as never);
    else {
      const b = step.from[1];
      if (b.name === "constant") this.#broadcast(to, b);
      const other = b.name === "constant" ? to : (this.#register(b) as VectorRegister);
      this.#masks.select(this.#code, to, a, other, this.#register(where) as never);
    }
    for (const each of step.from) this.#taken(each);
  }

  /** A register with what that step gave, for a result that is made over it: its own if nobody needs it any more, else a copy. */
  #overwritten(step: Step, before: Step): VectorRegister {
    if (this.#isLast(before)) {
      const own = this.#register(before) as VectorRegister;
      this.#places.delete(before);
      this.#uses.delete(before);
      this.#places.set(step, own);
      return own;
    }
    const to = this.#vectorFor(step);
    if (before.name === "constant") this.#broadcast(to, before);
    else this.#code.emit("vmovaps", to, this.#register(before) as VectorRegister);
    this.#taken(before);
    return to;
  }

  /** Whether a register is free for another result once this one is taken. */
  #isLast(step: Step): boolean {
    return step.name !== "constant" && !isPinned(step) && this.#uses.get(step) === 1;
  }

  #register(step: Step): Register {
    const place = isPinned(step) ? this.#surroundings.pinned.get(pinnedName(step)) : this.#places.get(step);
    if (place === undefined) throw new GradusError(`A formula needs ${step.name} in a register, which it is not.`);
    return place;
  }

  #source(step: Step): VectorRegister | Address {
    if (step.name !== "constant") return this.#register(step) as VectorRegister;
    const { registers, lanes } = this.#isa;
    const bits = step.number ?? 0;
    if (registers === 32) return broadcast(at(this.#code.constant(Uint32Array.of(bits))));
    return at(this.#code.constant(new Uint32Array(lanes).fill(bits)));
  }

  #broadcast(to: VectorRegister, { number = 0 }: Step): void {
    this.#code.emit("vbroadcastss", to, at(this.#code.constant(Uint32Array.of(number))));
  }

  #take(): VectorRegister {
    const register = this.#free.vectors.pop();
    if (register === undefined) throw new GradusError(`A formula needs more than the vectors of ${this.#isa.title}.`);
    return register;
  }

  #vectorFor(step: Step): VectorRegister {
    const register = this.#take();
    this.#places.set(step, register);
    return register;
  }

  #maskFor(step: Step): Register {
    if (this.#isa.registers !== 32) return this.#vectorFor(step);
    const register = this.#free.masks.pop();
    if (register === undefined) throw new GradusError(`A formula needs more than the masks of ${this.#isa.title}.`);
    this.#places.set(step, register);
    return register;
  }

  /** One of its uses is over. */
  #taken(step: Step): void {
    const left = (this.#uses.get(step) ?? 0) - 1;
    this.#uses.set(step, left);
    const place = this.#places.get(step);
    if (left > 0 || place === undefined) return;
    this.#places.delete(step);
    if (place.kind === "mask") this.#free.masks.push(place);
    else this.#free.vectors.push(place);
  }
}

/** To the nearest, of two the even one, and no exception. */
const TO_EVEN = 8;
