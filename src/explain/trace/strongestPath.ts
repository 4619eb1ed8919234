/**
 * One path through a traced network, from an output back to an input: where most of the step's learning goes.
 *
 * Knows nothing of how a path is shown.
 */
import { explained } from "../layers/layers.ts";
import type { LayerTrace, Trace, WeightName } from "./trace.ts";

export interface Path {
  /** A unit of each layer, from the first layer to the output layer. */
  readonly units: readonly number[];
  /** The weights on it into the first and into the last layer of units that have weights. */
  readonly weights: readonly WeightName[];
}

/**
 * The output with the largest |δ|, and from each unit back to the one below with the largest |W δ|: a large weight into a
 * unit that learns much. Layers that pass each signal on by itself keep the unit.
 *
 * @param pattern index into the batch
 */
export function strongestPath(trace: Pick<Trace, "layers">, pattern: number): Path {
  const { layers } = trace;
  const units: number[] = [];
  for (let at = layers.length - 1; at >= 0; at--) {
    const above = layers[at + 1];
    const delta = layers[at].localGradient[pattern];
    units.unshift(above === undefined ? largest(delta) : unitBelow(above, units[0], delta));
  }
  const dense = layers.filter(({ description }) => description.kind === "dense");
  const ends = [...new Set([dense[0], dense[dense.length - 1]])];
  return { units, weights: ends.map((layer) => weightInto(layer, units, pattern)) };
}

/** The unit below that a path goes on with. @param delta of the layer below */
function unitBelow({ description, weights }: LayerTrace, unit: number, delta: readonly number[]): number {
  const { below } = explained(description).trace;
  if (below === "same") return unit;
  return largest(below === "weighted" ? weights[unit].map((weight, a) => weight * delta[a]) : delta);
}

/** The weight of the path into a layer; into the first layer from the largest input. */
function weightInto({ layer, input }: LayerTrace, units: readonly number[], pattern: number): WeightName {
  return { layer, unit: units[layer], input: layer > 0 ? units[layer - 1] : largest(input[pattern]) };
}

/** The index of the value that is farthest from 0; of equals, the first. */
function largest(values: readonly number[]): number {
  return values.reduce((best, value, at) => (Math.abs(value) > Math.abs(values[best]) ? at : best), 0);
}
