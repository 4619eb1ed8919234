/** The dense layer, explained as far as the layer below sees it: v = W x + b. Its φ and its δ are steps of their own. */

import { product } from "../../network/expression/expression.ts";
import type { DenseLayer } from "../../network/layers.ts";
import { joined, received, SPACE, sumOver, symbol, symbolOf, times } from "../exposition/notation.ts";
import { biasSlope, type PlainLayer } from "./explainedLayer.ts";

export const dense: PlainLayer<DenseLayer> = {
  outputIsField: false,

  trace: {
    unit: "neuron",
    below: "weighted",
    name: ({ activation }) => activation,
    feeds: ({ layer, units }, unit) =>
      units === 1
        ? `Each ${unit} feeds the one neuron of layer ${layer}: the sum is its δ times the connecting weight.`
        : `Each ${unit} feeds all ${units} neurons of layer ${layer}; their δ, each times the connecting weight, are summed.`,
    pullBack: ({ trace: { layer, localGradient, weights }, pattern }, input) =>
      localGradient[pattern].map((delta, i) => ({
        symbol: times(symbolOf("δ", layer, i), symbolOf("W", layer, i, input)),
        expression: product(delta, weights[i][input]),
      })),
  },

  weights: {
    letter: "W",
    slopes({ trace, pattern }, { unit, input }) {
      if (typeof input !== "number") return [biasSlope(unit)];
      const value = trace.input[pattern][input];
      return [{ row: unit, symbolic: received(trace.layer, input), expression: value, value }];
    },
    inputOf: (_layer, _inputs, { input }) => (typeof input === "number" ? input : undefined),
    lever: (role, largest) => (role === "bias" ? 1 : largest),
    place: (_layer, { layer, unit, input }, source) =>
      typeof input === "number"
        ? `The weight from ${source} to neuron ${unit} of layer ${layer}.`
        : `The bias of neuron ${unit} in layer ${layer}: the weight from a constant +1.`,
  },

  derivation: {
    bracketIsSum: false,
    bracket: ({ index }) => {
      const term = joined(symbolOf("δ", index, "i"), SPACE, symbolOf("W", index, "i", "a"));
      return joined(symbol("[", "\\Bigl["), sumOver("i", term), symbol("]", "\\Bigr]"));
    },
    back({ index, inputs, outputs }) {
      const goes = inputs === 1 ? "Its output goes" : `Each of its ${inputs} outputs goes`;
      return outputs === 1
        ? `${goes} to the one neuron of layer ${index}, so the loss depends on it through this neuron. The sum over the neurons that it feeds has one term, the δ of this neuron times the connecting weight:`
        : `${goes} to all ${outputs} neurons of layer ${index}, so the loss depends on it through all of them. Their δ are summed, each multiplied by its weight:`;
    },
  },
};
