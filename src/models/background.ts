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

/** Sums over rows as sums over the rows of all ranks, where these share them; as they are when absent. */
export type SumOfAll = (sums: Float64Array) => Float64Array;

/**
 * The mean over rows, with the seven digits that float32 has.
 *
 * @param parameters in the layout of the network's
 * @param inputs [N, I], row-major, at least one row here or on another rank
 * @returns [backgroundWidth]
 */
export function backgroundOf(
  network: Network,
  parameters: Numbers,
  inputs: ArrayLike<number>,
  sumOfAll: SumOfAll = (sums) => sums,
): number[] {
  const rows = sumOfAll(Float64Array.of(inputs.length / network.inputs))[0];
  const meansOf = (sums: Float64Array): number[] => Array.from(sumOfAll(sums), (sum) => rounded(sum / rows, 7));
  const means = meansOf(sumOfInputs(inputs, network.inputs));
  const [first] = network.layers;
  if (first.kind !== "embedding") return means;
  const [tables] = parameterLayout(network).tensors;
  const vectors = parameters.subarray(tables.offset, tables.offset + tables.length);
  const plain = plainInputs(first, network.inputs).map((input) => means[input]);
  return [...plain, ...sumsOfVectors(first, vectors, network, inputs).flatMap(meansOf)];
}

/** The sum of each input over the rows. @param inputs [N, I], row-major @returns [I] */
function sumOfInputs(inputs: ArrayLike<number>, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (let at = 0; at < inputs.length; at++) sums[at % width] += inputs[at];
  return sums;
}

/** The sum of each code column's vectors over the rows. */
function sumsOfVectors(
  { columns, dimension }: EmbeddingLayer,
  vectors: Numbers,
  network: Network,
  inputs: ArrayLike<number>,
): Float64Array[] {
  let first = 0;
  return columns.map(({ column, cardinality }) => {
    const sums = new Float64Array(dimension);
    for (let at = column; at < inputs.length; at += network.inputs) {
      const code = Number.isInteger(inputs[at]) && inputs[at] >= 0 && inputs[at] < cardinality ? inputs[at] : 0;
      for (let i = 0; i < dimension; i++) sums[i] += vectors[(first + code) * dimension + i];
    }
    first += cardinality;
    return sums;
  });
}
