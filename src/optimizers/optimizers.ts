/**
 * How a gradient moves a parameter: step 5 of the algorithm, one entry an optimizer. All that is exported here is public.
 *
 * An entry is the rule for one number: its parameter p, its gradient g = ∂L/∂p and its own slots, the memory that the
 * rule keeps between steps. Engines apply it to every number, the reference by calling `update`, the others by their own
 * code that tests compare with it. Knows nothing of networks. Source: derivation, sections 2, 5 and 6; each entry names
 * its own.
 */

import type { Aliased, AliasOf } from "../aliases.ts";
import {
  apply,
  difference,
  type Expression,
  hasLetter,
  type Letter,
  letter,
  power,
  product,
  quotient,
  root,
  sum,
} from "../network/expression/expression.ts";
import { SIGN } from "../network/expression/functions.ts";
import { type Assignment, ruleOf, stepLetters, type UpdateRule, type UpdateStep } from "./rule.ts";

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

/** An option of an optimizer. */
export interface OptimizerOption {
  /** What its value must satisfy, in words: "above 0 and finite". */
  readonly expected: string;
  /** Whether a value does. */
  readonly holds: (value: number) => boolean;
  /** What it is to a reader of the rule. */
  readonly means: string;
}

export interface OptimizerEntry<O extends Optimizer> extends Omit<UpdateRule, "update"> {
  readonly defaults: Required<Omit<O, "name">>;
  readonly options: Readonly<Record<Exclude<keyof O, "name">, OptimizerOption>>;
  /** The new parameter; writes the parameter's own slots, given and left in the order of `slots`. */
  update(step: UpdateStep, slots: Float64Array, options: CompleteOptimizer<O>): number;
}

const { parameter: p, gradient: g, learningRate: η } = stepLetters;
const μ = letter("momentum", "μ", "\\mu");
const ρ = letter("decay", "ρ", "\\rho");
const beta1 = letter("beta1", "β₁", "\\beta_1");
const beta2 = letter("beta2", "β₂", "\\beta_2");
const ε = letter("epsilon", "ε", "\\varepsilon");
const λ = letter("weightDecay", "λ", "\\lambda");
/** What rules keep. */
const [u, m, s] = [letter("velocity", "u"), letter("mean", "m"), letter("square", "s")];

const ABOVE_0 = { expected: "above 0 and finite", holds: (value: number) => value > 0 && Number.isFinite(value) };
const AT_LEAST_0 = {
  expected: "at least 0 and finite",
  holds: (value: number) => value >= 0 && Number.isFinite(value),
};
const SHARE = { expected: "at least 0 and below 1", holds: (value: number) => value >= 0 && value < 1 };

/** What β₁ or β₂ is a share of. */
const meaningOf = (beta: Letter, rule: readonly Assignment[]): string => {
  const of = rule.find(({ is }) => hasLetter(is, beta.name))?.letter;
  if (of === p) return "the share of the old mean in what the step follows";
  return `the share of the old mean${of === s ? " square" : ""} that is kept`;
};

type OptionOf<O extends Optimizer> = O extends Optimizer ? Exclude<keyof O, "name"> : never;

/** An option is the same in all rules that have it, but for what a mean is of. */
const optionsOf = (rule: readonly Assignment[]): Readonly<Record<OptionOf<Optimizer>, OptimizerOption>> => ({
  learningRate: { ...ABOVE_0, means: "learning rate" },
  momentum: { ...SHARE, means: "momentum: the share of the last update that is kept" },
  decay: { ...SHARE, means: "decay: the share of the old mean square that is kept" },
  beta1: { ...SHARE, means: meaningOf(beta1, rule) },
  beta2: { ...SHARE, means: meaningOf(beta2, rule) },
  epsilon: { ...ABOVE_0, means: "keeps the quotient finite; not the error energy" },
  weightDecay: { ...AT_LEAST_0, means: "weight decay, of weights but not of biases" },
});

/** An entry from the values that options have where they are absent, and the rule. */
function entry<const D extends Partial<Record<OptionOf<Optimizer>, number>>>(defaults: D, ...rule: Assignment[]) {
  const all: Readonly<Record<string, OptimizerOption>> = optionsOf(rule);
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, all[name]]));
  return { defaults, options: options as Readonly<Record<keyof D, OptimizerOption>>, ...ruleOf(...rule) };
}

/** kept ← share kept + (1 − share) next. */
const running = (kept: Letter, share: Letter, next: Expression): Assignment => ({
  letter: kept,
  is: sum([product(share, kept), product(difference(1, share), next)]),
});
const moved = (by: Expression): Assignment => ({ letter: p, is: difference(p, by) });
const decayed: Assignment = {
  letter: p,
  is: product(p, difference(1, product(stepLetters.decayRate, λ))),
};
const accelerated: Assignment = { letter: u, is: sum([product(μ, u), g]) };
/** A running mean that starts at 0, divided by the share of it that is not the start. */
const unbiased = (kept: Letter, share: Letter): Expression =>
  quotient(kept, difference(1, power(share, stepLetters.step)));

const ADAM: readonly Assignment[] = [
  running(m, beta1, g),
  running(s, beta2, power(g, 2)),
  moved(quotient(product(η, unbiased(m, beta1)), sum([root(unbiased(s, beta2)), ε]))),
];

export const optimizers = {
  /** The notes' rule: ΔW = −η ∂ε/∂W = η δ y. */
  sgd: entry({ learningRate: 0.01 }, moved(product(η, g))),
  /** Polyak 1964; the generalised delta rule of Rumelhart, Hinton & Williams 1986. */
  momentum: entry({ learningRate: 0.01, momentum: 0.9 }, accelerated, moved(product(η, u))),
  /** Nesterov 1983, in the form of Sutskever et al. 2013 rewritten for the current point. */
  nesterov: entry({ learningRate: 0.01, momentum: 0.9 }, accelerated, moved(product(η, sum([g, product(μ, u)])))),
  /** Tieleman & Hinton 2012. */
  rmsProp: entry(
    { learningRate: 0.01, decay: 0.99, epsilon: 1e-8 },
    running(s, ρ, power(g, 2)),
    moved(quotient(product(η, g), sum([root(s), ε]))),
  ),
  /** Kingma & Ba 2015, algorithm 1. */
  adam: entry({ learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, ...ADAM),
  /** Loshchilov & Hutter 2019: the decay acts on the parameter itself, not through the gradient. */
  adamW: entry({ learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 }, decayed, ...ADAM),
  /** Chen et al. 2023, algorithm 2. */
  lion: entry(
    { learningRate: 0.0001, beta1: 0.9, beta2: 0.99, weightDecay: 0 },
    decayed,
    moved(product(η, apply(SIGN, sum([product(beta1, m), product(difference(1, beta1), g)])))),
    running(m, beta2, g),
  ),
  /** Duchi, Hazan & Singer 2011, with a matrix of squares that is diagonal. */
  adaGrad: entry(
    { learningRate: 0.01, epsilon: 1e-10 },
    { letter: s, is: sum([s, power(g, 2)]) },
    moved(quotient(product(η, g), sum([root(s), ε]))),
  ),
} as const satisfies { readonly [Name in OptimizerName]: OptimizerEntry<Extract<Optimizer, { name: Name }>> };
