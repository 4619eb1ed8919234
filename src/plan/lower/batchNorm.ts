/** The operations of a batch normalisation, which keeps x̂ and r = 1/√(σ² + ε) for the way back. */
import type { BatchNormLayer } from "../../network/layers.ts";
import { change, extent, f32, read, write } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import type { Region } from "../region.ts";
import { gradientLine, type LayerText, shapeOf } from "./lines.ts";
import { type Lowering, placedSignal } from "./lowering.ts";

/** output = s ∘ x̂ + b, x̂ = (x − μ) r, r = 1/√(σ² + ε), μ and σ² of each column; the running statistics move to them. */
export interface BatchNormOperation {
  readonly op: "batch-norm";
  readonly layer: number;
  readonly input: Region;
  readonly scale: Region;
  readonly bias: Region;
  /** The running statistics. */
  readonly mean: Region;
  readonly variance: Region;
  readonly output: Region;
  /** x̂, for the way back. */
  readonly normalised: Region;
  /** r of each column, [I], likewise. */
  readonly inverse: Region;
  readonly epsilon: number;
  readonly momentum: number;
}

/** The same by the running statistics, which stay as they are. */
export interface BatchNormPredictOperation
  extends Omit<BatchNormOperation, "op" | "normalised" | "inverse" | "momentum"> {
  readonly op: "batch-norm-predict";
}

/** Through a batch normalisation: s r (δ − mean(δ) − x̂ ∘ mean(δ ∘ x̂)), means over the rows. It goes by columns, so it takes no step. */
export interface BatchNormBackOperation {
  readonly op: "batch-norm-back";
  readonly layer: number;
  readonly delta: Region;
  readonly to: Region;
  readonly scale: Region;
  readonly normalised: Region;
  readonly inverse: Region;
}

/** ∂s = −Σ δ ∘ x̂ and ∂b = −Σ δ, over the rows of the batch. */
export interface BatchNormGradientOperation {
  readonly op: "batch-norm-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly normalised: Region;
  readonly scaleGradient: Region;
  readonly biasGradient: Region;
}

/** They go by columns, over the rows of the batch; in prediction by rows. */
export const batchNormOperations = {
  "batch-norm": {
    code: 36,
    shared: "units",
    units: "I",
    arguments: {
      input: read("B", "I"),
      scale: read("I"),
      bias: read("I"),
      mean: change("I"),
      variance: change("I"),
      output: write("B", "I"),
      normalised: write("B", "I"),
      inverse: write("I"),
      inputs: extent("I"),
      epsilon: f32,
      momentum: f32,
    },
  },
  "batch-norm-predict": {
    code: 35,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      scale: read("I"),
      bias: read("I"),
      mean: read("I"),
      variance: read("I"),
      output: write("B", "I"),
      inputs: extent("I"),
      epsilon: f32,
    },
  },
  "batch-norm-back": {
    code: 37,
    shared: "units",
    units: "I",
    arguments: {
      delta: read("B", "I"),
      to: write("B", "I"),
      scale: read("I"),
      normalised: read("B", "I"),
      inverse: read("I"),
      inputs: extent("I"),
    },
  },
  "batch-norm-gradient": {
    code: 38,
    shared: "units",
    arguments: {
      delta: read("B", "I"),
      normalised: read("B", "I"),
      scaleGradient: write("I"),
      biasGradient: write("I"),
      inputs: extent("I"),
    },
  },
} as const satisfies Entries<
  BatchNormOperation | BatchNormPredictOperation | BatchNormBackOperation | BatchNormGradientOperation
>;

export const batchNormLowering: Lowering<
  BatchNormLayer,
  BatchNormOperation,
  BatchNormBackOperation,
  BatchNormGradientOperation,
  BatchNormPredictOperation
> = {
  signals: () => ["v"],
  saved: (_layer, rows, outputs) => ({ x̂: [rows, outputs], r: [outputs] }),
  predicts: true,
  forward({ epsilon, momentum }, placed) {
    const { layer, input, tensor } = placed;
    const tensors = {
      scale: tensor("scale"),
      bias: tensor("bias"),
      mean: tensor("mean"),
      variance: tensor("variance"),
    };
    const saved = { normalised: placedSignal(placed, "x̂"), inverse: placedSignal(placed, "r") };
    const output = placedSignal(placed, "v");
    return { op: "batch-norm", layer, input, ...tensors, output, ...saved, epsilon, momentum };
  },
  predict({ epsilon }, placed) {
    const { layer, input, tensor } = placed;
    const tensors = {
      scale: tensor("scale"),
      bias: tensor("bias"),
      mean: tensor("mean"),
      variance: tensor("variance"),
    };
    return { op: "batch-norm-predict", layer, input, ...tensors, output: placedSignal(placed, "v"), epsilon };
  },
  back: ({ layer, scale, normalised, inverse }, { delta, to }) => {
    return { op: "batch-norm-back", layer, delta, to, scale, normalised, inverse };
  },
  gradient({ layer, scale, bias, normalised }, delta, gradientOf) {
    const gradients = { scaleGradient: gradientOf(scale), biasGradient: gradientOf(bias) };
    return { op: "batch-norm-gradient", layer, delta, normalised, ...gradients };
  },
};

export const batchNormText: LayerText<
  BatchNormOperation,
  BatchNormPredictOperation | BatchNormBackOperation | BatchNormGradientOperation
> = {
  title: () => "batch normalisation",
  lines: {
    "batch-norm"({
      input,
      scale,
      bias,
      mean,
      variance,
      output,
      normalised: { name: hat },
      inverse,
      epsilon,
      momentum,
    }) {
      const parts = [`${hat} = (${input.name} − μ) ${inverse.name}`, `${inverse.name} = 1/√(σ² + ${epsilon})`];
      const moved = `${mean.name} and ${variance.name} by ${momentum} towards μ and σ²`;
      const formula = `${output.name} = ${scale.name} ∘ ${hat} + ${bias.name}; ${parts.join("; ")}; ${moved}`;
      return ["batch norm", formula, shapeOf(output)];
    },
    "batch-norm-predict"({ input, scale, bias, mean, variance, output, epsilon }) {
      const hat = `(${input.name} − ${mean.name}) / √(${variance.name} + ${epsilon})`;
      return ["batch norm", `${output.name} = ${scale.name} ∘ ${hat} + ${bias.name}`, shapeOf(output)];
    },
    "batch-norm-back"({ delta: { name: d }, to, scale, normalised: { name: hat }, inverse }) {
      const formula = `${to.name} = ${scale.name} ${inverse.name} (${d} − mean(${d}) − ${hat} ∘ mean(${d} ∘ ${hat}))`;
      return ["pass-back", formula, shapeOf(to)];
    },
    "batch-norm-gradient"({ delta, normalised, scaleGradient, biasGradient }) {
      const formula = `${scaleGradient.name} = −Σ ${delta.name} ∘ ${normalised.name}; ${biasGradient.name} = −Σ ${delta.name}`;
      return gradientLine(formula, delta);
    },
  },
};
