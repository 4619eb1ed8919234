/**
 * Batch normalisation, reference: x̂ = (x − μ) r, r = 1/√(σ² + ε), inducedField = output = s ∘ x̂ + b, one unit at a time.
 *
 * Float64, flat row-major; [B] patterns, [I] inputs and outputs. Knows nothing of losses or optimizers. Source: Ioffe &
 * Szegedy 2015, algorithms 1 and 2.
 */
import type { BatchNormLayer } from "../network/layers.ts";
import { fieldLayer, type LayerParameters, type Signals } from "./layerOperations.ts";

/** Mean and variance of each unit over the rows, the variance divided by their number, [I] each. */
function batchStatistics({ rows, input }: Pick<Signals, "rows" | "input">) {
  const width = input.length / rows;
  const mean = new Float64Array(width);
  for (let i = 0; i < input.length; i++) mean[i % width] += input[i];
  for (let a = 0; a < width; a++) mean[a] /= rows;
  const variance = new Float64Array(width);
  for (let i = 0; i < input.length; i++) variance[i % width] += (input[i] - mean[i % width]) ** 2 / rows;
  return { mean, variance };
}

/** x̂, [B, I], and r, [I]: by the batch's statistics in training, else by the running ones. */
function normalised({ epsilon }: BatchNormLayer, signals: Signals, parameters: LayerParameters) {
  const { mean, variance } = signals.training ? batchStatistics(signals) : parameters;
  const inverse = variance.map((value) => 1 / Math.sqrt(value + epsilon));
  const hat = signals.input.map((x, i) => (x - mean[i % mean.length]) * inverse[i % mean.length]);
  return { hat, inverse };
}

export const batchNorm = fieldLayer<BatchNormLayer>({
  /** y_a = s_a x̂_a + b_a. */
  fields(layer, parameters, signals) {
    const { scale, bias } = parameters;
    const { hat } = normalised(layer, signals, parameters);
    for (let i = 0; i < hat.length; i++) {
      signals.inducedField[i] = scale[i % scale.length] * hat[i] + bias[i % bias.length];
    }
  },

  /**
   * −∂loss/∂x_a = s_a r_a (δ_a − mean(δ_a) − x̂_a mean(δ_a x̂_a)), means over the batch: x moves μ and σ² too. In prediction they are
   * constants, and the first term is all.
   */
  pullBack(layer, parameters, signals) {
    const { rows, localGradient, training } = signals;
    const { hat, inverse } = normalised(layer, signals, parameters);
    const width = inverse.length;
    const mean = new Float64Array(width);
    const along = new Float64Array(width);
    if (training) {
      for (let i = 0; i < hat.length; i++) {
        mean[i % width] += localGradient[i] / rows;
        along[i % width] += (localGradient[i] * hat[i]) / rows;
      }
    }
    return localGradient.map((delta, i) => {
      const a = i % width;
      return parameters.scale[a] * inverse[a] * (delta - mean[a] - hat[i] * along[a]);
    });
  },

  /** ∂loss/∂s_a = −Σ_n δ_a x̂_a, ∂loss/∂b_a = −Σ_n δ_a. */
  gradients(layer, signals, gradient, parameters) {
    const { hat } = normalised(layer, signals, parameters);
    const width = gradient.scale.length;
    for (let i = 0; i < hat.length; i++) {
      gradient.scale[i % width] -= signals.localGradient[i] * hat[i];
      gradient.bias[i % width] -= signals.localGradient[i];
    }
  },

  /** Running statistics go some of the way to the batch's, the variance to the one divided by B − 1, which one row hasn't. */
  keep({ momentum }, signals, { mean, variance }) {
    const { rows } = signals;
    const batch = batchStatistics(signals);
    for (let a = 0; a < mean.length; a++) {
      mean[a] += momentum * (batch.mean[a] - mean[a]);
      if (rows > 1) variance[a] += momentum * ((batch.variance[a] * rows) / (rows - 1) - variance[a]);
    }
  },
});
