/** The operations of a periodic embedding of numbers. */
import type { PeriodicLayer } from "../../network/layers.ts";
import type { PeriodicOperation } from "../plan.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

export const periodicLowering: Lowering<PeriodicLayer, PeriodicOperation> = {
  signals: () => ["v"],
  predicts: true,
  forward({ columns }, placed) {
    const { layer, input, tensor } = placed;
    const tensors = {
      frequencies: tensor("frequencies"),
      phases: tensor("phases"),
      weights: tensor("weights"),
      bias: tensor("bias"),
    };
    return { op: "periodic", layer, input, ...tensors, output: placedSignal(placed, "v"), columns };
  },
  step: () => identity,
  back({ layer, input, frequencies, phases, weights, columns }, { delta, to }) {
    const way = { layer, delta, to, step: identity };
    return { op: "periodic-back", ...way, input, frequencies, phases, weights, columns };
  },
  gradient({ layer, input, frequencies, phases, weights, bias, columns }, delta, gradientOf) {
    const gradients = {
      frequencyGradient: gradientOf(frequencies),
      phaseGradient: gradientOf(phases),
      weightGradient: gradientOf(weights),
      biasGradient: gradientOf(bias),
    };
    const tensors = { frequencies, phases, weights };
    return { op: "periodic-gradient", layer, delta, input, ...tensors, ...gradients, columns };
  },
};
