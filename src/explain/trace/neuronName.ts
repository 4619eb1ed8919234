/**
 * Names of neurons: "1.0" is neuron 0 of layer 1, both counted from 0, layers as in `network.layers`.
 *
 * Knows no values but those of a trace.
 */

import { DescriptionError, shown } from "../../errors.ts";
import { list, number, requireKind, whole, withFields } from "../../kinds.ts";
import type { Trace, WeightName } from "./trace.ts";

export interface NeuronName {
  readonly layer: number;
  readonly unit: number;
}

/** @throws {DescriptionError} unless the text is layer.unit; whether a network has such a neuron is not asked */
export function parseNeuronName(text: string): NeuronName {
  const [, layer, unit] = (typeof text === "string" && /^(\d{1,9})\.(\d{1,9})$/.exec(text)) || [];
  if (layer !== undefined) return { layer: Number(layer), unit: Number(unit) };
  throw new DescriptionError(`Expected a neuron as layer.unit, counted from 0, for example 1.0; found ${shown(text)}.`);
}

/** @throws {DescriptionError} naming the layer or the unit that the traced network does not have, and those it has */
export function requireNeuron({ layers }: Pick<Trace, "layers">, { layer, unit }: NeuronName): void {
  requireKind("a neuron", { layer, unit }, withFields("{ layer, unit }", { layer: number, unit: number }));
  const subject = `Neuron ${layer}.${unit}: expected`;
  if (!(Number.isInteger(layer) && layer >= 0 && layer < layers.length)) {
    throw new DescriptionError(`${subject} a layer from 0 to ${layers.length - 1}, found ${layer}.`);
  }
  const { description, units } = layers[layer];
  if (description.kind !== "dense") {
    const dense = layers.filter((each) => each.description.kind === "dense").map((each) => each.layer);
    throw new DescriptionError(
      `${subject} a layer of neurons (${dense.join(", ")}), found ${layer}, which is ${description.kind}.`,
    );
  }
  if (!(Number.isInteger(unit) && unit >= 0 && unit < units)) {
    throw new DescriptionError(`${subject} a neuron of layer ${layer}, from 0 to ${units - 1}, found ${unit}.`);
  }
}

/**
 * The weight into a neuron whose gradient −Σ_n δ_b y_a is steepest; of equals, the first.
 *
 * @throws {DescriptionError} a neuron that the traced network does not have
 */
export function steepestInto(trace: Pick<Trace, "layers">, neuron: NeuronName): WeightName {
  requireKind("steepestInto's trace", trace, withFields("a trace", { layers: list }));
  requireKind("steepestInto's neuron", neuron, withFields("{ layer, unit }", { layer: whole(0), unit: whole(0) }));
  requireNeuron(trace, neuron);
  const { input, inputs, localGradient } = trace.layers[neuron.layer];
  const slopes = Array.from({ length: inputs }, (_, a) =>
    Math.abs(localGradient.reduce((sum, delta, n) => sum + delta[neuron.unit] * input[n][a], 0)),
  );
  return { ...neuron, input: slopes.indexOf(Math.max(...slopes)) };
}
