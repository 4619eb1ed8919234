/**
 * Layer normalisation, reference: output = s x̂ + b, x̂ = (x − μ) r, r = 1/√(σ² + ε), one pattern at a time.
 *
 * What the layer puts out is its field. Float64, flat row-major; [B] patterns, [I] signals. Knows nothing of losses or
 * optimizers. Source: Ba, Kiros & Hinton 2016.
 */
import type { LayerNormLayer } from "../network/layers.ts";
import { fieldLayer } from "./layerOperations.ts";

/** x̂ and r of one pattern; σ² is the mean of (x − μ)². */
export function normalised({ epsilon }: LayerNormLayer, x: Float64Array): { hat: Float64Array; inverse: number } {
  const mean = meanOf(x, (value) => value);
  const inverse = 1 / Math.sqrt(meanOf(x, (value) => (value - mean) ** 2) + epsilon);
  return { hat: x.map((value) => (value - mean) * inverse), inverse };
}

function meanOf(values: Float64Array, of: (value: number, index: number) => number): number {
  return values.reduce((sum, value, index) => sum + of(value, index), 0) / values.length;
}

/** Pattern by pattern. */
function forEachRow(width: number, length: number, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < length; from += width) visit(from, from + width);
}

export const layerNorm = fieldLayer<LayerNormLayer>({
  fields(layer, { scale, bias }, { input, inducedField }) {
    forEachRow(scale.length, input.length, (from, to) => {
      const { hat } = normalised(layer, input.subarray(from, to));
      for (let a = 0; a < hat.length; a++) inducedField[from + a] = scale[a] * hat[a] + bias[a];
    });
  },

  /**
   * With g = δ ∘ s, which is −∂loss/∂x̂: −∂loss/∂x = r (g − mean(g) − x̂ mean(g ∘ x̂)). Of the terms, g is the way through x
   * itself, mean(g) that through μ, for Σ x̂ = 0 lets nothing of σ² depend on it, and x̂ mean(g ∘ x̂) that through σ², for
   * ∂r/∂x_a = −r² x̂_a / I.
   */
  pullBack(layer, { scale }, { input, localGradient }) {
    const negativeGradient = new Float64Array(input.length);
    forEachRow(scale.length, input.length, (from, to) => {
      const { hat, inverse } = normalised(layer, input.subarray(from, to));
      const g = localGradient.subarray(from, to).map((delta, a) => delta * scale[a]);
      const mean = meanOf(g, (value) => value);
      const along = meanOf(g, (value, a) => value * hat[a]);
      for (let a = 0; a < g.length; a++) negativeGradient[from + a] = inverse * (g[a] - mean - hat[a] * along);
    });
    return negativeGradient;
  },

  /** ∂loss/∂s_a = −Σ_n δ_a x̂_a, ∂loss/∂b_a = −Σ_n δ_a. */
  gradients(layer, { input, localGradient }, { scale, bias }) {
    forEachRow(scale.length, input.length, (from, to) => {
      const { hat } = normalised(layer, input.subarray(from, to));
      for (let a = 0; a < hat.length; a++) {
        scale[a] -= localGradient[from + a] * hat[a];
        bias[a] -= localGradient[from + a];
      }
    });
  },
});
