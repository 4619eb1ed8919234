/**
 * What a kind of layer says of itself: how it is checked, how wide its output is, its parameters and where they start.
 *
 * Plain data in, plain data out. What a kind computes stands in the reference and in the plan, each in its own words.
 */

import { DescriptionError, requireFloat32, requireKnown, requireThat, shown } from "../../errors.ts";
import { type Kinds, number, object, recordOf, requireKind } from "../../kinds.ts";
import type { Random } from "../../random.ts";
import type { Formula } from "../formula.ts";

/** What a parameter tensor is to its layer: the second part of its name. */
export type TensorRole = "weights" | "bias" | "scale" | "slopes" | "frequencies" | "phases" | "mean" | "variance";

/** The letter of each role, in the formulas of layers, plans and explanations. */
export const roleLetters: Readonly<Record<TensorRole, string>> = {
  weights: "W",
  bias: "b",
  scale: "s",
  slopes: "α",
  frequencies: "f",
  phases: "p",
  mean: "M",
  variance: "V",
};

/** Factors of a tensor's learning rate and weight decay. */
export interface TensorLearning {
  /**
   * Multiplies the learning rate, at least 0; 1 when absent. 0 freezes the tensor: it keeps its numbers to the bit, whatever
   * the optimizer, weight decay and penalties, and its gradient is 0.
   */
  readonly rate?: number;
  /**
   * Multiplies the decay of decoupled weight decay, p ← p (1 − η λ · decay), at least 0; when absent the tensor's rate
   * for weights and 0 for all else. It is not multiplied by the rate.
   */
  readonly decay?: number;
}

/** By the tensor's role; absent tensors use the optimizer's values. */
export type LayerLearning = Readonly<Partial<Record<TensorRole, TensorLearning>>>;

/** One parameter tensor of a layer. */
export interface TensorShape {
  readonly role: TensorRole;
  /** The first extent counts what threads share out: units, columns or entries of a table. */
  readonly shape: readonly number[];
  /** What the layer keeps from step to step and doesn't learn; absent where it learns the tensor. */
  readonly kept?: KeptState;
}

/**
 * State of a layer that its own forward pass in training changes and no gradient does, such as running statistics. It lies among
 * the parameters, so that it is saved, restored, sent and given to predictors with them.
 */
export interface KeptState {
  /** The least that its numbers can be; any when absent. */
  readonly least?: number;
}

export interface LayerEntry<L> {
  /** The names of its description's fields. */
  readonly fields: Readonly<Record<keyof L & string, true>>;
  /** What it makes of its input x, in the letters that all kinds share. */
  readonly formula: Formula;
  /** ∂y/∂x. */
  readonly derivativeFormula: Formula;
  /** What the layer does, in a line: what of it neither its kind nor its widths show. */
  details(layer: L): string;
  /**
   * Checks every field but `kind`, of whatever type it is: a description may come from a file.
   *
   * @throws {DescriptionError | ShapeError} when a value of the layer is wrong; `where` names it.
   */
  validate(layer: L, inputs: number, where: string): void;
  /** The number of outputs of the layer. */
  outputs(layer: L, inputs: number): number;
  /** The fewest rows of a batch that it can learn from; 1 when absent. */
  readonly fewestRows?: number;
  /** Its parameter tensors, in the order of the parameter array. */
  tensors(layer: L, inputs: number): readonly TensorShape[];
  /** Starting values, one array for each tensor. */
  initialise(layer: L, inputs: number, random: Random): readonly Float64Array[];
}

/** Throws unless a value is a whole number of at least 1. */
export function requireCount(value: unknown, what: string): void {
  if (!Number.isInteger(value) || (value as number) < 1) {
    throw new DescriptionError(`${what}: expected a whole number of at least 1, found ${shown(value)}.`);
  }
}

/** Throws unless columns are different inputs of the layer, at least one. */
export function requireColumns(columns: readonly number[], inputs: number, where: string): void {
  if (!Array.isArray(columns) || columns.length === 0) {
    throw new DescriptionError(`${where}: expected columns to be a list of at least one input.`);
  }
  const wrong = columns.find((column) => !(Number.isInteger(column) && column >= 0 && column < inputs));
  if (wrong !== undefined) {
    throw new DescriptionError(`${where}: expected columns from 0 to ${inputs - 1}, found ${shown(wrong)}.`);
  }
  if (new Set(columns).size !== columns.length) {
    throw new DescriptionError(`${where}: expected each column once, found one twice in ${shown(columns)}.`);
  }
}

const factorNames = { rate: true, decay: true } as const satisfies Record<keyof TensorLearning, true>;

/** Of a normalisation, whose ε must not be 0 in float32. @throws {DescriptionError} */
export function requireEpsilon(epsilon: number, where: string): void {
  const isAbove = typeof epsilon === "number" && epsilon > 0 && epsilon < Number.POSITIVE_INFINITY;
  requireThat(`${where}: epsilon`, epsilon, isAbove, "above 0 and finite");
  requireFloat32(`${where}: epsilon`, epsilon);
}

/** Throws unless the learning options name tensors that the layer has, with factors in their ranges. */
export function requireLearning(
  learning: LayerLearning | undefined,
  roles: readonly TensorRole[],
  where: string,
): void {
  if (learning !== undefined) requireKind(`${where}: learning`, learning, recordOf(object, "factors by tensor"));
  for (const [role, factors] of Object.entries(learning ?? {})) {
    if (!roles.includes(role as TensorRole)) {
      throw new DescriptionError(`${where}: it has no parameters ${role}. It has: ${roles.join(", ")}.`);
    }
    requireKnown(factors, factorNames, `${where}: the learning of ${role}`);
    const { rate = 1, decay = 0 } = factors;
    requireRate(rate, `${where}: expected the rate of ${role}`);
    if (!(typeof decay === "number" && decay >= 0 && decay < Number.POSITIVE_INFINITY)) {
      throw new DescriptionError(
        `${where}: expected the decay of ${role} to be at least 0 and finite, found ${shown(decay)}.`,
      );
    }
    if (rate === 0 && decay > 0) {
      throw new DescriptionError(
        `${where}: a rate of 0 freezes ${role}, and a decay of ${decay} would move them. Leave the decay out.`,
      );
    }
  }
}

/** @param expected "layer 0 (dense): expected the rate of weights" */
function requireRate(rate: unknown, expected: string): void {
  if (typeof rate === "number" && rate >= 0 && rate < Number.POSITIVE_INFINITY) return;
  throw new DescriptionError(`${expected} to be at least 0 and finite, found ${shown(rate)}.`);
}

/** How a layer's tensors learn, where a caller gives one factor for all of them. */
export interface LearningOptions {
  /**
   * Multiplies the learning rate of all of the layer's tensors, at least 0; 1 when absent. 0 freezes the layer: it keeps its
   * parameters to the bit.
   */
  readonly rate?: number;
  /** Factors of the rate and the decay by tensor; `rate` multiplies these rates too. */
  readonly learning?: LayerLearning;
}

export const learningKinds = { rate: number, learning: object } as const satisfies Kinds<LearningOptions>;

/**
 * The factors of each tensor.
 *
 * @param roles of the tensors that the layer has
 * @returns a field for the layer's description; none where no option is given
 */
export function learningOf(
  { rate, learning }: LearningOptions,
  roles: readonly TensorRole[],
): { readonly learning?: LayerLearning } {
  if (rate === undefined || rate === 1) return learning === undefined ? {} : { learning };
  requireRate(rate, "Expected the rate of a layer");
  const own = learning ?? {};
  requireKind("a layer's learning", own, recordOf(object, "factors by tensor"));
  const factors = [...new Set([...roles, ...(Object.keys(own) as TensorRole[])])].map((role) => {
    const product = rate * (own[role]?.rate ?? 1);
    return [role, product === 0 ? { rate: 0 } : { ...own[role], rate: product }];
  });
  return { learning: Object.fromEntries(factors) };
}
