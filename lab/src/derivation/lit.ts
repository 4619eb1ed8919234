/** What is computed at a position of the derivation, as what is lit in the drawing. */
import type { Highlight, WeightPlace } from "../drawing/drawn.ts";
import type { Opened } from "../protocol.ts";
import { drawnLayer, joined, weightHighlight, weightsInto } from "./places.ts";
import type { Position } from "./positions.ts";

const all = (layer: number, count: number) => Array.from({ length: count }, (_, unit) => ({ layer, unit }));

/**
 * @param unit of the layer whose numbers are written out
 * @param weight of the chain
 */
export function litAt(position: Position, run: Opened, unit: number, weight: WeightPlace | undefined): Highlight {
  const { step, part } = position;
  if (step === 5) {
    if (weight === undefined) return joined([]);
    return part === "chain" ? pathOf(weight, run) : weightHighlight(weight);
  }
  const last = run.layers.length - 1;
  if (step === 2 || step === 3) return { neurons: all(last, run.layers[last].units), weights: [], inputs: [] };
  const layer = drawnLayer(run, position.layer ?? 0);
  const { units, inputs } = run.layers[layer];
  if (step === 1) {
    const into = Array.from({ length: inputs }, (_, input): WeightPlace => ({ layer, unit, input }));
    return joined([
      { neurons: all(layer, units), weights: [{ layer, unit, input: "bias" }], inputs: [] },
      ...into.map(weightHighlight),
    ]);
  }
  const fed = run.layers[layer + 1];
  const out = all(layer + 1, fed?.units ?? 0).map((to): WeightPlace => ({ ...to, input: unit }));
  return joined([{ neurons: all(layer, units), weights: [], inputs: [] }, ...out.map(weightHighlight)]);
}

/** From a weight through all neurons above it to the loss. */
function pathOf(weight: WeightPlace, { layers }: Opened): Highlight {
  const above = layers.map((_, at) => at).filter((at) => at > weight.layer);
  return joined([
    weightHighlight(weight),
    ...above.map((at): Highlight => {
      const into = weightsInto(at, layers[at].units, layers[at].inputs);
      const weights = at === weight.layer + 1 ? into.filter(({ input }) => input === weight.unit) : into;
      return { neurons: all(at, layers[at].units), weights, inputs: [] };
    }),
  ]);
}
