/**
 * A plan: backpropagation for one network written down once, as plain data that every fast engine runs.
 *
 * It is a list of operations over one flat float32 memory. The arguments of an operation are regions of that memory, numbers
 * and names; what each operation reads and writes is the table of `ops.ts`. A plan can be printed (`text.ts`), tested and sent
 * elsewhere. It says what is computed, in which order and where it lies, and nothing of how. Made by `makePlan.ts`. All that is
 * exported here is public.
 */
import type { Loss } from "../network/losses.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import type { CompleteOptimizer } from "../optimizers/optimizers.ts";
import type { ActivationOperation } from "./lower/activation.ts";
import type { DenseOperation, GradientOperation, PackedDenseOperation, PullBackOperation } from "./lower/dense.ts";
import type { LayerBack, LayerForward, LayerGradient, LayerPredict } from "./lower/lower.ts";
import type { LocalGradientOperation, Region, RegionName } from "./region.ts";

export type { ActivationOperation } from "./lower/activation.ts";
export type {
  BatchNormBackOperation,
  BatchNormOperation,
  BatchNormPredictOperation,
} from "./lower/batchNorm.ts";
export type { DenseOperation, GradientOperation, PackedDenseOperation, PullBackOperation } from "./lower/dense.ts";
export type { DropoutOperation } from "./lower/dropout.ts";
export type { EmbeddingBackOperation, EmbeddingGradientOperation, EmbeddingOperation } from "./lower/embedding.ts";
export type { LayerNormBackOperation, LayerNormOperation } from "./lower/layerNorm.ts";
export type { NormalisationGradientOperation } from "./lower/normalisation.ts";
export type {
  ParametricActivationBackOperation,
  ParametricActivationGradientOperation,
  ParametricActivationOperation,
} from "./lower/parametricActivation.ts";
export type { PeriodicBackOperation, PeriodicGradientOperation, PeriodicOperation } from "./lower/periodic.ts";
export type { ScaleBackOperation, ScaleGradientOperation, ScaleOperation } from "./lower/scale.ts";
export type { LocalGradientOperation, LocalStep, PassBack, Region, RegionName } from "./region.ts";

/** The loss of the batch, and negativeGradient = −∂loss/∂y; the loss owns 1/B and the sample weights. */
export interface LossOperation {
  readonly op: "loss";
  readonly loss: Loss;
  readonly output: Region;
  readonly desired: Region;
  readonly sampleWeights: Region;
  readonly negativeGradient: Region;
}

/**
 * Sets the gradient of a frozen tensor, whose learning rate is 0, to 0: no penalty is added to it, it isn't part of the norm
 * that clipping bounds, and no step updates the tensor.
 */
export interface FreezeOperation {
  readonly op: "freeze";
  readonly layer: number;
  readonly gradients: Region;
}

/**
 * The gradient of all machines that learn together from the one of each: their mean, each weighted by its part of the batch. It
 * is of the data alone, so that what is added and clipped afterwards is the same on every machine. A machine that learns alone
 * leaves this out.
 */
export interface ReduceOperation {
  readonly op: "reduce";
  readonly gradients: Region;
}

/** A tensor's gradient to where it is regularised: the data's own stays as it is. */
export interface CopyOperation {
  readonly op: "copy";
  readonly layer: number;
  readonly from: Region;
  readonly to: Region;
}

/** Adds the gradient of l1 Σ|w| + (l2/2) Σ w² to that of a tensor of weights. */
export interface PenaltyOperation {
  readonly op: "penalty";
  readonly layer: number;
  readonly parameters: Region;
  readonly gradients: Region;
  readonly l1: number;
  readonly l2: number;
}

/** Scales all gradients so that their norm is at most `norm`. */
export interface ClipOperation {
  readonly op: "clip";
  readonly gradients: Region;
  readonly norm: number;
}

/** The optimizer's rule for a tensor that isn't frozen, in one pass with its decay. */
export interface UpdateOperation {
  readonly op: "update";
  readonly layer: number;
  readonly optimizer: CompleteOptimizer;
  readonly parameters: Region;
  readonly gradients: Region;
  /** The tensor's part of each slot, in the optimizer's order. */
  readonly slots: readonly Region[];
  /** Multiplies the learning rate. */
  readonly rate: number;
  /** Multiplies the weight decay. */
  readonly decay: number;
}

export type ForwardOperation = LayerForward | ActivationOperation;
export type PredictOperation = LayerPredict | ActivationOperation;
/** What predicts one row: see `packWeights` in `fuseForward.ts`. */
export type RowOperation = PredictOperation | PackedDenseOperation;
/** What layers that aren't dense compute, training or not. */
export type SignalOperation = Exclude<LayerPredict, DenseOperation>;
/** The recursion of local gradients through a layer that isn't dense. */
export type PassBackOperation = Exclude<LayerBack, LocalGradientOperation | PullBackOperation>;
export type BackwardOperation = LocalGradientOperation | LayerBack;
export type GradientsOperation = LayerGradient;
/** The gradients of the tensors of a layer that isn't dense. */
export type TensorGradientOperation = Exclude<GradientsOperation, GradientOperation>;
export type RegulariseOperation = CopyOperation | PenaltyOperation | ClipOperation;
export type UpdatingOperation = RegulariseOperation | UpdateOperation;
export type Operation =
  | ForwardOperation
  | RowOperation
  | LossOperation
  | BackwardOperation
  | GradientsOperation
  | FreezeOperation
  | ReduceOperation
  | UpdatingOperation;

export interface Plan {
  /** The most rows of a batch: the first extent of every signal. */
  readonly batchSize: number;
  readonly layout: ParameterLayout;
  readonly regions: Readonly<Record<RegionName, Region>>;
  /** How many float32 numbers the memory has. */
  readonly length: number;
  /** The forward pass while training, from `x`. */
  readonly forward: readonly ForwardOperation[];
  /** The forward pass while predicting: the same without dropout, and with what layers do then in another way. */
  readonly predict: readonly PredictOperation[];
  readonly loss: LossOperation;
  /** The same loss of the predicting pass. */
  readonly evaluation: LossOperation;
  /** The region of each layer's local gradients is complete after these. */
  readonly backward: readonly BackwardOperation[];
  /** The gradient of the data's loss by every tensor, in the order of the layout. Later phases leave it as it is. */
  readonly gradient: readonly (GradientsOperation | FreezeOperation)[];
  /** Where machines that learn together make one gradient of theirs; a machine that learns alone leaves it out. */
  readonly reduce: readonly ReduceOperation[];
  /** What is made of the gradient before the update, in a place of its own: penalties, then clipping. */
  readonly regularise: readonly RegulariseOperation[];
  readonly update: readonly UpdateOperation[];
}
