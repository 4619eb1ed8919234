/**
 * Periodic embedding, reference: h_i = W_i cos(2π f_i x_i + p_i) + b_i for each listed number, then all inputs as they are.
 *
 * What the layer puts out is its field. Float64, flat row-major; for each of C numbers F frequencies and H outputs.
 * Knows nothing of losses or optimizers.
 */
import type { PeriodicLayer } from "../network/layers.ts";
import { fieldLayer, type LayerParameters, type Signals } from "./layerOperations.ts";

/** One number of one pattern: where it stands, and where its h begin in the output. */
interface Place {
  /** Its index among the layer's columns. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

function forEachNumber(
  { columns, units }: PeriodicLayer,
  { rows, input, output }: Pick<Signals, "rows" | "input" | "output">,
  visit: (place: Place) => void,
): void {
  const inputs = input.length / rows;
  const width = output.length / rows;
  for (let n = 0; n < rows; n++) {
    for (let index = 0; index < columns.length; index++) {
      visit({ index, from: n * inputs + columns[index], to: n * width + index * units });
    }
  }
}

/** θ = 2π f x + p of frequency `f` of a number. */
function angle({ frequencies, phases }: LayerParameters, at: number, x: number): number {
  return 2 * Math.PI * frequencies[at] * x + phases[at];
}

export const periodic = fieldLayer<PeriodicLayer>({
  fields(layer, parameters, signals) {
    const { rows, input, inducedField, output } = signals;
    const { frequencies: count, units, columns } = layer;
    const { weights, bias } = parameters;
    const cosines = new Float64Array(count);
    forEachNumber(layer, signals, ({ index, from, to }) => {
      for (let f = 0; f < count; f++) cosines[f] = Math.cos(angle(parameters, index * count + f, input[from]));
      for (let h = 0; h < units; h++) {
        let sum = bias[index * units + h];
        for (let f = 0; f < count; f++) sum += weights[(index * units + h) * count + f] * cosines[f];
        inducedField[to + h] = sum;
      }
    });
    const inputs = input.length / rows;
    const width = output.length / rows;
    for (let n = 0; n < rows; n++) {
      inducedField.set(input.subarray(n * inputs, (n + 1) * inputs), n * width + columns.length * units);
    }
  },

  /** −∂loss/∂x_i = δ of x_i itself − Σ_h δ_h Σ_f W_hf 2π f sin θ_f. */
  pullBack(layer, parameters, signals) {
    const { rows, input, output, localGradient } = signals;
    const { frequencies: count, units, columns } = layer;
    const inputs = input.length / rows;
    const width = output.length / rows;
    const negativeGradient = new Float64Array(input.length);
    for (let n = 0; n < rows; n++) {
      const own = n * width + columns.length * units;
      negativeGradient.set(localGradient.subarray(own, own + inputs), n * inputs);
    }
    forEachNumber(layer, signals, ({ index, from, to }) => {
      for (let f = 0; f < count; f++) {
        const at = index * count + f;
        const sine = Math.sin(angle(parameters, at, input[from]));
        const turn = 2 * Math.PI * parameters.frequencies[at] * sine;
        for (let h = 0; h < units; h++) {
          negativeGradient[from] -= localGradient[to + h] * parameters.weights[(index * units + h) * count + f] * turn;
        }
      }
    });
    return negativeGradient;
  },

  /**
   * ∂loss/∂W_hf = −Σ δ_h cos θ_f, ∂loss/∂b_h = −Σ δ_h; with the signal back to the angle, s_f = Σ_h δ_h W_hf sin θ_f:
   * ∂loss/∂p_f = Σ s_f and ∂loss/∂f = Σ 2π x s_f, for cos' = −sin.
   */
  gradients(layer, signals, gradient, parameters) {
    const { frequencies: count, units } = layer;
    const { input, localGradient } = signals;
    forEachNumber(layer, signals, ({ index, from, to }) => {
      for (let h = 0; h < units; h++) gradient.bias[index * units + h] -= localGradient[to + h];
      for (let f = 0; f < count; f++) {
        const at = index * count + f;
        const theta = angle(parameters, at, input[from]);
        let back = 0;
        for (let h = 0; h < units; h++) {
          const weight = (index * units + h) * count + f;
          gradient.weights[weight] -= localGradient[to + h] * Math.cos(theta);
          back += localGradient[to + h] * parameters.weights[weight] * Math.sin(theta);
        }
        gradient.phases[at] += back;
        gradient.frequencies[at] += 2 * Math.PI * input[from] * back;
      }
    });
  },
});
