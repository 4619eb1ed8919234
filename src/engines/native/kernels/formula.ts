/**
 * What is computed of the numbers of a few arrays, element by element, as steps over vectors: recorded once, emitted for any vectors.
 *
 * The names are those of the kernels of WebAssembly, whose formulas stand here again with the same operations in the same order, so that
 * bits are the same. Knows no instructions.
 */

/** One operation; those whose results it takes come before it. */
export interface Step {
  readonly name: StepName;
  readonly from: readonly Step[];
  /** Of a constant its bits, of a shift how far, of a comparison which it is. */
  readonly number?: number;
  /** Of a load, a store or an argument, which word of the call says where it is or what it is. */
  readonly word?: string;
  /** Of a load or a store: every row has the same. */
  readonly isShared?: boolean;
}

export type BinaryName =
  | ("add" | "sub" | "mul" | "div" | "smaller" | "larger")
  | ("and" | "or" | "xor" | "addIntegers" | "mulIntegers");

export type StepName =
  | BinaryName
  | ("constant" | "argument" | "load" | "store" | "positions")
  | ("madd" | "sqrt" | "nearest" | "shiftLeft" | "shiftRight")
  | ("compare" | "atLeast" | "both" | "select" | "keep" | "drop");

declare const vector: unique symbol;
declare const mask: unique symbol;
/** A float32 or 32 bits in every lane. */
export type Vector = Step & { readonly [vector]: true };
/** Yes or no for every lane. */
export type Mask = Step & { readonly [mask]: true };

/** The predicates of comparisons, by their numbers in x64: ordered but for `differ`, as in WebAssembly. */
export const comparisons = { equal: 0, less: 1, lessOrEqual: 2, differ: 4 } as const;

type Operand = Vector | number;

/** Records steps. Numbers are constants of float32. */
export class Formula {
  readonly steps: Step[] = [];

  #step<Result extends Step>(step: Step): Result {
    this.steps.push(step);
    return step as Result;
  }

  #vector(operand: Operand): Vector {
    return typeof operand === "number" ? this.bits(new Uint32Array(Float32Array.of(operand).buffer)[0]) : operand;
  }

  #binary(name: BinaryName, a: Operand, b: Operand): Vector {
    return this.#step({ name, from: [this.#vector(a), this.#vector(b)] });
  }

  /** The elements at hand of the array whose address is that word of the call. */
  load(word: string): Vector {
    return this.#step({ name: "load", from: [], word });
  }

  /** The same of an array that is one row, for all rows. */
  loadShared(word: string): Vector {
    return this.#step({ name: "load", from: [], word, isShared: true });
  }

  store(word: string, value: Vector): void {
    this.#step({ name: "store", from: [value], word });
  }

  /** A word of the call, in every lane. */
  argument(word: string): Vector {
    return this.#step({ name: "argument", from: [], word });
  }

  /** 32 bits in every lane. */
  bits(number: number): Vector {
    return this.#step({ name: "constant", from: [], number: number >>> 0 });
  }

  /** Where the elements at hand stand in their row: 0, 1, 2 … */
  positions(): Vector {
    return this.#step({ name: "positions", from: [] });
  }

  add = (a: Operand, b: Operand): Vector => this.#binary("add", a, b);
  sub = (a: Operand, b: Operand): Vector => this.#binary("sub", a, b);
  mul = (a: Operand, b: Operand): Vector => this.#binary("mul", a, b);
  div = (a: Operand, b: Operand): Vector => this.#binary("div", a, b);
  and = (a: Operand, b: Operand): Vector => this.#binary("and", a, b);
  or = (a: Operand, b: Operand): Vector => this.#binary("or", a, b);
  xor = (a: Operand, b: Operand): Vector => this.#binary("xor", a, b);
  addIntegers = (a: Vector, b: Vector): Vector => this.#binary("addIntegers", a, b);
  mulIntegers = (a: Vector, b: Vector): Vector => this.#binary("mulIntegers", a, b);

  /** b < a ? b : a, as WebAssembly's pmin: a where one is NaN. x64's own takes the second where its first is not less. */
  pmin = (a: Operand, b: Operand): Vector => this.#binary("smaller", b, a);
  /** a < b ? b : a */
  pmax = (a: Operand, b: Operand): Vector => this.#binary("larger", b, a);

  /** a · b + c, rounded once. */
  madd = (a: Operand, b: Operand, c: Operand): Vector =>
    this.#step({ name: "madd", from: [this.#vector(a), this.#vector(b), this.#vector(c)] });

  sqrt = (a: Vector): Vector => this.#step({ name: "sqrt", from: [a] });
  /** The nearest whole number; of two the even one. */
  nearest = (a: Vector): Vector => this.#step({ name: "nearest", from: [a] });
  abs = (a: Vector): Vector => this.and(a, this.bits(0x7fffffff));
  neg = (a: Vector): Vector => this.xor(a, this.bits(0x80000000));
  shiftLeft = (a: Vector, number: number): Vector => this.#step({ name: "shiftLeft", from: [a], number });
  /** Zeros come in. */
  shiftRight = (a: Vector, number: number): Vector => this.#step({ name: "shiftRight", from: [a], number });

  #compare(number: number, a: Operand, b: Operand): Mask {
    return this.#step({ name: "compare", from: [this.#vector(a), this.#vector(b)], number });
  }

  eq = (a: Operand, b: Operand): Mask => this.#compare(comparisons.equal, a, b);
  ne = (a: Operand, b: Operand): Mask => this.#compare(comparisons.differ, a, b);
  lt = (a: Operand, b: Operand): Mask => this.#compare(comparisons.less, a, b);
  le = (a: Operand, b: Operand): Mask => this.#compare(comparisons.lessOrEqual, a, b);
  gt = (a: Operand, b: Operand): Mask => this.lt(b, a);
  /** a ≥ b of integers without a sign. */
  atLeast = (a: Vector, b: Vector): Mask => this.#step({ name: "atLeast", from: [a, b] });
  both = (a: Mask, b: Mask): Mask => this.#step({ name: "both", from: [a, b] });

  /** a where the mask says yes, else b. */
  select = (a: Operand, b: Operand, where: Mask): Vector =>
    this.#step({ name: "select", from: [this.#vector(a), this.#vector(b), where] });
  /** a where the mask says yes, else 0. */
  keep = (a: Operand, where: Mask): Vector => this.#step({ name: "keep", from: [this.#vector(a), where] });
  /** 0 where the mask says yes, else a. */
  drop = (a: Vector, where: Mask): Vector => this.#step({ name: "drop", from: [a, where] });
}
