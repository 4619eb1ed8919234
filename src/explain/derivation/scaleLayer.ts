/** The scale layer in the derivation: y_a = s_a x_a. */
import type { ScaleLayer } from "../../network/layers.ts";
import { type DerivedLayer, MEAN, SPACE } from "./derivedLayer.ts";
import { element, joined, localGradient, partial, received, shape, signal, symbol } from "./notation.ts";
import { equations, paragraph } from "./subject.ts";

const factor = (index: number) => element(signal("s", index), "a");

export const scaleLayer: DerivedLayer<ScaleLayer> = {
  name: () => "scale",
  cells: ({ inputs }) => [joined("s ", shape(inputs, 1)), "none", "none"],
  symbols: [[symbol("s"), "factors of a scale layer, one for each input"]],
  forward: ({ index }) => [
    equations({
      left: element(signal("y", index), "a"),
      right: [joined(factor(index), SPACE, element(received(index), "a"))],
    }),
    paragraph("Each input is multiplied by its own factor, ", factor(index), ", which is learned."),
  ],
  bracket: ({ index }) => joined(element(localGradient(index), "a"), SPACE, factor(index)),
  back: ({ index }) =>
    `Each of its outputs is multiplied by one factor of layer ${index}, and so is its δ on the way back:`,
  through: ({ index }) => [joined(symbol("diag ", "\\operatorname{diag} "), signal("s", index))],
  slopes: ({ index }) => [
    {
      role: "scale",
      parameter: factor(index),
      value: [element(received(index), "a"), " in row ", symbol("a"), ", 0 elsewhere"],
    },
  ],
  gradients: ({ index }) => [
    {
      left: partial(symbol("L"), signal("s", index)),
      right: [joined(MEAN, localGradient(index), symbol(" ∘ ", " \\circ "), received(index))],
    },
  ],
};
