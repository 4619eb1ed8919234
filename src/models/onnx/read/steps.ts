/** What a network does one after the other, as it is read from a graph: plain data between its operators and its layers. */
import type { ActivationName } from "../../../network/activations.ts";

export type Step =
  /** v = W x; with the bias once it is known. Weights [O, I]. */
  | {
      readonly kind: "dense";
      readonly weights: Float64Array;
      readonly bias?: Float64Array;
      readonly inputs: number;
      readonly outputs: number;
    }
  /** y_a = s_a x_a + t_a */
  | { readonly kind: "affine"; readonly scale: Float64Array; readonly shift: Float64Array }
  | { readonly kind: "activation"; readonly name: ActivationName }
  /** y_a = x_a + α_a (φ(x_a) − x_a) */
  | {
      readonly kind: "parametric";
      readonly name: ActivationName;
      readonly slopes: Float64Array;
      /** Whether it has been learned and goes on learning. */
      readonly isLearned: boolean;
    }
  | {
      readonly kind: "batchNorm";
      readonly epsilon: number;
      readonly momentum: number;
      readonly scale: Float64Array;
      readonly bias: Float64Array;
      readonly mean: Float64Array;
      readonly variance: Float64Array;
    }
  | { readonly kind: "layerNorm"; readonly epsilon: number; readonly scale: Float64Array; readonly bias: Float64Array }
  /** y_a is x_a, but at least the one and at most the other. */
  | { readonly kind: "clip"; readonly low: Float64Array; readonly high: Float64Array }
  /** ln softmax, and (1 − σ(x), σ(x)): ends of classifiers. */
  | { readonly kind: "logSoftmax" }
  | { readonly kind: "pair" };

export type Affine = Extract<Step, { kind: "affine" }>;

export function affine(scale: Float64Array, shift: Float64Array): Affine {
  return { kind: "affine", scale, shift };
}

/** The same factor and constant for each of some signals. */
export function affineOfAll(width: number, scale: number, shift: number): Affine {
  return affine(new Float64Array(width).fill(scale), new Float64Array(width).fill(shift));
}

export function isShift({ scale }: Affine): boolean {
  return scale.every((factor) => factor === 1);
}

/** Whether it changes nothing. */
export function isNothing(step: Affine): boolean {
  return isShift(step) && step.shift.every((t) => t === 0);
}
