/** The operations of a parametric activation, which keeps φ(x) for the way back. */
import type { ActivationName } from "../../network/activations.ts";
import type { ParametricActivationLayer } from "../../network/layers.ts";
import { activation, back, extent, read, write } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import type { PassBack, Region } from "../region.ts";
import { gradientLine, type LayerText, passBackLine, shapeOf } from "./lines.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

/** output = x + α ∘ (φ(x) − x), x the input, for each row of the batch. */
export interface ParametricActivationOperation {
  readonly op: "parametric-activation";
  readonly layer: number;
  readonly input: Region;
  readonly slopes: Region;
  readonly output: Region;
  /** φ(x), for the way back; the output's own region where there is none. */
  readonly saved: Region;
  readonly activation: ActivationName;
}

/** Through a parametric activation: δ ∘ (1 + α ∘ (φ'(x) − 1)). */
export interface ParametricActivationBackOperation extends PassBack {
  readonly op: "parametric-activation-back";
  readonly input: Region;
  readonly slopes: Region;
  readonly saved: Region;
  readonly activation: ActivationName;
}

/** ∂α = −Σ δ ∘ (φ(x) − x), over the rows of the batch. */
export interface ParametricActivationGradientOperation {
  readonly op: "parametric-activation-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly slopeGradient: Region;
  readonly saved: Region;
  readonly activation: ActivationName;
}

export const parametricActivationOperations = {
  "parametric-activation": {
    code: 18,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      slopes: read("I"),
      output: write("B", "I"),
      saved: write("B", "I"),
      inputs: extent("I"),
      activation,
    },
  },
  "parametric-activation-back": {
    code: 22,
    shared: "rows",
    arguments: { ...back, input: read("B", "I"), slopes: read("I"), saved: read("B", "I"), activation },
  },
  "parametric-activation-gradient": {
    code: 26,
    shared: "units",
    arguments: {
      delta: read("B", "I"),
      input: read("B", "I"),
      slopeGradient: write("I"),
      inputs: extent("I"),
      saved: read("B", "I"),
    },
  },
} as const satisfies Entries<
  ParametricActivationOperation | ParametricActivationBackOperation | ParametricActivationGradientOperation
>;

export const parametricActivationLowering: Lowering<
  ParametricActivationLayer,
  ParametricActivationOperation,
  ParametricActivationBackOperation,
  ParametricActivationGradientOperation
> = {
  signals: () => ["v"],
  saved: (_layer, rows, outputs) => ({ φ: [rows, outputs] }),
  predicts: true,
  forward({ activation }, placed) {
    const { layer, input, tensor, signal } = placed;
    const output = placedSignal(placed, "v");
    const saved = signal("φ") ?? output;
    return { op: "parametric-activation", layer, input, slopes: tensor("slopes"), output, saved, activation };
  },
  back({ layer, input, slopes, saved, activation }, { delta, to }) {
    const way = { layer, delta, to, step: identity };
    return { op: "parametric-activation-back", ...way, input, slopes, saved, activation };
  },
  gradient({ layer, input, slopes, saved, activation }, delta, gradientOf) {
    const slopeGradient = gradientOf(slopes);
    return { op: "parametric-activation-gradient", layer, delta, input, slopeGradient, saved, activation };
  },
};

export const parametricActivationText: LayerText<
  ParametricActivationOperation,
  ParametricActivationBackOperation | ParametricActivationGradientOperation
> = {
  title: ({ activation }) => `parametric ${activation}`,
  lines: {
    "parametric-activation"({ input: { name: x }, slopes, output, activation }) {
      return ["parametric", `${output.name} = ${x} + ${slopes.name} ∘ (${activation}(${x}) − ${x})`, shapeOf(output)];
    },
    "parametric-activation-back": ({ input, slopes, activation, ...way }) =>
      passBackLine(way, `${way.delta.name} ∘ (1 + ${slopes.name} ∘ (${activation}'(${input.name}) − 1))`),
    "parametric-activation-gradient": ({ delta, input: { name: x }, slopeGradient, activation }) =>
      gradientLine(`${slopeGradient.name} = −Σ ${delta.name} ∘ (${activation}(${x}) − ${x})`, delta),
  },
};
