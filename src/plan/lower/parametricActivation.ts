/** The operations of a parametric activation, which keeps φ(x) for the way back. */
import type { ParametricActivationLayer } from "../../network/layers.ts";
import type { ParametricActivationOperation } from "../plan.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

export const parametricActivationLowering: Lowering<ParametricActivationLayer, ParametricActivationOperation> = {
  signals: () => ["v", "φ"],
  predicts: true,
  forward({ activation }, placed) {
    const { layer, input, tensor, signal } = placed;
    const output = placedSignal(placed, "v");
    const saved = signal("φ") ?? output;
    return { op: "parametric-activation", layer, input, slopes: tensor("slopes"), output, saved, activation };
  },
  step: () => identity,
  back({ layer, input, slopes, saved, activation }, { delta, to }) {
    const way = { layer, delta, to, step: identity };
    return { op: "parametric-activation-back", ...way, input, slopes, saved, activation };
  },
  gradient({ layer, input, slopes, saved, activation }, delta, gradientOf) {
    const slopeGradient = gradientOf(slopes);
    return { op: "parametric-activation-gradient", layer, delta, input, slopeGradient, saved, activation };
  },
};
