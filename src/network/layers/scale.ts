/** The diagonal scale layer: each signal has a factor of its own. Knows nothing of how it is computed. */
import { requireOptions } from "../../kinds.ts";
import {
  type LayerEntry,
  type LayerLearning,
  type LearningOptions,
  learningKinds,
  learningOf,
  requireLearning,
} from "./layerEntry.ts";

/**
 * y_a = s_a x_a: the network learns how much each input counts. All factors start at 1. Right before the first dense
 * layer, and learning faster than it, in RealMLP: Holzmüller, Grinsztajn & Steinwart 2024.
 */
export interface ScaleLayer {
  readonly kind: "scale";
  readonly learning?: LayerLearning;
}

/**
 * Describes a scale layer.
 *
 * @example
 * import { dense, network, scale } from "gradus";
 *
 * network({ inputs: 3, layers: [scale(), dense(16, { activation: "selu" }), dense(1)] });
 */
export function scale(options: LearningOptions = {}): ScaleLayer {
  requireOptions(options, learningKinds, "scale");
  return { kind: "scale", ...learningOf(options, ["scale"]) };
}

const formula = { text: "y_a = s_a x_a", latex: "y_a = s_a\\, x_a" };

export const scaleEntry: LayerEntry<ScaleLayer> = {
  fields: { kind: true, learning: true },
  formula,
  derivativeFormula: {
    text: "∂y_a/∂x_a = s_a",
    latex: "\\frac{\\partial y_a}{\\partial x_a} = s_a",
  },
  details: () => formula.text,
  validate: ({ learning }, _inputs, where) => requireLearning(learning, ["scale"], where),
  outputs: (_layer, inputs) => inputs,
  tensors: (_layer, inputs) => [{ role: "scale", shape: [inputs] }],
  initialise: (_layer, inputs) => [new Float64Array(inputs).fill(1)],
};
