/** The symbols that a trace alone has, of its weights and its losses. Knows no numbers. */
import type { Formula } from "../../network/formula.ts";
import { roleLetters } from "../../network/layers/layerEntry.ts";
import { lossSymbol, negative, partial, symbol, symbolOf } from "../exposition/notation.ts";
import { weightsOf } from "../layers/layers.ts";
import type { LayerTrace, Trace, WeightName } from "./trace.ts";

/** A weight of a layer: W[i,a], b[i]; E[u,k] for the vectors of an embedding. */
export function weightSymbol(
  layers: readonly Pick<LayerTrace, "description">[],
  { layer, unit, input }: WeightName,
): Formula {
  if (typeof input === "string") return symbolOf(roleLetters[input], layer, unit);
  return symbolOf(weightsOf(layers[layer].description).letter, layer, unit, input);
}

/** The loss of the batch: L, or that of its pattern where there is one that counts in full. */
export function batchLossSymbol({ loss, scales }: Pick<Trace, "loss" | "scales">): Formula {
  return scales.length === 1 && scales[0] === 1 ? lossSymbol(loss) : symbol("L");
}

/** How the losses of classes turn outputs into probabilities, in the letters of the derivation. */
export const PROBABILITIES: Formula = {
  text: "p_k = e^(y_k) / Σ_l e^(y_l)",
  latex: "p_k = \\frac{e^{y_k}}{\\sum_l e^{y_l}}",
};
/** The same of flags, each by itself. */
export const PROBABILITY: Formula = {
  text: "p_k = σ(y_k) = 1 / (1 + e^(−y_k))",
  latex: "p_k = \\sigma(y_k) = \\frac{1}{1 + e^{-y_k}}",
};

/** −∂L/∂y of one unit, L the loss of the batch: the direction in which its output should move. */
export function negativeGradientSymbol(trace: Pick<Trace, "loss" | "scales">, layer: number, unit: number): Formula {
  return negative(partial(batchLossSymbol(trace), symbolOf("y", layer, unit)));
}
