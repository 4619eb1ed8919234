/** The kinds of layer whose output is their field, as one table: what a trace shows of each. One file a kind. */
import type { DenseLayer, DropoutLayer, Layer } from "../../network/layers.ts";
import type { LayerTrace, WeightName } from "../trace/trace.ts";
import { embedding } from "./embedding.ts";
import { parametricActivation } from "./parametricActivation.ts";
import { periodic } from "./periodic.ts";
import { scale } from "./scale.ts";
import type { SignalLayer, TracedLayer } from "./signalLayer.ts";

/** All layers but the dense ones and dropout. */
type Signalling = Exclude<Layer, DenseLayer | DropoutLayer>;

const signalLayers: { readonly [Kind in Signalling["kind"]]: SignalLayer<Extract<Signalling, { kind: Kind }>> } = {
  scale,
  parametricActivation,
  embedding,
  periodic,
};

/** What is shown of a layer's kind, with the kind's own type forgotten; undefined for dense layers and dropout. */
export function signalLayerOf({ kind }: Layer): SignalLayer | undefined {
  if (kind === "dense" || kind === "dropout") return undefined;
  return signalLayers[kind] as SignalLayer<Layer> as SignalLayer;
}

/** One layer in one pattern. */
export function traced(trace: LayerTrace, pattern: number): TracedLayer {
  return { layer: trace.description, trace, pattern };
}

/** The inputs that a weight acts upon: one, or none for a dense layer's bias. */
export function inputsOf(trace: LayerTrace, weight: WeightName): number[] {
  const layerKind = signalLayerOf(trace.description);
  if (layerKind !== undefined) return [layerKind.inputOf(trace, trace.description, weight)];
  return typeof weight.input === "number" ? [weight.input] : [];
}

/** A layer's kind in words. */
export function layerName(layer: Layer): string {
  switch (layer.kind) {
    case "dense":
    case "dropout":
    case "scale":
    case "embedding":
      return layer.kind;
    case "parametricActivation":
      return `parametric ${layer.activation}`;
    case "periodic":
      return "periodic embedding";
    default:
      return layer satisfies never;
  }
}
