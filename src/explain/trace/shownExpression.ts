/**
 * Arithmetic to be printed: expressions of numbers that can be computed from rounded numbers and written with them.
 *
 * One description serves both, so that what is written is what was computed. Knows nothing of networks.
 */
import type { Formula } from "../../network/formula.ts";
import { EXACT_DIGITS, numberFormula, rounded } from "./shownNumbers.ts";

/** The terms of a long sum that are not written, as one number. */
export interface Rest {
  readonly kind: "rest";
  readonly count: number;
  readonly sum: number;
}

export type Expression =
  | number
  | { readonly kind: "sum"; readonly terms: readonly Expression[] }
  | Rest
  | { readonly kind: "difference"; readonly from: Expression; readonly less: Expression }
  | { readonly kind: "product"; readonly factors: readonly Expression[] }
  | { readonly kind: "quotient"; readonly over: Expression; readonly under: Expression }
  | { readonly kind: "power"; readonly base: Expression; readonly exponent: number }
  | { readonly kind: "root"; readonly of: Expression }
  | Application;

/** A function of one number by its name: φ(0.5). */
export interface Application {
  readonly kind: "apply";
  readonly name: Formula;
  readonly of: Expression;
  readonly value: (of: number) => number;
  /** How large a value may come from rounding alone, times 10¹⁴: 1 for ln near 1. 0 when absent. */
  readonly least?: number;
}

export const sum = (terms: readonly Expression[]): Expression => ({ kind: "sum", terms });
export const difference = (from: Expression, less: Expression): Expression => ({ kind: "difference", from, less });
export const product = (...factors: readonly Expression[]): Expression => ({ kind: "product", factors });
export const quotient = (over: Expression, under: Expression): Expression => ({ kind: "quotient", over, under });
export const power = (base: Expression, exponent: number): Expression => ({ kind: "power", base, exponent });
export const root = (of: Expression): Expression => ({ kind: "root", of });
export const apply = (name: Formula, of: Expression, value: (of: number) => number, least = 0): Expression => ({
  kind: "apply",
  name,
  of,
  value,
  least,
});

/** The value of an expression whose numbers are rounded to `digits` significant digits. */
export function evaluated(expression: Expression, digits: number): number {
  if (typeof expression === "number") return rounded(expression, digits);
  const of = (part: Expression): number => evaluated(part, digits);
  switch (expression.kind) {
    case "sum":
      return expression.terms.reduce<number>((total, term) => total + of(term), 0);
    case "rest":
      return rounded(expression.sum, digits);
    case "difference":
      return of(expression.from) - of(expression.less);
    case "product":
      return expression.factors.reduce<number>((total, factor) => total * of(factor), 1);
    case "quotient":
      return of(expression.over) / of(expression.under);
    case "power":
      return of(expression.base) ** expression.exponent;
    case "root":
      return Math.sqrt(of(expression.of));
    case "apply":
      return expression.value(of(expression.of));
    default:
      return expression satisfies never;
  }
}

/** How large the numbers are that make the value: where they cancel, much larger than the value. At least 0. */
export function sizeOf(expression: Expression): number {
  if (typeof expression === "number") return Math.abs(expression);
  switch (expression.kind) {
    case "sum":
      return expression.terms.reduce<number>((total, term) => total + sizeOf(term), 0);
    case "rest":
      return Math.abs(expression.sum);
    case "difference":
      return sizeOf(expression.from) + sizeOf(expression.less);
    case "product":
      return expression.factors.reduce<number>((total, factor) => total * sizeOf(factor), 1);
    case "quotient":
      return sizeOf(expression.over) / Math.abs(evaluated(expression.under, EXACT_DIGITS));
    case "power":
      return sizeOf(expression.base) ** expression.exponent;
    case "root":
      return Math.sqrt(sizeOf(expression.of));
    case "apply":
      return Math.max(expression.least ?? 0, Math.abs(evaluated(expression, EXACT_DIGITS)));
    default:
      return expression satisfies never;
  }
}

/** Where a part stands: it is bracketed when it binds less than what is around it, or begins with a minus inside. */
type Place = "alone" | "term" | "factor";

/** The expression with its numbers rounded to `digits` significant digits. */
export function written(expression: Expression, digits: number, place: Place = "alone"): Formula {
  if (typeof expression === "number") {
    const value = rounded(expression, digits);
    return value < 0 && place !== "alone" ? bracketed(numberFormula(value)) : numberFormula(value);
  }
  const of = (part: Expression, where: Place): Formula => written(part, digits, where);
  const first = place === "term" ? "term" : "alone";
  switch (expression.kind) {
    case "sum": {
      const terms = expression.terms.map((term, at) => of(term, at === 0 ? first : "term"));
      return bracketedUnless(place !== "factor", joined(terms, " + ", " + "));
    }
    case "rest":
      return restFormula(expression, digits);
    case "difference": {
      const parts = [of(expression.from, first), of(expression.less, isLoose(expression.less) ? "factor" : "term")];
      return bracketedUnless(place !== "factor", joined(parts, " − ", " - "));
    }
    case "product":
      return joined(
        expression.factors.map((factor, at) =>
          of(factor, at === 0 && place === "alone" && !isLoose(factor) ? "alone" : "factor"),
        ),
        "·",
        " \\cdot ",
      );
    case "quotient": {
      const line = joined([of(expression.over, "factor"), of(expression.under, "factor")], " / ", " / ");
      const fraction = fractionOf(of(expression.over, "alone"), of(expression.under, "alone"));
      return place === "factor"
        ? { text: `(${line.text})`, latex: fraction ?? `(${line.latex})` }
        : { text: line.text, latex: fraction ?? line.latex };
    }
    case "power": {
      const base = of(expression.base, "factor");
      // A number with a power of ten would show two exponents.
      const raised =
        typeof expression.base === "number" && (!base.text.includes("e") || base.text.startsWith("("))
          ? base
          : bracketed(base);
      const exponent = expression.exponent === 2 ? "²" : `^${expression.exponent}`;
      return { text: raised.text + exponent, latex: `${raised.latex}^{${expression.exponent}}` };
    }
    case "root": {
      const inner = of(expression.of, "alone");
      return { text: `√(${inner.text})`, latex: `\\sqrt{${inner.latex}}` };
    }
    case "apply": {
      const inner = of(expression.of, "alone");
      return { text: `${expression.name.text}(${inner.text})`, latex: `${expression.name.latex}(${inner.latex})` };
    }
    default:
      return expression satisfies never;
  }
}

/** A longer fraction could not be broken where a line ends. */
const LONGEST_FRACTION = 40;

/** A fraction in LaTeX; undefined where it would be too long, and stands better on the line. */
function fractionOf(over: Formula, under: Formula): string | undefined {
  const length = Math.max(over.text.length, under.text.length);
  return length > LONGEST_FRACTION ? undefined : `\\frac{${over.latex}}{${under.latex}}`;
}

/** over / under, as a fraction in LaTeX where it is short enough; `under` is a sum. */
export function ratio(over: Formula, under: Formula): Formula {
  const latex = fractionOf(over, under) ?? `${over.latex} / (${under.latex})`;
  return { text: `${over.text} / (${under.text})`, latex };
}

function isLoose(expression: Expression): boolean {
  return typeof expression !== "number" && (expression.kind === "sum" || expression.kind === "difference");
}

function restFormula({ count, sum: total }: Rest, digits: number): Formula {
  const terms = count === 1 ? "1 more term, which is" : `${count} more terms, which sum to`;
  const value = numberFormula(rounded(total, digits));
  return {
    text: `⋯ (${terms} ${value.text})`,
    latex: `\\underbrace{${value.text.startsWith("−") ? `(${value.latex})` : value.latex}}_{\\text{${count} more}}`,
  };
}

/** Formulas one after the other with a sign between them. */
export function joined(parts: readonly Formula[], text: string, latex: string): Formula {
  return { text: parts.map((part) => part.text).join(text), latex: parts.map((part) => part.latex).join(latex) };
}

function bracketed({ text, latex }: Formula): Formula {
  return { text: `(${text})`, latex: `(${latex})` };
}

function bracketedUnless(holds: boolean, formula: Formula): Formula {
  return holds ? formula : bracketed(formula);
}
