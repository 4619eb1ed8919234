/**
 * How a gradient moves a parameter: step 5 of the algorithm, one entry an optimizer.
 *
 * An entry is the rule for one number: its parameter p, its gradient g = ∂L/∂p and its own slots, the memory that the
 * rule keeps between steps. Engines apply it to every number, the reference by calling `update`, the others by their own
 * code that tests compare with it. Schedules, penalties and clipping have acted before: the rule sees the final rate
 * and gradient. Knows nothing of networks. Source: derivation, sections 2, 5 and 6; each entry names its own.
 */

import { type Aliased, type AliasOf, canonicalDescription, nameOf } from "../aliases.ts";
import { DescriptionError, nearHint, optionHint, shown } from "../errors.ts";
import { either, object, requireKind, text } from "../kinds.ts";
import type { Formula } from "../network/formula.ts";

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

export type Optimizer = Sgd | Momentum | Nesterov | RmsProp | Adam | AdamW;
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

/** One parameter at one step, as a rule sees it. */
export interface UpdateStep {
  /** The parameter before the step. */
  readonly parameter: number;
  /** ∂L/∂p. */
  readonly gradient: number;
  /** η of this step, the schedule's factor and the tensor's own included. */
  readonly learningRate: number;
  /** t, counting updates from 1. */
  readonly step: number;
  /** η of this step by which decoupled decay acts, its schedule's factor and the tensor's own included; 0 for biases. */
  readonly decayRate: number;
}

export interface OptimizerEntry<O extends Optimizer> {
  readonly defaults: Required<Omit<O, "name">>;
  /** The numbers kept for each parameter, by name; all start at 0. */
  readonly slots: readonly string[];
  /** The new parameter; writes the parameter's own slots, given and left in the order of `slots`. */
  update(step: UpdateStep, slots: Float64Array, options: CompleteOptimizer<O>): number;
  readonly formula: Formula;
}

const adamUpdate = (
  parameter: number,
  { gradient, learningRate, step }: UpdateStep,
  slots: Float64Array,
  { beta1, beta2, epsilon }: { readonly beta1: number; readonly beta2: number; readonly epsilon: number },
): number => {
  slots[0] = beta1 * slots[0] + (1 - beta1) * gradient;
  slots[1] = beta2 * slots[1] + (1 - beta2) * gradient * gradient;
  const mean = slots[0] / (1 - beta1 ** step);
  const square = slots[1] / (1 - beta2 ** step);
  return parameter - (learningRate * mean) / (Math.sqrt(square) + epsilon);
};

const ADAM_TEXT = "m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g²; p ← p − η m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε)";
const ADAM_LATEX =
  "m \\leftarrow \\beta_1 m + (1-\\beta_1) g,\\quad s \\leftarrow \\beta_2 s + (1-\\beta_2) g^2,\\quad p \\leftarrow p - \\eta\\,\\frac{m/(1-\\beta_1^t)}{\\sqrt{s/(1-\\beta_2^t)} + \\varepsilon}";

export const optimizers = {
  /** The notes' rule: ΔW = −η ∂ε/∂W = η δ y. */
  sgd: {
    defaults: { learningRate: 0.01 },
    slots: [],
    update: ({ parameter, gradient, learningRate }) => parameter - learningRate * gradient,
    formula: { text: "p ← p − η g", latex: "p \\leftarrow p - \\eta\\, g" },
  },
  /** Polyak 1964; the generalised delta rule of Rumelhart, Hinton & Williams 1986. */
  momentum: {
    defaults: { learningRate: 0.01, momentum: 0.9 },
    slots: ["velocity"],
    update: ({ parameter, gradient, learningRate }, slots, { momentum }) => {
      slots[0] = momentum * slots[0] + gradient;
      return parameter - learningRate * slots[0];
    },
    formula: {
      text: "u ← μ u + g; p ← p − η u",
      latex: "u \\leftarrow \\mu u + g,\\quad p \\leftarrow p - \\eta\\, u",
    },
  },
  /** Nesterov 1983, in the form of Sutskever et al. 2013 rewritten for the current point. */
  nesterov: {
    defaults: { learningRate: 0.01, momentum: 0.9 },
    slots: ["velocity"],
    update: ({ parameter, gradient, learningRate }, slots, { momentum }) => {
      slots[0] = momentum * slots[0] + gradient;
      return parameter - learningRate * (gradient + momentum * slots[0]);
    },
    formula: {
      text: "u ← μ u + g; p ← p − η (g + μ u)",
      latex: "u \\leftarrow \\mu u + g,\\quad p \\leftarrow p - \\eta\\,(g + \\mu u)",
    },
  },
  /** Tieleman & Hinton 2012. */
  rmsProp: {
    defaults: { learningRate: 0.01, decay: 0.99, epsilon: 1e-8 },
    slots: ["square"],
    update: ({ parameter, gradient, learningRate }, slots, { decay, epsilon }) => {
      slots[0] = decay * slots[0] + (1 - decay) * gradient * gradient;
      return parameter - (learningRate * gradient) / (Math.sqrt(slots[0]) + epsilon);
    },
    formula: {
      text: "s ← ρ s + (1 − ρ) g²; p ← p − η g / (√s + ε)",
      latex:
        "s \\leftarrow \\rho s + (1-\\rho) g^2,\\quad p \\leftarrow p - \\eta\\,\\frac{g}{\\sqrt{s} + \\varepsilon}",
    },
  },
  /** Kingma & Ba 2015, algorithm 1. */
  adam: {
    defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    slots: ["mean", "square"],
    update: (step, slots, options) => adamUpdate(step.parameter, step, slots, options),
    formula: { text: ADAM_TEXT, latex: ADAM_LATEX },
  },
  /** Loshchilov & Hutter 2019: the decay acts on the parameter itself, not through the gradient. */
  adamW: {
    defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    slots: ["mean", "square"],
    update: (step, slots, options) => {
      const kept = 1 - step.decayRate * options.weightDecay;
      return adamUpdate(step.parameter * kept, step, slots, options);
    },
    formula: {
      text: `p ← p (1 − η λ); ${ADAM_TEXT}`,
      latex: `p \\leftarrow p\\,(1 - \\eta\\lambda),\\quad ${ADAM_LATEX}`,
    },
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
    if (typeof value !== "number" || !holds(value)) {
      throw new DescriptionError(`${given.name}: expected ${key} to be ${expected}, found ${shown(value)}.`);
    }
    if (key === "learningRate" || key === "epsilon") requireFloat32(`${given.name}: expected ${key}`, key, value);
  }
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...defaults, ...present } as CompleteOptimizer;
}

/**
 * Engines compute with float32, where a rate of 1e-50 is 0 and an epsilon of 1e300 infinite: no step would move anything.
 * A rate that is too large diverges, and is named then.
 *
 * @throws {DescriptionError}
 */
function requireFloat32(what: string, key: "learningRate" | "epsilon", value: number): void {
  const rounded = Math.fround(value);
  if (rounded > 0 && (key === "learningRate" || rounded < Number.POSITIVE_INFINITY)) return;
  const range = rounded === 0 ? "at least 1.4e-45, the smallest" : "at most 3.4e+38, the largest";
  throw new DescriptionError(`${what} to be ${range} number that float32 holds, found ${shown(value)}.`);
}

/** Whether a rule divides the gradient by the root of its mean square. */
export function isNormalised(name: OptimizerName): boolean {
  return (optimizers[name].slots as readonly string[]).includes("square");
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
