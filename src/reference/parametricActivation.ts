/**
 * Parametric activation, reference: output = x + α (φ(x) − x), each neuron with an α of its own.
 *
 * What the layer puts out is its field, so δ = −∂loss/∂output, and φ' acts on the way back to the input. Float64, flat
 * row-major; [B] patterns, [I] neurons. Knows nothing of losses or optimizers.
 */
import { activations, type ElementwiseActivation } from "../network/activations.ts";
import type { ParametricActivationLayer } from "../network/layers.ts";
import type { LayerOperations } from "./layerOperations.ts";

/** The description has been checked: φ is elementwise. */
const elementwise = ({ activation }: ParametricActivationLayer): ElementwiseActivation =>
  activations[activation] as ElementwiseActivation;

export const parametricActivation: LayerOperations<ParametricActivationLayer> = {
  forward(layer, { slopes }, { input, inducedField, output }) {
    const { value } = elementwise(layer);
    for (let i = 0; i < input.length; i++) {
      inducedField[i] = input[i] + slopes[i % slopes.length] * (value(input[i]) - input[i]);
    }
    output.set(inducedField);
  },

  localGradients(_layer, { localGradient }, negativeGradient) {
    localGradient.set(negativeGradient);
  },

  /** −∂loss/∂x = δ (1 + α (φ'(x) − 1)). */
  pullBack(layer, { slopes }, { input, localGradient }) {
    const { value, derivative } = elementwise(layer);
    return localGradient.map((delta, i) => {
      const x = input[i];
      return delta * (1 + slopes[i % slopes.length] * (derivative(x, value(x)) - 1));
    });
  },

  /** ∂loss/∂α = −Σ_n δ (φ(x) − x). */
  gradients(layer, { input, localGradient }, gradient) {
    const { value } = elementwise(layer);
    const { slopes } = gradient;
    for (let i = 0; i < input.length; i++) slopes[i % slopes.length] -= localGradient[i] * (value(input[i]) - input[i]);
  },
};
