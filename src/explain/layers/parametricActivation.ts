/** The parametric activation, explained: y_a = x_a + α_a (φ(x_a) − x_a). */
import { activations, type ElementwiseActivation } from "../../network/activations.ts";
import { apply, difference, type Expression, product, sum } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { ParametricActivationLayer } from "../../network/layers.ts";
import { equations, paragraph } from "../exposition/blocks.ts";
import {
  AROUND,
  applied,
  bracketed,
  joined,
  PHI,
  PHI_PRIME,
  received,
  SPACE,
  shape,
  symbol,
  symbolOf,
  times,
} from "../exposition/notation.ts";
import type { LayerTrace } from "../trace/trace.ts";
import { diagonal, type FieldLayer, gradientLine, inRow, MEAN, type TracedLayer } from "./explainedLayer.ts";

type Own = TracedLayer<ParametricActivationLayer>;

const phiOf = ({ activation }: ParametricActivationLayer): ElementwiseActivation =>
  activations[activation] as ElementwiseActivation;

const slopesOf = ({ parameters }: LayerTrace): readonly number[] => parameters?.slopes?.[0] ?? [];

const alpha = (layer: number, unit: number | "a"): Formula => symbolOf("α", layer, unit);

/** φ(x) − x. */
const bend = (x: Formula): Formula => joined(applied(PHI, x), " − ", x);

/** 1 + α (φ'(x) − 1) of input a. */
const slopeInLetters = (index: number): Formula =>
  joined("1 + ", alpha(index, "a"), SPACE, "(", applied(PHI_PRIME, received(index, "a")), " − 1)");

function bendInNumbers(layer: ParametricActivationLayer, x: number): Expression {
  return difference(apply({ name: PHI, value: phiOf(layer).value }, x), x);
}

function derivative({ layer, trace, pattern }: Own, unit: number): number {
  const x = trace.input[pattern][unit];
  const phi = phiOf(layer);
  return 1 + slopesOf(trace)[unit] * (phi.derivative(x, phi.value(x)) - 1);
}

export const parametricActivation: FieldLayer<ParametricActivationLayer> = {
  outputIsField: true,

  trace: {
    unit: "neuron",
    below: "same",
    name: ({ activation }) => `parametric ${activation}`,
    describe: ({ activation }) =>
      `Each output is the input plus α times the change that ${activation} makes to it: with α = 1 it is ${activation}.`,

    output({ layer, trace, pattern }, unit) {
      const x = received(trace.layer, unit);
      const value = trace.input[pattern][unit];
      return {
        symbolic: joined(x, " + ", times(alpha(trace.layer, unit), bracketed(bend(x)))),
        expression: sum([value, product(slopesOf(trace)[unit], bendInNumbers(layer, value))]),
      };
    },

    jacobian: (traced) => diagonal(slopesOf(traced.trace).map((_, unit) => derivative(traced, unit))),

    feeds: ({ layer }) => `It feeds the activation of layer ${layer}, which multiplies the δ by its derivative.`,

    pullBack({ layer, trace, pattern }, input) {
      const x = trace.input[pattern][input];
      const phi = phiOf(layer);
      const slope = apply({ name: PHI_PRIME, value: (v) => phi.derivative(v, phi.value(v)) }, x);
      const bent = joined(applied(PHI_PRIME, received(trace.layer, input)), " − 1");
      const whole = joined("1 + ", times(alpha(trace.layer, input), bracketed(bent)));
      return [
        {
          symbol: times(symbolOf("δ", trace.layer, input), bracketed(whole)),
          expression: product(
            trace.localGradient[pattern][input],
            sum([1, product(slopesOf(trace)[input], difference(slope, 1))]),
          ),
        },
      ];
    },
  },

  weights: {
    letter: "W",
    slopes({ layer, trace, pattern }, { unit }) {
      const x = trace.input[pattern][unit];
      const expression = bendInNumbers(layer, x);
      return [
        { row: unit, symbolic: bend(received(trace.layer, unit)), expression, value: phiOf(layer).value(x) - x + 0 },
      ];
    },
    inputOf: (_layer, _inputs, { unit }) => unit,
    lever: (_role, largest) => largest,
    place: ({ activation }, { layer, unit }) =>
      `The α of neuron ${unit} in layer ${layer}: its learned share of ${activation}.`,
  },

  derivation: {
    name: ({ activation }) => `parametric ${activation}`,
    cells: ({ layer: { activation }, inputs }) => [
      joined(symbol("α ", "\\alpha\\ "), shape(inputs, 1)),
      "none",
      joined(symbol("with α: ", "\\text{with }\\alpha\\text{: }"), symbol(activation, `\\text{${activation}}`)),
    ],
    symbols: [[symbol("α", "\\alpha"), "learned share of φ in a parametric activation"]],
    forward: ({ layer, index }) => {
      const x = received(index, "a");
      return [
        equations({
          left: symbolOf("y", index, "a"),
          right: [joined(x, " + ", alpha(index, "a"), SPACE, "(", bend(x), ")")],
        }),
        paragraph(
          `Each output is the input plus a learned share of the change that ${layer.activation} makes to it. The share is `,
          alpha(index, "a"),
          `: with 0 the input is unchanged, with 1 the output is that of ${layer.activation}. It starts at 1.`,
        ),
      ];
    },
    bracketIsSum: false,
    bracket: ({ index }) => joined(symbolOf("δ", index, "a"), SPACE, "(", slopeInLetters(index), ")"),
    back: ({ index }) =>
      `Each of its outputs is changed only by layer ${index}, so its δ is multiplied by the derivative of that layer, which has a linear and a nonlinear part:`,
    through: ({ index }) => ["diagonal: ", slopeInLetters(index)],
    slopes: ({ index }) => [{ parameter: alpha(index, "a"), value: inRow("a", bend(received(index, "a"))) }],
    gradients: ({ index }) => [
      gradientLine(symbolOf("α", index), MEAN, symbolOf("δ", index), AROUND, "(", bend(received(index)), ")"),
    ],
  },
};
