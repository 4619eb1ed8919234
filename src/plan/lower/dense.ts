/** The operations of a dense layer. */
import type { DenseLayer } from "../../network/layers.ts";
import type { DenseOperation } from "../plan.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

export const denseLowering: Lowering<DenseLayer, DenseOperation> = {
  signals: ({ activation }) => (activation === "identity" ? ["v"] : ["v", "y"]),
  predicts: true,
  forward({ activation, bias }, placed) {
    const { layer, input, tensor, signal } = placed;
    const field = placedSignal(placed, "v");
    const tensors = { weights: tensor("weights"), bias: bias ? tensor("bias") : null };
    return { op: "dense", layer, input, ...tensors, field, output: signal("y") ?? field, activation };
  },
  step: ({ activation, field, output }) =>
    activation === "identity" ? identity : { by: "activation", activation, field, output },
  back: ({ layer, weights }, { delta, to }) => ({ op: "pull-back", layer, delta, weights, to, step: identity }),
  gradient({ layer, input, weights, bias }, delta, gradientOf) {
    const gradients = { weightGradient: gradientOf(weights), biasGradient: bias && gradientOf(bias) };
    return { op: "gradient", layer, delta, input, ...gradients };
  },
};
