/** The kinds of layer whose output is their field, as one table: what the derivation says of each. One file a kind. */
import type { DenseLayer, DropoutLayer, Layer } from "../../network/layers.ts";
import type { DerivedLayer, Placed } from "./derivedLayer.ts";
import { embeddingLayer } from "./embeddingLayer.ts";
import { parametricLayer } from "./parametricLayer.ts";
import { periodicLayer } from "./periodicLayer.ts";
import { scaleLayer } from "./scaleLayer.ts";
import type { Subject } from "./subject.ts";

type Signalling = Exclude<Layer, DenseLayer | DropoutLayer>;

const derivedLayers: { readonly [Kind in Signalling["kind"]]: DerivedLayer<Extract<Signalling, { kind: Kind }>> } = {
  scale: scaleLayer,
  parametricActivation: parametricLayer,
  embedding: embeddingLayer,
  periodic: periodicLayer,
};

/** What is derived of a layer's kind, with the kind's own type forgotten; undefined for dense layers and dropout. */
export function derivedLayerOf({ kind }: Layer): DerivedLayer | undefined {
  if (kind === "dense" || kind === "dropout") return undefined;
  return derivedLayers[kind] as DerivedLayer<Layer> as DerivedLayer;
}

/** A layer in its place. */
export function placed({ problem, widths }: Subject, index: number): Placed {
  return { layer: problem.network.layers[index], index, inputs: widths[index], outputs: widths[index + 1] };
}
