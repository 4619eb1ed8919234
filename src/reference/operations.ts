/**
 * What the reference computes for each kind of layer: one table, one file a kind.
 *
 * Signals travel forward as outputs y and back as "downhill" signals −∂loss/∂y, the direction in which an output should
 * move to lower the loss; at the output layer of the notes' network that is the error signal e.
 */
import type { Layer, LayerKind } from "../network/layers.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";

/** All signals of one layer for one batch; row-major, allocated by `allocateSignals`. */
export interface Signals {
  /** B. */
  readonly rows: number;
  /** y of the layer below (x for the first), [B, I]. */
  readonly input: Float64Array;
  /** v, [B, O]. */
  readonly inducedField: Float64Array;
  /** y = φ(v), [B, O]. */
  readonly output: Float64Array;
  /** δ = −∂loss/∂v, [B, O]. */
  readonly localGradient: Float64Array;
}

/** One layer's parameters (or their gradients) as views; empty where the layer has none. */
export interface LayerParameters {
  /** W, [O, I], row = receiving unit. */
  readonly weights: Float64Array;
  /** [O]. */
  readonly bias: Float64Array;
}

export interface LayerOperations<L extends Layer> {
  /** Fills inducedField and output from input. @param dropoutKey absent when not training */
  forward(layer: L, parameters: LayerParameters, signals: Signals, dropoutKey: number | undefined): void;
  /** Fills localGradient from −∂loss/∂output, [B, O]. */
  localGradients(layer: L, signals: Signals, downhill: Float64Array, dropoutKey: number | undefined): void;
  /** −∂loss/∂input, [B, I], from localGradient. */
  pullBack(layer: L, parameters: LayerParameters, signals: Signals): Float64Array;
  /** Adds ∂loss/∂parameters to `gradient`. */
  gradients(layer: L, signals: Signals, gradient: LayerParameters): void;
}

const operations = { dense, dropout } satisfies { readonly [Kind in LayerKind]: unknown };

/** The operations of a layer's kind, with the kind's own type forgotten. */
export function operationsOf(layer: Layer): LayerOperations<Layer> {
  return operations[layer.kind] as LayerOperations<Layer>;
}

const nothing = new Float64Array(0);

/** Views of one layer's tensors in an array laid out as `layout` says. */
export function layerParameters(layout: ParameterLayout, values: Float64Array, layer: number): LayerParameters {
  const view = (role: "weights" | "bias"): Float64Array => {
    const tensor = layout.tensors.find((candidate) => candidate.layer === layer && candidate.role === role);
    return tensor ? values.subarray(tensor.offset, tensor.offset + tensor.length) : nothing;
  };
  return { weights: view("weights"), bias: view("bias") };
}
