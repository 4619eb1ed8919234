/** The embedding of codes in the derivation: y_u = E_uk, where k is the code that unit u's column has. */
import type { Formula } from "../../network/formula.ts";
import { type EmbeddingLayer, layerKinds } from "../../network/layers.ts";
import { type DerivedLayer, MEAN, SPACE } from "./derivedLayer.ts";
import { element, joined, localGradient, partial, received, shape, signal, symbol } from "./notation.ts";
import { equations, paragraph } from "./subject.ts";

const vector = (index: number): Formula => element(signal("E", index), "u,k");
/** 1[k is the code], which is 1 where the pattern has code k. */
const CHOSEN = symbol("1[k is the code]", "1_{[k\\text{ is the code}]}");

const codesOf = ({ columns }: EmbeddingLayer): string =>
  columns.map(({ column, cardinality }) => `${cardinality} of input ${column}`).join(", ");

export const embeddingLayer: DerivedLayer<EmbeddingLayer> = {
  name: ({ columns }) => `embedding of ${columns.length === 1 ? "one code" : `${columns.length} codes`}`,
  cells: ({ layer, inputs }) => {
    const [{ shape: extents }] = layerKinds.embedding.tensors(layer, inputs);
    return [joined("E ", shape(extents[0], extents[1])), "none", "none"];
  },
  symbols: [[element(symbol("E"), "u,k"), "embedding: element u of the vector of category code k"]],
  forward: ({ layer, index }) => {
    const y = element(signal("y", index), "u");
    const others = element(received(index), "a");
    return [
      equations(
        { left: y, right: [others] },
        { left: y, right: [joined(vector(index), symbol(", ", ",\\ "), symbol("k the code", "k\\text{ the code}"))] },
      ),
      paragraph(
        "The first line is for inputs that are not category codes: they pass unchanged, in their order, and come first. The second is for codes, whose numeric value has no meaning: each is replaced by a vector of ",
        `${layer.dimension} learned numbers, its row of a table with a row for each code (${codesOf(layer)}). Code 0 means missing or unknown.`,
      ),
    ];
  },
  bracket: ({ index }) =>
    joined(
      element(localGradient(index), "u"),
      symbol(" of the unit u that passes it", "\\text{ of the unit }u\\text{ that passes it}"),
    ),
  back: ({ index }) =>
    `An input that passes the embedding of layer ${index} unchanged gets the δ of its output; a code gets no gradient, because a category code has no derivative:`,
  through: () => [
    "1 in row ",
    symbol("u"),
    ", column ",
    symbol("a"),
    " where ",
    symbol("u"),
    " passes ",
    symbol("a"),
    ", 0 elsewhere",
  ],
  slopes: ({ index }) => [
    { role: "weights", parameter: vector(index), value: [CHOSEN, " in row ", symbol("u"), ", 0 elsewhere"] },
  ],
  gradients: ({ index }) => [
    {
      left: partial(symbol("L"), vector(index)),
      right: [joined(MEAN, element(localGradient(index), "u"), SPACE, CHOSEN)],
    },
  ],
};
