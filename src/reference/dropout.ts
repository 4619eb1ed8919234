/**
 * Dropout layer, reference: output = factor · input while training, the same factor on the way back.
 *
 * Which signals are silenced is `network/dropout.ts`'s business. Knows nothing of losses or optimizers.
 */
import { dropoutFactor } from "../network/dropout.ts";
import type { DropoutLayer } from "../network/layers.ts";
import type { LayerOperations, Silencing } from "./layerOperations.ts";

export const dropout: LayerOperations<DropoutLayer> = {
  forward({ rate }, _parameters, { input, inducedField, output }, silencing) {
    inducedField.set(input);
    silence(rate, input, output, silencing);
  },

  localGradients({ rate }, { localGradient }, downhill, silencing) {
    silence(rate, downhill, localGradient, silencing);
  },

  pullBack: (_layer, _parameters, { localGradient }) => localGradient,

  gradients() {},
};

/** to = factor · from; all pass when not training. */
function silence(rate: number, from: Float64Array, to: Float64Array, silencing: Silencing | undefined): void {
  for (let i = 0; i < to.length; i++) {
    to[i] = silencing === undefined ? from[i] : dropoutFactor(silencing.key, i, silencing.factor * rate) * from[i];
  }
}
