/**
 * Parametric activation, reference: output = x + α (φ(x) − x), each neuron with an α of its own.
 *
 * What the layer puts out is its field, so δ = −∂loss/∂output, and φ' acts on the way back to the input. Float64, flat
 * row-major; [B] patterns, [I] neurons. Knows nothing of losses or optimizers.
 */
import { activationOf } from "../network/activations.ts";
import { fill } from "../network/expression/compiled.ts";
import type { ParametricActivationLayer } from "../network/layers.ts";
import { fieldLayer } from "./layerOperations.ts";

/** φ(x), [B, I]. */
function valuesOf({ activation }: ParametricActivationLayer, input: Float64Array): Float64Array {
  const values = new Float64Array(input.length);
  fill(values, activationOf(activation).expression, { v: input });
  return values;
}

export const parametricActivation = fieldLayer<ParametricActivationLayer>({
  fields(layer, { slopes }, { input, inducedField }) {
    const values = valuesOf(layer, input);
    for (let i = 0; i < input.length; i++) {
      inducedField[i] = input[i] + slopes[i % slopes.length] * (values[i] - input[i]);
    }
  },

  /** −∂loss/∂x = δ (1 + α (φ'(x) − 1)). */
  pullBack(layer, { slopes }, { input, localGradient }) {
    const steepness = new Float64Array(input.length);
    fill(steepness, activationOf(layer.activation).derivativeExpression, { v: input, y: valuesOf(layer, input) });
    return localGradient.map((delta, i) => delta * (1 + slopes[i % slopes.length] * (steepness[i] - 1)));
  },

  /** ∂loss/∂α = −Σ_n δ (φ(x) − x). */
  gradients(layer, { input, localGradient }, gradient) {
    const values = valuesOf(layer, input);
    const { slopes } = gradient;
    for (let i = 0; i < input.length; i++) slopes[i % slopes.length] -= localGradient[i] * (values[i] - input[i]);
  },
});
