/** The parametric activation: each neuron learns how much of φ it takes. Knows nothing of how it is computed. */

import { canonicalName, requireNameOf } from "../../aliases.ts";
import { DescriptionError } from "../../errors.ts";
import { requireOptions } from "../../kinds.ts";
import { type ActivationLike, type ActivationName, activationOf, activations } from "../activations.ts";
import {
  type LayerEntry,
  type LayerLearning,
  type LearningOptions,
  learningKinds,
  learningOf,
  requireLearning,
} from "./layerEntry.ts";

/**
 * y_b = x_b + α_b (φ(x_b) − x_b): the identity at α = 0, φ at α = 1, where it starts. Follows a dense layer without an
 * activation of its own. Holzmüller, Grinsztajn & Steinwart 2024.
 */
export interface ParametricActivationLayer {
  readonly kind: "parametricActivation";
  /** φ, elementwise. */
  readonly activation: ActivationName;
  readonly learning?: LayerLearning;
}

/**
 * Describes a parametric activation.
 *
 * @example
 * import { dense, network, parametricActivation } from "gradus";
 *
 * network({ inputs: 3, layers: [dense(16), parametricActivation("selu"), dense(1)] });
 */
export function parametricActivation(
  activation: ActivationLike,
  options: LearningOptions = {},
): ParametricActivationLayer {
  requireOptions(options, learningKinds, "parametricActivation");
  const name: ActivationName = canonicalName("activation", activation);
  return { kind: "parametricActivation", activation: name, ...learningOf(options, ["slopes"]) };
}

const formula = { text: "y_a = x_a + α_a (φ(x_a) − x_a)", latex: "y_a = x_a + \\alpha_a\\,(\\varphi(x_a) - x_a)" };

export const parametricActivationEntry: LayerEntry<ParametricActivationLayer> = {
  fields: { kind: true, activation: true, learning: true },
  formula,
  derivativeFormula: {
    text: "∂y_a/∂x_a = 1 + α_a (φ'(x_a) − 1)",
    latex: "\\frac{\\partial y_a}{\\partial x_a} = 1 + \\alpha_a\\,(\\varphi'(x_a) - 1)",
  },
  details: ({ activation }) => `${formula.text}, φ is ${activation}`,
  validate({ activation, learning }, _inputs, where) {
    requireNameOf("activation", activations, activation, `activation in ${where}`);
    if (activationOf(activation).kind !== "elementwise") {
      throw new DescriptionError(`${where}: expected an elementwise activation, found ${activation}.`);
    }
    requireLearning(learning, ["slopes"], where);
  },
  outputs: (_layer, inputs) => inputs,
  tensors: (_layer, inputs) => [{ role: "slopes", shape: [inputs] }],
  initialise: (_layer, inputs) => [new Float64Array(inputs).fill(1)],
};
