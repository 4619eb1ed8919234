/** What trace and derivation say of each kind of layer, as one table; one file a kind. */
import type { Layer, LayerKind } from "../../network/layers.ts";
import type { LayerTrace, WeightName } from "../trace/trace.ts";
import { batchNorm } from "./batchNorm.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import type { ExplainedLayer, FieldLayer, Slope, TracedLayer, TracedWeights } from "./explainedLayer.ts";
import { layerNorm } from "./layerNorm.ts";
import { parametricActivation } from "./parametricActivation.ts";
import { periodic } from "./periodic.ts";
import { scale } from "./scale.ts";

const layers = { batchNorm, dense, dropout, scale, parametricActivation, embedding, periodic, layerNorm } satisfies {
  readonly [Kind in LayerKind]: ExplainedLayer<Extract<Layer, { kind: Kind }>>;
};

/** The entry of a layer's kind, with the kind's own type forgotten. */
export function explained({ kind }: Layer): ExplainedLayer {
  return layers[kind] as ExplainedLayer<Layer>;
}

/** The same where the layer's output is its field; undefined for dense layers and dropout. */
export function fieldLayer(layer: Layer): FieldLayer | undefined {
  const entry = explained(layer);
  return entry.outputIsField ? entry : undefined;
}

/** What is said of a layer's weights. @throws {TypeError} for a layer that has none, which no name of a weight leads to */
export function weightsOf(layer: Layer): TracedWeights {
  return explained(layer).weights as TracedWeights;
}

/** One layer in one pattern. */
export function traced(trace: LayerTrace, pattern: number): TracedLayer {
  return { layer: trace.description, trace, pattern };
}

/** ∂v/∂w of every unit that a weight leads to; ∂y/∂w where the layer's output is its field. */
export function slopesOf(trace: LayerTrace, pattern: number, weight: WeightName): Slope[] {
  return weightsOf(trace.description).slopes(traced(trace, pattern), weight);
}

/** The inputs that a weight acts upon: one, or none for a dense layer's bias. */
export function inputsOf({ description, inputs }: LayerTrace, weight: WeightName): number[] {
  const input = weightsOf(description).inputOf(description, inputs, weight);
  return input === undefined ? [] : [input];
}
