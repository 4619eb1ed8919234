/**
 * The losses as one table: each entry holds its value and its derivative for one pattern as trees, from which their numbers
 * and formulas follow.
 *
 * An entry sees one pattern: what the network puts out, y [M], and the desired response d. The step from patterns to
 * a batch stands once, in `patternScale`: the loss alone owns 1/B, and a sample's weight multiplies its pattern.
 * Knows nothing of layers. Source: derivation, sections 1, 3 (factors i and ii) and 6.
 */

import type { Aliased, AliasOf } from "../aliases.ts";
import { requireFloat32, requireThat, ShapeError } from "../errors.ts";
import { list, requireKind } from "../kinds.ts";
import { softmax } from "./activations.ts";
import {
  apply,
  careful,
  cases,
  difference,
  type Expression,
  indexed,
  type Letter,
  letter,
  mean,
  negative,
  power,
  product,
  quotient,
  sum,
  total,
} from "./expression/expression.ts";
import { ABS, CLIP, EQUAL, LN, SIGMA, SIGN, SOFTPLUS, softplus } from "./expression/functions.ts";
import { type LossEntry, type LossExpressions, type LossOption, lossEntry, type Vector } from "./lossEntry.ts";

export type { DesiredKind, LossEntry, LossExpressions, LossOfBatch, LossOption, Vector } from "./lossEntry.ts";

export interface HalfSquaredError {
  readonly name: "halfSquaredError";
}
export interface MeanSquaredError {
  readonly name: "meanSquaredError";
}
export interface Huber {
  readonly name: "huber";
  /** The error beyond which the loss grows linearly, above 0; 1 when absent. */
  readonly delta?: number;
}
export interface CrossEntropy {
  readonly name: "crossEntropy";
  /** The probability spread evenly over all classes, in [0, 1); 0 when absent. Szegedy et al. 2016. */
  readonly labelSmoothing?: number;
  /** One factor a class, each at least 0; all 1 when absent. */
  readonly classWeights?: readonly number[];
}
export interface BinaryCrossEntropy {
  readonly name: "binaryCrossEntropy";
  /** The flags move this far towards ½ in all, in [0, 1); 0 when absent. */
  readonly labelSmoothing?: number;
  /** One factor an output for the patterns whose flag is 1, each at least 0; all 1 when absent. */
  readonly classWeights?: readonly number[];
}

export interface MeanAbsoluteError {
  readonly name: "meanAbsoluteError";
}
export interface Quantile {
  readonly name: "quantile";
  /** Each above 0 and below 1, in ascending order; [0.5], the median, when absent. */
  readonly quantiles?: readonly number[];
}

export type Loss =
  | HalfSquaredError
  | MeanSquaredError
  | Huber
  | CrossEntropy
  | BinaryCrossEntropy
  | MeanAbsoluteError
  | Quantile;
export type LossName = Loss["name"];
/** A loss by its name, a description, or with an alias instead of its name, such as "mse" for "meanSquaredError". */
export type LossLike = LossName | AliasOf<"loss", LossName> | Aliased<"loss", Loss>;

const asIs = (y: Vector): Float64Array => Float64Array.from(y);

/** ln Σ e^(y_k), shifted by the largest logit so that no exponential overflows. */
function logSumExp(y: Vector): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < y.length; k++) largest = Math.max(largest, y[k]);
  let total = 0;
  for (let k = 0; k < y.length; k++) total += Math.exp(y[k] - largest);
  return largest + Math.log(total);
}

const [Y, D, P] = ["y", "d", "p"].map((name) => indexed(name, "k"));
const M = letter("M");
const DELTA = letter("delta", "δ", "\\delta");
const S = letter("labelSmoothing", "s");
const C: Letter = { ...indexed("classWeights", "k"), symbol: { text: "c", latex: "c" } };
/** The error signal. */
const E: Letter = { ...indexed("e", "k"), is: difference(D, Y) };

/** A quantity that is written by its definition, and by a trace as one number. */
const asOne = (name: string, is: Expression, index?: string): Letter => ({ kind: "letter", name, is, index });

/** How much an error counts: the quantile where the target is above the output, else what is left to 1. */
const TAU: Letter = { ...indexed("quantiles", "k"), symbol: { text: "τ", latex: "\\tau" } };
const SIDE: Letter & { readonly is: Expression } = {
  ...indexed("c", "k"),
  is: cases(E, ">", 0, TAU, difference(1, TAU)),
};

const SIZE = asOne("|e|", apply(ABS, E), "k");
const HALF_DELTA = asOne("½ δ", product(0.5, DELTA));
const CLIPPED = asOne("clip(e)", apply(CLIP, E, DELTA), "k");

/** The class as a vector, smoothed and weighted. */
const CLASS_TARGET: Letter & { readonly is: Expression } = {
  ...indexed("t", "k"),
  is: product(C, sum([product(difference(1, S), apply(EQUAL, letter("k"), letter("d"))), quotient(S, M)])),
};
const TARGETS = asOne("Σ t", total("l", { ...CLASS_TARGET, index: "l" }));
const CROSS_ENTROPY = careful(
  negative(total("k", product(CLASS_TARGET, apply(LN, P)))),
  total("k", product(CLASS_TARGET, apply(LN, quotient(1, P)))),
);

/** The flag moved towards ½ by the smoothing. */
const FLAG_TARGET: Letter & { readonly is: Expression } = {
  ...indexed("t", "k"),
  is: sum([product(D, difference(1, S)), quotient(S, 2)]),
};
const WEIGHTED_FLAG = asOne("c t", product(C, FLAG_TARGET), "k");
const OTHER_FLAG = asOne("1 − t", difference(1, FLAG_TARGET), "k");
/** @param target c t, or t */
const binaryCrossEntropy = (target: Letter): Expression =>
  careful(
    negative(mean("k", sum([product(target, apply(LN, P)), product(OTHER_FLAG, apply(LN, difference(1, P)))]))),
    mean("k", sum([product(target, apply(SOFTPLUS, negative(Y))), product(OTHER_FLAG, apply(SOFTPLUS, Y))])),
  );

export const losses = {
  /** The notes' error energy: summed over the outputs, with the ½ that cancels in the derivative. */
  halfSquaredError: lossEntry<HalfSquaredError>({
    desired: "values",
    options: {},
    expressions: { value: product(0.5, total("k", power(E, 2))), derivative: negative(E) },
    definitions: [E],
    response: asIs,
  }),
  /** Averaged over the outputs as well, in value and derivative alike. */
  meanSquaredError: lossEntry<MeanSquaredError>({
    desired: "values",
    options: {},
    expressions: { value: mean("k", power(E, 2)), derivative: negative(quotient(product(2, E), M)) },
    definitions: [E],
    response: asIs,
  }),
  /** Huber 1964: quadratic up to δ, linear beyond, averaged over the outputs. */
  huber: lossEntry<Huber>({
    desired: "values",
    options: { delta: { absent: 1 } },
    validate: ({ delta = 1 }) => {
      requireThat("huber's delta", delta, Number.isFinite(delta) && delta > 0, "above 0 and finite");
      if (delta < 1) requireFloat32("huber's delta", delta); // an infinite one is never reached
    },
    expressions: {
      value: mean(
        "k",
        cases(SIZE, "≤", DELTA, product(0.5, power(E, 2)), product(DELTA, difference(SIZE, HALF_DELTA))),
      ),
      derivative: negative(quotient(CLIPPED, M)),
    },
    definitions: [E, SIZE, HALF_DELTA, CLIPPED],
    where: [[letter("e"), difference(letter("d"), letter("y"))]],
    response: asIs,
  }),
  /** Softmax and cross-entropy in one, on logits; for a plain target the product of factors collapses to d − y. */
  crossEntropy: lossEntry<CrossEntropy>({
    desired: "class",
    options: { labelSmoothing: { absent: 0 }, classWeights: { absent: 1, each: true } },
    validate: ({ labelSmoothing = 0, classWeights }, outputs) => {
      requireSmoothing(labelSmoothing);
      requireWeights(classWeights, outputs, "class");
      requireThat("the number of outputs for crossEntropy", outputs, outputs >= 2, "at least 2, one for each class");
    },
    expressions: { value: CROSS_ENTROPY, derivative: difference(product(P, TARGETS), CLASS_TARGET) },
    unweighted: { value: CROSS_ENTROPY, derivative: difference(P, CLASS_TARGET) },
    definitions: [CLASS_TARGET, TARGETS],
    where: [
      [letter("p"), letter("softmax(y)", "softmax(y)", "\\operatorname{softmax}(y)")],
      [CLASS_TARGET, CLASS_TARGET.is],
    ],
    // By hand, since a probability that is too small for float64 has a logarithm that isn't.
    stableValue(y, t) {
      const normaliser = logSumExp(y);
      let value = 0;
      for (let k = 0; k < y.length; k++) value += -t[k] * (y[k] - normaliser);
      return value;
    },
    response: softmax,
  }),
  /** Logistic and cross-entropy in one, on logits, for each output by itself; averaged over the outputs. */
  binaryCrossEntropy: lossEntry<BinaryCrossEntropy>({
    desired: "flags",
    options: { labelSmoothing: { absent: 0 }, classWeights: { absent: 1, each: true } },
    validate: ({ labelSmoothing = 0, classWeights }, outputs) => {
      requireSmoothing(labelSmoothing);
      requireWeights(classWeights, outputs, "output");
    },
    expressions: {
      value: binaryCrossEntropy(WEIGHTED_FLAG),
      derivative: quotient(difference(product(OTHER_FLAG, P), product(WEIGHTED_FLAG, difference(1, P))), M),
    },
    unweighted: { value: binaryCrossEntropy(FLAG_TARGET), derivative: quotient(difference(P, FLAG_TARGET), M) },
    definitions: [FLAG_TARGET, WEIGHTED_FLAG, OTHER_FLAG],
    where: [
      [letter("p"), apply(SIGMA, letter("y"))],
      [FLAG_TARGET, FLAG_TARGET.is],
    ],
    response: (y) => Float64Array.from(y, (logit) => Math.exp(-softplus(-logit))),
  }),
  /** Averaged over the outputs; its minimum is the median. The derivative is 0 where an error is 0, where there is none. */
  meanAbsoluteError: lossEntry<MeanAbsoluteError>({
    desired: "values",
    options: {},
    expressions: { value: mean("k", apply(ABS, E)), derivative: negative(quotient(apply(SIGN, E), M)) },
    definitions: [E],
    response: asIs,
  }),
  /**
   * Koenker & Bassett 1978, also called pinball loss: averaged over the outputs; its minimum is a quantile. Each number of the
   * target has an output for each quantile, side by side. The derivative is 0 where an error is 0, where there is none.
   */
  quantile: lossEntry<Quantile>({
    desired: "values",
    options: { quantiles: { absent: 0.5, each: true } },
    outputsEach: (options) => quantilesOf(options).length,
    validate: (options, outputs) => requireQuantiles(quantilesOf(options), outputs),
    expressions: {
      value: mean("k", product(SIDE, apply(ABS, E))),
      derivative: negative(quotient(product(SIDE, apply(SIGN, E)), M)),
    },
    definitions: [E, SIDE],
    where: [
      [letter("e"), difference(letter("d"), letter("y"))],
      [SIDE, SIDE.is],
    ],
    response: asIs,
  }),
} as const satisfies { readonly [Name in LossName]: LossEntry<Extract<Loss, { name: Name }>> };

/** The entry of a loss, with its options' type forgotten so that engines can call every loss in the same way. */
export function lossOf(loss: Loss): LossEntry<Loss> {
  return losses[loss.name] as LossEntry<Loss>;
}

/** The trees of a loss in their shortest form: without class weights where it has none. */
export function lossExpressions(loss: Loss): LossExpressions {
  const { expressions, unweighted } = lossOf(loss);
  return hasClassWeights(loss) ? expressions : (unweighted ?? expressions);
}

/** Whether the loss of a class or of a flag is weighted. */
export function hasClassWeights(loss: Loss): boolean {
  return "classWeights" in loss && loss.classWeights !== undefined;
}

/** What a batch's outputs mean, row by row. @param outputs [B, M]. @returns [B, M] */
export function responsesOf(loss: Loss, outputs: Float32Array | Float64Array, width: number): Float64Array {
  const { response } = lossOf(loss);
  if (outputs.length === width) return response(outputs);
  const responses = new Float64Array(outputs.length);
  for (let i = 0; i < outputs.length; i += width) responses.set(response(outputs.subarray(i, i + width)), i);
  return responses;
}

/**
 * How many numbers the target of one example has: one for a class index, else one for each output, or for the outputs of all its
 * quantiles.
 */
export function desiredWidth(loss: Loss, outputs: number): number {
  return lossOf(loss).desired === "class" ? 1 : outputs / outputsEach(loss);
}

/** How many outputs each number of the target has. */
export function outputsEach(loss: Loss): number {
  return lossOf(loss).outputsEach?.(loss) ?? 1;
}

/** The place in the target of what output k is compared with. @param each outputs of each number of the target */
export function targetOf(k: number, each: number): number {
  return Math.floor(k / each);
}

/** The options of a loss, each with its value; undefined where it is absent. */
export function lossOptions(loss: Loss): (LossOption & { name: string; value?: number | readonly number[] })[] {
  const given = loss as unknown as Readonly<Record<string, number | readonly number[] | undefined>>;
  const options = Object.entries<LossOption>(lossOf(loss).options);
  return options.map(([name, option]) => ({ name, value: given[name], ...option }));
}

/** What the loss multiplies for each output by its own: class weights or quantiles; undefined where all are 1. [M] */
export function ofEachOutput(loss: Loss, outputs: number): readonly number[] | undefined {
  const option = lossOptions(loss).find(({ each }) => each);
  if (option === undefined || (option.value === undefined && option.absent === 1)) return undefined;
  const list = [option.value ?? option.absent].flat();
  return Array.from({ length: outputs }, (_, k) => list[k % list.length]);
}

function quantilesOf({ quantiles = [0.5] }: Pick<Quantile, "quantiles">): readonly number[] {
  return quantiles;
}

/** The factor w/B by which a pattern's loss and derivative enter those of a batch of B: the one place for 1/B. */
export function patternScale(batchSize: number, sampleWeight = 1): number {
  return sampleWeight / batchSize;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function requireSmoothing(labelSmoothing: number): void {
  const holds = isNumber(labelSmoothing) && labelSmoothing >= 0 && labelSmoothing < 1;
  requireThat("labelSmoothing", labelSmoothing, holds, "at least 0 and below 1");
}

function requireQuantiles(quantiles: readonly number[], outputs: number): void {
  requireKind("quantiles", quantiles, list);
  requireThat("quantiles", quantiles, quantiles.length > 0, "at least one");
  for (const [at, quantile] of quantiles.entries()) {
    const holds = isNumber(quantile) && quantile > 0 && quantile < 1;
    requireThat("each quantile", quantile, holds, "above 0 and below 1");
    requireFloat32("each quantile", quantile);
    const isBelow = Math.fround(quantile) < 1;
    requireThat(
      "each quantile",
      quantile,
      isBelow,
      "at most 0.99999994, the largest number below 1 that float32 holds",
    );
    requireThat("quantiles", quantiles, at === 0 || quantile > quantiles[at - 1], "in ascending order, each once");
  }
  if (outputs % quantiles.length === 0) return;
  throw new ShapeError(
    `Expected a multiple of ${quantiles.length} outputs, one for each quantile of each number of the target, found ${outputs}.`,
  );
}

function requireWeights(weights: readonly number[] | undefined, outputs: number, each: string): void {
  if (weights === undefined) return;
  requireKind("classWeights", weights, list);
  if (weights.length !== outputs) {
    throw new ShapeError(`Expected ${outputs} classWeights, one for each ${each}, found ${weights.length}.`);
  }
  for (const weight of weights)
    requireThat("each class weight", weight, Number.isFinite(weight) && weight >= 0, "finite and at least 0");
}
