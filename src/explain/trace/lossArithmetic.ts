/**
 * A loss with its numbers: its value as a sum over the outputs, and −∂ℓ/∂y of each output, as expressions to be printed.
 *
 * One entry a loss, beside the formulas of the table of losses, which say the same in symbols. Knows nothing of layers.
 * Source: derivation, sections 1 and 6; `network/losses.ts`.
 */

import {
  apply,
  difference,
  type Expression,
  power,
  product,
  quotient,
  sum,
} from "../../network/expression/expression.ts";
import { ABS, LN, SIGN, SOFTPLUS } from "../../network/expression/functions.ts";
import type { Formula } from "../../network/formula.ts";
import { type CrossEntropy, type Loss, lossOf } from "../../network/losses.ts";
import { element, symbol, times } from "../exposition/notation.ts";
import { elidedSum, type Term } from "./shownLine.ts";

/** One pattern's outputs y [M] and desired response d [D]. */
export interface OutputAndTarget {
  readonly y: readonly number[];
  readonly d: readonly number[];
}

export interface LossArithmetic {
  /** ℓ = symbolic = expression. */
  readonly symbolic: Formula;
  readonly expression: Expression;
  /** −∂ℓ/∂y of output k. */
  readonly negativeGradient: (k: number) => Expression;
}

/** The arithmetic of a pattern's loss, a sum of more than `most` terms elided. */
export function lossArithmetic(loss: Loss, pair: OutputAndTarget, most: number): LossArithmetic {
  const { y, d } = pair;
  const errors = y.map((output, k) => d[k] - output);
  switch (loss.name) {
    case "halfSquaredError": {
      const { symbolic, expression } = elidedSum(errors.map(square), most);
      const single = y.length === 1;
      return {
        symbolic: {
          text: single ? `½ ${symbolic.text}` : `½ (${symbolic.text})`,
          latex: single ? `\\tfrac12 ${symbolic.latex}` : `\\tfrac12 (${symbolic.latex})`,
        },
        expression: product(0.5, expression),
        negativeGradient: (k) => errors[k],
      };
    }
    case "meanSquaredError":
      return {
        ...mean(errors.map(square), most),
        negativeGradient: (k) => quotient(product(2, errors[k]), y.length),
      };
    case "meanAbsoluteError":
      return {
        ...mean(errors.map(absolute), most),
        negativeGradient: (k) => quotient(apply(SIGN, errors[k]), y.length),
      };
    case "huber": {
      const { delta = 1 } = loss;
      return {
        ...mean(
          errors.map((e, k) => huberTerm(e, k, delta)),
          most,
        ),
        negativeGradient: (k) => quotient(Math.max(-delta, Math.min(delta, errors[k])), y.length),
      };
    }
    case "crossEntropy":
      return crossEntropy(loss, pair, most);
    case "binaryCrossEntropy": {
      const { classWeights, labelSmoothing: s = 0 } = loss;
      const p = responseOf(loss, y);
      const targets = d.map((flag) => flag * (1 - s) + s / 2);
      const weights = targets.map((t, k) => (classWeights?.[k] ?? 1) * t);
      const term = (logit: number, k: number): Term => ({
        symbol: binaryTerm(k, classWeights !== undefined),
        expression: sum([
          product(weights[k], apply(SOFTPLUS, -logit)),
          product(1 - targets[k], apply(SOFTPLUS, logit)),
        ]),
      });
      return {
        ...mean(y.map(term), most),
        negativeGradient: (k) =>
          quotient(
            classWeights === undefined
              ? difference(targets[k], p[k])
              : difference(product(weights[k], difference(1, p[k])), product(1 - targets[k], p[k])),
            y.length,
          ),
      };
    }
    default:
      return loss satisfies never;
  }
}

/** p: what the outputs mean, probabilities for the losses that take logits. */
export function responseOf(loss: Loss, y: readonly number[]): readonly number[] {
  return [...lossOf(loss).response(y)];
}

/** t of cross-entropy: the class as a vector, smoothed and weighted. */
export function softTargets(
  { labelSmoothing: s = 0, classWeights }: CrossEntropy,
  d: number,
  outputs: number,
): number[] {
  return Array.from(
    { length: outputs },
    (_, k) => ((1 - s) * (k === d ? 1 : 0) + s / outputs) * (classWeights?.[k] ?? 1),
  );
}

function crossEntropy(loss: CrossEntropy, { y, d }: OutputAndTarget, most: number): LossArithmetic {
  const p = responseOf(loss, y);
  const t = softTargets(loss, d[0], y.length);
  const total = t.reduce((all, each) => all + each, 0);
  const terms = t.map((target, k): Term => {
    const symbols = [element(symbol("t"), k), element(symbol("p"), k)];
    return {
      symbol: {
        text: `${symbols[0].text}·ln(1/${symbols[1].text})`,
        latex: `${symbols[0].latex}\\ln(1/${symbols[1].latex})`,
      },
      expression: product(target, apply(LN, quotient(1, p[k]))),
    };
  });
  const present = terms.filter((_, k) => t[k] !== 0);
  return {
    ...elidedSum(present.length > 0 ? present : terms.slice(0, 1), most),
    negativeGradient: (k) => difference(t[k], loss.classWeights === undefined ? p[k] : product(p[k], total)),
  };
}

/** c t softplus(−y) + (1 − t) softplus(y) of one output. */
function binaryTerm(k: number, weighted: boolean): Formula {
  const [c, t, y] = ["c", "t", "y"].map((letter) => element(symbol(letter), k));
  const weight = weighted ? times(c, t) : t;
  return {
    text: `${weight.text}·softplus(−${y.text}) + (1 − ${t.text})·softplus(${y.text})`,
    latex: `${weight.latex}\\operatorname{softplus}(-${y.latex}) + (1 - ${t.latex})\\operatorname{softplus}(${y.latex})`,
  };
}

function mean(terms: readonly Term[], most: number): { symbolic: Formula; expression: Expression } {
  const { symbolic, expression } = elidedSum(terms, most);
  const count = terms.length;
  if (count === 1) return { symbolic, expression };
  return {
    symbolic: { text: `(1/${count}) (${symbolic.text})`, latex: `\\tfrac{1}{${count}} (${symbolic.latex})` },
    expression: quotient(expression, count),
  };
}

function square(e: number, k: number): Term {
  const e_k = element(symbol("e"), k);
  return { symbol: { text: `${e_k.text}²`, latex: `${e_k.latex}^2` }, expression: power(e, 2) };
}

function absolute(e: number, k: number): Term {
  const e_k = element(symbol("e"), k);
  return { symbol: { text: `|${e_k.text}|`, latex: `|${e_k.latex}|` }, expression: apply(ABS, e) };
}

function huberTerm(e: number, k: number, delta: number): Term {
  const e_k = element(symbol("e"), k);
  const size = Math.abs(e);
  return size <= delta
    ? {
        symbol: { text: `½ ${e_k.text}²`, latex: `\\tfrac12 ${e_k.latex}^2` },
        expression: quotient(power(e, 2), 2),
      }
    : {
        symbol: { text: `δ (|${e_k.text}| − ½ δ)`, latex: `\\delta\\,(|${e_k.latex}| - \\tfrac12\\delta)` },
        expression: product(delta, difference(size, delta / 2)),
      };
}
