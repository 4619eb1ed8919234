/** What engines, recipes and explanations ask an optimizer's entry. Knows no optimizer. */
import { lettersIn } from "../network/expression/expression.ts";
import type { Formula } from "../network/formula.ts";
import {
  type CompleteOptimizer,
  type Optimizer,
  type OptimizerEntry,
  type OptimizerName,
  optimizers,
} from "./optimizers.ts";
import type { Assignment, stepLetters } from "./rule.ts";

/** The entry of an optimizer, with its options' type forgotten so that an engine can call every rule in the same way. */
export function optimizerOf(optimizer: Optimizer): OptimizerEntry<Optimizer> {
  return optimizers[optimizer.name] as unknown as OptimizerEntry<Optimizer>;
}

const allOptions = new Set(Object.values(optimizers).flatMap(({ options }) => Object.keys(options)));

/** The options of all optimizers that no step changes. */
export const fixedOptions = [...allOptions].filter((name) => name !== "learningRate");

/** The letters of the rules that were asked about: the trees need not be walked at every step. */
const lettersOfRules = new Map<OptimizerName, ReadonlySet<string>>();

/** Whether a rule has a letter: the number of the step, or the rate of its decay. */
export function ruleHas(name: OptimizerName, letter: keyof typeof stepLetters): boolean {
  let letters = lettersOfRules.get(name);
  if (letters === undefined) {
    const rule: readonly Assignment[] = optimizers[name].rule;
    letters = new Set(rule.flatMap(({ is }) => lettersIn(is).map((found) => found.name)));
    lettersOfRules.set(name, letters);
  }
  return letters.has(letter);
}

/** The symbol of an option, a slot or t in a rule. */
export function ruleSymbol(name: OptimizerName, letter: string): Formula {
  const rule: readonly Assignment[] = optimizers[name].rule;
  const all = rule.flatMap(({ letter, is }) => [letter, ...lettersIn(is)]);
  return all.find(({ name }) => name === letter)?.symbol ?? { text: letter, latex: letter };
}

/** Whether a rule divides the gradient by the root of its mean square. */
export function isNormalised(name: OptimizerName): boolean {
  return optimizers[name].slots.includes("square");
}

/**
 * How long the first step is, in learning rates, where that doesn't depend on the gradient, which is divided by its size or whose
 * sign alone counts; undefined where a larger gradient makes a longer step.
 */
export function boundedStep(optimizer: CompleteOptimizer): number | undefined {
  const { slots, update } = optimizerOf(optimizer);
  const length = (gradient: number): number => {
    const seen = { parameter: 0, gradient, learningRate: 1, step: 1, decayRate: 0 };
    return Math.abs(update(seen, new Float64Array(slots.length), optimizer));
  };
  return length(1e6) < 2 * length(1) ? length(1) : undefined;
}

/** Whether a rule with its usual options bounds its steps so. */
export function isBounded(name: OptimizerName): boolean {
  return boundedStep({ name, ...optimizers[name].defaults } as CompleteOptimizer) !== undefined;
}
