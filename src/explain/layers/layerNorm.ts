/**
 * The layer normalisation, explained: y_a = s_a x̂_a + b_a, x̂_a = (x_a − μ) r, r = 1/√(σ² + ε).
 *
 * μ, σ² and r are of the whole layer, so every output depends on every input: δ comes back along the input itself, through μ
 * and through σ². Source: Ba, Kiros & Hinton 2016.
 */
import { product } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { LayerNormLayer } from "../../network/layers.ts";
import { equations, paragraph } from "../exposition/blocks.ts";
import {
  bracketed,
  joined,
  negative,
  received,
  SPACE,
  sumOver,
  symbol,
  symbolOf,
  times,
} from "../exposition/notation.ts";
import type { Term } from "../trace/shownLine.ts";
import { numberText } from "../trace/shownNumbers.ts";
import type { Matrix } from "../trace/trace.ts";
import type { FieldLayer, TracedLayer } from "./explainedLayer.ts";
import {
  HAT,
  hatOf,
  inverseLine,
  inverseRoot,
  MU,
  meanLine,
  meanOf,
  momentLines,
  normalisedDerivation,
  normalisedWeights,
  outputOf,
  placesFrom,
  type Statistics,
  squared,
  statisticLetters,
  statisticsOf,
  termSizes,
  threeWays,
  unitLetters,
} from "./normalisation.ts";

type Own = TracedLayer<LayerNormLayer>;

/** The numbers of one pattern. */
interface Normalised extends Statistics {
  readonly x: readonly number[];
  readonly scale: readonly number[];
  /** x̂. */
  readonly hat: readonly number[];
}

function normalised({ layer, trace, pattern }: Own): Normalised {
  const x = trace.input[pattern];
  const statistics = statisticsOf(x, layer.epsilon);
  const hat = x.map((value) => (value - statistics.mean) * statistics.inverse);
  return { x, scale: trace.parameters?.scale?.[0] ?? [], ...statistics, hat };
}

/** Of each output, g = δ s: −∂L/∂x̂. Then their mean, and that of g x̂. */
function backwards({ trace, pattern }: Own, { scale, hat }: Normalised) {
  const g = trace.localGradient[pattern].map((delta, u) => delta * scale[u]);
  return { mean: meanOf(g), along: meanOf(g.map((value, u) => value * hat[u])) };
}

/** The mean of g = δ s. */
const meanOfG = (layer: number): Formula => symbolOf(symbol("ḡ", "\\bar g"), layer);

/** x̂ of one input. */
function hatOfUnit({ trace }: Own, unit: number, numbers: Normalised) {
  const hat = hatOf(received(trace.layer, unit), numbers.x[unit], statisticLetters(trace.layer), numbers);
  return { ...hat, value: numbers.hat[unit] + 0 };
}

export const layerNorm: FieldLayer<LayerNormLayer> = {
  outputIsField: true,
  cancelling({ epsilon }, scale, signals) {
    const width = scale.length;
    const rows = placesFrom(0, signals.rows, width).map((first) => placesFrom(first, width, 1));
    return termSizes(signals, rows, epsilon, (place) => scale[place % width]);
  },

  trace: {
    unit: "output",
    below: "largest",
    name: () => "layer normalisation",
    describe: ({ epsilon }) =>
      `The inputs of one example lose their mean μ and are multiplied by r, the inverse of their standard deviation (ε is ${numberText(epsilon)}); then each is multiplied by its factor s and gets its bias b.`,

    shared(traced, most) {
      const { layer, trace } = traced;
      const own = normalised(traced);
      const letters = statisticLetters(trace.layer);
      const x = own.x.map((value, a): Term => ({ symbol: received(trace.layer, a), expression: value }));
      return [...momentLines(x, letters, own, most), inverseLine(letters, own, layer.epsilon)];
    },

    output: (traced, unit) => outputOf(traced, unit, hatOfUnit(traced, unit, normalised(traced))),

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
      const terms = traced.trace.localGradient[traced.pattern].map((value, u): Term => {
        const { delta, scale } = unitLetters(layer, u);
        return { symbol: times(delta, scale), expression: product(value, own.scale[u]) };
      });
      const products = terms.map(({ symbol: g, expression }, u): Term => {
        const hat = hatOfUnit(traced, u, own);
        return { symbol: times(g, hat.symbolic), expression: product(expression, hat.expression) };
      });
      const letters = statisticLetters(layer);
      return [meanLine(meanOfG(layer), terms, mean, most), meanLine(letters.along, products, along, most)];
    },

    pullBack(traced, input) {
      const { layer } = traced.trace;
      const own = normalised(traced);
      const { mean, along } = backwards(traced, own);
      const letters = { ...statisticLetters(layer), ...unitLetters(layer, input) };
      const hat = hatOfUnit(traced, input, own);
      const delta = traced.trace.localGradient[traced.pattern][input];
      return [
        {
          symbol: times(letters.inverse, letters.delta, letters.scale),
          expression: product(own.inverse, delta, own.scale[input]),
        },
        {
          symbol: bracketed(negative(times(letters.inverse, meanOfG(layer)))),
          expression: product(-1, own.inverse, mean),
        },
        {
          symbol: bracketed(negative(times(letters.inverse, hat.symbolic, letters.along))),
          expression: product(-1, own.inverse, hat.expression, along),
        },
      ];
    },
  },

  weights: normalisedWeights((traced, unit) => hatOfUnit(traced, unit, normalised(traced)), Math.sqrt),

  derivation: {
    ...normalisedDerivation,
    name: () => "layer normalisation",
    symbols: [
      [MU, "mean of one example's inputs to a layer normalisation"],
      [symbol("σ²", "\\sigma^2"), "their variance, the mean of their squared distances from μ"],
      [symbol("r"), "inverse of their standard deviation"],
      [HAT, "the normalised inputs"],
      [symbol("s"), "factors of a layer normalisation, one for each output"],
    ],
    forward({ layer, index, inputs }) {
      const { mean, variance, inverse } = statisticLetters(index);
      const { hat, scale, bias } = unitLetters(index, "a");
      const x = received(index, "a");
      const centred = joined(x, " − ", mean);
      return [
        equations(
          { left: mean, right: [ofMean(inputs, sumOver("a", x))] },
          { left: variance, right: [ofMean(inputs, sumOver("a", squared(bracketed(centred))))] },
          { left: inverse, right: [inverseRoot(variance, layer.epsilon)] },
          { left: hat, right: [joined("(", centred, ")", SPACE, inverse)] },
          { left: symbolOf("y", index, "a"), right: [joined(scale, SPACE, hat, " + ", bias)] },
        ),
        paragraph(
          `Each example is normalised by itself: its ${inputs} inputs get mean 0 and variance 1, as far as ${numberText(layer.epsilon)} below the root allows, which keeps the division finite where all inputs are equal. Then each is multiplied by its factor, `,
          scale,
          ", which starts at 1, and gets its bias, which starts at 0; both are learned. Training and prediction compute the same.",
        ),
      ];
    },
    bracket({ index }) {
      const mean = (of: Formula): Formula => joined(symbol("mean_u(", "\\operatorname{mean}_u("), of, ")");
      const [a, u] = [unitLetters(index, "a"), unitLetters(index, "u")];
      const [own, g] = [a, u].map(({ delta, scale }) => joined(delta, SPACE, scale));
      return threeWays(statisticLetters(index).inverse, own, mean(g), a.hat, mean(joined(g, SPACE, u.hat)));
    },
    back: ({ index, inputs }) =>
      `All outputs of layer ${index} depend on each of its ${inputs} inputs: directly, through their mean, and through their variance. The three terms are these ways:`,
    through: ({ index, inputs }) => {
      const [u, a] = [unitLetters(index, "u"), unitLetters(index, "a")];
      const all = joined("1[u = a] − 1/", String(inputs), " − ", u.hat, SPACE, a.hat, "/", String(inputs));
      return [
        joined(statisticLetters(index).inverse, SPACE, u.scale, SPACE, "(", all, ")"),
        " in row ",
        symbol("u"),
        ", column ",
        symbol("a"),
      ];
    },
  },
};

const ofMean = (count: number, { text, latex }: Formula): Formula => ({
  text: `(1/${count}) ${text}`,
  latex: `\\frac{1}{${count}} ${latex}`,
});
