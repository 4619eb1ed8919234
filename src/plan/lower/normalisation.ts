/** The gradients of a normalisation's scale and bias, whatever it normalises over. Knows nothing of how x̂ is made. */
import { extent, read, write } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import type { Region } from "../region.ts";
import { gradientLine, type Lines } from "./lines.ts";

/** ∂s = −Σ δ ∘ x̂ and ∂b = −Σ δ, over the rows of the batch. */
export interface NormalisationGradientOperation {
  readonly op: "normalisation-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly normalised: Region;
  readonly scaleGradient: Region;
  readonly biasGradient: Region;
}

export const normalisationOperations = {
  "normalisation-gradient": {
    code: 34,
    shared: "units",
    arguments: {
      delta: read("B", "I"),
      normalised: read("B", "I"),
      scaleGradient: write("I"),
      biasGradient: write("I"),
      inputs: extent("I"),
    },
  },
} as const satisfies Entries<NormalisationGradientOperation>;

/** @param gradientOf the region of a tensor's gradient */
export function normalisationGradient(
  { layer, scale, bias }: { readonly layer: number; readonly scale: Region; readonly bias: Region },
  normalised: Region,
  delta: Region,
  gradientOf: (tensor: Region) => Region,
): NormalisationGradientOperation {
  const gradients = { scaleGradient: gradientOf(scale), biasGradient: gradientOf(bias) };
  return { op: "normalisation-gradient", layer, delta, normalised, ...gradients };
}

export const normalisationGradientLines: Lines<NormalisationGradientOperation> = {
  "normalisation-gradient"({ delta, normalised, scaleGradient, biasGradient }) {
    const formula = `${scaleGradient.name} = −Σ ${delta.name} ∘ ${normalised.name}; ${biasGradient.name} = −Σ ${delta.name}`;
    return gradientLine(formula, delta);
  },
};
