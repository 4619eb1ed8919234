/** The operations of a dropout layer: its field is what enters it, and its mask acts forward and back. */
import type { DropoutLayer } from "../../network/layers.ts";
import type { LocalGradientOperation, Region } from "../region.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

/** output = mask ∘ input, the mask of this layer at this step. */
export interface DropoutOperation {
  readonly op: "dropout";
  readonly layer: number;
  readonly input: Region;
  readonly output: Region;
  readonly rate: number;
}

export const dropoutLowering: Lowering<DropoutLayer, DropoutOperation, LocalGradientOperation, undefined, never> = {
  signals: () => ["y"],
  predicts: false,
  forward: ({ rate }, placed) => {
    const { layer, input } = placed;
    return { op: "dropout", layer, input, output: placedSignal(placed, "y"), rate };
  },
  step: ({ layer, rate }) => ({ by: "dropout", layer, rate }),
  back: (_forward, { delta, to }) => ({ op: "local-gradient", negativeGradient: delta, to, step: identity }),
  gradient: () => undefined,
};
