/**
 * Straight code over vectors of four float32: what is to be computed is written down as values, and registers are chosen afterwards.
 *
 * A value that finds no register lies in memory; the one goes there whose next use is furthest (Belady 1966). Knows instructions, not
 * what they compute.
 */
import { GradusError } from "../../../errors.ts";
import type { Assembler } from "../assembler/assembler.ts";
import type { Mnemonic } from "../assembler/instructions.ts";
import {
  type Address,
  at,
  broadcast,
  type GeneralRegister,
  type MaskRegister,
  masked,
  type Operand,
  type VectorRegister,
  xmm,
  zeroed,
} from "../assembler/operands.ts";
import type { Isa } from "./isa.ts";
import { isAddress, Kept, operandOf, type Value } from "./values.ts";

interface Step {
  readonly sources: readonly Kept[];
  readonly result?: Kept;
  /** The sources one of which may be read from memory, the first that lies there. */
  readonly fromMemory: readonly number[];
  /** a · b + c, which overwrites one of them. */
  readonly isFused?: boolean;
  readonly put?: (result: VectorRegister | MaskRegister, sources: readonly Operand[]) => void;
}

const NUMBER = new Float32Array(1);
const NUMBER_BITS = new Uint32Array(NUMBER.buffer);

/** Slots of the frame that values which find no register go to. */
const SLOT_BYTES = 16;

export class StraightCode {
  readonly #isa: Isa;
  readonly #code: Assembler;
  readonly #frame: GeneralRegister;
  readonly #frameOffset: number;
  readonly #steps: Step[] = [];
  readonly #lines: ([Mnemonic, ...Operand[]] | string)[] = [];
  readonly #free: number[];
  readonly #freeMasks = [7, 6, 5, 4, 3, 2, 1];
  readonly #held = new Set<Kept>();
  /** Constants by their bits. */
  readonly #words = new Map<number, Value>();
  readonly #freeSlots: number[] = [];
  /** Slots whose values the step at hand reads for the last time: free from the next step on. */
  readonly #leftSlots: number[] = [];
  #slots = 0;
  /** The step that registers are chosen for. */
  #now = 0;

  /**
   * @param pinned how many of the last registers belong to values that keep theirs: `pinned`
   * @param frame where values lie that find no register, from an offset on
   */
  constructor(
    code: Assembler,
    isa: Isa,
    { pinned, frame, offset }: { readonly pinned: number; readonly frame: GeneralRegister; readonly offset: number },
  ) {
    this.#code = code;
    this.#isa = isa;
    this.#frame = frame;
    this.#frameOffset = offset;
    this.#free = Array.from({ length: isa.registers - pinned }, (_, n) => isa.registers - pinned - 1 - n);
  }

  /** Whether comparisons fill registers of their own. */
  get #hasMasks(): boolean {
    return this.#isa.registers === 32;
  }

  /** Bytes of the frame that are used, once `emit` has chosen registers. */
  get frameBytes(): number {
    return SLOT_BYTES * this.#slots;
  }

  /** The same number in all four places. */
  number(value: number): Value {
    NUMBER[0] = value;
    return this.bits(NUMBER_BITS[0]);
  }

  /** The same bits. */
  bits(word: number): Value {
    const known = this.#words.get(word) ?? this.#constant(new Uint32Array(4).fill(word));
    this.#words.set(word, known);
    return known;
  }

  /** Ones in the first `count` places, as bits. */
  firstLanes(count: number): Value {
    return this.#constant(Int32Array.from([0, 1, 2, 3], (lane) => (lane < count ? -1 : 0)));
  }

  /** The same number of double precision in both places. */
  double(value: number): Value {
    return this.#constant(new Float64Array(2).fill(value));
  }

  #constant(values: Float32Array | Float64Array | Uint32Array | Int32Array): Value {
    return new Kept("vector", { home: at(this.#code.constant(values)) });
  }

  /** What lies in memory, and stays as it is while it is read; one number for all places where the address is a broadcast. */
  memory(home: Address): Value {
    return new Kept("vector", { home });
  }

  /** What lies in a register from the beginning to the end. */
  pinned(register: number): Value {
    return new Kept("vector", { pinned: register });
  }

  /** to = name(a, b); `swaps`: a and b may be changed for each other. @param pinned the register that the result has to be in */
  two(name: Mnemonic, a: Value, b: Value, { swaps = false, pinned }: { swaps?: boolean; pinned?: number } = {}): Value {
    const put = (to: Operand, [first, second]: readonly Operand[]): void => {
      if (isAddress(first)) this.#put(name, to, second, first);
      else this.#put(name, to, first, second);
    };
    return this.#step([a, b], swaps ? [1, 0] : [1], put, pinned);
  }

  /** to = name(a, immediate). */
  one(name: Mnemonic, a: Value, ...immediate: readonly number[]): Value {
    return this.#step([a], [], (to, [from]) => this.#put(name, to, from, ...immediate));
  }

  sub = (a: Value, b: Value): Value => this.two("vsubps", a, b);
  mul = (a: Value, b: Value): Value => this.two("vmulps", a, b, { swaps: true });

  /** a · b + c, rounded once. */
  madd(a: Value, b: Value, c: Value): Value {
    const result = new Kept("vector");
    this.#write({ sources: [a, b, c] as Kept[], result, fromMemory: [], isFused: true });
    return result;
  }

  /** Where a comparison holds. @param predicate as VCMPPS numbers it */
  compare(a: Value, b: Value, predicate: number): Value {
    const put: Step["put"] = (to, [x, y]) => this.#put("vcmpps", to, x, y, predicate);
    return this.#hasMasks ? this.#mask([a, b], [1], put) : this.#step([a, b], [1], put);
  }

  /** Where both hold. */
  both(a: Value, b: Value): Value {
    if (!this.#hasMasks) return this.two("vandps", a, b, { swaps: true });
    return this.#mask([a, b], [], (to, [x, y]) => this.#put("kandw", to, x, y));
  }

  /** `yes` where it holds, else `no`. */
  select(yes: Value, no: Value, where: Value): Value {
    const put: Step["put"] = (to, [a, b, mask]) => {
      if (this.#hasMasks) this.#put("vblendmps", masked(to as VectorRegister, mask as MaskRegister), b, a);
      else this.#put("vblendvps", to, b, a, mask);
    };
    return this.#step([yes, no, where], [0], put);
  }

  /** `yes` where it holds, else 0. */
  keep(yes: Value, where: Value): Value {
    if (!this.#hasMasks) return this.two("vandps", where, yes, { swaps: true });
    const put: Step["put"] = (to, [a, mask]) =>
      this.#put("vmovaps", zeroed(to as VectorRegister, mask as MaskRegister), a);
    return this.#step([yes, where], [0], put);
  }

  /** 0 where it holds, else `no`. */
  drop(no: Value, where: Value): Value {
    if (!this.#hasMasks) return this.two("vandnps", where, no);
    return this.keep(
      no,
      this.#mask([where], [], (to, [mask]) => this.#put("knotw", to, mask)),
    );
  }

  /** One of its numbers in all places. */
  lane(from: Value, lane: number): Value {
    const { home, register } = from as Kept;
    const isGiven = home !== undefined && register === undefined && !home.broadcast;
    if (isGiven) return this.memory(broadcast({ ...home, displacement: home.displacement + 4 * lane }));
    return this.one("vpermilps", from, 0b01010101 * lane);
  }

  /** What an instruction of one operand in memory loads. */
  load(name: Mnemonic, from: Address): Value {
    return this.#step([], [], (to) => this.#put(name, to, from));
  }

  /** Writes a value to memory. @param isHome whether it may be read from there later in this code */
  store(name: Mnemonic, to: Address, from: Value, isHome = false): void {
    const kept = from as Kept;
    this.#write({
      sources: [kept],
      fromMemory: [],
      put: (_, [value]) => {
        this.#put(name, to, value);
        if (isHome) kept.home = to;
      },
    });
  }

  /** A line of the listing: the formula of what follows. */
  remark(text: string): void {
    this.#write({ sources: [], fromMemory: [], put: () => void this.#lines.push(text) });
  }

  #mask(sources: readonly Value[], fromMemory: readonly number[], put: Step["put"]): Value {
    const result = new Kept("mask");
    this.#write({ sources: sources as Kept[], result, fromMemory, put });
    return result;
  }

  #step(sources: readonly Value[], fromMemory: readonly number[], put: Step["put"], pinned?: number): Value {
    const result = new Kept("vector", pinned === undefined ? {} : { pinned });
    this.#write({ sources: sources as Kept[], result, fromMemory, put });
    return result;
  }

  #write(step: Step): void {
    const number = this.#steps.push(step) - 1;
    for (const source of step.sources) source.uses.push(number);
  }

  #put(name: Mnemonic, ...operands: readonly Operand[]): void {
    this.#lines.push([name, ...operands]);
  }

  /** Chooses registers for all that was written. @returns what writes the code */
  finish(): () => void {
    for (const [number, step] of this.#steps.entries()) {
      this.#now = number;
      this.#freeSlots.push(...this.#leftSlots.splice(0));
      if (step.isFused) this.#emitFused(step, number);
      else this.#emitStep(step, number);
    }
    const emit = this.#code.emit.bind(this.#code) as (name: Mnemonic, ...operands: readonly Operand[]) => void;
    return () => {
      for (const line of this.#lines) {
        if (typeof line === "string") this.#code.remark(line);
        else emit(...line);
      }
    };
  }

  #emitStep({ sources, fromMemory, result, put }: Step, number: number): void {
    const fromHome = fromMemory.find((n) => this.#isOperand(sources[n]));
    for (const [n, source] of sources.entries()) if (n !== fromHome) this.#load(source, sources);
    const operands = sources.map((source) => operandOf(source));
    this.#release(sources, number);
    put?.(result === undefined ? xmm(0) : this.#place(result, sources), operands);
  }

  /** Which of a, b and c is overwritten: one that is not read again, or else a copy. */
  #emitFused({ sources, result }: Step, number: number): void {
    let [a, b, c] = sources;
    if (result === undefined) return;
    const isDone = (value: Kept): boolean =>
      value.register !== undefined && value.pinned === undefined && value.usedAfter(number) === undefined;
    if (!isDone(a) && isDone(b)) [a, b] = [b, a];
    const overwritesSum = isDone(c) || !isDone(a);
    if (overwritesSum) {
      // c += a · b
      const fromHome = [b, a].find((value) => value !== c && this.#isOperand(value));
      for (const value of [a, b]) if (value !== fromHome) this.#load(value, sources);
      const operands = [a, b].map(operandOf);
      const copies = !isDone(c);
      // The copy needs a register that neither a nor b has.
      const copy = copies ? this.#place(result, sources) : undefined;
      if (copy !== undefined) this.#putLoad(copy, operandOf(c));
      this.#release(sources, number, copies ? undefined : c);
      const to = copy ?? this.#take(c, result);
      const [x, y] = isAddress(operands[0]) ? [operands[1], operands[0]] : operands;
      this.#put("vfmadd231ps", to, x, y);
      return;
    }
    // a = a · b + c
    const fromHome = [c, b].find((value) => value !== a && this.#isOperand(value));
    for (const value of [b, c]) if (value !== fromHome) this.#load(value, sources);
    const [x, y] = [b, c].map(operandOf);
    this.#release(sources, number, a);
    const to = this.#take(a, result);
    if (isAddress(x)) this.#put("vfmadd132ps", to, y, x);
    else this.#put("vfmadd213ps", to, x, y);
  }

  /** The result takes over the register of a value that is not read again. */
  #take(from: Kept, result: Kept): VectorRegister {
    const register = from.register as number;
    this.#held.delete(from);
    from.register = undefined;
    if (from.slot !== undefined) this.#leftSlots.push(from.slot);
    result.register = register;
    this.#held.add(result);
    return xmm(register);
  }

  /** Whether an instruction can read it from where it lies. */
  #isOperand({ kind, register, home }: Kept): boolean {
    return kind === "vector" && register === undefined && home !== undefined && this.#isReadable(home);
  }

  #isReadable(home: Address): boolean {
    return !home.broadcast || this.#isa.registers === 32;
  }

  #load(value: Kept, beside: readonly Kept[]): void {
    if (value.register !== undefined) return;
    if (value.home === undefined) throw new GradusError("A value is read that was never computed.");
    this.#putLoad(this.#place(value, beside) as VectorRegister, value.home);
  }

  #putLoad(to: Operand, from: Operand): void {
    if (isAddress(from) && from.broadcast) this.#put("vbroadcastss", to, { ...from, broadcast: false });
    else if (isAddress(from)) this.#put("vmovups", to, from);
    else this.#put("vmovaps", to, from);
  }

  /** Registers of values that are not read again are free. */
  #release(sources: readonly Kept[], number: number, except?: Kept): void {
    for (const source of new Set(sources)) {
      const { register, pinned, slot, kind } = source;
      const isElsewhere = register === undefined && slot === undefined;
      if (source === except || pinned !== undefined || isElsewhere || source.usedAfter(number) !== undefined) continue;
      if (slot !== undefined) this.#leftSlots.push(slot);
      source.slot = undefined;
      if (register === undefined) continue;
      (kind === "mask" ? this.#freeMasks : this.#free).push(register);
      this.#held.delete(source);
      source.register = undefined;
    }
  }

  /** A register for a value. @param beside values that are needed at the same time */
  #place(value: Kept, beside: readonly Kept[]): VectorRegister {
    if (value.pinned !== undefined) return xmm(value.pinned);
    if (value.kind === "mask") {
      const mask = this.#freeMasks.pop();
      if (mask === undefined) throw new GradusError("More comparisons are needed at once than there are masks.");
      value.register = mask;
      return operandOf(value) as never;
    }
    const register = this.#free.pop() ?? this.#evict(beside);
    value.register = register;
    // A value that nobody reads has its register for the instruction alone.
    if (value.uses.length === 0) this.#free.push(register);
    else this.#held.add(value);
    return xmm(register);
  }

  #evict(beside: readonly Kept[]): number {
    const candidates = [...this.#held].filter((value) => !beside.includes(value));
    const nextUse = (value: Kept): number => value.usedAfter(this.#now) ?? 0;
    const [furthest] = candidates.sort((a, b) => nextUse(b) - nextUse(a));
    if (furthest?.register === undefined) throw new GradusError("There are too few registers for one instruction.");
    const { register } = furthest;
    if (furthest.home === undefined) {
      furthest.slot = this.#freeSlots.pop() ?? this.#slots++;
      furthest.home = at(this.#frame, this.#frameOffset + SLOT_BYTES * furthest.slot);
      this.#put("vmovups", furthest.home, xmm(register));
    }
    furthest.register = undefined;
    this.#held.delete(furthest);
    return register;
  }
}
