/**
 * Where every parameter lies: all layers' tensors in one array, weights then bias, layer by layer.
 *
 * Gradients and each optimizer slot have the same layout, so an update, a save and an all-reduce are each one pass over
 * one array. Knows nothing of the array's type.
 */
import { DescriptionError, requireThat, ShapeError } from "../errors.ts";
import { numbers, requireKind } from "../kinds.ts";
import { random } from "../random.ts";
import { layerEntry } from "./layerEntry.ts";
import type { TensorShape } from "./layers.ts";
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
  /**
   * Multiplies the learning rate of its numbers; 0 for a frozen tensor, and for one that its layer keeps and doesn't learn: its
   * gradient is 0 and no optimizer moves it.
   */
  readonly rate: number;
  /** Multiplies their weight decay: p ← p (1 − η λ · decay), η without `rate`. */
  readonly decay: number;
}

export interface ParameterLayout {
  readonly tensors: readonly ParameterTensor[];
  /** The length of the parameter array. */
  readonly length: number;
}

/** A gibibyte in float32; with gradients and two slots of an optimizer no more fit into the memory that WebAssembly has. */
const MOST_PARAMETERS = 2 ** 28;

/**
 * The layout of a network's parameters.
 *
 * @throws {DescriptionError | ShapeError} as `validateNetwork` does; more parameters than any engine has room for
 *
 * @example
 * import { dense, network, parameterLayout } from "gradus/network";
 *
 * const { length, tensors } = parameterLayout(network({ inputs: 2, layers: [dense(3), dense(1)] }));
 * length; // 13
 * tensors.map(({ role, shape }) => [role, ...shape]); // [["weights", 3, 2], ["bias", 3], ["weights", 1, 3], ["bias", 1]]
 */
export function parameterLayout(network: Network): ParameterLayout {
  const widths = layerWidths(network);
  const tensors: ParameterTensor[] = [];
  let offset = 0;
  for (const [layer, description] of network.layers.entries()) {
    for (const { role, shape, kept } of layerEntry(description).tensors(description, widths[layer])) {
      const length = shape.reduce((product, extent) => product * extent, 1);
      const learning = "learning" in description ? description.learning?.[role] : undefined;
      const { rate = kept === undefined ? 1 : 0, decay = role === "weights" ? rate : 0 } = learning ?? {};
      const own = { layer, role, shape, ...(kept && { kept }), offset, length, rate, decay };
      tensors.push({ name: `layers.${layer}.${role}`, ...own });
      offset += length;
    }
  }
  if (offset > MOST_PARAMETERS) {
    throw new DescriptionError(
      `Expected a network of at most ${MOST_PARAMETERS} parameters, found ${offset}, which take ${4 * offset} bytes in float32, and the same again for the gradient and for each slot of the optimizer. Use fewer units.`,
    );
  }
  return { tensors, length: offset };
}

/**
 * The starting parameters of a network, float64 in the order of its layout.
 *
 * @param seed the same seed gives the same numbers; each layer draws from a stream of its own
 *
 * @example
 * import { dense, initialParameters, network } from "gradus/network";
 *
 * const line = network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] });
 * initialParameters(line, 0); // [2, 1]
 */
export function initialParameters(network: Network, seed: number): Float64Array {
  requireThat("seed", seed, Number.isSafeInteger(seed) && seed >= 0, "a whole number of at least 0");
  const widths = layerWidths(network);
  const { tensors, length } = parameterLayout(network);
  const parameters = new Float64Array(length);
  let next = 0; // tensors stand layer by layer, in the order of their starting values
  for (const [layer, description] of network.layers.entries()) {
    const values = layerEntry(description).initialise(description, widths[layer], random(seed, "initialise", layer));
    for (const one of values) parameters.set(one, tensors[next++].offset);
  }
  return parameters;
}

/**
 * @throws {ShapeError} unless the array has as many numbers as the network has parameters
 * @throws {DescriptionError} a number of kept state that can't be one
 */
export function requireParameters(network: Network, parameters: ArrayLike<number>): void {
  requireKind("the parameters", parameters, numbers);
  const layout = parameterLayout(network);
  const { length } = layout;
  if (parameters.length !== length) {
    throw new ShapeError(`Expected ${length} parameters for this network, found ${parameters.length}.`);
  }
  const wrong = impossibleState(layout, parameters);
  if (wrong !== undefined) throw new DescriptionError(`Expected ${wrong}. Give parameters as a session had them.`);
}

/** "layers.1.variance to be at least 0, found -1 at index 3", of the first number of kept state that can't be one. */
export function impossibleState(
  { tensors }: Pick<ParameterLayout, "tensors">,
  parameters: ArrayLike<number>,
): string | undefined {
  for (const { name, kept: { least = Number.NEGATIVE_INFINITY } = {}, offset, length } of tensors) {
    if (least === Number.NEGATIVE_INFINITY) continue;
    for (let i = 0; i < length; i++) {
      const value = parameters[offset + i];
      if (value < least) return `${name} to be at least ${least}, found ${value} at index ${i}`;
    }
  }
  return undefined;
}

/** Whether no gradient, decay or penalty moves a tensor: it is frozen, or its layer keeps it and doesn't learn it. */
export function isFrozen({ rate }: Pick<ParameterTensor, "rate">): boolean {
  return rate === 0;
}

const knownByLayer = new WeakMap<ParameterLayout, ReadonlyMap<number, readonly ParameterTensor[]>>();

/** The tensors of each layer in their order; found once for each layout. */
export function tensorsByLayer(layout: ParameterLayout): ReadonlyMap<number, readonly ParameterTensor[]> {
  const known = knownByLayer.get(layout);
  if (known !== undefined) return known;
  const byLayer = new Map<number, ParameterTensor[]>();
  for (const tensor of layout.tensors) {
    const own = byLayer.get(tensor.layer);
    if (own === undefined) byLayer.set(tensor.layer, [tensor]);
    else own.push(tensor);
  }
  knownByLayer.set(layout, byLayer);
  return byLayer;
}
