/**
 * A line of arithmetic with the digits that make it come out: the rule of `shownNumbers.ts`, applied.
 *
 * Knows nothing of networks.
 */
import { type Expression, sum } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { Equation } from "../exposition/exposition.ts";
import { separated } from "../exposition/notation.ts";
import { evaluated, written as inNumbers, sizeOf } from "./shownExpression.ts";
import { EXACT_DIGITS, numberFormula, RESULT_DIGITS, resultFormula, roundedResult } from "./shownNumbers.ts";

/** Other numbers of digits than the usual, for a result that lies on the border between two roundings. */
const RESULT_DIGITS_TRIED = [RESULT_DIGITS, 7, 8, 9, 5, 4, 3, 2, 1];

/** A result and the expression that it is claimed to be the value of. */
export interface Claim {
  readonly expression: Expression;
  readonly result: number;
}

/** How many digits a line is printed with. */
export interface LineDigits {
  /** Of the numbers in the expressions. */
  readonly operands: number;
  /** Of the results. */
  readonly results: number;
}

/**
 * The fewest digits with which every claim of one line comes out.
 *
 * @returns undefined where none do, because a number on the way is too large or too small for float64
 */
export function digitsOf(claims: readonly Claim[]): LineDigits | undefined {
  const sizes = claims.map(({ expression }) => sizeOf(expression));
  for (const results of RESULT_DIGITS_TRIED) {
    for (let operands = RESULT_DIGITS; operands <= EXACT_DIGITS; operands++) {
      const holds = claims.every(({ expression, result }, at) => {
        const found = roundedResult(evaluated(expression, operands), results, sizes[at]);
        return Object.is(found, roundedResult(result, results, sizes[at]));
      });
      if (holds) return { operands, results };
    }
  }
  return undefined;
}

/** The result of a claim as its line prints it. */
export function claimedResult({ expression, result }: Claim, { results }: LineDigits): number {
  return roundedResult(result, results, sizeOf(expression));
}

/**
 * left = symbols = numbers = result; without the numbers where they would not come out.
 *
 * @param symbolic what stands between the left side and the numbers
 */
export function calculation(
  left: Formula,
  symbolic: readonly Formula[],
  expression: Expression,
  result: number,
): Equation {
  const claim = { expression, result };
  const digits = digitsOf([claim]);
  if (digits === undefined) return { left, right: [...symbolic, resultFormula(result)] };
  const numbers = inNumbers(expression, digits.operands);
  const shown = numberFormula(claimedResult(claim, digits));
  return { left, right: [...symbolic, ...(numbers.text === shown.text ? [] : [numbers]), shown] };
}

/** A quantity in symbols and with numbers. */
export interface Quantity {
  readonly symbolic: Formula;
  readonly expression: Expression;
}

/** One term of a sum in symbols and in numbers. */
export interface Term {
  readonly symbol: Formula;
  readonly expression: Expression;
}

/**
 * A sum in symbols and in numbers. With more than `most` terms the largest are written, in their order and none of them 0, and the others
 * stand as one number, their sum; where all of those are 0, as nothing.
 *
 * @param last a term that is always written, at the end
 */
export function elidedSum(terms: readonly Term[], most: number, last?: Term): Quantity {
  const sized = terms.map((term, at) => ({ ...term, at, value: evaluated(term.expression, EXACT_DIGITS) }));
  const bySize = [...sized].sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.at - b.at);
  const largest = bySize.slice(0, most).filter(({ value }, at) => at === 0 || value !== 0);
  const kept = new Set((terms.length > most ? largest : sized).map(({ at }) => at));
  const others = sized.filter(({ at }) => !kept.has(at));
  const written: Term[] = sized.filter(({ at }) => kept.has(at));
  const symbols = written.map(({ symbol }) => symbol);
  const numbers = written.map(({ expression }) => expression);
  if (others.length > 0) symbols.push(GAP);
  if (others.some(({ value }) => value !== 0)) {
    const total = others.reduce((sumOfOthers, { value }) => sumOfOthers + value, 0);
    numbers.push({ kind: "rest", count: others.length, sum: total });
  }
  if (last !== undefined) {
    symbols.push(last.symbol);
    numbers.push(last.expression);
  }
  return {
    symbolic: separated(symbols, " + "),
    expression: numbers.length === 1 ? numbers[0] : sum(numbers),
  };
}

const GAP: Formula = { text: "⋯", latex: "\\cdots" };
