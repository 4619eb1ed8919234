/**
 * Names of weights: "1.0.3" is the weight of layer 1 from input 3 to unit 0, "1.0.bias" that unit's bias.
 *
 * All three count from 0, layers as in `network.layers` and as `gradus show` lists them. What a layer has for each unit
 * or cosine by itself is named by its tensor's role: "2.5.scale", "4.0.slopes", "1.7.phases". An embedding's vectors lead
 * from codes: "0.9.2" is the number that code 2 gives to unit 9. Knows the layout of parameters, nothing of their values.
 */

import { DescriptionError, shown } from "../../errors.ts";
import { either, number, requireKind, text, withFields } from "../../kinds.ts";
import { vectored } from "../../network/layers/embedding.ts";
import { roleLetters } from "../../network/layers/layerEntry.ts";
import type { EmbeddingLayer, TensorRole } from "../../network/layers.ts";
import { layerWidths, type Network } from "../../network/network.ts";
import type { ParameterLayout, ParameterTensor } from "../../network/parameters.ts";
import type { OwnRole, WeightName } from "./trace.ts";

const ownRoles = Object.keys(roleLetters).filter((role): role is OwnRole => role !== "weights");
const pattern = new RegExp(`^(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9}|${ownRoles.join("|")})$`);

/** @throws {DescriptionError} unless the text is layer.unit.input; whether a network has such a weight is not asked */
export function parseWeightName(text: string): WeightName {
  const [, layer, unit, input] = (typeof text === "string" && pattern.exec(text)) || [];
  if (layer === undefined) {
    throw new DescriptionError(
      `Expected a weight as layer.unit.input, counted from 0, for example 1.0.3 or 1.0.bias; found ${shown(text)}.`,
    );
  }
  const own = ownRoles.find((role) => role === input);
  return { layer: Number(layer), unit: Number(unit), input: own ?? Number(input) };
}

const nameKind = withFields("{ layer, unit, input }", {
  layer: number,
  unit: number,
  input: either(number, text),
});

/** The name as it is written: "1.0.3", "1.0.bias". */
export function weightNameText(name: WeightName): string {
  requireKind("the name of a weight", name, nameKind);
  const { layer, unit, input } = name;
  return `${layer}.${unit}.${input}`;
}

/** The name of a tensor's number. */
export function weightNameAt(network: Network, { layer, role, shape }: ParameterTensor, index: number): WeightName {
  if (role !== "weights") return { layer, unit: index, input: role };
  const description = network.layers[layer];
  const last = shape[shape.length - 1];
  const [row, place] = [Math.floor(index / last), index % last];
  if (description.kind !== "embedding") return { layer, unit: row, input: place };
  let code = row;
  let unit = layerWidths(network)[layer] - description.columns.length + place;
  for (const { cardinality } of description.columns) {
    if (code < cardinality) break;
    code -= cardinality;
    unit += description.dimension;
  }
  return { layer, unit, input: code };
}

/**
 * Where a weight lies in the parameter array.
 *
 * @throws {DescriptionError} naming the layer, unit or input that the network does not have, and those it has
 */
export function weightIndex(network: Network, layout: ParameterLayout, name: WeightName): number {
  const { layer, unit, input } = name;
  const description = network.layers[layer];
  const subject = `Weight ${weightNameText(name)}:`;
  if (description === undefined) {
    throw new DescriptionError(`${subject} expected a layer from 0 to ${network.layers.length - 1}, found ${layer}.`);
  }
  const own = layout.tensors.filter((tensor) => tensor.layer === layer);
  const roles = own.filter(({ kept }) => kept === undefined).map(({ role }) => role);
  if (roles.length === 0) {
    const others = [...new Set(layout.tensors.map((tensor) => tensor.layer))];
    throw new DescriptionError(
      `${subject} layer ${layer} is ${description.kind}, which has no weights. Layers with weights: ${others.join(", ")}.`,
    );
  }
  const role = typeof input === "string" ? input : "weights";
  if (!roles.includes(role)) {
    const isKept = own.some((tensor) => tensor.role === role);
    throw new DescriptionError(`${subject} ${lacking(name, roles, isKept)}`);
  }
  const { offset, length } = tensorOf(layout, layer, role);
  if (typeof input === "string") {
    const what = input === "frequencies" || input === "phases" ? "a cosine" : "a unit";
    requireIndex(subject, `${what} of layer ${layer}`, unit, { to: length });
    return offset + unit;
  }
  const inputs = layerWidths(network)[layer];
  if (description.kind === "embedding") return offset + embeddedPlace(subject, description, inputs, { unit, input });
  const received = description.kind === "periodic" ? description.frequencies : inputs;
  const what = description.kind === "periodic" ? "a cosine" : "an input";
  requireIndex(subject, `a unit of layer ${layer}`, unit, { to: length / received });
  requireIndex(subject, `${what} of layer ${layer}${roles.includes("bias") ? ' or "bias"' : ""}`, input, {
    to: received,
  });
  return offset + unit * received + input;
}

/** Which of an embedding's numbers leads from a code to a unit. */
function embeddedPlace(
  subject: string,
  layer: EmbeddingLayer,
  inputs: number,
  { unit, input }: { readonly unit: number; readonly input: number },
): number {
  const { columns, dimension } = layer;
  const from = inputs - columns.length;
  requireIndex(subject, "a unit that codes lead to", unit, { from, to: from + columns.length * dimension });
  const { column, cardinality, first, place } = vectored(layer, inputs, unit);
  requireIndex(subject, `a code of input ${column}`, input, { to: cardinality });
  return (first + input) * dimension + place;
}

function lacking({ layer, unit, input }: WeightName, roles: readonly TensorRole[], isKept: boolean): string {
  if (input === "bias" && roles.includes("weights")) {
    return `the units of layer ${layer} have no bias. Give one of their inputs.`;
  }
  const names = roles.map((role) => (role === "weights" ? `${layer}.unit.input` : `${layer}.${unit}.${role}`));
  const what = typeof input === "string" ? input : "weights from its inputs";
  const why = isKept ? `the ${what} of layer ${layer} is kept, not learned` : `layer ${layer} has no ${what}`;
  return `${why}. Give ${names.join(" or ")}.`;
}

/**
 * The weights whose gradients are steepest: one of the first layer that has weights and one of the output layer.
 *
 * @param gradients ∂loss/∂W, in the layout's order
 */
export function steepestWeights(network: Network, layout: ParameterLayout, gradients: Float64Array): WeightName[] {
  const layers = layout.tensors.filter(({ role }) => role === "weights").map(({ layer }) => layer);
  return [...new Set([layers[0], layers[layers.length - 1]])].map((layer) => {
    const tensor = tensorOf(layout, layer, "weights");
    const { offset, length } = tensor;
    let best = 0;
    for (let i = 1; i < length; i++) {
      if (Math.abs(gradients[offset + i]) > Math.abs(gradients[offset + best])) best = i;
    }
    return weightNameAt(network, tensor, best);
  });
}

function tensorOf({ tensors }: ParameterLayout, layer: number, role: TensorRole): ParameterTensor {
  return tensors.find((tensor) => tensor.layer === layer && tensor.role === role) as ParameterTensor;
}

function requireIndex(
  subject: string,
  what: string,
  found: number,
  { from = 0, to }: { readonly from?: number; readonly to: number },
): void {
  if (Number.isInteger(found) && found >= from && found < to) return;
  throw new DescriptionError(`${subject} expected ${what}, from ${from} to ${to - 1}; found ${found}.`);
}
