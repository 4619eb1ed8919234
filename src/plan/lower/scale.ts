/** The operations of a scale layer. */
import type { ScaleLayer } from "../../network/layers.ts";
import { back, extent, read, write } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import type { PassBack, Region } from "../region.ts";
import { gradientLine, type LayerText, passBackLine, shapeOf } from "./lines.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

/** output = s ∘ input, for each row of the batch. */
export interface ScaleOperation {
  readonly op: "scale";
  readonly layer: number;
  readonly input: Region;
  readonly scale: Region;
  readonly output: Region;
}

/** Through a scale layer: δ ∘ s. */
export interface ScaleBackOperation extends PassBack {
  readonly op: "scale-back";
  readonly scale: Region;
}

/** ∂s = −Σ δ ∘ x, over the rows of the batch. */
export interface ScaleGradientOperation {
  readonly op: "scale-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly scaleGradient: Region;
}

export const scaleOperations = {
  scale: {
    code: 17,
    shared: "rows",
    arguments: { input: read("B", "I"), scale: read("I"), output: write("B", "I"), inputs: extent("I") },
  },
  "scale-back": { code: 21, shared: "rows", arguments: { ...back, scale: read("I") } },
  "scale-gradient": {
    code: 25,
    shared: "units",
    arguments: { delta: read("B", "I"), input: read("B", "I"), scaleGradient: write("I"), inputs: extent("I") },
  },
} as const satisfies Entries<ScaleOperation | ScaleBackOperation | ScaleGradientOperation>;

export const scaleLowering: Lowering<ScaleLayer, ScaleOperation, ScaleBackOperation, ScaleGradientOperation> = {
  signals: () => ["v"],
  predicts: true,
  forward(_layer, placed) {
    const { layer, input, tensor } = placed;
    return { op: "scale", layer, input, scale: tensor("scale"), output: placedSignal(placed, "v") };
  },
  back: ({ layer, scale }, { delta, to }) => ({ op: "scale-back", layer, delta, to, step: identity, scale }),
  gradient: ({ layer, input, scale }, delta, gradientOf) => ({
    op: "scale-gradient",
    layer,
    delta,
    input,
    scaleGradient: gradientOf(scale),
  }),
};

export const scaleText: LayerText<ScaleOperation, ScaleBackOperation | ScaleGradientOperation> = {
  title: () => "scale",
  lines: {
    scale: ({ input, scale, output }) => ["scale", `${output.name} = ${scale.name} ∘ ${input.name}`, shapeOf(output)],
    "scale-back": ({ scale, ...way }) => passBackLine(way, `${way.delta.name} ∘ ${scale.name}`),
    "scale-gradient": ({ delta, input, scaleGradient }) =>
      gradientLine(`${scaleGradient.name} = −Σ ${delta.name} ∘ ${input.name}`, delta),
  },
};
