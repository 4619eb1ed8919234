/** The operations of a scale layer. */
import type { ScaleLayer } from "../../network/layers.ts";
import type { ScaleOperation } from "../plan.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

export const scaleLowering: Lowering<ScaleLayer, ScaleOperation> = {
  signals: () => ["v"],
  predicts: true,
  forward(_layer, placed) {
    const { layer, input, tensor } = placed;
    return { op: "scale", layer, input, scale: tensor("scale"), output: placedSignal(placed, "v") };
  },
  step: () => identity,
  back: ({ layer, scale }, { delta, to }) => ({ op: "scale-back", layer, delta, to, step: identity, scale }),
  gradient: ({ layer, input, scale }, delta, gradientOf) => ({
    op: "scale-gradient",
    layer,
    delta,
    input,
    scaleGradient: gradientOf(scale),
  }),
};
