/** Layer normalisation: each pattern's signals get mean 0 and variance 1, then a factor and a bias. Knows nothing of how it is computed. */
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
 * y_a = s_a x̂_a + b_a with x̂_a = (x_a − μ) / √(σ² + ε): μ and σ² are mean and variance of the pattern's own inputs to the
 * layer, the variance divided by their number. Factors s (the paper's γ) start at 1, biases b (its β) at 0; both are learned. A
 * pattern's outputs depend on no other pattern, so training and prediction compute the same.
 *
 * With one input σ² is 0 and x̂ is 0: the output is b, whatever the input. With two and a small ε, x̂ is −1 and 1 whatever
 * their distance, so that hardly any gradient passes. Ba, Kiros & Hinton 2016.
 */
export interface LayerNormLayer {
  readonly kind: "layerNorm";
  /** ε, above 0: it keeps the division finite where all inputs are equal. */
  readonly epsilon: number;
  readonly learning?: LayerLearning;
}

export interface LayerNormOptions extends LearningOptions {
  /** ε, above 0; 1e-5 when absent. */
  readonly epsilon?: number;
}

const layerNormKinds = { epsilon: number, ...learningKinds };
const ROLES = ["scale", "bias"] as const;

/**
 * Describes a layer normalisation, [B, I] to [B, I]. Its tensors are `scale` [I], s, and `bias` [I], b. Weight decay and
 * penalties leave both alone, as they do all tensors but weights; `learning` can give a tensor a decay.
 *
 * @throws {DescriptionError} an option of another name, or of another type than documented
 * @example
 * import { dense, layerNorm, network } from "gradus/network";
 *
 * network({ inputs: 3, layers: [dense(16), layerNorm(), dense(16, { activation: "relu" }), dense(1)] });
 */
export function layerNorm(options: LayerNormOptions = {}): LayerNormLayer {
  requireOptions(options, layerNormKinds, "layerNorm");
  const { epsilon = 1e-5 } = options;
  return { kind: "layerNorm", epsilon, ...learningOf(options, ROLES) };
}

const formula = {
  text: "y_a = s_a (x_a − μ) / √(σ² + ε) + b_a",
  latex: "y_a = s_a\\,\\frac{x_a - \\mu}{\\sqrt{\\sigma^2 + \\varepsilon}} + b_a",
};

export const layerNormEntry: LayerEntry<LayerNormLayer> = {
  fields: { kind: true, epsilon: true, learning: true },
  formula,
  derivativeFormula: {
    text: "∂y_u/∂x_a = s_u (1[u = a] − 1/I − x̂_u x̂_a/I) / √(σ² + ε)",
    latex:
      "\\frac{\\partial y_u}{\\partial x_a} = \\frac{s_u}{\\sqrt{\\sigma^2 + \\varepsilon}}\\left(1_{[u = a]} - \\frac1I - \\frac{\\hat x_u\\,\\hat x_a}{I}\\right)",
  },
  details: ({ epsilon }) => `${formula.text}, ε is ${epsilon}`,
  validate({ epsilon, learning }, _inputs, where) {
    requireEpsilon(epsilon, where);
    requireLearning(learning, ROLES, where);
  },
  outputs: (_layer, inputs) => inputs,
  tensors: (_layer, inputs) => [
    { role: "scale", shape: [inputs] },
    { role: "bias", shape: [inputs] },
  ],
  initialise: (_layer, inputs) => [new Float64Array(inputs).fill(1), new Float64Array(inputs)],
};
