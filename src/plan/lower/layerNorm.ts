/** The operations of a layer normalisation, which keeps x̂ and r = 1/√(σ² + ε) for the way back. */
import type { LayerNormLayer } from "../../network/layers.ts";
import { back, extent, f64, read, write, writeIfGiven } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import type { PassBack, Region } from "../region.ts";
import { type LayerText, passBackLine, shapeOf } from "./lines.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";
import {
  type NormalisationGradientOperation,
  normalisationGradient,
  normalisationGradientLines,
} from "./normalisation.ts";

/** output = s ∘ x̂ + b, x̂ = (x − μ) r, r = 1/√(σ² + ε), μ and σ² of each row of the batch by itself. */
export interface LayerNormOperation {
  readonly op: "layer-norm";
  readonly layer: number;
  readonly input: Region;
  readonly scale: Region;
  readonly bias: Region;
  readonly output: Region;
  /** x̂, for the way back; null where there is none. */
  readonly normalised: Region | null;
  /** r of each row, [B, 1], likewise. */
  readonly inverse: Region | null;
  readonly epsilon: number;
}

/** Through a layer normalisation: r (g − mean(g) − x̂ ∘ mean(g ∘ x̂)), g = δ ∘ s. */
export interface LayerNormBackOperation extends PassBack {
  readonly op: "layer-norm-back";
  readonly scale: Region;
  readonly normalised: Region;
  readonly inverse: Region;
}

/** A region of what training keeps. */
function kept(region: Region | null): Region {
  if (region === null) throw new RangeError("A plan that only predicts keeps nothing for the way back.");
  return region;
}

export const layerNormOperations = {
  "layer-norm": {
    code: 32,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      scale: read("I"),
      bias: read("I"),
      output: write("B", "I"),
      normalised: writeIfGiven("B", "I"),
      inverse: writeIfGiven("B", "R"),
      inputs: extent("I"),
      epsilon: f64,
    },
  },
  "layer-norm-back": {
    code: 33,
    shared: "rows",
    arguments: { ...back, scale: read("I"), normalised: read("B", "I"), inverse: read("B", "R") },
  },
} as const satisfies Entries<LayerNormOperation | LayerNormBackOperation>;

export const layerNormLowering: Lowering<
  LayerNormLayer,
  LayerNormOperation,
  LayerNormBackOperation,
  NormalisationGradientOperation
> = {
  signals: () => ["v"],
  saved: (_layer, rows, outputs) => ({ x̂: [rows, outputs], r: [rows, 1] }),
  predicts: true,
  forward({ epsilon }, placed) {
    const { layer, input, tensor, signal } = placed;
    const tensors = { scale: tensor("scale"), bias: tensor("bias") };
    const saved = { normalised: signal("x̂") ?? null, inverse: signal("r") ?? null };
    return { op: "layer-norm", layer, input, ...tensors, output: placedSignal(placed, "v"), ...saved, epsilon };
  },
  back({ layer, scale, normalised, inverse }, { delta, to }) {
    const way = { layer, delta, to, step: identity };
    return { op: "layer-norm-back", ...way, scale, normalised: kept(normalised), inverse: kept(inverse) };
  },
  gradient: (through, delta, gradientOf) => normalisationGradient(through, kept(through.normalised), delta, gradientOf),
};

export const layerNormText: LayerText<LayerNormOperation, LayerNormBackOperation | NormalisationGradientOperation> = {
  title: () => "layer normalisation",
  lines: {
    "layer-norm"({ input, scale, bias, output, normalised, inverse, epsilon }) {
      const [hat, r] = [normalised?.name ?? "x̂", inverse?.name ?? "r"];
      const parts = [`${hat} = (${input.name} − μ) ${r}`, `${r} = 1/√(σ² + ${epsilon})`];
      const formula = `${output.name} = ${scale.name} ∘ ${hat} + ${bias.name}; ${parts.join("; ")}`;
      return ["layer norm", formula, shapeOf(output)];
    },
    "layer-norm-back"({ scale, normalised: { name: hat }, inverse, ...way }) {
      const g = `${way.delta.name} ∘ ${scale.name}`;
      return passBackLine(way, `${inverse.name} (g − mean(g) − ${hat} ∘ mean(g ∘ ${hat})), g = ${g}`);
    },
    ...normalisationGradientLines,
  },
};
