/**
 * A loss from its trees: its numbers in float64 for one pattern, and its formulas.
 *
 * Knows no loss.
 */
import { compiled, fill, indices, type Scope, valueAt } from "./expression/compiled.ts";
import { type Expression, type Letter, put } from "./expression/expression.ts";
import { formulaOf } from "./expression/symbols.ts";
import type { Formula } from "./formula.ts";

export type Vector = ArrayLike<number>;

/**
 * What the target of one example is: "values", one number an output; "class", one number in all, the index of the
 * right output; "flags", one 0 or 1 (or a probability between) an output.
 */
export type DesiredKind = "values" | "class" | "flags";

export interface LossExpressions {
  /** ℓ(y, d) of one pattern. */
  readonly value: Expression;
  /** ∂ℓ/∂y_k. */
  readonly derivative: Expression;
}

/** What a batch comes to, before the patterns' scales. */
export interface LossOfBatch {
  /** ℓ of each pattern. [B] */
  readonly values: Float64Array;
  /** ∂ℓ/∂y. [B, M] */
  readonly derivative: Float64Array;
}

/** An option of a loss: a number, or a list with one for each output. */
export interface LossOption {
  /** The value where it is absent, for every output. */
  readonly absent: number;
  /** Whether it is a list: one factor for each output, in turn where there are more outputs. */
  readonly each?: true;
}

export interface LossEntry<Options> {
  readonly desired: DesiredKind;
  /** The options it takes besides its name: at most one number and one list. */
  readonly options: Readonly<Record<Exclude<keyof Options, "name">, LossOption>>;
  /** How many outputs, side by side, each number of a target of "values" has; 1 when absent. */
  outputsEach?(options: Options): number;
  /** Checked when a network is put together with its loss. */
  validate?(options: Options, outputs: number): void;
  /** What the network's outputs mean, in the target's terms: a value, or probabilities from logits. [M] */
  response(y: Vector): Float64Array;
  readonly expressions: LossExpressions;
  /** The same without class weights, where that is shorter. */
  readonly unweighted?: LossExpressions;
  /** What the formula's letters are, as its end says. Without it, the error signal is written as d − y. */
  readonly where?: readonly (readonly [Letter, Expression])[];
  /** The numbers of the letters for one pattern, by name. */
  scope(y: Vector, d: Vector, options: Options): Scope;
  /** Value and derivative of B patterns. @param y [B, M] @param d [B, D], D as `desired` has it */
  batch(y: Float64Array, d: Float64Array, M: number, options: Options): LossOfBatch;
  /** ℓ(y, d) of one pattern. */
  value(y: Vector, d: Vector, options: Options): number;
  /** ∂ℓ/∂y of one pattern, [M]. */
  derivative(y: Vector, d: Vector, options: Options): Float64Array;
  readonly formula: Formula;
  readonly derivativeFormula: Formula;
}

type Following = "batch" | "scope" | "value" | "derivative" | "formula" | "derivativeFormula";

interface LossTrees<Options> extends Omit<LossEntry<Options>, Following> {
  /** The letters that follow from y, d and the options, each after those it's made of. */
  readonly definitions: readonly Letter[];
  /** The value where its tree would overflow. */
  readonly stableValue?: (y: Vector, t: Vector) => number;
}

/** An entry of the table of losses. */
export function lossEntry<Options>({ definitions, stableValue, ...entry }: LossTrees<Options>): LossEntry<Options> {
  const { expressions, desired, where, response } = entry;
  const taken = Object.entries<LossOption>(entry.options);
  // One scope for all batches: a new one for each would take longer than all else.
  const scope: Record<string, number | Vector> = {};

  /** The numbers of the letters for each output of each pattern, [B, M]; overwritten by the next batch's. */
  function known(y: Float64Array, d: Float64Array, M: number, options: Options): Scope {
    scope.y = y;
    const each = desired === "class" ? M : (entry.outputsEach?.(options) ?? 1);
    scope.d = each === 1 ? d : y.map((_, at) => d[Math.floor(at / each)]);
    scope.M = M;
    scope.k = indices(M, y.length);
    for (const [name, { absent }] of taken) {
      const given = (options[name as keyof Options] as number | readonly number[] | undefined) ?? absent;
      scope[name] = typeof given === "number" ? given : y.map((_, at) => given[at % given.length]);
    }
    if (desired !== "values") {
      const p = new Float64Array(y.length);
      for (let from = 0; from < y.length; from += M) p.set(response(y.subarray(from, from + M)), from);
      scope.p = p;
    }
    for (const { name, is = Number.NaN } of definitions) scope[name] = compiled(is)(scope, y.length);
    return scope;
  }

  function batch(y: Float64Array, d: Float64Array, M: number, options: Options): LossOfBatch {
    const letters = known(y, d, M, options);
    const derivative = new Float64Array(y.length);
    fill(derivative, expressions.derivative, letters);
    for (let at = 0; at < y.length; at++) derivative[at] += 0; // no −0
    const values = new Float64Array(y.length / M);
    const all = stableValue === undefined ? compiled(expressions.value)(letters, y.length) : 0;
    const t = letters.t as Float64Array;
    for (let n = 0; n < values.length; n++) {
      const [from, to] = [n * M, n * M + M];
      values[n] = stableValue?.(y.subarray(from, to), t.subarray(from, to)) ?? valueAt(all, from);
    }
    return { values, derivative };
  }

  const one = (y: Vector, d: Vector, options: Options): LossOfBatch =>
    batch(Float64Array.from(y), Float64Array.from(d), y.length, options);

  return {
    ...entry,
    batch,
    scope(y, d, options) {
      const letters: Record<string, number | Vector> = {
        ...known(Float64Array.from(y), Float64Array.from(d), y.length, options),
      };
      if (desired === "class") letters.d = d[0];
      for (const { name, index } of definitions) {
        const values = letters[name];
        if (typeof values === "object")
          letters[name] = index === undefined ? values[0] : Float64Array.from(values).subarray(0, y.length);
      }
      return letters;
    },
    value: (y, d, options) => one(y, d, options).values[0],
    derivative: (y, d, options) => one(y, d, options).derivative,
    formula: lossFormula(expressions, where),
    derivativeFormula: derivativeFormula(expressions, where),
  };
}

/** ℓ = …, and what its letters are. */
export function lossFormula({ value }: LossExpressions, where: LossEntry<never>["where"]): Formula {
  return formulaOf({ text: "ℓ", latex: "\\ell" }, spelledOut(value, where), where);
}

/** ∂ℓ/∂y_k = … */
export function derivativeFormula({ derivative }: LossExpressions, where: LossEntry<never>["where"]): Formula {
  const left = { text: "∂ℓ/∂y_k", latex: "\\frac{\\partial\\ell}{\\partial y_k}" };
  return formulaOf(left, spelledOut(derivative, where));
}

/** The error signal by its definition, where the formula's end doesn't name it. */
function spelledOut(tree: Expression, where: LossEntry<never>["where"]): Expression {
  return where === undefined ? put(tree, (letter) => (letter.is === undefined ? letter : letter.is)) : tree;
}
