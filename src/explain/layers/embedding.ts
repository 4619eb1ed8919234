/**
 * The embedding of codes, explained: signals that are no codes pass, then each code is replaced by its vector.
 *
 * As weights the vectors lead from codes to units: E[u,k] is what code k gives to unit u.
 */
import type { Formula } from "../../network/formula.ts";
import { codeOf, plainInputs, type Vectored, vectored } from "../../network/layers/embedding.ts";
import { type EmbeddingLayer, layerKinds } from "../../network/layers.ts";
import { equations, paragraph } from "../exposition/blocks.ts";
import { element, joined, received, SPACE, shape, symbol, symbolOf } from "../exposition/notation.ts";
import type { LayerTrace, Matrix, WeightName } from "../trace/trace.ts";
import { type FieldLayer, gradientLine, inRow, MEAN, type TracedLayer } from "./explainedLayer.ts";

/** The code of the example that leads to a unit. */
const codeInto = ({ trace, pattern }: TracedLayer, { column, cardinality }: Vectored): number =>
  codeOf(trace.input[pattern][column], cardinality);

const passes = ({ columns }: EmbeddingLayer, { inputs }: LayerTrace, unit: number): boolean =>
  unit < inputs - columns.length;

/** 1 where the pattern has the weight's code. */
function chosen(traced: TracedLayer<EmbeddingLayer>, { unit, input }: WeightName): number {
  return codeInto(traced, vectored(traced.layer, traced.trace.inputs, unit)) === input ? 1 : 0;
}

const vector = (index: number): Formula => symbolOf("E", index, "u", "k");
/** 1[k is the code], which is 1 where the pattern has code k. */
const CHOSEN = symbol("1[k is the code]", "1_{[k\\text{ is the code}]}");

const codesOf = ({ columns }: EmbeddingLayer): string =>
  columns.map(({ column, cardinality }) => `${cardinality} of input ${column}`).join(", ");

export const embedding: FieldLayer<EmbeddingLayer> = {
  outputIsField: true,

  trace: {
    unit: "output",
    below: "largest",
    name: () => "embedding",
    describe({ columns, dimension }) {
      const what = columns.length === 1 ? "The code of input" : "The codes of inputs";
      const become = columns.length === 1 ? "becomes a vector" : "become vectors";
      const are = columns.length === 1 ? "is" : "are";
      const others = "the other inputs pass unchanged and come first";
      return `${what} ${columns.map(({ column }) => column).join(", ")} ${become} of ${dimension} numbers, which ${are} learned; ${others}.`;
    },

    output(traced, unit) {
      const { layer, trace, pattern } = traced;
      if (passes(layer, trace, unit)) {
        const input = plainInputs(layer, trace.inputs)[unit];
        return { symbolic: received(trace.layer, input), expression: trace.input[pattern][input] };
      }
      const vector = vectored(layer, trace.inputs, unit);
      const code = codeInto(traced, vector);
      const value = trace.parameters?.weights?.[vector.first + code][vector.place] ?? 0;
      return { symbolic: symbolOf("E", trace.layer, unit, code), expression: value };
    },

    jacobian({ layer, trace }): Matrix {
      const others = plainInputs(layer, trace.inputs);
      return Array.from({ length: trace.units }, (_, unit) =>
        Array.from({ length: trace.inputs }, (_unused, input) => (others[unit] === input ? 1 : 0)),
      );
    },

    feeds: ({ layer }) =>
      `It feeds the embedding of layer ${layer}, which passes the δ of plain inputs back; category codes get no gradient.`,

    pullBack({ layer, trace, pattern }, input) {
      const unit = plainInputs(layer, trace.inputs).indexOf(input);
      if (unit < 0) return [];
      return [{ symbol: symbolOf("δ", trace.layer, unit), expression: trace.localGradient[pattern][unit] }];
    },
  },

  weights: {
    letter: "E",
    slopes(traced, weight) {
      const value = chosen(traced, weight);
      return [{ row: weight.unit, symbolic: symbol(String(value)), expression: value, value }];
    },

    slopeFormula(traced, weight) {
      const code = codeInto(traced, vectored(traced.layer, traced.trace.inputs, weight.unit));
      const value = chosen(traced, weight);
      return { text: `${value} (the code is ${code})`, latex: `${value}\\text{ (the code is }${code}\\text{)}` };
    },

    inputOf: (layer, inputs, { unit }) => vectored(layer, inputs, unit).column,
    lever: () => 1, // a code is there or not
    place: (_layer, { layer, unit, input }, source) =>
      `The weight from code ${input} of ${source} to unit ${unit} of layer ${layer}: only examples with that code use it.`,
  },

  derivation: {
    name: ({ columns }) => `embedding of ${columns.length === 1 ? "one code" : `${columns.length} codes`}`,
    cells: ({ layer, inputs }) => {
      const [{ shape: extents }] = layerKinds.embedding.tensors(layer, inputs);
      return [joined("E ", shape(extents[0], extents[1])), "none", "none"];
    },
    symbols: [[element(symbol("E"), "u", "k"), "embedding: element u of the vector of category code k"]],
    forward: ({ layer, index }) => {
      const y = symbolOf("y", index, "u");
      const others = received(index, "a");
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
    bracketIsSum: true,
    bracket: ({ index }) =>
      joined(
        symbolOf("δ", index, "u"),
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
    slopes: ({ index }) => [{ parameter: vector(index), value: inRow("u", CHOSEN) }],
    gradients: ({ index }) => [gradientLine(vector(index), MEAN, symbolOf("δ", index, "u"), SPACE, CHOSEN)],
  },
};
