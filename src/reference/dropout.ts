/**
 * Dropout layer, reference: output = factor · input while training, the same factor on the way back.
 *
 * Which signals are silenced is `network/dropout.ts`'s business. Knows nothing of losses or optimizers.
 */
import { dropoutFactor } from "../network/dropout.ts";
import type { DropoutLayer } from "../network/layers.ts";
import type { LayerOperations } from "./layerOperations.ts";

export const dropout: LayerOperations<DropoutLayer> = {
  forward({ rate }, _parameters, { input, inducedField, output }, dropoutKey) {
    inducedField.set(input);
    for (let i = 0; i < output.length; i++) {
      output[i] = dropoutKey === undefined ? input[i] : dropoutFactor(dropoutKey, i, rate) * input[i];
    }
  },

  localGradients({ rate }, { localGradient }, downhill, dropoutKey) {
    for (let i = 0; i < localGradient.length; i++) {
      localGradient[i] = dropoutKey === undefined ? downhill[i] : dropoutFactor(dropoutKey, i, rate) * downhill[i];
    }
  },

  pullBack: (_layer, _parameters, { localGradient }) => localGradient,

  gradients() {},
};
