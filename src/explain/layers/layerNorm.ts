/**
 * The layer normalisation, explained: y_a = s_a x̂_a + b_a, x̂_a = (x_a − μ) r, r = 1/√(σ² + ε).
 *
 * μ, σ² and r are of the whole layer, so every output depends on every input: δ comes back along the input itself, through μ
 * and through σ². Source: Ba, Kiros & Hinton 2016.
 */
import {
  difference,
  type Expression,
  power,
  product,
  quotient,
  root,
  sum,
} from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { LayerNormLayer } from "../../network/layers.ts";
import { equations, paragraph } from "../exposition/blocks.ts";
import {
  bracketed,
  joined,
  negative,
  partial,
  received,
  SPACE,
  shape,
  sumOver,
  symbol,
  symbolOf,
  times,
} from "../exposition/notation.ts";
import type { Term } from "../trace/shownLine.ts";
import { numberText } from "../trace/shownNumbers.ts";
import type { Matrix } from "../trace/trace.ts";
import { type FieldLayer, MEAN, type TracedLayer } from "./explainedLayer.ts";
import { HAT, inverseRoot, meanLine, meanOf, squared } from "./normalisation.ts";

type Own = TracedLayer<LayerNormLayer>;

/** The numbers of one pattern. */
interface Normalised {
  readonly x: readonly number[];
  readonly scale: readonly number[];
  readonly bias: readonly number[];
  readonly mean: number;
  readonly variance: number;
  /** r. */
  readonly inverse: number;
  /** x̂. */
  readonly hat: readonly number[];
}

function normalised({ layer, trace, pattern }: Own): Normalised {
  const x = trace.input[pattern];
  const mean = meanOf(x);
  const variance = meanOf(x.map((value) => (value - mean) ** 2));
  const inverse = 1 / Math.sqrt(variance + layer.epsilon);
  const { scale = [[]], bias = [[]] } = trace.parameters ?? {};
  return {
    x,
    scale: scale[0],
    bias: bias[0],
    mean,
    variance,
    inverse,
    hat: x.map((value) => (value - mean) * inverse),
  };
}

/** Of each output, g = δ s: −∂L/∂x̂. Then their mean, and that of g x̂. */
function backwards({ trace, pattern }: Own, { scale, hat }: Normalised) {
  const g = trace.localGradient[pattern].map((delta, u) => delta * scale[u]);
  return { g, mean: meanOf(g), along: meanOf(g.map((value, u) => value * hat[u])) };
}

/** The layer in letters. */
function letters(layer: number) {
  const [mean, variance, inverse] = [
    symbolOf(symbol("μ", "\\mu"), layer),
    symbolOf(symbol("σ²", "(\\sigma^2)"), layer),
    symbolOf("r", layer),
  ];
  return {
    mean,
    variance,
    inverse,
    hat: (unit: number | string): Formula => symbolOf(HAT, layer, unit),
    scale: (unit: number | string): Formula => symbolOf("s", layer, unit),
    bias: (unit: number | string): Formula => symbolOf("b", layer, unit),
    delta: (unit: number | string): Formula => symbolOf("δ", layer, unit),
    /** The mean of g, and that of g x̂. */
    backMean: symbolOf(symbol("ḡ", "\\bar g"), layer),
    along: symbolOf("h", layer),
  };
}

/** x̂ of one input. */
function hatOf(
  layer: number,
  unit: number,
  { x, mean, inverse }: Normalised,
): { symbol: Formula; expression: Expression } {
  const { mean: μ, inverse: r } = letters(layer);
  return {
    symbol: times(bracketed(joined(received(layer, unit), " − ", μ)), r),
    expression: product(difference(x[unit], mean), inverse),
  };
}

export const layerNorm: FieldLayer<LayerNormLayer> = {
  outputIsField: true,

  trace: {
    unit: "output",
    below: "largest",
    name: () => "layer normalisation",
    describe: ({ epsilon }) =>
      `The inputs of one example lose their mean μ and are multiplied by r, the inverse of their standard deviation (ε is ${numberText(epsilon)}); then each is multiplied by its factor s and gets its bias b.`,

    shared({ layer, trace, pattern }, most) {
      const own = normalised({ layer, trace, pattern });
      const { x, mean, variance, inverse } = own;
      const symbols = letters(trace.layer);
      const ofMean = x.map((value, a): Term => ({ symbol: received(trace.layer, a), expression: value }));
      const ofVariance = x.map(
        (value, a): Term => ({
          symbol: squared(bracketed(joined(received(trace.layer, a), " − ", symbols.mean))),
          expression: power(difference(value, mean), 2),
        }),
      );
      return [
        meanLine(symbols.mean, ofMean, mean, most),
        meanLine(symbols.variance, ofVariance, variance, most),
        {
          symbol: symbols.inverse,
          symbolic: inverseRoot(symbols.variance, layer.epsilon),
          expression: quotient(1, root(sum([variance, layer.epsilon]))),
          value: inverse,
        },
      ];
    },

    output(traced, unit) {
      const { layer } = traced.trace;
      const own = normalised(traced);
      const hat = hatOf(layer, unit, own);
      const { scale, bias } = letters(layer);
      return {
        symbolic: joined(times(scale(unit), hat.symbol), " + ", bias(unit)),
        expression: sum([product(own.scale[unit], hat.expression), own.bias[unit]]),
      };
    },

    jacobian(traced): Matrix {
      const { scale, hat, inverse } = normalised(traced);
      return scale.map((factor, u) =>
        hat.map((own, a) => inverse * factor * ((u === a ? 1 : 0) - (1 + hat[u] * own) / hat.length) + 0),
      );
    },

    feeds: ({ layer }) =>
      `It feeds the layer normalisation of layer ${layer}: with g = δ s of each of its outputs, the inputs get r times g, less the mean of all g, which comes through μ, less x̂ times the mean h of all g x̂, which comes through σ².`,

    sharedBack(traced, most) {
      const { layer } = traced.trace;
      const own = normalised(traced);
      const { mean, along } = backwards(traced, own);
      const symbols = letters(layer);
      const terms = traced.trace.localGradient[traced.pattern].map(
        (delta, u): Term => ({
          symbol: times(symbols.delta(u), symbols.scale(u)),
          expression: product(delta, own.scale[u]),
        }),
      );
      const products = terms.map(({ symbol: g, expression }, u): Term => {
        const hat = hatOf(layer, u, own);
        return { symbol: times(g, hat.symbol), expression: product(expression, hat.expression) };
      });
      return [meanLine(symbols.backMean, terms, mean, most), meanLine(symbols.along, products, along, most)];
    },

    pullBack(traced, input) {
      const { layer } = traced.trace;
      const own = normalised(traced);
      const { mean, along } = backwards(traced, own);
      const symbols = letters(layer);
      const hat = hatOf(layer, input, own);
      const delta = traced.trace.localGradient[traced.pattern][input];
      return [
        {
          symbol: times(symbols.inverse, symbols.delta(input), symbols.scale(input)),
          expression: product(own.inverse, delta, own.scale[input]),
        },
        {
          symbol: bracketed(negative(times(symbols.inverse, symbols.backMean))),
          expression: product(-1, own.inverse, mean),
        },
        {
          symbol: bracketed(negative(times(symbols.inverse, hat.symbol, symbols.along))),
          expression: product(-1, own.inverse, hat.expression, along),
        },
      ];
    },
  },

  weights: {
    letter: "W",
    slopes(traced, { unit, input }) {
      if (input === "bias") return [{ row: unit, symbolic: symbol("1"), expression: 1, value: 1 }];
      const own = normalised(traced);
      const { symbol: symbolic, expression } = hatOf(traced.trace.layer, unit, own);
      return [{ row: unit, symbolic, expression, value: own.hat[unit] + 0 }];
    },
    slopeFormula: ({ trace }, { unit, input }) => (input === "bias" ? symbol("1") : letters(trace.layer).hat(unit)),
    inputOf: (_layer, _inputs, { unit, input }) => (input === "bias" ? undefined : unit),
    lever: (role, _largest, inputs) => (role === "bias" ? 1 : Math.sqrt(inputs)),
    place: (_layer, { layer, unit, input }, source) =>
      input === "bias"
        ? `The bias of output ${unit} in layer ${layer}.`
        : `The factor of output ${unit} in layer ${layer}: it multiplies ${source} when that is normalised.`,
  },

  derivation: {
    name: () => "layer normalisation",
    cells: ({ inputs }) => [joined("s ", shape(inputs, 1)), shape(inputs, 1), "none"],
    symbols: [
      [symbol("μ", "\\mu"), "mean of one example's inputs to a layer normalisation"],
      [symbol("σ²", "\\sigma^2"), "their variance, the mean of their squared distances from μ"],
      [symbol("r"), "inverse of their standard deviation"],
      [HAT, "the normalised inputs"],
      [symbol("s"), "factors of a layer normalisation, one for each output"],
    ],
    forward({ layer, index, inputs }) {
      const { mean, variance, inverse, hat, scale, bias } = letters(index);
      const x = received(index, "a");
      const centred = joined(x, " − ", mean);
      return [
        equations(
          { left: mean, right: [ofMean(inputs, sumOver("a", x))] },
          { left: variance, right: [ofMean(inputs, sumOver("a", squared(bracketed(centred))))] },
          { left: inverse, right: [inverseRoot(variance, layer.epsilon)] },
          { left: hat("a"), right: [joined("(", centred, ")", SPACE, inverse)] },
          { left: symbolOf("y", index, "a"), right: [joined(scale("a"), SPACE, hat("a"), " + ", bias("a"))] },
        ),
        paragraph(
          `Each example is normalised by itself: its ${inputs} inputs get mean 0 and variance 1, as far as ${numberText(layer.epsilon)} below the root allows, which keeps the division finite where all inputs are equal. Then each is multiplied by its factor, `,
          scale("a"),
          ", which starts at 1, and gets its bias, which starts at 0; both are learned. Training and prediction compute the same.",
        ),
      ];
    },
    bracketIsSum: false,
    bracket: ({ index }) => pulled(index, "a"),
    back: ({ index, inputs }) =>
      `All outputs of layer ${index} depend on each of its ${inputs} inputs: directly, through their mean, and through their variance. The three terms are these ways:`,
    through: ({ index, inputs }) => {
      const { inverse, scale, hat } = letters(index);
      const all = joined("1[u = a] − 1/", String(inputs), " − ", hat("u"), SPACE, hat("a"), "/", String(inputs));
      return [
        joined(inverse, SPACE, scale("u"), SPACE, "(", all, ")"),
        " in row ",
        symbol("u"),
        ", column ",
        symbol("a"),
      ];
    },
    slopes: ({ index }) => {
      const { scale, bias, hat } = letters(index);
      const inRow = [" in row ", symbol("a"), ", 0 elsewhere"] as const;
      return [
        { parameter: scale("a"), value: [hat("a"), ...inRow] },
        { parameter: bias("a"), value: [symbol("1"), ...inRow] },
      ];
    },
    gradients: ({ index }) => [
      {
        left: partial(symbol("L"), symbolOf("s", index)),
        right: [joined(MEAN, symbolOf("δ", index), symbol(" ∘ ", " \\circ "), symbolOf(HAT, index))],
      },
      { left: partial(symbol("L"), symbolOf("b", index)), right: [joined(MEAN, symbolOf("δ", index))] },
    ],
  },
};

/** r (δ_a s_a − mean(δ s) − x̂_a mean(δ s x̂)). */
function pulled(index: number, unit: string): Formula {
  const { inverse, delta, scale, hat } = letters(index);
  const mean = (of: Formula): Formula => joined(symbol("mean_u(", "\\operatorname{mean}_u("), of, ")");
  const g = joined(delta("u"), SPACE, scale("u"));
  const terms = joined(
    delta(unit),
    SPACE,
    scale(unit),
    " − ",
    mean(g),
    " − ",
    hat(unit),
    SPACE,
    mean(joined(g, SPACE, hat("u"))),
  );
  return joined(inverse, SPACE, symbol("(", "\\bigl("), terms, symbol(")", "\\bigr)"));
}

const ofMean = (count: number, { text, latex }: Formula): Formula => ({
  text: `(1/${count}) ${text}`,
  latex: `\\frac{1}{${count}} ${latex}`,
});
