/**
 * A plan: backpropagation for one network written down once, as plain data that every fast engine runs.
 *
 * It is a list of operations over one flat float32 memory. The arguments of an operation are regions of that memory, numbers
 * and names; what each operation reads and writes is the table of `ops.ts`. A plan can be printed (`text.ts`), tested and sent
 * elsewhere. It says what is computed, in which order and where it lies, and nothing of how. Made by `makePlan.ts`.
 */
import type { ActivationName } from "../network/activations.ts";
import type { CodeColumn } from "../network/layers.ts";
import type { Loss } from "../network/losses.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import type { CompleteOptimizer } from "../optimizers/optimizers.ts";

/**
 * The name of a region. With k the index of a layer: `x` inputs, `d` desired responses, `w` sample weights, `v{k}` fields, `y{k}`
 * outputs, `φ{k}` what a parametric activation keeps for the way back, `δ{k}` local gradients; `W{k}` weights, `b{k}` bias, `s{k}`
 * scale, `α{k}` slopes, `f{k}` frequencies and `p{k}` phases, and `∂W{k}` and so on their gradients; `parameters`, `gradients`
 * and each optimizer slot as a whole.
 */
export type RegionName = string;

export interface Region {
  readonly name: RegionName;
  /** The index of its first number; a multiple of 16, a cache line, except inside `parameters` and its likes. */
  readonly offset: number;
  /** Row-major; the first extent of a signal is the batch size. */
  readonly shape: readonly number[];
}

/** y = φ(x · Wᵀ + b), for each row of the batch; v is kept. */
export interface DenseOperation {
  readonly op: "dense";
  readonly layer: number;
  readonly input: Region;
  readonly weights: Region;
  readonly bias: Region | null;
  readonly field: Region;
  /** The field's own region where φ is the identity. */
  readonly output: Region;
  readonly activation: ActivationName;
}

/** output = mask ∘ input, the mask of this layer at this step. */
export interface DropoutOperation {
  readonly op: "dropout";
  readonly layer: number;
  readonly input: Region;
  readonly output: Region;
  readonly rate: number;
}

/** output = s ∘ input, for each row of the batch. */
export interface ScaleOperation {
  readonly op: "scale";
  readonly layer: number;
  readonly input: Region;
  readonly scale: Region;
  readonly output: Region;
}

/** output = x + α ∘ (φ(x) − x), x the input, for each row of the batch. */
export interface ParametricActivationOperation {
  readonly op: "parametric-activation";
  readonly layer: number;
  readonly input: Region;
  readonly slopes: Region;
  readonly output: Region;
  /** φ(x), for the way back; the output's own region where there is none. */
  readonly saved: Region;
  readonly activation: ActivationName;
}

/** output = [the inputs that are no codes | for each code column the row of its table], for each row of the batch. */
export interface EmbeddingOperation {
  readonly op: "embedding";
  readonly layer: number;
  readonly input: Region;
  /** The tables of all code columns, one after the other: [entries, dimension]. */
  readonly weights: Region;
  readonly output: Region;
  readonly columns: readonly CodeColumn[];
}

/** output = [W cos(2π f x + p) + b of each listed column | the input], for each row of the batch. */
export interface PeriodicOperation {
  readonly op: "periodic";
  readonly layer: number;
  readonly input: Region;
  /** [C, F] */
  readonly frequencies: Region;
  /** [C, F] */
  readonly phases: Region;
  /** [C, H, F] */
  readonly weights: Region;
  /** [C, H] */
  readonly bias: Region;
  readonly output: Region;
  readonly columns: readonly number[];
}

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
 * How a layer's own function acts on the gradient that reaches it: by φ' (or the Jacobian of softmax), by the mask, or not
 * at all.
 */
export type LocalStep =
  | {
      readonly by: "activation";
      readonly activation: ActivationName;
      readonly field: Region;
      readonly output: Region;
    }
  | { readonly by: "dropout"; readonly layer: number; readonly rate: number }
  | { readonly by: "identity" };

/** δ = negativeGradient ∘ φ'(v): from −∂loss/∂y to the local gradient of the same layer. */
export interface LocalGradientOperation {
  readonly op: "local-gradient";
  readonly negativeGradient: Region;
  /** May be `negativeGradient` itself. */
  readonly to: Region;
  readonly step: LocalStep;
}

/** The recursion of local gradients in one: δ_j = (δ_k · W) ∘ φ'_j(v_j), for the layer j that feeds the dense layer k. */
export interface PullBackOperation {
  readonly op: "pull-back";
  readonly layer: number;
  readonly delta: Region;
  readonly weights: Region;
  readonly to: Region;
  readonly step: LocalStep;
}

/** What the recursion through any other layer has in common: −∂loss/∂input from δ of the layer, and then the step of the layer that feeds it. */
export interface PassBack {
  readonly layer: number;
  readonly delta: Region;
  readonly to: Region;
  readonly step: LocalStep;
}

/** Through a scale layer: δ ∘ s. */
export interface ScaleBackOperation extends PassBack {
  readonly op: "scale-back";
  readonly scale: Region;
}

/** Through a parametric activation: δ ∘ (1 + α ∘ (φ'(x) − 1)). */
export interface ParametricActivationBackOperation extends PassBack {
  readonly op: "parametric-activation-back";
  readonly input: Region;
  readonly slopes: Region;
  readonly saved: Region;
  readonly activation: ActivationName;
}

/** Through an embedding: δ of the inputs that are no codes. */
export interface EmbeddingBackOperation extends PassBack {
  readonly op: "embedding-back";
  readonly columns: readonly CodeColumn[];
}

/** Through a periodic embedding: δ of the inputs, and what the cosines pass back to the listed columns. */
export interface PeriodicBackOperation extends PassBack {
  readonly op: "periodic-back";
  readonly input: Region;
  readonly frequencies: Region;
  readonly phases: Region;
  readonly weights: Region;
  readonly columns: readonly number[];
}

/** ∂W = −δᵀ · x and ∂b = −Σ δ, over the rows of the batch. */
export interface GradientOperation {
  readonly op: "gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly weightGradient: Region;
  readonly biasGradient: Region | null;
}

/** ∂s = −Σ δ ∘ x, over the rows of the batch. */
export interface ScaleGradientOperation {
  readonly op: "scale-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly scaleGradient: Region;
}

/** ∂α = −Σ δ ∘ (φ(x) − x), over the rows of the batch. */
export interface ParametricActivationGradientOperation {
  readonly op: "parametric-activation-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly slopeGradient: Region;
  readonly saved: Region;
  readonly activation: ActivationName;
}

/** ∂W = −Σ δ over the rows of the batch that have the entry's code. */
export interface EmbeddingGradientOperation {
  readonly op: "embedding-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly weightGradient: Region;
  readonly columns: readonly CodeColumn[];
}

/** The gradients of W, b, p and f of a periodic embedding, over the rows of the batch. */
export interface PeriodicGradientOperation {
  readonly op: "periodic-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly frequencies: Region;
  readonly phases: Region;
  readonly weights: Region;
  readonly frequencyGradient: Region;
  readonly phaseGradient: Region;
  readonly weightGradient: Region;
  readonly biasGradient: Region;
  readonly columns: readonly number[];
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

/** What layers that aren't dense compute, training or not. */
export type SignalOperation = ScaleOperation | ParametricActivationOperation | EmbeddingOperation | PeriodicOperation;
export type PredictOperation = DenseOperation | SignalOperation;
export type ForwardOperation = PredictOperation | DropoutOperation;
/** The recursion of local gradients through a layer that isn't dense. */
export type PassBackOperation =
  | ScaleBackOperation
  | ParametricActivationBackOperation
  | EmbeddingBackOperation
  | PeriodicBackOperation;
/** The gradients of the tensors of a layer that isn't dense. */
export type TensorGradientOperation =
  | ScaleGradientOperation
  | ParametricActivationGradientOperation
  | EmbeddingGradientOperation
  | PeriodicGradientOperation;
export type GradientsOperation = GradientOperation | TensorGradientOperation;
export type BackwardOperation = LocalGradientOperation | PullBackOperation | PassBackOperation;
export type UpdatingOperation = PenaltyOperation | ClipOperation | UpdateOperation;
export type Operation =
  | ForwardOperation
  | LossOperation
  | BackwardOperation
  | GradientsOperation
  | FreezeOperation
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
  /** The forward pass while predicting: the same without dropout. */
  readonly predict: readonly PredictOperation[];
  readonly loss: LossOperation;
  /** The same loss of the predicting pass. */
  readonly evaluation: LossOperation;
  /** The region of each layer's local gradients is complete after these. */
  readonly backward: readonly BackwardOperation[];
  /** The gradient of the loss by every tensor, in the order of the layout. */
  readonly gradient: readonly (GradientsOperation | FreezeOperation)[];
  /** What changes the gradients before the update: penalties, then clipping. */
  readonly regularise: readonly (PenaltyOperation | ClipOperation)[];
  readonly update: readonly UpdateOperation[];
}
