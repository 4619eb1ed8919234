/**
 * Numbers as a trace prints them, so that computing with the printed numbers gives the printed results.
 *
 * The rule. A result is printed with 6 significant digits. The numbers that it is computed from are printed, on the same
 * line, with as few digits (6 or more) as make the line come out: computed from the printed numbers and rounded as the
 * result is, it gives the printed result. Zeros at the end are left out, so short decimals stay short: 0.35. Digits that
 * float64 cannot vouch for, because the terms of a sum cancelled, are not printed. The same quantity may therefore have
 * more digits on one line than on another; both are the same number, rounded. Knows nothing of networks.
 */
import { number, requireKind } from "../../kinds.ts";
import type { Formula } from "../../network/formula.ts";
import { rounded } from "../../rounded.ts";
import { markedNumber } from "../exposition/slots.ts";

/** Significant digits of a result. */
export const RESULT_DIGITS = 6;
/** With so many, a float64 is itself. */
export const EXACT_DIGITS = 17;
/** A sum of terms of size 1 is good to about so many decimals. */
const RELIABLE_DECIMALS = 14;

/** A result rounded to `digits`, or to the fewer that are good when terms of a size as large as `size` made it. */
export function roundedResult(value: number, digits: number, size: number): number {
  if (value === 0 || !Number.isFinite(value) || !Number.isFinite(size)) return value === 0 ? 0 : value;
  const good = Math.floor(Math.log10(Math.abs(value) / size)) + RELIABLE_DECIMALS;
  return good < 1 ? 0 : rounded(value, Math.min(digits, good));
}

/** A number with all the digits it has, marked as one in its LaTeX: `withSlots` takes the marks away. */
export function numberFormula(value: number): Formula {
  return markedNumber(plainNumber(value));
}

/** Far from 1 it is written with a power of ten: 1.5e−7 is 1.5 · 10⁻⁷. */
function plainNumber(value: number): Formula {
  if (Number.isNaN(value)) return { text: "NaN", latex: "\\text{NaN}" };
  const sign = value < 0 ? { text: "−", latex: "-" } : { text: "", latex: "" };
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return { text: `${sign.text}∞`, latex: `${sign.latex}\\infty` };
  if (size === 0 || (size >= 1e-4 && size < 1e7)) return { text: sign.text + size, latex: sign.latex + size };
  const [mantissa, exponent] = size.toExponential().replace("e+", "e").split("e");
  return {
    text: `${sign.text}${mantissa}e${exponent.replace("-", "−")}`,
    latex: `${sign.latex}${mantissa} \\cdot 10^{${exponent}}`,
  };
}

/** A number by itself, as results are printed. */
export function resultFormula(value: number): Formula {
  return numberFormula(rounded(value, RESULT_DIGITS));
}

/**
 * A number as traces print a result: up to 6 significant digits, the sign "−", and e−7 for times ten to the power of −7.
 *
 * @example
 * import { numberText } from "gradus/explain";
 *
 * [numberText(-0.19028345), numberText(0.35), numberText(1.5e-7)]; // ["−0.190283", "0.35", "1.5e−7"]
 */
export function numberText(value: number): string {
  requireKind("numberText's value", value, number);
  return plainNumber(rounded(value, RESULT_DIGITS)).text;
}
