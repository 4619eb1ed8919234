/** What the explanations of layer and batch normalisation share: x̂, and means of few or many terms. Knows neither layer. */
import { quotient } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import { joined, symbol } from "../exposition/notation.ts";
import { elidedSum, type Term } from "../trace/shownLine.ts";
import { numberText } from "../trace/shownNumbers.ts";
import type { SharedQuantity } from "./explainedLayer.ts";

export const HAT = symbol("x̂", "\\hat x");

export const meanOf = (values: readonly number[]): number =>
  values.reduce((all, value) => all + value, 0) / values.length;

/** (term + …) / count. */
export function meanLine(left: Formula, terms: readonly Term[], value: number, most: number): SharedQuantity {
  const { symbolic, expression } = elidedSum(terms, most);
  const count = terms.length;
  return {
    symbol: left,
    // A fraction could not be broken where a line ends.
    symbolic: joined("(", symbolic, `) / ${count}`),
    expression: quotient(expression, count),
    value,
  };
}

export const squared = ({ text, latex }: Formula): Formula => ({ text: `${text}²`, latex: `${latex}^2` });

/** 1 / √(σ² + ε), with the number that ε is: the letter is also that of the error energy. */
export function inverseRoot({ text, latex }: Formula, epsilon: number): Formula {
  const number = numberText(epsilon);
  const [mantissa, exponent] = number.split("e−");
  const added = { text: number, latex: exponent === undefined ? number : `${mantissa} \\cdot 10^{-${exponent}}` };
  return { text: `1 / √(${text} + ${added.text})`, latex: `\\frac{1}{\\sqrt{${latex} + ${added.latex}}}` };
}
