/**
 * What the reference computes for each kind of layer: one table, one file a kind. And how it is asked of one layer of a
 * network.
 */
import { layerEntry } from "../network/layerEntry.ts";
import { roleLetters } from "../network/layers/layerEntry.ts";
import type { Layer, LayerKind, TensorRole } from "../network/layers.ts";
import type { Network } from "../network/network.ts";
import { type ParameterLayout, tensorsByLayer } from "../network/parameters.ts";
import { batchNorm } from "./batchNorm.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import { layerNorm } from "./layerNorm.ts";
import type { DropoutDraw, LayerOperations, LayerParameters, Signals } from "./layerOperations.ts";
import { parametricActivation } from "./parametricActivation.ts";
import { periodic } from "./periodic.ts";
import { scale } from "./scale.ts";

const operations = {
  batchNorm,
  dense,
  dropout,
  scale,
  parametricActivation,
  embedding,
  periodic,
  layerNorm,
} satisfies {
  readonly [Kind in LayerKind]: unknown;
};

/** What the steps work on: a network and its parameters, laid out as in `layout`. */
export interface Subject {
  readonly network: Network;
  readonly layout: ParameterLayout;
  readonly parameters: Float64Array;
}

/** The operations of a layer's kind, with the kind's own type forgotten. */
export function operationsOf(layer: Layer): LayerOperations<Layer> {
  return operations[layer.kind] as LayerOperations<Layer>;
}

const nothing = Object.fromEntries(Object.keys(roleLetters).map((role) => [role, new Float64Array(0)])) as Record<
  TensorRole,
  Float64Array
>;

/** Views of one layer's tensors in an array laid out as in `layout`. */
export function layerParameters(layout: ParameterLayout, values: Float64Array, layer: number): LayerParameters {
  const views = { ...nothing };
  for (const { role, offset, length } of tensorsByLayer(layout).get(layer) ?? []) {
    views[role] = values.subarray(offset, offset + length);
  }
  return views;
}

/** One layer forward. @param input y of the layer below, [B, I] @param draw absent when not training */
export function layerForward(subject: Subject, index: number, rows: number, input: Float64Array, draw?: DropoutDraw) {
  const layer = subject.network.layers[index];
  const size = rows * layerEntry(layer).outputs(layer, input.length / rows);
  const own: Signals = {
    rows,
    training: draw !== undefined,
    input,
    inducedField: new Float64Array(size),
    output: new Float64Array(size),
    localGradient: new Float64Array(size),
  };
  operationsOf(layer).forward(layer, layerParameters(subject.layout, subject.parameters, index), own, draw);
  return own;
}

/**
 * What a forward pass in training makes of the state that layers keep and don't learn: changes the subject's parameters. One in
 * prediction changes nothing.
 */
export function keepState({ network, layout, parameters }: Subject, signals: readonly Signals[]): void {
  for (const [index, layer] of network.layers.entries()) {
    const { keep } = operationsOf(layer);
    if (signals[index].training) keep?.(layer, signals[index], layerParameters(layout, parameters, index));
  }
}

/** −∂loss/∂input of one layer, [B, I], from its δ: for the layer below it is the bracket of the hidden δ. */
export function layerBack(subject: Subject, index: number, signals: readonly Signals[]): Float64Array {
  const layer = subject.network.layers[index];
  return operationsOf(layer).pullBack(
    layer,
    layerParameters(subject.layout, subject.parameters, index),
    signals[index],
  );
}
