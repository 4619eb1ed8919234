/**
 * An optimizer's rule with the numbers of one weight: its memory and its new value as expressions to be printed.
 *
 * The rule is that of the optimizers' table. Knows nothing of gradients' origin. Source: derivation, section 6.
 */
import { numberOf } from "../../network/expression/compiled.ts";
import { type Expression, put } from "../../network/expression/expression.ts";
import { optimizerOf } from "../../optimizers/optimizerOf.ts";
import type { Trace, WeightTrace } from "./trace.ts";

export interface UpdateArithmetic {
  /** The slots' new values, by the name of the slot. */
  readonly slots: Readonly<Record<string, Expression>>;
  readonly newValue: Expression;
}

/** The arithmetic of a weight's step. */
export function updateArithmetic(
  { optimizer, step }: Pick<Trace, "optimizer" | "step">,
  weight: WeightTrace,
): UpdateArithmetic {
  const { name: _, ...options } = optimizer;
  const { value, finalGradient: gradient, learningRate, decayRate } = weight;
  const known: Record<string, Expression> = { ...options, step, gradient, learningRate, decayRate, parameter: value };
  for (const [slot, { before }] of Object.entries(weight.slots)) known[slot] = before;
  const slots: Record<string, Expression> = {};
  const { rule } = optimizerOf(optimizer);
  const last = rule.findLastIndex(({ letter: { name } }) => name === "parameter");
  for (const [at, { letter, is }] of rule.entries()) {
    const numbers = put(is, ({ name }) => known[name]);
    if (letter.name in weight.slots) {
      slots[letter.name] = numbers;
      known[letter.name] = weight.slots[letter.name].after;
    } else if (
      at === last ||
      numberOf(
        put(is, ({ name }) => (name === "parameter" ? 1 : known[name])),
        {},
      ) !== 1
    ) {
      known.parameter = numbers; // a decay by nothing is not written
    }
  }
  return { slots, newValue: known.parameter };
}
