/**
 * What of a trace lies on the paths of its weights: from each weight through all neurons above it to the loss.
 *
 * The rest of a wide network's trace is mostly the weights of other neurons, and the matrices of every chain, which are
 * made again from what is kept. Knows nothing of how a trace is made.
 */
import type { LayerTrace, Trace, WeightName } from "./trace.ts";

/**
 * The trace with the weights on the paths alone. Dense layers have an empty row for each unit that lies on none, other
 * layers below all paths no parameters; chains have their slopes and no factors. Signals are all kept.
 */
export function leanTrace({ updates: _, ...trace }: Trace): Trace {
  return {
    ...trace,
    keep: "path",
    layers: trace.layers.map((layer) => leanLayer(layer, trace.weights)),
    weights: trace.weights.map((weight) => ({
      ...weight,
      chains: weight.chains.map((chain) => ({ ...chain, factors: [] })),
    })),
  };
}

function leanLayer({ parameters, ...layer }: LayerTrace, named: readonly WeightName[]): LayerTrace {
  const isBelow = named.every((weight) => weight.layer > layer.layer);
  return {
    ...layer,
    weights: layer.weights.map((row, unit) => (liesOnPath(named, layer.layer, unit) ? row : [])),
    ...(parameters && !isBelow && { parameters }),
  };
}

/** Whether a unit lies on the path of one of the weights. */
function liesOnPath(named: readonly WeightName[], layer: number, unit: number): boolean {
  return named.some((weight) => weight.layer < layer || (weight.layer === layer && weight.unit === unit));
}

/** Whether a trace has what the chain of a weight is made of. */
export function keepsWeight({ keep, layers, weights }: Trace, { layer, unit }: WeightName): boolean {
  if (keep === undefined) return true;
  const isDense = layers[layer].description.kind === "dense";
  return isDense ? liesOnPath(weights, layer, unit) : weights.some((weight) => weight.layer <= layer);
}

/** The units of a layer whose computation a trace can show, of those given; where it is none of those, the ones that it keeps. */
export function keptUnits(
  { keep, weights }: Trace,
  { layer, description }: LayerTrace,
  units: readonly number[],
): readonly number[] {
  if (keep === undefined || units.length === 0) return units;
  if (description.kind !== "dense") return weights.some((weight) => weight.layer <= layer) ? units : [];
  const kept = units.filter((unit) => liesOnPath(weights, layer, unit));
  if (kept.length > 0) return kept;
  return [...new Set(weights.filter((weight) => weight.layer === layer).map(({ unit }) => unit))];
}
