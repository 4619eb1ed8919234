/** The dropout layer, described. Which signals it silences is `network/dropout.ts`'s business. */
import { DescriptionError, shown } from "../../errors.ts";
import type { LayerEntry } from "./layerEntry.ts";

/**
 * In training, each input is dropped (set to 0) with probability `rate` and the others are multiplied by 1/(1 − rate);
 * in prediction, all pass unchanged. Srivastava et al. 2014, in the inverted form.
 */
export interface DropoutLayer {
  readonly kind: "dropout";
  /** In [0, 1). A run may multiply it by a factor in each step. */
  readonly rate: number;
}

/**
 * Describes a dropout layer that drops inputs with probability `rate`, in [0, 1), in training.
 *
 * @example
 * import { dense, dropout, network } from "gradus";
 *
 * network({ inputs: 4, layers: [dense(16, { activation: "relu" }), dropout(0.2), dense(1)] });
 */
export function dropout(rate: number): DropoutLayer {
  return { kind: "dropout", rate };
}

export const dropoutEntry: LayerEntry<DropoutLayer> = {
  fields: { kind: true, rate: true },
  formula: { text: "y_a = m_a x_a", latex: "y_a = m_a\\, x_a" },
  derivativeFormula: {
    text: "∂y_a/∂x_a = m_a",
    latex: "\\frac{\\partial y_a}{\\partial x_a} = m_a",
  },
  details: ({ rate }) => `rate ${rate}`,
  validate({ rate }, _inputs, where) {
    if (!(typeof rate === "number" && rate >= 0 && rate < 1)) {
      throw new DescriptionError(`${where}: expected a dropout rate of at least 0 and below 1, found ${shown(rate)}.`);
    }
  },
  outputs: (_layer, inputs) => inputs,
  tensors: () => [],
  initialise: () => [],
};
