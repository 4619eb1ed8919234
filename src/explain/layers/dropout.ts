/** The dropout layer, explained as far as the layer below sees it. Its mask is a step of its own. */
import type { DropoutLayer } from "../../network/layers.ts";
import { symbolOf } from "../exposition/notation.ts";
import type { PlainLayer } from "./explainedLayer.ts";

export const dropout: PlainLayer<DropoutLayer> = {
  outputIsField: false,

  trace: {
    unit: "output",
    below: "same",
    name: () => "dropout",
    feeds: ({ layer }) => `It feeds the dropout layer ${layer}, which passes the δ back unchanged.`,
    pullBack: ({ trace: { layer, localGradient }, pattern }, input) => [
      { symbol: symbolOf("δ", layer, input), expression: localGradient[pattern][input] },
    ],
  },

  derivation: {
    bracketIsSum: false,
    bracket: ({ index }) => symbolOf("δ", index, "a"),
    back: ({ index, inputs }) =>
      `Each of its ${inputs} outputs is multiplied by one factor of the mask of layer ${index}, and so is its δ on the way back:`,
  },
};
