/**
 * The functions that formulas name, each with the number that float64 gets without overflow or cancellation.
 *
 * Sources: Abramowitz & Stegun 1964 for erf; the others are JavaScript's or follow from them.
 */
import { erf } from "../erf.ts";
import type { Formula } from "../formula.ts";
import { numberOf } from "./compiled.ts";
import {
  apply,
  careful,
  difference,
  type Expression,
  letter,
  type NamedFunction,
  negative,
  product,
  quotient,
  root,
  sum,
} from "./expression.ts";

/** 1 / (1 + e^(−v)) without overflow: the exponential's argument is never positive. */
export function logistic(v: number): number {
  if (v >= 0) return 1 / (1 + Math.exp(-v));
  const e = Math.exp(v);
  return e / (1 + e);
}

/** ln(1 + e^v) without overflow or cancellation. */
export function softplus(v: number): number {
  return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
}

const named = (text: string, latex: string, value: NamedFunction["value"]): NamedFunction => ({
  name: { text, latex },
  value,
});
const operator = (text: string, value: NamedFunction["value"]): NamedFunction =>
  named(text, `\\operatorname{${text}}`, value);

export const LN: NamedFunction = { ...named("ln", "\\ln", Math.log), least: 1, form: "bare" };
export const TANH: NamedFunction = { ...named("tanh", "\\tanh", Math.tanh), form: "bare" };
export const MAX: NamedFunction = named("max", "\\max", Math.max);
export const MIN: NamedFunction = named("min", "\\min", Math.min);
export const SIGN: NamedFunction = operator("sign", Math.sign);
export const ERF: NamedFunction = operator("erf", erf);
export const SIGMA: NamedFunction = named("σ", "\\sigma", logistic);
export const SOFTPLUS: NamedFunction = operator("softplus", softplus);
const EXPM1: NamedFunction = operator("expm1", Math.expm1);
/** e^v. */
export const EXP: NamedFunction = {
  ...named("exp", "\\exp", Math.exp),
  form: ({ text, latex }: Formula) => ({
    text: `e^${text.length === 1 ? text : `(${text})`}`,
    latex: `e^${latex.length === 1 ? latex : `{${latex}}`}`,
  }),
};
export const ABS: NamedFunction = {
  ...operator("abs", Math.abs),
  form: ({ text, latex }: Formula) => ({ text: `|${text}|`, latex: `|${latex}|` }),
};
/** 1 where two indices are equal, else 0. */
export const EQUAL: NamedFunction = {
  ...named("1", "\\mathbf 1", (a, b) => (a === b ? 1 : 0)),
  form: (a: Formula, b: Formula) => ({
    text: `1[${a.text} = ${b.text}]`,
    latex: `\\mathbf 1[${a.latex} = ${b.latex}]`,
  }),
};
/** A value brought into [−limit, limit]. */
export const CLIP: NamedFunction = {
  ...operator("clip", (value, limit) => Math.max(-limit, Math.min(limit, value))),
  form: (value: Formula, limit: Formula) => ({
    text: `${value.text} clipped to [−${limit.text}, ${limit.text}]`,
    latex: `\\operatorname{clip}(${value.latex}, -${limit.latex}, ${limit.latex})`,
  }),
};

export const exp = (of: Expression): Expression => apply(EXP, of);
/** e^v − 1. */
export const expm1 = (of: Expression): Expression => careful(difference(exp(of), 1), apply(EXPM1, of));
/** ln(1 + e^v). */
export const ln1pExp = (of: Expression): Expression => careful(apply(LN, sum([1, exp(of)])), apply(SOFTPLUS, of));
/** 1 / (1 + e^(−v)). */
export const sigma = (of: Expression): Expression =>
  careful(quotient(1, sum([1, exp(negative(of))])), apply(SIGMA, of));

const v = letter("v");
/** Φ(v), the normal distribution. */
export const NORMAL_IS: Expression = product(0.5, sum([1, apply(ERF, quotient(v, root(2)))]));
export const NORMAL: NamedFunction = named("Φ", "\\Phi", (of) => numberOf(NORMAL_IS, { v: of }));
