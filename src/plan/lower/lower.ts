/**
 * What a plan knows of each kind of layer, as tables; one file a kind beside this: its lowering, its operations and how they are
 * written. Knows nothing of memory and of order.
 */
import type { Layer, LayerKind } from "../../network/layers.ts";
import type { Entries } from "../ops/entry.ts";
import type { LocalGradientOperation } from "../region.ts";
import { type ActivationOperation, activationOperations, activationText } from "./activation.ts";
import { batchNormLowering, batchNormOperations, batchNormText } from "./batchNorm.ts";
import { denseLowering, denseOperations, denseText, type PackedDenseOperation } from "./dense.ts";
import { dropoutLowering, dropoutOperations, dropoutText } from "./dropout.ts";
import { embeddingLowering, embeddingOperations, embeddingText } from "./embedding.ts";
import { layerNormLowering, layerNormOperations, layerNormText } from "./layerNorm.ts";
import type { LayerText } from "./lines.ts";
import type { Lowering } from "./lowering.ts";
import { normalisationOperations } from "./normalisation.ts";
import {
  parametricActivationLowering,
  parametricActivationOperations,
  parametricActivationText,
} from "./parametricActivation.ts";
import { periodicLowering, periodicOperations, periodicText } from "./periodic.ts";
import { scaleLowering, scaleOperations, scaleText } from "./scale.ts";

const lowerings = {
  batchNorm: batchNormLowering,
  dense: denseLowering,
  dropout: dropoutLowering,
  embedding: embeddingLowering,
  layerNorm: layerNormLowering,
  parametricActivation: parametricActivationLowering,
  periodic: periodicLowering,
  scale: scaleLowering,
} as const satisfies { readonly [Kind in LayerKind]: object };

/** The part of the table of `ops.ts` that is about layers. */
export const layerOperations = {
  ...activationOperations,
  ...batchNormOperations,
  ...denseOperations,
  ...dropoutOperations,
  ...embeddingOperations,
  ...layerNormOperations,
  ...normalisationOperations,
  ...parametricActivationOperations,
  ...periodicOperations,
  ...scaleOperations,
} as const satisfies Entries<LayerOperation>;

const texts = {
  activation: activationText,
  batchNorm: batchNormText,
  dense: denseText,
  dropout: dropoutText,
  embedding: embeddingText,
  layerNorm: layerNormText,
  parametricActivation: parametricActivationText,
  periodic: periodicText,
  scale: scaleText,
} as const satisfies { readonly [Kind in LayerKind | "activation"]: object };

type Lowerings = (typeof lowerings)[LayerKind];
/** The operations of all kinds: forward, while predicting, from δ to −∂loss/∂input, and gradients. */
export type LayerForward = ReturnType<Lowerings["forward"]>;
export type LayerPredict = ReturnType<NonNullable<Lowerings["predict"]>>;
export type LayerBack = ReturnType<Lowerings["back"]>;
export type LayerGradient = NonNullable<ReturnType<Lowerings["gradient"]>>;
/** All of theirs, and what fusions make of them. */
export type LayerOperation =
  | Exclude<LayerForward | LayerPredict | LayerBack | LayerGradient, LocalGradientOperation>
  | ActivationOperation
  | PackedDenseOperation;
type AnyLowering = Lowering<Layer, LayerForward, LayerBack, LayerGradient | undefined, LayerPredict>;

/** The lowering of a layer's kind, with the kind's own types forgotten. */
export function loweringOf({ kind }: Layer): AnyLowering {
  return lowerings[kind] as unknown as AnyLowering;
}

/** How the kind that has an operation is written; undefined for one of no layer. */
export function layerTextOf(op: string): LayerText<LayerOperation, LayerOperation> | undefined {
  return Object.values<{ readonly lines: object }>(texts).find(({ lines }) => Object.hasOwn(lines, op)) as
    | LayerText<LayerOperation, LayerOperation>
    | undefined;
}
