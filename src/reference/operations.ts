/** What the reference computes for each kind of layer: one table, one file a kind. */
import type { Layer, LayerKind, TensorRole } from "../network/layers.ts";
import { type ParameterLayout, tensorsByLayer } from "../network/parameters.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import type { LayerOperations, LayerParameters } from "./layerOperations.ts";
import { parametricActivation } from "./parametricActivation.ts";
import { periodic } from "./periodic.ts";
import { scale } from "./scale.ts";

const operations = { dense, dropout, scale, parametricActivation, embedding, periodic } satisfies {
  readonly [Kind in LayerKind]: unknown;
};

/** The operations of a layer's kind, with the kind's own type forgotten. */
export function operationsOf(layer: Layer): LayerOperations<Layer> {
  return operations[layer.kind] as LayerOperations<Layer>;
}

const nothing = new Float64Array(0);

/** Views of one layer's tensors in an array laid out as in `layout`. */
export function layerParameters(layout: ParameterLayout, values: Float64Array, layer: number): LayerParameters {
  const own = tensorsByLayer(layout).get(layer) ?? [];
  const view = (role: TensorRole): Float64Array => {
    const tensor = own.find((candidate) => candidate.role === role);
    return tensor ? values.subarray(tensor.offset, tensor.offset + tensor.length) : nothing;
  };
  return {
    weights: view("weights"),
    bias: view("bias"),
    scale: view("scale"),
    slopes: view("slopes"),
    frequencies: view("frequencies"),
    phases: view("phases"),
  };
}
