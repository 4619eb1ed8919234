/** The operations of a dense layer, whose activation is an operation of its own until a fusion joins them. */
import type { ActivationName } from "../../network/activations.ts";
import type { DenseLayer } from "../../network/layers.ts";
import type { LocalStep, Region } from "../region.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

/** v = x · Wᵀ + b, for each row of the batch; and y = φ(v) where the activation is joined with it. */
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

/** y = φ(x · Wᵀ + b) of one row, W and b packed together by what runs it. */
export interface PackedDenseOperation extends Omit<DenseOperation, "op" | "field"> {
  readonly op: "packed-dense";
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

/** ∂W = −δᵀ · x and ∂b = −Σ δ, over the rows of the batch. */
export interface GradientOperation {
  readonly op: "gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly weightGradient: Region;
  readonly biasGradient: Region | null;
}

export const denseLowering: Lowering<DenseLayer, DenseOperation, PullBackOperation, GradientOperation> = {
  signals: ({ activation }) => (activation === "identity" ? ["v"] : ["v", "y"]),
  predicts: true,
  forward({ bias }, placed) {
    const { layer, input, tensor } = placed;
    const field = placedSignal(placed, "v");
    const tensors = { weights: tensor("weights"), bias: bias ? tensor("bias") : null };
    return { op: "dense", layer, input, ...tensors, field, output: field, activation: "identity" };
  },
  activation({ activation }, placed) {
    if (activation === "identity") return undefined;
    const [input, output] = [placedSignal(placed, "v"), placedSignal(placed, "y")];
    return { op: "activation", layer: placed.layer, input, output, activation };
  },
  back: ({ layer, weights }, { delta, to }) => ({ op: "pull-back", layer, delta, weights, to, step: identity }),
  gradient({ layer, input, weights, bias }, delta, gradientOf) {
    const gradients = { weightGradient: gradientOf(weights), biasGradient: bias && gradientOf(bias) };
    return { op: "gradient", layer, delta, input, ...gradients };
  },
};
