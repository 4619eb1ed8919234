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
  symbols: [[symbol("α", "\\alpha"), "learned share of φ in a parametric activation"]],
  forward: ({ layer, index }) => {
    const x = element(received(index), "a");
    return [
      equations({
        left: element(signal("y", index), "a"),
        right: [joined(x, " + ", own(index), SPACE, bend(x))],
      }),
      paragraph(
        `Each output is the input plus a learned share of the change that ${layer.activation} makes to it. The share is `,
        own(index),
        `: with 0 the input is unchanged, with 1 the output is that of ${layer.activation}. It starts at 1.`,
      ),
    ];
  },
  bracket: ({ index }) => joined(element(localGradient(index), "a"), SPACE, "(", slope(index), ")"),
  back: ({ index }) =>
    `Each of its outputs is changed only by layer ${index}, so its δ is multiplied by the derivative of that layer, which has a linear and a nonlinear part:`,
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
