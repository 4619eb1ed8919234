/** The lowerings of all kinds as one table, one file a kind beside this. Knows nothing of memory and of order. */
import type { Layer, LayerKind } from "../../network/layers.ts";
import { batchNormLowering } from "./batchNorm.ts";
import { denseLowering } from "./dense.ts";
import { dropoutLowering } from "./dropout.ts";
import { embeddingLowering } from "./embedding.ts";
import { layerNormLowering } from "./layerNorm.ts";
import type { Lowering } from "./lowering.ts";
import { parametricActivationLowering } from "./parametricActivation.ts";
import { periodicLowering } from "./periodic.ts";
import { scaleLowering } from "./scale.ts";

const lowerings = {
  dense: denseLowering,
  dropout: dropoutLowering,
  scale: scaleLowering,
  parametricActivation: parametricActivationLowering,
  embedding: embeddingLowering,
  periodic: periodicLowering,
  layerNorm: layerNormLowering,
  batchNorm: batchNormLowering,
} as const satisfies { readonly [Kind in LayerKind]: object };

type Lowerings = (typeof lowerings)[LayerKind];
/** The operations of all kinds: forward, while predicting, from δ to −∂loss/∂input, and gradients. */
export type LayerForward = ReturnType<Lowerings["forward"]>;
export type LayerPredict = ReturnType<NonNullable<Lowerings["predict"]>>;
export type LayerBack = ReturnType<Lowerings["back"]>;
export type LayerGradient = NonNullable<ReturnType<Lowerings["gradient"]>>;
type AnyLowering = Lowering<Layer, LayerForward, LayerBack, LayerGradient | undefined, LayerPredict>;

/** The lowering of a layer's kind, with the kind's own types forgotten. */
export function loweringOf({ kind }: Layer): AnyLowering {
  return lowerings[kind] as unknown as AnyLowering;
}
