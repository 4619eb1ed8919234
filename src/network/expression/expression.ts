/**
 * A formula as a tree: what an activation, a loss or an optimizer computes, written down once.
 *
 * `compiled.ts` makes a number of it, `symbols.ts` text and LaTeX, a trace its arithmetic. Knows nothing of networks.
 */
import type { Formula } from "../formula.ts";

/** A quantity by its letter. */
export interface Letter {
  readonly kind: "letter";
  /** What a scope of values calls it. */
  readonly name: string;
  /** Absent where it's written by its definition: a quantity that a trace prints as one number. */
  readonly symbol?: Formula;
  /** The index of one of several: k of y_k. */
  readonly index?: string;
  /** Its definition, used where the scope doesn't have it. */
  readonly is?: Expression;
}

/** A function by its name, and how it's computed. */
export interface NamedFunction {
  readonly name: Formula;
  readonly value: (...of: number[]) => number;
  /** How large a value may come from rounding alone, times 10¹⁴: 1 for ln near 1. 0 when absent. */
  readonly least?: number;
  /** "bare" where a lone letter needs no brackets: ln v. How it's written otherwise, where not as name(…). */
  readonly form?: "bare" | ((...of: Formula[]) => Formula);
}

/** The terms of a long sum that aren't written, as one number. */
export interface Rest {
  readonly kind: "rest";
  readonly count: number;
  readonly sum: number;
}

export type Operation = { readonly of: readonly Expression[] } & (
  | { readonly kind: "sum" | "difference" | "negative" | "product" | "quotient" | "power" | "root" }
  | { readonly kind: "apply"; readonly function: NamedFunction }
  /** Σ over the M values of an index, and that divided by M. */
  | { readonly kind: "total" | "mean"; readonly index: string }
  /** of[2] if of[0] > of[1] (or ≤), else of[3]. */
  | { readonly kind: "cases"; readonly sign: ">" | "≤" }
  /** of[0] as textbooks write it; of[1] is equal, and what float64 computes without overflow or cancellation. */
  | { readonly kind: "careful" }
);

export type Expression = number | Letter | Rest | Operation;

export const letter = (name: string, text = name, latex = text): Letter => ({
  kind: "letter",
  name,
  symbol: { text, latex },
});
/** One of several: y_k. */
export const indexed = (name: string, index: string): Letter => ({ ...letter(name), index });

export const sum = (of: readonly Expression[]): Expression => ({ kind: "sum", of });
export const difference = (from: Expression, less: Expression): Expression => ({
  kind: "difference",
  of: [from, less],
});
export const negative = (of: Expression): Expression => ({ kind: "negative", of: [of] });
export const product = (...of: readonly Expression[]): Expression => ({ kind: "product", of });
export const quotient = (over: Expression, under: Expression): Expression => ({ kind: "quotient", of: [over, under] });
export const power = (base: Expression, exponent: Expression): Expression => ({ kind: "power", of: [base, exponent] });
export const root = (of: Expression): Expression => ({ kind: "root", of: [of] });
export const apply = (named: NamedFunction, ...of: readonly Expression[]): Expression => ({
  kind: "apply",
  function: named,
  of,
});
export const total = (index: string, of: Expression): Expression => ({ kind: "total", index, of: [of] });
export const mean = (index: string, of: Expression): Expression => ({ kind: "mean", index, of: [of] });
export const cases = (left: Expression, sign: ">" | "≤", right: Expression, then: Expression, other: Expression) =>
  ({ kind: "cases", sign, of: [left, right, then, other] }) satisfies Expression;
export const careful = (shown: Expression, computed: Expression): Expression => ({
  kind: "careful",
  of: [shown, computed],
});

/** The same operation on other parts. */
export function mapped(tree: Expression, of: (part: Expression) => Expression): Expression {
  return typeof tree === "number" || tree.kind === "letter" || tree.kind === "rest"
    ? tree
    : { ...tree, of: tree.of.map(of) };
}

/** The tree with other trees in place of its letters. */
export function put(tree: Expression, by: (letter: Letter) => Expression): Expression {
  return typeof tree !== "number" && tree.kind === "letter" ? by(tree) : mapped(tree, (part) => put(part, by));
}

/** The letters that stand in it, in their order. */
export function lettersIn(tree: Expression): Letter[] {
  if (typeof tree === "number" || tree.kind === "rest") return [];
  return tree.kind === "letter" ? [tree] : tree.of.flatMap(lettersIn);
}

/** Whether a letter stands anywhere in it. */
export function hasLetter(tree: Expression, name: string): boolean {
  return lettersIn(tree).some((letter) => letter.name === name);
}

/** −tree with its signs worked out. */
export function negated(tree: Expression): Expression {
  if (typeof tree === "number") return -tree;
  if (tree.kind === "negative") return tree.of[0];
  if (tree.kind === "difference") return difference(tree.of[1], tree.of[0]);
  return tree.kind === "quotient" ? quotient(negated(tree.of[0]), tree.of[1]) : negative(tree);
}
