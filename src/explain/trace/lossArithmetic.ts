/**
 * A loss with its numbers: its value as a sum over the outputs, and −∂ℓ/∂y of each output, as expressions to be printed.
 *
 * The trees are those of the table of losses. Knows nothing of layers. Source: derivation, sections 1 and 6.
 */
import type { Scope } from "../../network/expression/compiled.ts";
import { type Expression, negated } from "../../network/expression/expression.ts";
import { type Loss, lossExpressions, lossOf } from "../../network/losses.ts";
import type { Quantity } from "./shownLine.ts";
import { expanded, inNumbers } from "./tracedTree.ts";

/** One pattern's outputs y [M] and desired response d [D]. */
export interface OutputAndTarget {
  readonly y: readonly number[];
  readonly d: readonly number[];
}

/** ℓ = symbolic = expression. */
export interface LossArithmetic extends Quantity {
  /** −∂ℓ/∂y of output k. */
  readonly negativeGradient: (k: number) => Expression;
}

/** The arithmetic of a pattern's loss, a sum of more than `most` terms elided. */
export function lossArithmetic(loss: Loss, pair: OutputAndTarget, most: number): LossArithmetic {
  const scope = lossScope(loss, pair);
  const { value, derivative } = lossExpressions(loss);
  return {
    ...expanded(value, scope, most),
    negativeGradient: (k) => inNumbers(negated(derivative), { ...scope, k }),
  };
}

/** The numbers of a loss's letters: p, what the outputs mean; t, what they should be. */
export function lossScope(loss: Loss, { y, d }: OutputAndTarget): Scope {
  return lossOf(loss).scope(y, d, loss);
}
