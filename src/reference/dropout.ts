/**
 * Dropout layer, reference: output = factor · input while training, the same factor on the way back.
 *
 * Which signals are silenced is `network/dropout.ts`'s business. Knows nothing of losses or optimizers.
 */
import { dropoutFactor } from "../network/dropout.ts";
import type { DropoutLayer } from "../network/layers.ts";
import type { DropoutDraw, LayerOperations } from "./layerOperations.ts";

export const dropout: LayerOperations<DropoutLayer> = {
  forward({ rate }, _parameters, { input, inducedField, output }, draw) {
    inducedField.set(input);
    silence(rate, input, output, draw);
  },

  localGradients({ rate }, { localGradient }, negativeGradient, draw) {
    silence(rate, negativeGradient, localGradient, draw);
  },

  pullBack: (_layer, _parameters, { localGradient }) => localGradient,

  gradients() {},
};

/** to = factor · from; all pass when not training. */
function silence(rate: number, from: Float64Array, to: Float64Array, draw: DropoutDraw | undefined): void {
  for (let i = 0; i < to.length; i++) {
    to[i] = draw === undefined ? from[i] : dropoutFactor(draw.key, i, draw.factor * rate) * from[i];
  }
}
