/**
 * What the operations of all layers are made of: the regions of a plan's memory, and what a layer does to the gradient that
 * reaches it. Plain data; knows no kind of layer.
 */
import type { ActivationName } from "../network/activations.ts";

/**
 * The name of a region. With k the index of a layer: `x` inputs, `d` desired responses, `w` sample weights, `v{k}` fields, `y{k}`
 * outputs, `δ{k}` local gradients, and by a letter of its own what a kind of layer keeps for the way back, such as `φ{k}`;
 * `W{k}` weights, `b{k}` bias, `s{k}` scale, `α{k}` slopes, `f{k}` frequencies and `p{k}` phases, and `∂W{k}` and so on their
 * gradients; `parameters`, `gradients` and each optimizer slot as a whole. `g` is the regularised gradient, which only a plan with penalties or
 * clipping has.
 */
export type RegionName = string;

export interface Region {
  readonly name: RegionName;
  /** The index of its first number; a multiple of 16, a cache line, except inside `parameters` and its likes. */
  readonly offset: number;
  /** Row-major; the first extent of a signal is the batch size. */
  readonly shape: readonly number[];
}

/**
 * How a layer's own function acts on the gradient that reaches it: by φ' (or the Jacobian of softmax), by the mask, or not
 * at all.
 */
export type LocalStep =
  | {
      readonly by: "activation";
      readonly activation: ActivationName;
      readonly field: Region;
      readonly output: Region;
    }
  | { readonly by: "dropout"; readonly layer: number; readonly rate: number }
  | { readonly by: "identity" };

/** δ = negativeGradient ∘ φ'(v): from −∂loss/∂y to the local gradient of the same layer. */
export interface LocalGradientOperation {
  readonly op: "local-gradient";
  readonly negativeGradient: Region;
  /** May be `negativeGradient` itself. */
  readonly to: Region;
  readonly step: LocalStep;
}

/** What the recursion through any other layer has in common: −∂loss/∂input from δ of the layer, and then the step of the layer that feeds it. */
export interface PassBack {
  readonly layer: number;
  readonly delta: Region;
  readonly to: Region;
  readonly step: LocalStep;
}
