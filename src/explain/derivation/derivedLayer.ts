/**
 * What the derivation says of a layer whose output is its field, one entry a kind. Such a layer has no induced field beside
 * its output, so its δ is what comes back to it, and its derivative stands on the way to the layer below. Plain data.
 */
import type { Formula } from "../../network/formula.ts";
import type { Layer, TensorRole } from "../../network/layers.ts";
import type { Block, Equation, Inline } from "../exposition/exposition.ts";
import { symbol } from "./notation.ts";

/** One layer of a network. */
export interface Placed<L extends Layer = Layer> {
  readonly layer: L;
  /** Index into `network.layers`. */
  readonly index: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** The slope of the layer's outputs along one parameter of a tensor: a column. */
export interface ParameterSlope {
  readonly role: TensorRole;
  /** One parameter of it. */
  readonly parameter: Formula;
  readonly value: readonly Inline[];
}

export interface DerivedLayer<L extends Layer = Layer> {
  /** The kind in words: "scale". */
  name(layer: L): string;
  /** The cells of the table of layers: weights, biases, φ. */
  cells(placed: Placed<L>): readonly [weights: Inline, bias: Inline, activation: Inline];
  /** The symbols that the kind adds, each with its meaning. */
  readonly symbols: readonly (readonly [name: Inline, meaning: string])[];
  /** Step 1. φ and its derivative, where it has one, are shown after it. */
  forward(placed: Placed<L>): Block[];
  /** −∂ℓ/∂y of output a of the layer below. */
  bracket(placed: Placed<L>): Formula;
  /** How δ come back through it, a sentence that ends in a colon. */
  back(placed: Placed<L>): string;
  /** ∂y/∂y of the layer below, in words and formulas. */
  through(placed: Placed<L>): readonly Inline[];
  /** Of its tensors, in the layout's order. */
  slopes(placed: Placed<L>): readonly ParameterSlope[];
  /** The gradients of the batch, as lines. */
  gradients(placed: Placed<L>): Equation[];
}

export const SPACE: Formula = symbol(" ", "\\,");
/** Before a slope that is a mean over the batch. */
export const MEAN: Formula = symbol("−(1/B) Σ_n w_n ", "-\\frac1B \\sum_n w_n\\,");
