/**
 * How a gradient moves a parameter: step 5 of the algorithm, one entry an optimizer.
 *
 * An entry is the rule for one number: its parameter p, its gradient g = ∂L/∂p and its own slots, the memory that the
 * rule keeps between steps. Engines apply it to every number, the reference by calling `update`, the others by their own
 * code that tests compare with it. Knows nothing of networks. Source: derivation, sections 2, 5 and 6; each entry names
 * its own.
 */

import { type Aliased, type AliasOf, canonicalDescription, nameOf } from "../aliases.ts";
import { DescriptionError, float32Range, nearHint, optionHint, shown } from "../errors.ts";
import { either, object, requireKind, text } from "../kinds.ts";
import {
  apply,
  difference,
  type Expression,
  hasLetter,
  type Letter,
  power,
  product,
  quotient,
  root,
  sum,
} from "../network/expression/expression.ts";
import { SIGN } from "../network/expression/functions.ts";
import { type Assignment, letters, ruleOf, type UpdateRule, type UpdateStep } from "./rule.ts";

export interface Sgd {
  readonly name: "sgd";
  /** η, above 0; 0.01 when absent. */
  readonly learningRate?: number;
}
export interface Momentum {
  readonly name: "momentum";
  readonly learningRate?: number;
  /** μ, in [0, 1); 0.9 when absent. */
  readonly momentum?: number;
}
export interface Nesterov {
  readonly name: "nesterov";
  readonly learningRate?: number;
  /** μ, in [0, 1); 0.9 when absent. */
  readonly momentum?: number;
}
export interface RmsProp {
  readonly name: "rmsProp";
  readonly learningRate?: number;
  /** ρ, in [0, 1); 0.99 when absent. */
  readonly decay?: number;
  /** Above 0; 1e-8 when absent. */
  readonly epsilon?: number;
}
export interface Adam {
  readonly name: "adam";
  /** η, above 0; 0.001 when absent. */
  readonly learningRate?: number;
  /** In [0, 1); 0.9 when absent. */
  readonly beta1?: number;
  /** In [0, 1); 0.999 when absent. */
  readonly beta2?: number;
  /** Above 0; 1e-8 when absent. */
  readonly epsilon?: number;
}
export interface AdamW extends Omit<Adam, "name"> {
  readonly name: "adamW";
  /** λ, at least 0, on weights and not on biases; 0.01 when absent. */
  readonly weightDecay?: number;
}
export interface Lion {
  readonly name: "lion";
  /** η, above 0; 0.0001 when absent: a step moves every number by it, whatever its gradient. */
  readonly learningRate?: number;
  /** The mean's share in what the step follows, in [0, 1); 0.9 when absent. */
  readonly beta1?: number;
  /** The share of the mean that is kept, in [0, 1); 0.99 when absent. */
  readonly beta2?: number;
  /** λ, at least 0, on weights and not on biases; 0 when absent. */
  readonly weightDecay?: number;
}
export interface AdaGrad {
  readonly name: "adaGrad";
  /** η, above 0; 0.01 when absent. */
  readonly learningRate?: number;
  /** Above 0; 1e-10 when absent. */
  readonly epsilon?: number;
}

export type Optimizer = Sgd | Momentum | Nesterov | RmsProp | Adam | AdamW | Lion | AdaGrad;
export type OptimizerName = Optimizer["name"];
/** An optimizer by its name, a description, or with an alias instead of its name, such as "rmsprop". */
export type OptimizerLike =
  | OptimizerName
  | AliasOf<"optimizer", OptimizerName>
  | Aliased<"optimizer", Optimizer>
  | AliasedRmsProp;
/** With ρ by its usual name, instead of `decay`. */
type AliasedRmsProp = Omit<Aliased<"optimizer", RmsProp>, "decay"> & { readonly rho?: number };

/** An optimizer with every value filled in. */
export type CompleteOptimizer<O extends Optimizer = Optimizer> = O extends Optimizer ? Required<O> : never;

export interface OptimizerEntry<O extends Optimizer> extends Omit<UpdateRule, "update"> {
  readonly defaults: Required<Omit<O, "name">>;
  /** The new parameter; writes the parameter's own slots, given and left in the order of `slots`. */
  update(step: UpdateStep, slots: Float64Array, options: CompleteOptimizer<O>): number;
}

const p = letters.parameter;
const g = letters.gradient;
const η = letters.learningRate;
const { momentum: μ, decay: ρ, beta1, beta2, epsilon: ε, velocity: u, mean: m, square: s } = letters;

/** kept ← share kept + (1 − share) next. */
const running = (kept: Letter, share: Letter, next: Expression): Assignment => ({
  letter: kept,
  is: sum([product(share, kept), product(difference(1, share), next)]),
});
const moved = (by: Expression): Assignment => ({ letter: p, is: difference(p, by) });
const decayed: Assignment = {
  letter: p,
  is: product(p, difference(1, product(letters.decayRate, letters.weightDecay))),
};
const accelerated: Assignment = { letter: u, is: sum([product(μ, u), g]) };
/** A running mean that starts at 0, divided by the share of it that is not the start. */
const unbiased = (kept: Letter, share: Letter): Expression => quotient(kept, difference(1, power(share, letters.step)));

const ADAM: readonly Assignment[] = [
  running(m, beta1, g),
  running(s, beta2, power(g, 2)),
  moved(quotient(product(η, unbiased(m, beta1)), sum([root(unbiased(s, beta2)), ε]))),
];

export const optimizers = {
  /** The notes' rule: ΔW = −η ∂ε/∂W = η δ y. */
  sgd: { defaults: { learningRate: 0.01 }, ...ruleOf(moved(product(η, g))) },
  /** Polyak 1964; the generalised delta rule of Rumelhart, Hinton & Williams 1986. */
  momentum: {
    defaults: { learningRate: 0.01, momentum: 0.9 },
    ...ruleOf(accelerated, moved(product(η, u))),
  },
  /** Nesterov 1983, in the form of Sutskever et al. 2013 rewritten for the current point. */
  nesterov: {
    defaults: { learningRate: 0.01, momentum: 0.9 },
    ...ruleOf(accelerated, moved(product(η, sum([g, product(μ, u)])))),
  },
  /** Tieleman & Hinton 2012. */
  rmsProp: {
    defaults: { learningRate: 0.01, decay: 0.99, epsilon: 1e-8 },
    ...ruleOf(running(s, ρ, power(g, 2)), moved(quotient(product(η, g), sum([root(s), ε])))),
  },
  /** Kingma & Ba 2015, algorithm 1. */
  adam: { defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, ...ruleOf(...ADAM) },
  /** Loshchilov & Hutter 2019: the decay acts on the parameter itself, not through the gradient. */
  adamW: {
    defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    ...ruleOf(decayed, ...ADAM),
  },
  /** Chen et al. 2023, algorithm 2. */
  lion: {
    defaults: { learningRate: 0.0001, beta1: 0.9, beta2: 0.99, weightDecay: 0 },
    ...ruleOf(
      decayed,
      moved(product(η, apply(SIGN, sum([product(beta1, m), product(difference(1, beta1), g)])))),
      running(m, beta2, g),
    ),
  },
  /** Duchi, Hazan & Singer 2011, with a matrix of squares that is diagonal. */
  adaGrad: {
    defaults: { learningRate: 0.01, epsilon: 1e-10 },
    ...ruleOf({ letter: s, is: sum([s, power(g, 2)]) }, moved(quotient(product(η, g), sum([root(s), ε])))),
  },
} as const satisfies { readonly [Name in OptimizerName]: OptimizerEntry<Extract<Optimizer, { name: Name }>> };

/** The entry of an optimizer, with its options' type forgotten so that an engine can call every rule in the same way. */
export function optimizerOf(optimizer: Optimizer): OptimizerEntry<Optimizer> {
  return optimizers[optimizer.name] as unknown as OptimizerEntry<Optimizer>;
}

/** What each value must satisfy, whatever the optimizer. */
const ranges: Readonly<Record<string, readonly [expected: string, holds: (value: number) => boolean]>> = {
  learningRate: ["above 0 and finite", (value) => value > 0 && value < Number.POSITIVE_INFINITY],
  momentum: ["at least 0 and below 1", (value) => value >= 0 && value < 1],
  decay: ["at least 0 and below 1", (value) => value >= 0 && value < 1],
  beta1: ["at least 0 and below 1", (value) => value >= 0 && value < 1],
  beta2: ["at least 0 and below 1", (value) => value >= 0 && value < 1],
  epsilon: ["above 0 and finite", (value) => value > 0 && value < Number.POSITIVE_INFINITY],
  weightDecay: ["at least 0 and finite", (value) => value >= 0 && value < Number.POSITIVE_INFINITY],
};

/**
 * An optimizer from its name or description, every absent value filled in.
 *
 * @throws {DescriptionError} an unknown name or value, or a value out of range
 */
export function completeOptimizer(optimizer: OptimizerLike): CompleteOptimizer {
  const given = optimizerNamed(optimizer);
  const { defaults } = optimizers[given.name];
  const known = Object.keys(defaults);
  for (const [key, value] of Object.entries(given)) {
    if (key === "name" || value === undefined) continue;
    if (!known.includes(key)) {
      throw new DescriptionError(
        `${given.name} has no ${key}.${optionHint(key, known) ?? nearHint(key, known)} It takes: ${known.join(", ")}.`,
      );
    }
    const [expected, holds] = ranges[key];
    const wrong = typeof value === "number" && holds(value) ? unheld(key, value) : expected;
    if (wrong !== undefined) {
      throw new DescriptionError(`${given.name}: expected ${key} to be ${wrong}, found ${shown(value)}.`);
    }
  }
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...defaults, ...present } as CompleteOptimizer;
}

/** What float32 asks of a rate or of ε, with which no step would move anything; a rate that is too large diverges, and is named then. */
function unheld(key: string, value: number): string | undefined {
  return key === "epsilon" || (key === "learningRate" && value < 1) ? float32Range(value) : undefined;
}

/** Whether a rule has a letter: the number of the step, or the rate of its decay. */
export function ruleHas(name: OptimizerName, letter: keyof typeof letters): boolean {
  const rule: readonly Assignment[] = optimizers[name].rule;
  return rule.some(({ is }) => hasLetter(is, letter));
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
  return boundedStep(completeOptimizer(name)) !== undefined;
}

/**
 * An optimizer as a description with its own names, and nothing filled in.
 *
 * @throws {DescriptionError} an unknown name; a value that is given under two names
 */
export function optimizerNamed(optimizer: OptimizerLike): Optimizer {
  requireKind("optimizer", optimizer, either(text, object));
  const given = typeof optimizer === "string" ? { name: optimizer } : optimizer;
  const name = nameOf("optimizer", optimizers, given.name);
  const described = canonicalDescription("optimizer", given) as Optimizer & { readonly rho?: number };
  const { rho, ...others } = described;
  if (name !== "rmsProp" || rho === undefined) return described;
  if ("decay" in others && others.decay !== undefined) {
    throw new DescriptionError("rmsProp: rho and decay are two names of the same option. Leave one of them out.");
  }
  return { ...others, decay: rho } as Optimizer;
}
