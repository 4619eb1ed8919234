/**
 * Where every parameter lies: all layers' tensors in one array, weights then bias, layer by layer.
 *
 * Gradients and each optimizer slot have the same layout, so an update, a save and an all-reduce are each one pass over
 * one array. Knows nothing of the array's type.
 */
import { ShapeError } from "../errors.ts";
import { random } from "../random.ts";
import { layerEntry, type TensorShape } from "./layers.ts";
import { layerWidths, type Network } from "./network.ts";

export interface ParameterTensor extends TensorShape {
  /** "layers.0.weights": the tensor's name in a model file. */
  readonly name: string;
  /** Index into `network.layers`. */
  readonly layer: number;
  /** Index of its first number in the parameter array. */
  readonly offset: number;
  /** How many numbers it has. */
  readonly length: number;
  /** Multiplies the learning rate of its numbers. */
  readonly rate: number;
  /** Multiplies their weight decay: p ← p (1 − η λ · decay), η without `rate`. */
  readonly decay: number;
}

export interface ParameterLayout {
  readonly tensors: readonly ParameterTensor[];
  /** The length of the parameter array. */
  readonly length: number;
}

/** The layout of a network's parameters. */
export function parameterLayout(network: Network): ParameterLayout {
  const widths = layerWidths(network);
  const tensors: ParameterTensor[] = [];
  let offset = 0;
  for (const [layer, description] of network.layers.entries()) {
    for (const { role, shape } of layerEntry(description).tensors(description, widths[layer])) {
      const length = shape.reduce((product, extent) => product * extent, 1);
      const learning = "learning" in description ? description.learning?.[role] : undefined;
      const { rate = 1, decay = role === "weights" ? rate : 0 } = learning ?? {};
      tensors.push({ name: `layers.${layer}.${role}`, layer, role, shape, offset, length, rate, decay });
      offset += length;
    }
  }
  return { tensors, length: offset };
}

/**
 * The starting parameters of a network, float64 in the order of its layout.
 *
 * @param seed the same seed gives the same numbers; each layer draws from a stream of its own
 */
export function initialParameters(network: Network, seed: number): Float64Array {
  const widths = layerWidths(network);
  const { tensors, length } = parameterLayout(network);
  const parameters = new Float64Array(length);
  for (const [layer, description] of network.layers.entries()) {
    const values = layerEntry(description).initialise(description, widths[layer], random(seed, "initialise", layer));
    const own = tensors.filter((tensor) => tensor.layer === layer);
    for (const [i, tensor] of own.entries()) parameters.set(values[i], tensor.offset);
  }
  return parameters;
}

/** @throws {ShapeError} unless the array has as many numbers as the network has parameters. */
export function requireParameters(network: Network, parameters: ArrayLike<number>): void {
  const { length } = parameterLayout(network);
  if (parameters.length !== length) {
    throw new ShapeError(`Expected ${length} parameters for this network, found ${parameters.length}.`);
  }
}
