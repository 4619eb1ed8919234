/** The operations of a dropout layer: its field is what enters it, and its mask acts forward and back. */
import type { DropoutLayer } from "../../network/layers.ts";
import { extent, f64, i32, read, write } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import type { LocalGradientOperation, Region } from "../region.ts";
import { type LayerText, shapeOf } from "./lines.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

/** output = mask ∘ input, the mask of this layer at this step. */
export interface DropoutOperation {
  readonly op: "dropout";
  readonly layer: number;
  readonly input: Region;
  readonly output: Region;
  readonly rate: number;
}

export const dropoutOperations = {
  dropout: {
    code: 4,
    shared: "rows",
    arguments: { input: read("B", "I"), output: write("B", "I"), width: extent("I"), layer: i32, rate: f64 },
  },
} as const satisfies Entries<DropoutOperation>;

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

export const dropoutText: LayerText<DropoutOperation, never> = {
  title: ({ rate }) => `dropout ${rate}`,
  lines: {
    dropout: ({ layer, input, output, rate }) => [
      "dropout",
      `${output.name} = mask ${layer} ∘ ${input.name}, rate ${rate}`,
      shapeOf(output),
    ],
  },
};
