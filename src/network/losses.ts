/**
 * The losses as one table: each entry holds its value and its derivative for one pattern, and the formulas of both.
 *
 * An entry sees one pattern: what the network puts out, y [M], and the desired response d. The step from patterns to
 * a batch stands once, in `patternScale`: the loss alone owns 1/B, and a sample's weight multiplies its pattern.
 * Knows nothing of layers. Source: derivation, sections 1, 3 (factors i and ii) and 6.
 */

import type { Aliased, AliasOf } from "../aliases.ts";
import { requireThat, ShapeError } from "../errors.ts";
import { list, requireKind } from "../kinds.ts";
import { softmax } from "./activations.ts";
import { softplus } from "./expression/functions.ts";
import type { Formula } from "./formula.ts";

export type Vector = ArrayLike<number>;

/**
 * What the target of one example is: "values", one number an output; "class", one number in all, the index of the
 * right output; "flags", one 0 or 1 (or a probability between) an output.
 */
export type DesiredKind = "values" | "class" | "flags";

export interface LossEntry<Options> {
  readonly desired: DesiredKind;
  /** The options it takes besides its name. */
  readonly options: readonly Exclude<keyof Options, "name">[];
  /** Checked when a network is put together with its loss. */
  validate?(options: Options, outputs: number): void;
  /** ℓ(y, d) of one pattern. */
  value(y: Vector, d: Vector, options: Options): number;
  /** ∂ℓ/∂y of one pattern, [M]. */
  derivative(y: Vector, d: Vector, options: Options): Float64Array;
  /** What the network's outputs mean, in the target's terms: a value, or probabilities from logits. [M] */
  response(y: Vector): Float64Array;
  readonly formula: Formula;
  readonly derivativeFormula: Formula;
}

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

export type Loss = HalfSquaredError | MeanSquaredError | Huber | CrossEntropy | BinaryCrossEntropy | MeanAbsoluteError;
export type LossName = Loss["name"];
/** A loss by its name, a description, or with an alias instead of its name, such as "mse" for "meanSquaredError". */
export type LossLike = LossName | AliasOf<"loss", LossName> | Aliased<"loss", Loss>;

const error = (y: Vector, d: Vector): Float64Array => Float64Array.from(y, (output, i) => d[i] - output);
const asIs = (y: Vector): Float64Array => Float64Array.from(y);
const sum = (terms: Float64Array): number => terms.reduce((total, term) => total + term, 0);

/** ln Σ e^(y_k), shifted by the largest logit so that no exponential overflows. */
function logSumExp(y: Vector): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < y.length; k++) largest = Math.max(largest, y[k]);
  let total = 0;
  for (let k = 0; k < y.length; k++) total += Math.exp(y[k] - largest);
  return largest + Math.log(total);
}

/** The smoothed and weighted target t_k = c_k ((1 − s) 1[k = d] + s/M). */
function softTarget(outputs: number, d: Vector, { labelSmoothing: s = 0, classWeights }: CrossEntropy): Float64Array {
  return Float64Array.from({ length: outputs }, (_, k) => {
    const target = (1 - s) * (k === d[0] ? 1 : 0) + s / outputs;
    return target * (classWeights?.[k] ?? 1);
  });
}

/** The flag d_k moved towards ½ by the smoothing s: d_k (1 − s) + s/2. */
const smoothFlag = (flag: number, s = 0): number => flag * (1 - s) + s / 2;

export const losses = {
  /** The notes' error energy: summed over the outputs, with the ½ that cancels in the derivative. */
  halfSquaredError: {
    desired: "values",
    options: [],
    value: (y, d) => sum(error(y, d).map((e) => (e * e) / 2)),
    derivative: (y, d) => error(y, d).map((e) => -e),
    response: asIs,
    formula: { text: "ℓ = ½ Σ_k (d_k − y_k)²", latex: "\\ell = \\tfrac12 \\sum_k (d_k - y_k)^2" },
    derivativeFormula: {
      text: "∂ℓ/∂y_k = −(d_k − y_k)",
      latex: "\\frac{\\partial\\ell}{\\partial y_k} = -(d_k - y_k)",
    },
  },
  /** Averaged over the outputs as well, in value and derivative alike. */
  meanSquaredError: {
    desired: "values",
    options: [],
    value: (y, d) => sum(error(y, d).map((e) => e * e)) / y.length,
    derivative: (y, d) => error(y, d).map((e) => (-2 * e) / y.length),
    response: asIs,
    formula: { text: "ℓ = (1/M) Σ_k (d_k − y_k)²", latex: "\\ell = \\frac1M \\sum_k (d_k - y_k)^2" },
    derivativeFormula: {
      text: "∂ℓ/∂y_k = −(2/M) (d_k − y_k)",
      latex: "\\frac{\\partial\\ell}{\\partial y_k} = -\\frac2M (d_k - y_k)",
    },
  },
  /** Huber 1964: quadratic up to δ, linear beyond, averaged over the outputs. */
  huber: {
    desired: "values",
    options: ["delta"],
    validate: ({ delta = 1 }) =>
      requireThat("huber's delta", delta, Number.isFinite(delta) && delta > 0, "above 0 and finite"),
    value: (y, d, { delta = 1 }) =>
      sum(
        error(y, d).map((e) => {
          const a = Math.abs(e);
          return a <= delta ? (e * e) / 2 : delta * (a - delta / 2);
        }),
      ) / y.length,
    derivative: (y, d, { delta = 1 }) => error(y, d).map((e) => -Math.max(-delta, Math.min(delta, e)) / y.length),
    response: asIs,
    formula: {
      text: "ℓ = (1/M) Σ_k (½ e_k² if |e_k| ≤ δ, else δ (|e_k| − ½ δ)), e = d − y",
      latex:
        "\\ell = \\frac1M \\sum_k \\begin{cases} \\tfrac12 e_k^2 & |e_k| \\le \\delta \\\\ \\delta\\,(|e_k| - \\tfrac12\\delta) & |e_k| > \\delta \\end{cases}",
    },
    derivativeFormula: {
      text: "∂ℓ/∂y_k = −(1/M) e_k clipped to [−δ, δ]",
      latex: "\\frac{\\partial\\ell}{\\partial y_k} = -\\frac1M \\operatorname{clip}(e_k, -\\delta, \\delta)",
    },
  },
  /** Softmax and cross-entropy in one, on logits; for a plain target the product of factors collapses to d − y. */
  crossEntropy: {
    desired: "class",
    options: ["labelSmoothing", "classWeights"],
    validate: ({ labelSmoothing = 0, classWeights }, outputs) => {
      requireSmoothing(labelSmoothing);
      requireWeights(classWeights, outputs, "class");
      requireThat("the number of outputs for crossEntropy", outputs, outputs >= 2, "at least 2, one for each class");
    },
    value: (y, d, options) => {
      const normaliser = logSumExp(y);
      return sum(softTarget(y.length, d, options).map((t, k) => -t * (y[k] - normaliser)));
    },
    derivative: (y, d, options) => {
      const t = softTarget(y.length, d, options);
      const total = sum(t);
      return softmax(y).map((p, k) => p * total - t[k]);
    },
    response: softmax,
    formula: {
      text: "ℓ = −Σ_k t_k ln p_k, p = softmax(y), t_k = c_k ((1 − s) 1[k = d] + s/M)",
      latex:
        "\\ell = -\\sum_k t_k \\ln p_k,\\quad p = \\operatorname{softmax}(y),\\quad t_k = c_k\\bigl((1 - s)\\,\\mathbf 1[k = d] + \\tfrac{s}{M}\\bigr)",
    },
    derivativeFormula: {
      text: "∂ℓ/∂y_k = p_k Σ_l t_l − t_k",
      latex: "\\frac{\\partial\\ell}{\\partial y_k} = p_k \\sum_l t_l - t_k",
    },
  },
  /** Logistic and cross-entropy in one, on logits, for each output by itself; averaged over the outputs. */
  binaryCrossEntropy: {
    desired: "flags",
    options: ["labelSmoothing", "classWeights"],
    validate: ({ labelSmoothing = 0, classWeights }, outputs) => {
      requireSmoothing(labelSmoothing);
      requireWeights(classWeights, outputs, "output");
    },
    value: (y, d, { labelSmoothing, classWeights }) =>
      sum(
        Float64Array.from(y, (logit, k) => {
          const t = smoothFlag(d[k], labelSmoothing);
          return (classWeights?.[k] ?? 1) * t * softplus(-logit) + (1 - t) * softplus(logit);
        }),
      ) / y.length,
    derivative: (y, d, { labelSmoothing, classWeights }) =>
      Float64Array.from(y, (logit, k) => {
        const t = smoothFlag(d[k], labelSmoothing);
        const p = Math.exp(-softplus(-logit));
        return ((1 - t) * p - (classWeights?.[k] ?? 1) * t * (1 - p)) / y.length;
      }),
    response: (y) => Float64Array.from(y, (logit) => Math.exp(-softplus(-logit))),
    formula: {
      text: "ℓ = −(1/M) Σ_k (c_k t_k ln p_k + (1 − t_k) ln(1 − p_k)), p = σ(y), t_k = d_k (1 − s) + s/2",
      latex:
        "\\ell = -\\frac1M \\sum_k \\bigl(c_k t_k \\ln p_k + (1 - t_k) \\ln(1 - p_k)\\bigr),\\quad p = \\sigma(y),\\quad t_k = d_k(1-s) + \\tfrac{s}{2}",
    },
    derivativeFormula: {
      text: "∂ℓ/∂y_k = (1/M) ((1 − t_k) p_k − c_k t_k (1 − p_k))",
      latex: "\\frac{\\partial\\ell}{\\partial y_k} = \\frac1M \\bigl((1 - t_k)\\,p_k - c_k t_k\\,(1 - p_k)\\bigr)",
    },
  },
  /** Averaged over the outputs; its minimum is the median. The derivative is 0 where an error is 0, where there is none. */
  meanAbsoluteError: {
    desired: "values",
    options: [],
    value: (y, d) => sum(error(y, d).map(Math.abs)) / y.length,
    derivative: (y, d) => error(y, d).map((e) => (e === 0 ? 0 : -Math.sign(e) / y.length)),
    response: asIs,
    formula: { text: "ℓ = (1/M) Σ_k |d_k − y_k|", latex: "\\ell = \\frac1M \\sum_k |d_k - y_k|" },
    derivativeFormula: {
      text: "∂ℓ/∂y_k = −(1/M) sign(d_k − y_k)",
      latex: "\\frac{\\partial\\ell}{\\partial y_k} = -\\frac1M \\operatorname{sign}(d_k - y_k)",
    },
  },
} as const satisfies { readonly [Name in LossName]: LossEntry<Extract<Loss, { name: Name }>> };

/** The entry of a loss, with its options' type forgotten so that engines can call every loss in the same way. */
export function lossOf(loss: Loss): LossEntry<Loss> {
  return losses[loss.name] as LossEntry<Loss>;
}

/** What a batch's outputs mean, row by row. @param outputs [B, M]. @returns [B, M] */
export function responsesOf(loss: Loss, outputs: Float32Array | Float64Array, width: number): Float64Array {
  const { response } = lossOf(loss);
  const responses = new Float64Array(outputs.length);
  for (let i = 0; i < outputs.length; i += width) responses.set(response(outputs.subarray(i, i + width)), i);
  return responses;
}

/** How many numbers the target of one example has: one for a class index, else one for each output. */
export function desiredWidth(loss: Loss, outputs: number): number {
  return losses[loss.name].desired === "class" ? 1 : outputs;
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

function requireWeights(weights: readonly number[] | undefined, outputs: number, each: string): void {
  if (weights === undefined) return;
  requireKind("classWeights", weights, list);
  if (weights.length !== outputs) {
    throw new ShapeError(`Expected ${outputs} classWeights, one for each ${each}, found ${weights.length}.`);
  }
  for (const weight of weights)
    requireThat("each class weight", weight, Number.isFinite(weight) && weight >= 0, "finite and at least 0");
}
