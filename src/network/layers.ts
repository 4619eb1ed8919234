/**
 * The kinds of layer as one table, one file a kind in `layers/`: how each is checked, how wide its output is, which
 * parameters it has and where they start. What a kind computes stands in the reference and in the plan, each in its own
 * words.
 *
 * Adding a kind is adding an entry here and its operations there. Plain data in, plain data out. All that is exported here is
 * public.
 */
import { type BatchNormLayer, batchNormEntry } from "./layers/batchNorm.ts";
import { type DenseLayer, denseEntry } from "./layers/dense.ts";
import { type DropoutLayer, dropoutEntry } from "./layers/dropout.ts";
import { type EmbeddingLayer, embeddingEntry } from "./layers/embedding.ts";
import type { LayerEntry } from "./layers/layerEntry.ts";
import { type LayerNormLayer, layerNormEntry } from "./layers/layerNorm.ts";
import { type ParametricActivationLayer, parametricActivationEntry } from "./layers/parametricActivation.ts";
import { type PeriodicLayer, periodicEntry } from "./layers/periodic.ts";
import { type ScaleLayer, scaleEntry } from "./layers/scale.ts";

export { type BatchNormLayer, type BatchNormOptions, batchNorm } from "./layers/batchNorm.ts";
export { type DenseLayer, type DenseOptions, dense } from "./layers/dense.ts";
export { type DropoutLayer, dropout } from "./layers/dropout.ts";
export { type CodeColumn, type EmbeddingLayer, embedding } from "./layers/embedding.ts";
export type { LayerLearning, LearningOptions, TensorLearning, TensorRole, TensorShape } from "./layers/layerEntry.ts";
export { type LayerNormLayer, type LayerNormOptions, layerNorm } from "./layers/layerNorm.ts";
export { type ParametricActivationLayer, parametricActivation } from "./layers/parametricActivation.ts";
export { type PeriodicLayer, periodic } from "./layers/periodic.ts";
export { type ScaleLayer, scale } from "./layers/scale.ts";

export type Layer =
  | DenseLayer
  | DropoutLayer
  | ScaleLayer
  | ParametricActivationLayer
  | EmbeddingLayer
  | PeriodicLayer
  | LayerNormLayer
  | BatchNormLayer;
export type LayerKind = Layer["kind"];

/** The entries of all kinds. */
export const layerKinds = {
  dense: denseEntry,
  dropout: dropoutEntry,
  scale: scaleEntry,
  parametricActivation: parametricActivationEntry,
  embedding: embeddingEntry,
  periodic: periodicEntry,
  layerNorm: layerNormEntry,
  batchNorm: batchNormEntry,
} as const satisfies { readonly [Kind in LayerKind]: LayerEntry<Extract<Layer, { kind: Kind }>> };
