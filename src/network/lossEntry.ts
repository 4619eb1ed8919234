/**
 * A loss from its trees: its numbers in float64 for one pattern, and its formulas.
 *
 * Knows no loss.
 */
import { type Computed, compiled, type Scope } from "./expression/compiled.ts";
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

export interface LossEntry<Options> {
  readonly desired: DesiredKind;
  /** The options it takes besides its name. */
  readonly options: readonly Exclude<keyof Options, "name">[];
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
  /** ℓ(y, d) of one pattern. */
  value(y: Vector, d: Vector, options: Options): number;
  /** ∂ℓ/∂y of one pattern, [M]. */
  derivative(y: Vector, d: Vector, options: Options): Float64Array;
  readonly formula: Formula;
  readonly derivativeFormula: Formula;
}

type Following = "scope" | "value" | "derivative" | "formula" | "derivativeFormula";

interface LossTrees<Options> extends Omit<LossEntry<Options>, Following> {
  /** The letters that follow from y, d and the options, each after those it's made of. */
  readonly definitions: readonly Letter[];
  /** The value where its tree would overflow. */
  readonly stableValue?: (scope: Scope) => number;
}

/** The values that options have where they are absent. */
const defaults = { delta: 1, labelSmoothing: 0 };

/** An entry of the table of losses. */
export function lossEntry<Options>({ definitions, stableValue, ...entry }: LossTrees<Options>): LossEntry<Options> {
  const { expressions, desired, where, response } = entry;
  const defined = definitions.map(({ name, index, is = Number.NaN }) => ({ name, index, compute: compiled(is) }));
  const [valueIn, derivativeIn] = [stableValue ?? compiled(expressions.value), compiled(expressions.derivative)];

  function scope(y: Vector, d: Vector, options: Options): Record<string, number | Vector> {
    const M = y.length;
    const known: Record<string, number | Vector> = { ...defaults, classWeights: onesOf(M) };
    const given = options as Readonly<Record<string, number | Vector | undefined>>;
    for (const name in given) known[name] = given[name] ?? known[name];
    known.y = y;
    known.d = desired === "class" ? d[0] : d;
    known.M = M;
    if (desired !== "values") known.p = response(y);
    for (const { name, index, compute } of defined) {
      known[name] = index === undefined ? compute(known) : eachOf(M, index, known, compute);
    }
    return known;
  }

  return {
    ...entry,
    scope,
    value: (y, d, options) => valueIn(scope(y, d, options)),
    derivative: (y, d, options) => {
      const known = scope(y, d, options);
      return Float64Array.from({ length: y.length }, (_, k) => {
        known.k = k;
        return derivativeIn(known) + 0; // no −0
      });
    },
    formula: lossFormula(expressions, where),
    derivativeFormula: derivativeFormula(expressions, where),
  };
}

let ones = new Float64Array(0);

/** M times 1, made once for all patterns. */
function onesOf(M: number): Float64Array {
  if (ones.length !== M) ones = new Float64Array(M).fill(1);
  return ones;
}

/** A letter's value for each index. [M] */
function eachOf(M: number, index: string, known: Scope, compute: Computed): Float64Array {
  const values = new Float64Array(M);
  const scope: Record<string, number | ArrayLike<number>> = { ...known };
  for (let at = 0; at < M; at++) {
    scope[index] = at;
    values[at] = compute(scope);
  }
  return values;
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
