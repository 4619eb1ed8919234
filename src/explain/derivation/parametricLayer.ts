/** The parametric activation in the derivation: y_a = x_a + α_a (φ(x_a) − x_a). */
import type { Formula } from "../../network/formula.ts";
import type { ParametricActivationLayer } from "../../network/layers.ts";
import { type DerivedLayer, MEAN, SPACE } from "./derivedLayer.ts";
import { element, joined, localGradient, partial, received, shape, signal, symbol } from "./notation.ts";
import { equations, paragraph } from "./subject.ts";

const alpha = (index: number): Formula => signal("α", index, "\\alpha");
const own = (index: number): Formula => element(alpha(index), "a");
const MINUS = symbol(" − ", " - ");

const phi = (of: Formula): Formula => joined(symbol("φ(", "\\varphi("), of, ")");
/** φ(x) − x. */
const bend = (x: Formula): Formula => joined("(", phi(x), MINUS, x, ")");
/** 1 + α (φ'(x) − 1) of input a. */
const slope = (index: number): Formula =>
  joined(
    "1 + ",
    own(index),
    SPACE,
    "(",
    symbol("φ'(", "\\varphi'("),
    element(received(index), "a"),
    symbol(") − 1)", ") - 1)"),
  );

export const parametricLayer: DerivedLayer<ParametricActivationLayer> = {
  name: ({ activation }) => `parametric ${activation}`,
  cells: ({ layer, inputs }) => [
    joined(symbol("α ", "\\alpha\\ "), shape(inputs, 1)),
    "none",
    joined(
      symbol("with α: ", "\\text{with }\\alpha\\text{: }"),
      symbol(layer.activation, `\\text{${layer.activation}}`),
    ),
  ],
  symbols: [[symbol("α", "\\alpha"), "how much of φ a neuron takes, in a parametric activation"]],
  forward: ({ layer, index }) => {
    const x = element(received(index), "a");
    return [
      equations({
        left: element(signal("y", index), "a"),
        right: [joined(x, " + ", own(index), SPACE, bend(x))],
      }),
      paragraph(
        `What each neuron of the layer below has gathered passes, and of what ${layer.activation} would change of it a part, `,
        own(index),
        `, which is learned: with 0 the neuron stays as it is, with 1 it is ${layer.activation}, where it starts.`,
      ),
    ];
  },
  bracket: ({ index }) => joined(element(localGradient(index), "a"), SPACE, "(", slope(index), ")"),
  back: ({ index }) =>
    `Each of its outputs is bent by layer ${index} alone, so its δ comes back times the slope of that, of the straight part and of the bent one:`,
  through: ({ index }) => ["diagonal: ", slope(index)],
  slopes: ({ index }) => {
    const x = element(received(index), "a");
    return [
      {
        role: "slopes",
        parameter: own(index),
        value: [joined(phi(x), MINUS, x), " in row ", symbol("a"), ", 0 elsewhere"],
      },
    ];
  },
  gradients: ({ index }) => [
    {
      left: partial(symbol("L"), alpha(index)),
      right: [joined(MEAN, localGradient(index), symbol(" ∘ ", " \\circ "), bend(received(index)))],
    },
  ],
};
