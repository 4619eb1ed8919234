/**
 * Scale layer, reference: inducedField = output = scale ∘ input, one signal at a time.
 *
 * Float64, flat row-major; [B] patterns, [I] inputs and outputs. Knows nothing of losses or optimizers.
 */
import type { ScaleLayer } from "../network/layers.ts";
import { fieldLayer } from "./layerOperations.ts";

export const scale = fieldLayer<ScaleLayer>({
  /** y_a = s_a x_a. */
  fields(_layer, { scale }, { input, inducedField }) {
    for (let i = 0; i < inducedField.length; i++) inducedField[i] = scale[i % scale.length] * input[i];
  },

  /** −∂loss/∂x_a = δ_a s_a. */
  pullBack: (_layer, { scale }, { localGradient }) => localGradient.map((delta, i) => delta * scale[i % scale.length]),

  /** ∂loss/∂s_a = −Σ_n δ_a x_a. */
  gradients(_layer, { input, localGradient }, gradient) {
    const { scale } = gradient;
    for (let i = 0; i < input.length; i++) scale[i % scale.length] -= localGradient[i] * input[i];
  },
});
