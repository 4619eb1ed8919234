/**
 * Dense layer, reference: inducedField = weights · input + bias, output = φ(inducedField), one neuron at a time.
 *
 * Float64, flat row-major; [B] patterns, [I] inputs, [O] units. Knows nothing of losses or optimizers.
 * Source: derivation, sections 1, 3 and 4; Rumelhart, Hinton & Williams 1986.
 */
import { activationOf } from "../network/activations.ts";
import { fill } from "../network/expression/compiled.ts";
import type { DenseLayer } from "../network/layers.ts";
import { inducedFields } from "./inducedFields.ts";
import type { LayerOperations, Signals } from "./layerOperations.ts";

/** y = φ(v). */
export function activate({ activation: name, units }: DenseLayer, { rows, inducedField, output }: Signals): void {
  const activation = activationOf(name);
  if (activation.kind === "elementwise") {
    fill(output, activation.expression, { v: inducedField });
    return;
  }
  for (let n = 0; n < rows; n++) {
    output.set(activation.value(inducedField.subarray(n * units, (n + 1) * units)), n * units);
  }
}

export const dense: LayerOperations<DenseLayer> = {
  /** v_b = Σ_a W_ba y_a + bias_b, then y = φ(v). */
  forward(layer, { weights, bias }, signals) {
    const { rows, input, inducedField } = signals;
    inducedFields(weights, layer.bias ? bias : undefined, { rows, input, fields: inducedField });
    activate(layer, signals);
  },

  /** δᵀ = (−∂loss/∂y)ᵀ · ∂y/∂v: factor iii, which is diag(φ'(v_b)) when φ acts elementwise. */
  localGradients(layer, { rows, inducedField, output, localGradient }, negativeGradient) {
    const units = layer.units;
    const activation = activationOf(layer.activation);
    if (activation.kind === "elementwise") {
      fill(localGradient, activation.derivativeExpression, { v: inducedField, y: output });
      for (let i = 0; i < localGradient.length; i++) localGradient[i] *= negativeGradient[i];
      return;
    }
    for (let n = 0; n < rows; n++) {
      const jacobian = activation.jacobian(output.subarray(n * units, (n + 1) * units));
      for (let s = 0; s < units; s++) {
        let delta = 0;
        for (let r = 0; r < units; r++) delta += negativeGradient[n * units + r] * jacobian[r * units + s];
        localGradient[n * units + s] = delta;
      }
    }
  },

  /** The bracket of the hidden δ, for each neuron a that feeds this layer: Σ_b δ_b W_ba over all this layer's units. */
  pullBack(layer, { weights }, { rows, input, localGradient }) {
    const units = layer.units;
    const inputs = input.length / rows;
    const negativeGradient = new Float64Array(rows * inputs);
    for (let n = 0; n < rows; n++) {
      for (let b = 0; b < units; b++) {
        const delta = localGradient[n * units + b];
        for (let a = 0; a < inputs; a++) negativeGradient[n * inputs + a] += delta * weights[b * inputs + a];
      }
    }
    return negativeGradient;
  },

  /** ∂loss/∂W_ba = −Σ_n δ_b y_a, factor iv; the bias is the weight from a constant +1. */
  gradients(layer, { rows, input, localGradient }, gradient) {
    const units = layer.units;
    const inputs = input.length / rows;
    for (let n = 0; n < rows; n++) {
      for (let b = 0; b < units; b++) {
        const delta = localGradient[n * units + b];
        for (let a = 0; a < inputs; a++) gradient.weights[b * inputs + a] -= delta * input[n * inputs + a];
        if (layer.bias) gradient.bias[b] -= delta;
      }
    }
  },
};
