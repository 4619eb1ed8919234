/** The scale layer, explained: y_a = s_a x_a. */

import { product } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { ScaleLayer } from "../../network/layers.ts";
import { equations, paragraph } from "../exposition/blocks.ts";
import { AROUND, joined, received, SPACE, shape, symbol, symbolOf, times } from "../exposition/notation.ts";
import type { LayerTrace } from "../trace/trace.ts";
import { diagonal, type FieldLayer, gradientLine, inRow, MEAN } from "./explainedLayer.ts";

const factorsOf = ({ parameters }: LayerTrace): readonly number[] => parameters?.scale?.[0] ?? [];
const factor = (layer: number, unit: number | "a"): Formula => symbolOf("s", layer, unit);

export const scale: FieldLayer<ScaleLayer> = {
  outputIsField: true,

  trace: {
    unit: "output",
    below: "same",
    name: () => "scale",
    describe: () => "Each input is multiplied by its own factor.",
    output: ({ trace, pattern }, unit) => ({
      symbolic: times(factor(trace.layer, unit), received(trace.layer, unit)),
      expression: product(factorsOf(trace)[unit], trace.input[pattern][unit]),
    }),
    jacobian: ({ trace }) => diagonal(factorsOf(trace)),
    feeds: ({ layer }) => `It feeds the scale layer ${layer}, which multiplies the δ by its factors.`,
    pullBack: ({ trace, pattern }, input) => [
      {
        symbol: times(symbolOf("δ", trace.layer, input), factor(trace.layer, input)),
        expression: product(trace.localGradient[pattern][input], factorsOf(trace)[input]),
      },
    ],
  },

  weights: {
    letter: "W",
    slopes({ trace, pattern }, { unit }) {
      const value = trace.input[pattern][unit];
      return [{ row: unit, symbolic: received(trace.layer, unit), expression: value, value }];
    },
    inputOf: (_layer, _inputs, { unit }) => unit,
    lever: (_role, largest) => largest,
    place: (_layer, { layer, unit }, source) =>
      `The factor of input ${unit} in layer ${layer}: it multiplies ${source}.`,
  },

  derivation: {
    name: () => "scale",
    cells: ({ inputs }) => [joined("s ", shape(inputs, 1)), "none", "none"],
    symbols: [[symbol("s"), "factors of a scale layer, one for each input"]],
    forward: ({ index }) => [
      equations({
        left: symbolOf("y", index, "a"),
        right: [joined(factor(index, "a"), SPACE, received(index, "a"))],
      }),
      paragraph("Each input is multiplied by its own factor, ", factor(index, "a"), ", which is learned."),
    ],
    bracketIsSum: false,
    bracket: ({ index }) => joined(symbolOf("δ", index, "a"), SPACE, factor(index, "a")),
    back: ({ index }) =>
      `Each of its outputs is multiplied by one factor of layer ${index}, and so is its δ on the way back:`,
    through: ({ index }) => [joined(symbol("diag ", "\\operatorname{diag} "), symbolOf("s", index))],
    slopes: ({ index }) => [{ parameter: factor(index, "a"), value: inRow("a", received(index, "a")) }],
    gradients: ({ index }) => [gradientLine(symbolOf("s", index), MEAN, symbolOf("δ", index), AROUND, received(index))],
  },
};
