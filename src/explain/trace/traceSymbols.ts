/**
 * The symbols of a trace: v, y, δ and W with their layer in brackets above and their units behind, counted from 0.
 *
 * The notation is that of the chain's factors: "W⁽¹⁾[0,3]" in text. Knows no numbers.
 */
import type { Formula } from "../../network/formula.ts";
import type { Loss } from "../../network/losses.ts";
import type { LayerTrace, OwnRole, Trace, WeightName } from "./trace.ts";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const latexLetters: Readonly<Record<string, string>> = {
  δ: "\\delta",
  α: "\\alpha",
  ε: "\\varepsilon",
  ℓ: "\\ell",
};

/** A formula that both forms write alike. */
export const same = (text: string): Formula => ({ text, latex: text });

/** A letter with the layer that it belongs to, and a unit or a pair of them: v⁽⁰⁾[2]. */
export function symbolOf(letter: string, layer: number, ...units: readonly (number | string)[]): Formula {
  const above = [...String(layer)].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return indexed({ text: `${letter}⁽${above}⁾`, latex: `${latexLetters[letter] ?? letter}^{(${layer})}` }, ...units);
}

/** A symbol with indices: e[0]. */
export function indexed({ text, latex }: Formula, ...units: readonly (number | string)[]): Formula {
  return units.length === 0
    ? { text, latex }
    : { text: `${text}[${units.join(",")}]`, latex: `${latex}_{${units.join(",")}}` };
}

/** What a layer receives from unit a of the layer below: y, or x for the first. */
export function receivedSymbol(layer: number, ...units: readonly (number | string)[]): Formula {
  return layer === 0 ? indexed(same("x"), ...units) : symbolOf("y", layer - 1, ...units);
}

const ownLetters: Readonly<Record<OwnRole, string>> = {
  bias: "b",
  scale: "s",
  slopes: "α",
  frequencies: "f",
  phases: "p",
};

/** A weight of a layer: W[i,a], b[i]; E[u,k] for the vectors of an embedding. */
export function weightSymbol(
  layers: readonly Pick<LayerTrace, "description">[],
  { layer, unit, input }: WeightName,
): Formula {
  if (typeof input === "string") return symbolOf(ownLetters[input], layer, unit);
  return symbolOf(layers[layer].description.kind === "embedding" ? "E" : "W", layer, unit, input);
}

/** The loss of one pattern: the error energy ε of the notes, ℓ for others. */
export function lossSymbol(loss: Loss): Formula {
  return loss.name === "halfSquaredError" ? { text: "ε", latex: "\\varepsilon" } : { text: "ℓ", latex: "\\ell" };
}

/** The loss of the batch: L, or that of its pattern where there is one that counts in full. */
export function batchLossSymbol({ loss, scales }: Pick<Trace, "loss" | "scales">): Formula {
  return scales.length === 1 && scales[0] === 1 ? lossSymbol(loss) : same("L");
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

/** ∂a/∂b. */
export function partial(of: Formula, by: Formula): Formula {
  return { text: `∂${of.text}/∂${by.text}`, latex: `\\frac{\\partial ${of.latex}}{\\partial ${by.latex}}` };
}

export function negative({ text, latex }: Formula): Formula {
  return { text: `−${text}`, latex: `-${latex}` };
}

/** In brackets that grow with what they hold. */
export function bracketed({ text, latex }: Formula): Formula {
  return { text: `(${text})`, latex: `\\left(${latex}\\right)` };
}

/** −∂L/∂y of one unit, L the loss of the batch: the direction in which its output should move. */
export function negativeGradientSymbol(trace: Pick<Trace, "loss" | "scales">, layer: number, unit: number): Formula {
  return negative(partial(batchLossSymbol(trace), symbolOf("y", layer, unit)));
}

/** A number, a name or a symbol times another. */
export function times(...factors: readonly Formula[]): Formula {
  return { text: factors.map(({ text }) => text).join("·"), latex: factors.map(({ latex }) => latex).join("\\,") };
}
