/**
 * An optimizer's rule with the numbers of one weight: its memory and its new value as expressions to be printed.
 *
 * One entry an optimizer, beside the formula of the table of optimizers, which says the same in symbols. Knows nothing of
 * gradients' origin. Source: derivation, section 6; `optimizers/optimizers.ts`.
 */

import {
  difference,
  type Expression,
  power,
  product,
  quotient,
  root,
  sum,
} from "../../network/expression/expression.ts";
import type { CompleteOptimizer, OptimizerName } from "../../optimizers/optimizers.ts";
import type { Trace, WeightTrace } from "./trace.ts";

export interface UpdateArithmetic {
  /** The slots' new values, by the name of the slot. */
  readonly slots: Readonly<Record<string, Expression>>;
  readonly newValue: Expression;
}

/** The letters of the slots in the optimizers' formulas. */
export const slotSymbols: Readonly<Record<string, string>> = { velocity: "u", mean: "m", square: "s" };

type Rule<Name extends OptimizerName> = (
  weight: WeightTrace,
  options: Extract<CompleteOptimizer, { readonly name: Name }>,
  step: number,
) => UpdateArithmetic;

const adam = (
  weight: WeightTrace,
  { beta1, beta2, epsilon }: { readonly beta1: number; readonly beta2: number; readonly epsilon: number },
  step: number,
  start: Expression,
): UpdateArithmetic => {
  const { finalGradient: g, learningRate, slots } = weight;
  const mean = quotient(slots.mean.after, difference(1, power(beta1, step)));
  const square = quotient(slots.square.after, difference(1, power(beta2, step)));
  return {
    slots: {
      mean: sum([product(beta1, slots.mean.before), product(difference(1, beta1), g)]),
      square: sum([product(beta2, slots.square.before), product(difference(1, beta2), power(g, 2))]),
    },
    newValue: difference(start, quotient(product(learningRate, mean), sum([root(square), epsilon]))),
  };
};

const rules: { readonly [Name in OptimizerName]: Rule<Name> } = {
  sgd: ({ value, learningRate, finalGradient }) => ({
    slots: {},
    newValue: difference(value, product(learningRate, finalGradient)),
  }),
  momentum: ({ value, learningRate, finalGradient, slots: { velocity } }, { momentum }) => ({
    slots: { velocity: sum([product(momentum, velocity.before), finalGradient]) },
    newValue: difference(value, product(learningRate, velocity.after)),
  }),
  nesterov: ({ value, learningRate, finalGradient, slots: { velocity } }, { momentum }) => ({
    slots: { velocity: sum([product(momentum, velocity.before), finalGradient]) },
    newValue: difference(value, product(learningRate, sum([finalGradient, product(momentum, velocity.after)]))),
  }),
  rmsProp: ({ value, learningRate, finalGradient, slots: { square } }, { decay, epsilon }) => ({
    slots: { square: sum([product(decay, square.before), product(difference(1, decay), power(finalGradient, 2))]) },
    newValue: difference(value, quotient(product(learningRate, finalGradient), sum([root(square.after), epsilon]))),
  }),
  adam: (weight, options, step) => adam(weight, options, step, weight.value),
  adamW: (weight, options, step) => {
    const decays = weight.decay > 0 && options.weightDecay > 0;
    const kept = product(weight.value, difference(1, product(weight.decayRate, options.weightDecay)));
    return adam(weight, options, step, decays ? kept : weight.value);
  },
};

/** The arithmetic of a weight's step. */
export function updateArithmetic(
  { optimizer, step }: Pick<Trace, "optimizer" | "step">,
  weight: WeightTrace,
): UpdateArithmetic {
  return (rules[optimizer.name] as Rule<OptimizerName>)(weight, optimizer, step);
}
