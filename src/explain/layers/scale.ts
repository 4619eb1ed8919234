/** The scale layer in a trace: y_a = s_a x_a. */
import { product } from "../../network/expression/expression.ts";
import type { ScaleLayer } from "../../network/layers.ts";
import type { LayerTrace } from "../trace/trace.ts";
import { receivedSymbol, symbolOf, times } from "../trace/traceSymbols.ts";
import { diagonal, type SignalLayer } from "./signalLayer.ts";

const factorsOf = ({ parameters }: LayerTrace): readonly number[] => parameters?.scale?.[0] ?? [];

export const scale: SignalLayer<ScaleLayer> = {
  describe: () => "Each input is multiplied by its own factor.",
  output: ({ trace, pattern }, unit) => ({
    symbolic: times(symbolOf("s", trace.layer, unit), receivedSymbol(trace.layer, unit)),
    expression: product(factorsOf(trace)[unit], trace.input[pattern][unit]),
  }),
  jacobian: ({ trace }) => diagonal(factorsOf(trace)),
  pullBack: ({ trace, pattern }, input) => [
    {
      symbol: times(symbolOf("δ", trace.layer, input), symbolOf("s", trace.layer, input)),
      expression: product(trace.localGradient[pattern][input], factorsOf(trace)[input]),
    },
  ],
  slopes({ trace, pattern }, { unit }) {
    const value = trace.input[pattern][unit];
    return [{ row: unit, symbolic: receivedSymbol(trace.layer, unit), expression: value, value }];
  },
  slopeFormula: ({ trace }, { unit }) => receivedSymbol(trace.layer, unit),
  inputOf: (_trace, _layer, { unit }) => unit,
  place: (_layer, { layer, unit }, name) => `The factor of input ${unit} in layer ${layer}: it multiplies ${name}.`,
};
