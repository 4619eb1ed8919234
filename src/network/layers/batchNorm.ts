/** Batch normalisation: each unit by the statistics of the batch, or by running ones. Knows nothing of how it is computed. */
import { requireFloat32, requireThat } from "../../errors.ts";
import { number, requireOptions } from "../../kinds.ts";
import {
  type LayerEntry,
  type LayerLearning,
  type LearningOptions,
  learningKinds,
  learningOf,
  requireEpsilon,
  requireLearning,
} from "./layerEntry.ts";

/**
 * y_a = s_a x̂_a + b_a with x̂_a = (x_a − μ_a) / √(σ²_a + ε). In training μ_a and σ²_a are the mean and the variance of input a over the
 * batch, divided by the number of its rows. Each step moves a running mean and a running variance (divided by one row less) by
 * `momentum` of the way to the batch's; in prediction they take the place of μ and σ². Factors s (the paper's γ) start at 1,
 * biases b (its β) at 0; both are learned, the running statistics are kept: saved and restored with the parameters, and
 * moved by no gradient. Ioffe & Szegedy 2015; the numbers are PyTorch's.
 *
 * It learns from batches of at least 2 rows. A last batch of one row has x̂ = 0 and leaves the running variance as it is. A `rate` of 0
 * freezes s and b, not the statistics.
 */
export interface BatchNormLayer {
  readonly kind: "batchNorm";
  /** ε, above 0: it keeps the division finite where a unit puts out the same for all rows. */
  readonly epsilon: number;
  /** How far running statistics go to a batch's in a step, above 0 and at most 1. */
  readonly momentum: number;
  readonly learning?: LayerLearning;
}

export interface BatchNormOptions extends LearningOptions {
  /** ε, above 0; 1e-5 when absent. */
  readonly epsilon?: number;
  /** How far running statistics go to a batch's in a step, above 0 and at most 1; 0.1 when absent. */
  readonly momentum?: number;
}

const batchNormKinds = { epsilon: number, momentum: number, ...learningKinds };
const ROLES = ["scale", "bias"] as const;

/**
 * Describes a batch normalisation, [B, I] to [B, I]. Its tensors are `scale` [I], s, and `bias` [I], b, which are learned, and `mean`
 * [I] and `variance` [I], the running statistics, which are not.
 *
 * @throws {DescriptionError} an option of another name, or of another type than documented
 * @example
 * import { batchNorm, dense, network } from "gradus/network";
 *
 * network({ inputs: 3, layers: [dense(16, { bias: false }), batchNorm(), dense(16, { activation: "relu" }), dense(1)] });
 */
export function batchNorm(options: BatchNormOptions = {}): BatchNormLayer {
  requireOptions(options, batchNormKinds, "batchNorm");
  const { epsilon = 1e-5, momentum = 0.1 } = options;
  return { kind: "batchNorm", epsilon, momentum, ...learningOf(options, ROLES) };
}

const formula = {
  text: "y_a = s_a (x_a − μ_a) / √(σ²_a + ε) + b_a",
  latex: "y_a = s_a\\,\\frac{x_a - \\mu_a}{\\sqrt{\\sigma^2_a + \\varepsilon}} + b_a",
};

export const batchNormEntry: LayerEntry<BatchNormLayer> = {
  fields: { kind: true, epsilon: true, momentum: true, learning: true },
  formula,
  derivativeFormula: {
    text: "∂y_a/∂x_a = s_a / √(σ²_a + ε)",
    latex: "\\frac{\\partial y_a}{\\partial x_a} = \\frac{s_a}{\\sqrt{\\sigma^2_a + \\varepsilon}}",
  },
  details: ({ epsilon, momentum }) => `${formula.text}, ε is ${epsilon}, momentum ${momentum}`,
  validate({ epsilon, momentum, learning }, _inputs, where) {
    requireEpsilon(epsilon, where);
    const isPart = typeof momentum === "number" && momentum > 0 && momentum <= 1;
    requireThat(`${where}: momentum`, momentum, isPart, "above 0 and at most 1");
    requireFloat32(`${where}: momentum`, momentum);
    requireLearning(learning, ROLES, where);
  },
  outputs: (_layer, inputs) => inputs,
  fewestRows: 2,
  tensors: (_layer, inputs) => [
    { role: "scale", shape: [inputs] },
    { role: "bias", shape: [inputs] },
    { role: "mean", shape: [inputs], kept: {} },
    { role: "variance", shape: [inputs], kept: { least: 0 } },
  ],
  initialise: (_layer, inputs) => [1, 0, 0, 1].map((start) => new Float64Array(inputs).fill(start)),
};
