/**
 * Arithmetic to be printed: trees whose letters are numbers, computed from rounded numbers and written with them.
 *
 * One tree serves both, so that what is written is what was computed. Knows nothing of networks.
 */
import { numberOf } from "../../network/expression/compiled.ts";
import type { Expression, Rest } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import { rounded } from "../../rounded.ts";
import { applied, inParentheses, separated } from "../exposition/notation.ts";
import { EXACT_DIGITS, numberFormula } from "./shownNumbers.ts";

/** The value of an expression whose numbers are rounded to `digits` significant digits. */
export function evaluated(expression: Expression, digits: number): number {
  return numberOf(expression, {}, (value) => rounded(value, digits));
}

/** How large the numbers are that make the value: where they cancel, much larger than the value. At least 0. */
export function sizeOf(expression: Expression): number {
  if (typeof expression === "number") return Math.abs(expression);
  if (expression.kind === "letter" || expression.kind === "rest") return Math.abs(evaluated(expression, EXACT_DIGITS));
  const [a, b] = expression.of;
  switch (expression.kind) {
    case "sum":
    case "difference":
      return expression.of.reduce<number>((size, part) => size + sizeOf(part), 0);
    case "product":
      return expression.of.reduce<number>((size, factor) => size * sizeOf(factor), 1);
    case "quotient":
      return sizeOf(a) / Math.abs(evaluated(b, EXACT_DIGITS));
    case "power":
      return sizeOf(a) ** evaluated(b, EXACT_DIGITS);
    case "root":
      return Math.sqrt(sizeOf(a));
    case "apply":
      return Math.max(expression.function.least ?? 0, Math.abs(evaluated(expression, EXACT_DIGITS)));
    default:
      return Math.abs(evaluated(expression, EXACT_DIGITS));
  }
}

/** Where a part stands: it is bracketed when it binds less than what is around it, or begins with a minus inside. */
type Place = "alone" | "term" | "factor";

/** The expression with its numbers rounded to `digits` significant digits. */
export function written(expression: Expression, digits: number, place: Place = "alone"): Formula {
  if (typeof expression === "number") {
    const value = rounded(expression, digits);
    return value < 0 && place !== "alone" ? inParentheses(numberFormula(value)) : numberFormula(value);
  }
  if (expression.kind === "rest") return restFormula(expression, digits);
  if (expression.kind === "letter") return numberFormula(evaluated(expression, digits));
  const of = (part: Expression, where: Place): Formula => written(part, digits, where);
  const first = place === "term" ? "term" : "alone";
  const [a, b] = expression.of;
  switch (expression.kind) {
    case "sum": {
      const terms = expression.of.map((term, at) => of(term, at === 0 ? first : "term"));
      return bracketedUnless(place !== "factor", separated(terms, " + "));
    }
    case "difference": {
      const parts = [of(a, first), of(b, isLoose(b) ? "factor" : "term")];
      return bracketedUnless(place !== "factor", separated(parts, " − "));
    }
    case "product":
      return separated(
        expression.of.map((factor, at) =>
          of(factor, at === 0 && place === "alone" && !isLoose(factor) ? "alone" : "factor"),
        ),
        { text: "·", latex: " \\cdot " },
      );
    case "quotient": {
      const line = separated([of(a, "factor"), of(b, "factor")], " / ");
      const fraction = fractionOf(of(a, "alone"), of(b, "alone"));
      return place === "factor"
        ? { text: `(${line.text})`, latex: fraction ?? `(${line.latex})` }
        : { text: line.text, latex: fraction ?? line.latex };
    }
    case "power": {
      const base = of(a, typeof a === "number" ? "factor" : "alone");
      // A number with a power of ten would show two exponents.
      const raised =
        typeof a === "number" && (!base.text.includes("e") || base.text.startsWith("(")) ? base : inParentheses(base);
      const exponent = String(evaluated(b, EXACT_DIGITS));
      return { text: raised.text + (exponent === "2" ? "²" : `^${exponent}`), latex: `${raised.latex}^{${exponent}}` };
    }
    case "root": {
      const inner = of(a, "alone");
      return { text: `√(${inner.text})`, latex: `\\sqrt{${inner.latex}}` };
    }
    case "apply": {
      const { name } = expression.function;
      const parts = expression.of.map((part) => of(part, "alone"));
      return applied(name, separated(parts, ", "));
    }
    default:
      // What is left by putting numbers in for letters has none of the others.
      return written(evaluated(expression, EXACT_DIGITS), digits, place);
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

function bracketedUnless(holds: boolean, formula: Formula): Formula {
  return holds ? formula : inParentheses(formula);
}
