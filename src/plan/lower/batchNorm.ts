/** The operations of a batch normalisation, which keeps x̂ and r = 1/√(σ² + ε) for the way back. */
import type { BatchNormLayer } from "../../network/layers.ts";
import { change, extent, f32, read, write } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import type { Region } from "../region.ts";
import { type LayerText, shapeOf } from "./lines.ts";
import { type Lowering, type Placed, placedSignal } from "./lowering.ts";
import {
  type NormalisationGradientOperation,
  normalisationGradient,
  normalisationGradientLines,
} from "./normalisation.ts";

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

/** What it computes from and what it writes, in training and in prediction. */
function normalising(placed: Placed) {
  const { layer, input, tensor } = placed;
  const statistics = { mean: tensor("mean"), variance: tensor("variance") };
  const tensors = { scale: tensor("scale"), bias: tensor("bias"), ...statistics };
  return { layer, input, ...tensors, output: placedSignal(placed, "v") };
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
} as const satisfies Entries<BatchNormOperation | BatchNormPredictOperation | BatchNormBackOperation>;

export const batchNormLowering: Lowering<
  BatchNormLayer,
  BatchNormOperation,
  BatchNormBackOperation,
  NormalisationGradientOperation,
  BatchNormPredictOperation
> = {
  signals: () => ["v"],
  saved: (_layer, rows, outputs) => ({ x̂: [rows, outputs], r: [outputs] }),
  predicts: true,
  forward({ epsilon, momentum }, placed) {
    const saved = { normalised: placedSignal(placed, "x̂"), inverse: placedSignal(placed, "r") };
    return { op: "batch-norm", ...normalising(placed), ...saved, epsilon, momentum };
  },
  predict: ({ epsilon }, placed) => ({ op: "batch-norm-predict", ...normalising(placed), epsilon }),
  back: ({ layer, scale, normalised, inverse }, { delta, to }) => {
    return { op: "batch-norm-back", layer, delta, to, scale, normalised, inverse };
  },
  gradient: (through, delta, gradientOf) => normalisationGradient(through, through.normalised, delta, gradientOf),
};

export const batchNormText: LayerText<
  BatchNormOperation,
  BatchNormPredictOperation | BatchNormBackOperation | NormalisationGradientOperation
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
    ...normalisationGradientLines,
  },
};
