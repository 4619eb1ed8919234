/**
 * A plan: backpropagation for one network written down once, as plain data that every fast engine runs.
 *
 * It is a list of operations over one flat float32 memory. Operations name regions of that memory; a region has an offset
 * and a shape. A plan can be printed (`text.ts`), tested and sent elsewhere. It says what is computed, in which order and
 * where it lies, and nothing of how. Made by `makePlan.ts`.
 */
import type { ActivationName } from "../network/activations.ts";
import type { CodeColumn } from "../network/layers.ts";
import type { Loss } from "../network/losses.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import type { CompleteOptimizer } from "../optimizers/optimizers.ts";

/**
 * The name of a region. With k the index of a layer: `x` inputs, `d` desired responses, `w` sample weights, `v{k}` fields, `y{k}`
 * outputs, `δ{k}` local gradients; `W{k}` weights, `b{k}` bias, `s{k}` scale, `α{k}` slopes, `f{k}` frequencies and `p{k}` phases,
 * and `∂W{k}` and so on their gradients; `parameters`, `gradients` and each optimizer slot as a whole.
 */
export type RegionName = string;

export interface Region {
  /** The index of its first number; a multiple of 16, a cache line, except inside `parameters` and its likes. */
  readonly offset: number;
  /** Row-major; the first extent of a signal is the batch size. */
  readonly shape: readonly number[];
}

/** y = φ(x · Wᵀ + b), for each row of the batch; v is kept. */
export interface DenseOperation {
  readonly op: "dense";
  readonly layer: number;
  readonly input: RegionName;
  readonly weights: RegionName;
  readonly bias: RegionName | null;
  readonly field: RegionName;
  /** The field's own region where φ is the identity. */
  readonly output: RegionName;
  readonly activation: ActivationName;
}

/** output = mask ∘ input, the mask of this layer at this step. */
export interface DropoutOperation {
  readonly op: "dropout";
  readonly layer: number;
  readonly input: RegionName;
  readonly output: RegionName;
  readonly rate: number;
}

/** output = s ∘ input, for each row of the batch. */
export interface ScaleOperation {
  readonly op: "scale";
  readonly layer: number;
  readonly input: RegionName;
  readonly scale: RegionName;
  readonly output: RegionName;
}

/** output = x + α ∘ (φ(x) − x), x the input, for each row of the batch. */
export interface ParametricActivationOperation {
  readonly op: "parametric-activation";
  readonly layer: number;
  readonly input: RegionName;
  readonly slopes: RegionName;
  readonly output: RegionName;
  readonly activation: ActivationName;
}

/** output = [the inputs that are no codes | for each code column the row of its table], for each row of the batch. */
export interface EmbeddingOperation {
  readonly op: "embedding";
  readonly layer: number;
  readonly input: RegionName;
  /** The tables of all code columns, one after the other: [entries, dimension]. */
  readonly weights: RegionName;
  readonly output: RegionName;
  readonly columns: readonly CodeColumn[];
}

/** output = [W cos(2π f x + p) + b of each listed column | the input], for each row of the batch. */
export interface PeriodicOperation {
  readonly op: "periodic";
  readonly layer: number;
  readonly input: RegionName;
  /** [C, F] */
  readonly frequencies: RegionName;
  /** [C, F] */
  readonly phases: RegionName;
  /** [C, H, F] */
  readonly weights: RegionName;
  /** [C, H] */
  readonly bias: RegionName;
  readonly output: RegionName;
  readonly columns: readonly number[];
}

/** The loss of the batch, and negativeGradient = −∂loss/∂y; the loss owns 1/B and the sample weights. */
export interface LossOperation {
  readonly op: "loss";
  readonly loss: Loss;
  readonly output: RegionName;
  readonly desired: RegionName;
  readonly negativeGradient: RegionName;
}

/**
 * How a layer's own function acts on the gradient that reaches it: by φ' (or the Jacobian of softmax), or by the mask.
 */
export type LocalStep =
  | {
      readonly by: "activation";
      readonly layer: number;
      readonly activation: ActivationName;
      readonly field: RegionName;
      readonly output: RegionName;
    }
  | { readonly by: "dropout"; readonly layer: number; readonly rate: number };

/** δ = negativeGradient ∘ φ'(v): from −∂loss/∂y to the local gradient of the same layer. */
export interface LocalGradientOperation {
  readonly op: "local-gradient";
  readonly negativeGradient: RegionName;
  /** May be `negativeGradient` itself. */
  readonly to: RegionName;
  readonly step: LocalStep;
}

/** The recursion of local gradients in one: δ_j = (δ_k · W) ∘ φ'_j(v_j), for the layer j that feeds the dense layer k. */
export interface PullBackOperation {
  readonly op: "pull-back";
  readonly layer: number;
  readonly delta: RegionName;
  readonly weights: RegionName;
  readonly to: RegionName;
  readonly step: LocalStep;
}

/**
 * The same recursion through a layer that isn't dense, whose output equals its pre-activation: −∂loss/∂input from δ of
 * the layer `layer`, and then the step of the layer that feeds it.
 */
export interface PassBackOperation {
  readonly op: "pass-back";
  readonly layer: number;
  readonly delta: RegionName;
  readonly to: RegionName;
  /** What the layer computed. */
  readonly through: SignalOperation;
  readonly step: LocalStep;
}

/** The gradients of the tensors of a layer that isn't dense, over the rows of the batch, into `∂` and the tensor's name. */
export interface TensorGradientOperation {
  readonly op: "tensor-gradient";
  readonly layer: number;
  readonly delta: RegionName;
  readonly of: SignalOperation;
}

/** ∂W = −δᵀ · x and ∂b = −Σ δ, over the rows of the batch. */
export interface GradientOperation {
  readonly op: "gradient";
  readonly layer: number;
  readonly delta: RegionName;
  readonly input: RegionName;
  readonly weights: RegionName;
  readonly bias: RegionName | null;
}

/**
 * Sets the gradients of frozen tensors, whose learning rate is 0, to 0: no penalty is added to them, and no step
 * updates the tensors.
 */
export interface FreezeOperation {
  readonly op: "freeze";
  readonly gradients: readonly RegionName[];
}

/** Adds the gradients of l1 Σ|w| + (l2/2) Σ w² to those of all weights that aren't frozen. */
export interface PenaltyOperation {
  readonly op: "penalty";
  readonly l1: number;
  readonly l2: number;
}

/** Scales all gradients so that their norm is at most `norm`. */
export interface ClipOperation {
  readonly op: "clip";
  readonly norm: number;
}

/** The optimizer's rule for every parameter that isn't frozen, in one pass with its decay; rates and decays by tensor, as in the layout. */
export interface UpdateOperation {
  readonly op: "update";
  readonly optimizer: CompleteOptimizer;
  readonly slots: readonly RegionName[];
}

/** What layers that aren't dense compute, training or not. */
export type SignalOperation = ScaleOperation | ParametricActivationOperation | EmbeddingOperation | PeriodicOperation;
export type PredictOperation = DenseOperation | SignalOperation;
export type ForwardOperation = PredictOperation | DropoutOperation;
export type GradientsOperation = GradientOperation | TensorGradientOperation;
export type BackwardOperation = LocalGradientOperation | PullBackOperation | PassBackOperation | GradientsOperation;
export type UpdatingOperation = FreezeOperation | PenaltyOperation | ClipOperation | UpdateOperation;
export type Operation = ForwardOperation | LossOperation | BackwardOperation | UpdatingOperation;

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
  readonly update: readonly UpdatingOperation[];
}
