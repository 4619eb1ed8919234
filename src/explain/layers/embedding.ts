/**
 * The embedding in a trace: signals that are no codes pass, then each code is replaced by its vector.
 *
 * As weights the vectors lead from codes to units: E[u,k] is what code k gives to unit u.
 */
import type { EmbeddingLayer } from "../../network/layers.ts";
import type { LayerTrace, Matrix, WeightName } from "../trace/trace.ts";
import { receivedSymbol, same, symbolOf } from "../trace/traceSymbols.ts";
import type { SignalLayer, TracedLayer } from "./signalLayer.ts";

/** A unit that a code leads to: which of the code columns, and where in the column's table it stands. */
interface Vectored {
  /** The input that holds the code. */
  readonly column: number;
  readonly cardinality: number;
  /** The first of the column's rows in the tables. */
  readonly first: number;
  /** The unit's place within the vector. */
  readonly place: number;
}

/** The inputs that are no codes, in order: the first units. */
function othersOf({ columns }: EmbeddingLayer, inputs: number): number[] {
  const codes = columns.map(({ column }) => column);
  return Array.from({ length: inputs }, (_, input) => input).filter((input) => !codes.includes(input));
}

/** Of a unit that a code leads to. */
function vectored({ columns, dimension }: EmbeddingLayer, inputs: number, unit: number): Vectored {
  const at = unit - (inputs - columns.length);
  const column = Math.floor(at / dimension);
  const first = columns.slice(0, column).reduce((sum, { cardinality }) => sum + cardinality, 0);
  return { ...columns[column], first, place: at % dimension };
}

/** What is no code is taken as 0, missing or unknown. */
function codeOf({ trace, pattern }: TracedLayer, { column, cardinality }: Vectored): number {
  const found = trace.input[pattern][column];
  return Number.isInteger(found) && found >= 0 && found < cardinality ? found : 0;
}

const passes = ({ columns }: EmbeddingLayer, { inputs }: LayerTrace, unit: number): boolean =>
  unit < inputs - columns.length;

/** 1 where the pattern has the weight's code. */
function chosen(traced: TracedLayer<EmbeddingLayer>, { unit, input }: WeightName): number {
  return codeOf(traced, vectored(traced.layer, traced.trace.inputs, unit)) === input ? 1 : 0;
}

export const embedding: SignalLayer<EmbeddingLayer> = {
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
      const input = othersOf(layer, trace.inputs)[unit];
      return { symbolic: receivedSymbol(trace.layer, input), expression: trace.input[pattern][input] };
    }
    const vector = vectored(layer, trace.inputs, unit);
    const code = codeOf(traced, vector);
    const value = trace.parameters?.weights?.[vector.first + code][vector.place] ?? 0;
    return { symbolic: symbolOf("E", trace.layer, unit, code), expression: value };
  },

  jacobian({ layer, trace }): Matrix {
    const others = othersOf(layer, trace.inputs);
    return Array.from({ length: trace.units }, (_, unit) =>
      Array.from({ length: trace.inputs }, (_unused, input) => (others[unit] === input ? 1 : 0)),
    );
  },

  pullBack({ layer, trace, pattern }, input) {
    const unit = othersOf(layer, trace.inputs).indexOf(input);
    if (unit < 0) return [];
    return [{ symbol: symbolOf("δ", trace.layer, unit), expression: trace.localGradient[pattern][unit] }];
  },

  slopes(traced, weight) {
    const value = chosen(traced, weight);
    return [{ row: weight.unit, symbolic: same(String(value)), expression: value, value }];
  },

  slopeFormula(traced, weight) {
    const code = codeOf(traced, vectored(traced.layer, traced.trace.inputs, weight.unit));
    const value = chosen(traced, weight);
    return { text: `${value} (the code is ${code})`, latex: `${value}\\text{ (the code is }${code}\\text{)}` };
  },

  inputOf: ({ inputs }, layer, { unit }) => vectored(layer, inputs, unit).column,
  place: (_layer, { layer, unit, input }, name) =>
    `The weight from code ${input} of ${name} to unit ${unit} of layer ${layer}: only examples with that code use it.`,
};
