/**
 * A plan: backpropagation for one network written down once, as plain data that every fast engine runs.
 *
 * It is a list of operations over one flat float32 memory. Operations name regions of that memory; a region has an offset
 * and a shape. A plan can be printed (`text.ts`), tested and sent elsewhere. It says what is computed, in which order and
 * where it lies, and nothing of how. Made by `makePlan.ts`.
 */
import type { ActivationName } from "../network/activations.ts";
import type { Loss } from "../network/losses.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import type { CompleteOptimizer } from "../optimizers/optimizers.ts";

/**
 * The name of a region. With k the index of a layer: `x` inputs, `d` desired responses, `w` sample weights, `v{k}` fields, `y{k}`
 * outputs, `δ{k}` local gradients, `W{k}` and `b{k}` parameters, `∂W{k}` and `∂b{k}` their gradients; `parameters`, `gradients`
 * and each optimizer slot as a whole.
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

/** The loss of the batch, and downhill = −∂loss/∂y; the loss owns 1/B and the sample weights. */
export interface LossOperation {
  readonly op: "loss";
  readonly loss: Loss;
  readonly output: RegionName;
  readonly desired: RegionName;
  readonly downhill: RegionName;
}

/** How a layer's own function acts on what comes back to it: by φ' (or the Jacobian of softmax), or by the mask. */
export type LocalStep =
  | {
      readonly by: "activation";
      readonly layer: number;
      readonly activation: ActivationName;
      readonly field: RegionName;
      readonly output: RegionName;
    }
  | { readonly by: "dropout"; readonly layer: number; readonly rate: number };

/** δ = downhill ∘ φ'(v): from −∂loss/∂y to the local gradient of the same layer. */
export interface LocalGradientOperation {
  readonly op: "local-gradient";
  readonly downhill: RegionName;
  /** May be `downhill` itself. */
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

/** ∂W = −δᵀ · x and ∂b = −Σ δ, over the rows of the batch. */
export interface GradientOperation {
  readonly op: "gradient";
  readonly layer: number;
  readonly delta: RegionName;
  readonly input: RegionName;
  readonly weights: RegionName;
  readonly bias: RegionName | null;
}

/** Adds the gradients of l1 Σ|w| + (l2/2) Σ w² to those of all weights. */
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

/** The optimizer's rule for every parameter, in one pass with its decay. */
export interface UpdateOperation {
  readonly op: "update";
  readonly optimizer: CompleteOptimizer;
  readonly slots: readonly RegionName[];
}

export type ForwardOperation = DenseOperation | DropoutOperation;
export type BackwardOperation = LocalGradientOperation | PullBackOperation | GradientOperation;
export type UpdatingOperation = PenaltyOperation | ClipOperation | UpdateOperation;
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
  readonly predict: readonly DenseOperation[];
  readonly loss: LossOperation;
  /** The same loss of the predicting pass. */
  readonly judge: LossOperation;
  /** The region of each layer's local gradients is complete after these. */
  readonly backward: readonly BackwardOperation[];
  readonly update: readonly UpdatingOperation[];
}
