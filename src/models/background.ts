/**
 * The background of a network: what a prediction is compared with when it is explained.
 *
 * The mean of the training rows as the network sees them. Between two codes of categories there is nothing, so where the
 * first layer embeds codes it is the mean of what that layer puts out. A mean reveals nothing about a single row, so a model's
 * file can carry it.
 */

import type { Numbers } from "../engines/engine.ts";
import { type EmbeddingLayer, plainInputs } from "../network/layers/embedding.ts";
import { layerWidths, type Network } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import { rounded } from "../rounded.ts";

/** How many numbers the background of a network has: its inputs, or what is there after an embedding of codes. */
export function backgroundWidth(network: Network): number {
  return network.layers[0].kind === "embedding" ? layerWidths(network)[1] : network.inputs;
}

/**
 * The mean over rows, with the seven digits that float32 has.
 *
 * @param parameters in the layout of the network's
 * @param inputs [N, I], row-major, at least one row
 * @returns [backgroundWidth]
 */
export function backgroundOf(network: Network, parameters: Numbers, inputs: ArrayLike<number>): number[] {
  const means = meanInputs(inputs, network.inputs);
  const [first] = network.layers;
  if (first.kind !== "embedding") return means;
  const [tables] = parameterLayout(network).tensors;
  const vectors = parameters.subarray(tables.offset, tables.offset + tables.length);
  const plain = plainInputs(first, network.inputs).map((input) => means[input]);
  return [...plain, ...meanVectors(first, vectors, network, inputs)];
}

/**
 * The mean of each input over the rows, with the seven digits that float32 has: the shorter numbers keep files small.
 *
 * @param inputs [N, I], row-major, at least one row
 * @returns [I]
 */
function meanInputs(inputs: ArrayLike<number>, width: number): number[] {
  const rows = inputs.length / width;
  const sums = new Float64Array(width);
  for (let at = 0; at < inputs.length; at++) sums[at % width] += inputs[at];
  return Array.from(sums, (sum) => rounded(sum / rows, 7));
}

/** The mean of each code column's vectors: Σ of its table's rows by their shares. */
function meanVectors(
  { columns, dimension }: EmbeddingLayer,
  vectors: Numbers,
  network: Network,
  inputs: ArrayLike<number>,
): number[] {
  const rows = inputs.length / network.inputs;
  let first = 0;
  return columns.flatMap(({ column, cardinality }) => {
    const mean = new Float64Array(dimension);
    for (let at = column; at < inputs.length; at += network.inputs) {
      const code = Number.isInteger(inputs[at]) && inputs[at] >= 0 && inputs[at] < cardinality ? inputs[at] : 0;
      for (let i = 0; i < dimension; i++) mean[i] += vectors[(first + code) * dimension + i];
    }
    first += cardinality;
    return Array.from(mean, (sum) => rounded(sum / rows, 7));
  });
}
