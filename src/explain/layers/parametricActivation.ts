/** The parametric activation in a trace: y_a = x_a + α_a (φ(x_a) − x_a). */
import { activations, type ElementwiseActivation } from "../../network/activations.ts";
import { apply, difference, type Expression, product, sum } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { ParametricActivationLayer } from "../../network/layers.ts";
import { PHI, PHI_PRIME } from "../trace/expositionContext.ts";
import { joined } from "../trace/shownExpression.ts";
import type { LayerTrace } from "../trace/trace.ts";
import { bracketed, receivedSymbol, same, symbolOf, times } from "../trace/traceSymbols.ts";
import { diagonal, type SignalLayer, type TracedLayer } from "./signalLayer.ts";

type Own = TracedLayer<ParametricActivationLayer>;

const phiOf = ({ activation }: ParametricActivationLayer): ElementwiseActivation =>
  activations[activation] as ElementwiseActivation;

const slopesOf = ({ parameters }: LayerTrace): readonly number[] => parameters?.slopes?.[0] ?? [];

/** φ or φ' of what unit a receives. */
const applied = ({ text, latex }: Formula, of: Formula): Formula => ({
  text: `${text}(${of.text})`,
  latex: `${latex}(${of.latex})`,
});

/** φ(x) − x in symbols. */
function bend(x: Formula): Formula {
  return joined([applied(PHI, x), x], " − ", " - ");
}

function bendInNumbers(layer: ParametricActivationLayer, x: number): Expression {
  return difference(apply({ name: PHI, value: phiOf(layer).value }, x), x);
}

function derivative({ layer, trace, pattern }: Own, unit: number): number {
  const x = trace.input[pattern][unit];
  const phi = phiOf(layer);
  return 1 + slopesOf(trace)[unit] * (phi.derivative(x, phi.value(x)) - 1);
}

export const parametricActivation: SignalLayer<ParametricActivationLayer> = {
  describe: ({ activation }) =>
    `Each output is the input plus α times the change that ${activation} makes to it: with α = 1 it is ${activation}.`,

  output({ layer, trace, pattern }, unit) {
    const x = receivedSymbol(trace.layer, unit);
    const value = trace.input[pattern][unit];
    const part = times(symbolOf("α", trace.layer, unit), bracketed(bend(x)));
    return {
      symbolic: joined([x, part], " + ", " + "),
      expression: sum([value, product(slopesOf(trace)[unit], bendInNumbers(layer, value))]),
    };
  },

  jacobian: (traced) => diagonal(slopesOf(traced.trace).map((_, unit) => derivative(traced, unit))),

  pullBack({ layer, trace, pattern }, input) {
    const x = trace.input[pattern][input];
    const phi = phiOf(layer);
    const slope = apply({ name: PHI_PRIME, value: (v) => phi.derivative(v, phi.value(v)) }, x);
    const bent = joined([applied(PHI_PRIME, receivedSymbol(trace.layer, input)), same("1")], " − ", " - ");
    const whole = joined([same("1"), times(symbolOf("α", trace.layer, input), bracketed(bent))], " + ", " + ");
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

  slopes({ layer, trace, pattern }, { unit }) {
    const x = trace.input[pattern][unit];
    const expression = bendInNumbers(layer, x);
    const symbolic = bend(receivedSymbol(trace.layer, unit));
    return [{ row: unit, symbolic, expression, value: phiOf(layer).value(x) - x + 0 }];
  },

  slopeFormula: ({ trace }, { unit }) => bend(receivedSymbol(trace.layer, unit)),
  inputOf: (_trace, _layer, { unit }) => unit,
  place: ({ activation }, { layer, unit }) =>
    `The α of neuron ${unit} in layer ${layer}: its learned share of ${activation}.`,
};
