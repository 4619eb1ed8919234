/**
 * Names of weights: "1.0.3" is the weight of layer 1 from input 3 to unit 0, "1.0.bias" that unit's bias.
 *
 * All three count from 0, layers as in `network.layers` and as `gradus show` lists them. Knows the layout of parameters,
 * and nothing of their values.
 */
import { DescriptionError } from "../../errors.ts";
import { layerWidths, type Network } from "../../network/network.ts";
import type { ParameterLayout, ParameterTensor } from "../../network/parameters.ts";
import type { WeightName } from "./trace.ts";

/** @throws {DescriptionError} unless the text is layer.unit.input; whether a network has such a weight is not asked */
export function parseWeightName(text: string): WeightName {
  const [, layer, unit, input] = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9}|bias)$/.exec(text) ?? [];
  if (layer === undefined) {
    throw new DescriptionError(
      `Expected a weight as layer.unit.input, counted from 0, for example 1.0.3 or 1.0.bias; found ${JSON.stringify(text)}.`,
    );
  }
  return { layer: Number(layer), unit: Number(unit), input: input === "bias" ? input : Number(input) };
}

/** The name as it is written: "1.0.3", "1.0.bias". */
export function weightNameText({ layer, unit, input }: WeightName): string {
  return `${layer}.${unit}.${input}`;
}

/**
 * Where a weight lies in the parameter array.
 *
 * @throws {DescriptionError} naming the layer, unit or input that the network does not have, and those it has
 */
export function weightIndex(network: Network, layout: ParameterLayout, name: WeightName): number {
  const { layer, unit, input } = name;
  const description = network.layers[layer];
  const inputs = layerWidths(network)[layer];
  const subject = `Weight ${weightNameText(name)}:`;
  if (description === undefined) {
    throw new DescriptionError(`${subject} expected a layer from 0 to ${network.layers.length - 1}, found ${layer}.`);
  }
  if (description.kind !== "dense") {
    throw new DescriptionError(
      `${subject} layer ${layer} is ${description.kind}, which has no weights. Layers with weights: ${layersWithWeights(layout).join(", ")}.`,
    );
  }
  requireIndex(subject, `a unit of layer ${layer}`, unit, description.units);
  if (input === "bias") {
    if (description.bias) return tensorOf(layout, layer, "bias").offset + unit;
    throw new DescriptionError(`${subject} the units of layer ${layer} have no bias. Name one of their inputs.`);
  }
  requireIndex(subject, `an input of layer ${layer}${description.bias ? ' or "bias"' : ""}`, input, inputs);
  return tensorOf(layout, layer, "weights").offset + unit * inputs + input;
}

/**
 * The weights whose gradients are steepest: one of the first layer that has weights and one of the output layer.
 *
 * @param gradients ∂loss/∂W, in the layout's order
 */
export function steepestWeights(layout: ParameterLayout, gradients: Float64Array): WeightName[] {
  const layers = layersWithWeights(layout);
  return [...new Set([layers[0], layers[layers.length - 1]])].map((layer) => {
    const { offset, length, shape } = tensorOf(layout, layer, "weights");
    let best = 0;
    for (let i = 1; i < length; i++) {
      if (Math.abs(gradients[offset + i]) > Math.abs(gradients[offset + best])) best = i;
    }
    const inputs = shape[1];
    return { layer, unit: Math.floor(best / inputs), input: best % inputs };
  });
}

function layersWithWeights({ tensors }: ParameterLayout): number[] {
  return tensors.filter(({ role }) => role === "weights").map(({ layer }) => layer);
}

function tensorOf({ tensors }: ParameterLayout, layer: number, role: ParameterTensor["role"]): ParameterTensor {
  return tensors.find((tensor) => tensor.layer === layer && tensor.role === role) as ParameterTensor;
}

function requireIndex(subject: string, what: string, found: number, count: number): void {
  if (Number.isInteger(found) && found >= 0 && found < count) return;
  throw new DescriptionError(`${subject} expected ${what}, from 0 to ${count - 1}; found ${found}.`);
}
