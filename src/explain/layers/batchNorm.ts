/**
 * The batch normalisation, explained: y_a = s_a x̂_a + b_a, x̂_a = (x_a − μ_a) r_a, r_a = 1/√(σ²_a + ε).
 *
 * In training μ_a and σ²_a are those of the batch, so each example's output depends on all examples, and δ comes back along the input
 * itself, through μ and through σ². As it predicts, they are the running M_a and V_a. Source: Ioffe & Szegedy 2015.
 */
import { difference, type Expression, product, quotient, sum } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { BatchNormLayer } from "../../network/layers.ts";
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
import { diagonal, type FieldLayer, type SharedQuantity, type TracedLayer } from "./explainedLayer.ts";
import {
  HAT,
  hatOf,
  inverseLine,
  inverseOf,
  inverseRoot,
  MU,
  meanLine,
  meanOf,
  momentLines,
  normalisedDerivation,
  normalisedWeights,
  numberOfUnit,
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

type Own = TracedLayer<BatchNormLayer>;

/** The numbers of one unit, over all examples of the batch; μ and σ² are the batch's in training, else the running ones. */
interface Unit extends Statistics {
  /** x of each example. */
  readonly x: readonly number[];
  readonly scale: number;
  /** The running statistics before the step. */
  readonly running: Omit<Statistics, "inverse">;
  /** x̂ of each example. */
  readonly hat: readonly number[];
}

function unitOf({ layer, trace }: Own, unit: number): Unit {
  const x = trace.input.map((row) => row[unit]);
  const running = { mean: numberOfUnit(trace, "mean", unit), variance: numberOfUnit(trace, "variance", unit) };
  const used = trace.training
    ? statisticsOf(x, layer.epsilon)
    : { ...running, inverse: inverseOf(running.variance, layer.epsilon) };
  const hat = x.map((value) => (value - used.mean) * used.inverse);
  return { x, scale: numberOfUnit(trace, "scale", unit), running, ...used, hat };
}

/** δ of a unit for each example, their mean, and that of δ x̂. */
function backwards({ trace }: Own, unit: number, { hat }: Unit) {
  const delta = trace.localGradient.map((row) => row[unit]);
  return { delta, mean: meanOf(delta), along: meanOf(delta.map((value, n) => value * hat[n])) };
}

/** A unit of the layer in letters. @param training whether μ and σ² are the batch's, not M and V */
function letters(layer: number, unit: number | string, training = true) {
  const running = { runningMean: symbolOf("M", layer, unit), runningVariance: symbolOf("V", layer, unit) };
  return {
    x: received(layer, unit),
    ...statisticLetters(layer, unit),
    ...(!training && { mean: running.runningMean, variance: running.runningVariance }),
    ...running,
    ...unitLetters(layer, unit),
    backMean: symbolOf(symbol("δ̄", "\\bar\\delta"), layer, unit),
  };
}

/** Of example n: x[0]{2}. */
const ofExample = ({ text, latex }: Formula, n: number): Formula => ({
  text: `${text}{${n}}`,
  latex: `{${latex}}^{\\{${n}\\}}`,
});

/** x̂ of one example. */
function hatOfUnit({ trace, pattern }: Own, unit: number, numbers: Unit) {
  const symbols = letters(trace.layer, unit, trace.training === true);
  const hat = hatOf(symbols.x, numbers.x[pattern], symbols, numbers);
  return { ...hat, value: numbers.hat[pattern] + 0 };
}

/** r of a unit; in training before it μ and σ² over the batch, after it what the running statistics become. */
function unitLines({ layer, trace }: Own, unit: number, most: number, numbers: Unit): SharedQuantity[] {
  const symbols = letters(trace.layer, unit, trace.training === true);
  const inverse = inverseLine(symbols, numbers, layer.epsilon);
  if (!trace.training) return [inverse];
  const { x, mean, variance, running } = numbers;
  const ofX = x.map((value, n): Term => ({ symbol: ofExample(symbols.x, n), expression: value }));
  const rows = x.length;
  const { momentum } = layer;
  const moved = (kept: Formula, before: number, found: Formula, value: Expression, by: number): SharedQuantity => ({
    symbol: newOf(kept),
    symbolic: joined(kept, " + ", String(momentum), SPACE, "(", found, " − ", kept, ")"),
    expression: sum([before, product(momentum, difference(value, before))]),
    value: before + momentum * (by - before),
  });
  const unbiased = joined(symbols.variance, SPACE, symbol(`${rows}/${rows - 1}`, `\\tfrac{${rows}}{${rows - 1}}`));
  const ofUnbiased = product(variance, quotient(rows, rows - 1));
  return [
    ...momentLines(ofX, symbols, numbers, most),
    inverse,
    moved(symbols.runningMean, running.mean, symbols.mean, mean, mean),
    ...(rows === 1
      ? []
      : [moved(symbols.runningVariance, running.variance, unbiased, ofUnbiased, (variance * rows) / (rows - 1))]),
  ];
}

export const batchNorm: FieldLayer<BatchNormLayer> = {
  outputIsField: true,
  cancelling({ epsilon }, scale, signals) {
    const width = scale.length;
    const columns = placesFrom(0, width, 1).map((first) => placesFrom(first, signals.rows, width));
    return termSizes(signals, columns, epsilon, (place) => scale[place % width]);
  },

  trace: {
    unit: "output",
    below: "same",
    name: () => "batch normalisation",
    describe: ({ epsilon, momentum }) =>
      `Each input loses a mean and is multiplied by r, the inverse of a standard deviation (ε is ${numberText(epsilon)}); then it is multiplied by its factor s and gets its bias b. A training step uses mean μ and variance σ² of the batch, where {n} is example n, and moves the running M and V by ${momentum} of the way to them; a batch of one example leaves V as it is. Predictions use M and V, and so does a trace of the network as it predicts.`,
    mixes: ({ training }) => training === true,

    shared: (traced, most, units) => units.flatMap((unit) => unitLines(traced, unit, most, unitOf(traced, unit))),
    output: (traced, unit) => outputOf(traced, unit, hatOfUnit(traced, unit, unitOf(traced, unit))),

    // In training what other examples get through μ and σ² is not in it: chains begin below such a layer.
    jacobian: (traced) =>
      diagonal(
        traced.trace.input[traced.pattern].map((_, unit) => {
          const { scale, inverse } = unitOf(traced, unit);
          return scale * inverse;
        }),
      ),

    feeds: ({ layer, training }) =>
      training
        ? `It feeds the batch normalisation of layer ${layer}: an input gets s r times its δ, less the mean of δ over the batch, which comes through μ, less x̂ times the mean h of δ x̂, which comes through σ².`
        : `It feeds the batch normalisation of layer ${layer}, which multiplies the δ by s r.`,

    sharedBack(traced, most, units) {
      const { trace } = traced;
      if (!trace.training) return [];
      return units.flatMap((unit) => {
        const numbers = unitOf(traced, unit);
        const { delta, mean, along } = backwards(traced, unit, numbers);
        const symbols = letters(trace.layer, unit);
        const terms = delta.map((value, n): Term => ({ symbol: ofExample(symbols.delta, n), expression: value }));
        const products = terms.map(
          ({ symbol: ofDelta, expression }, n): Term => ({
            symbol: times(ofDelta, ofExample(symbols.hat, n)),
            expression: product(expression, numbers.hat[n]),
          }),
        );
        return [meanLine(symbols.backMean, terms, mean, most), meanLine(symbols.along, products, along, most)];
      });
    },

    pullBack(traced, input) {
      const { trace, pattern } = traced;
      const numbers = unitOf(traced, input);
      const symbols = letters(trace.layer, input);
      const { delta, mean, along } = backwards(traced, input, numbers);
      const { scale, inverse } = numbers;
      const straight: Term = {
        symbol: times(symbols.scale, symbols.inverse, symbols.delta),
        expression: product(scale, inverse, delta[pattern]),
      };
      if (!trace.training) return [straight];
      const hat = hatOfUnit(traced, input, numbers);
      return [
        straight,
        {
          symbol: bracketed(negative(times(symbols.scale, symbols.inverse, symbols.backMean))),
          expression: product(-1, scale, inverse, mean),
        },
        {
          symbol: bracketed(negative(times(symbols.scale, symbols.inverse, hat.symbolic, symbols.along))),
          expression: product(-1, scale, inverse, hat.expression, along),
        },
      ];
    },
  },

  // Few normalised inputs are farther from 0.
  weights: normalisedWeights(
    (traced, unit) => hatOfUnit(traced, unit, unitOf(traced, unit)),
    () => 4,
  ),

  derivation: {
    ...normalisedDerivation,
    name: () => "batch normalisation",
    symbols: [
      [MU, "mean of an input of a batch normalisation over the batch"],
      [symbol("σ²", "\\sigma^2"), "its variance over the batch, the mean of the squared distances from μ"],
      [symbol("M"), "running mean of such an input: kept from step to step, not learned"],
      [symbol("V"), "its running variance"],
      [symbol("r"), "inverse of the standard deviation"],
      [HAT, "the normalised input"],
      [symbol("s"), "factors of a batch normalisation, one for each input"],
    ],
    forward({ layer: { epsilon, momentum }, index }) {
      const { x, mean, variance, runningMean, runningVariance, inverse, hat, scale, bias } = letters(index, "a");
      const centred = joined(x, " − ", mean);
      const overBatch = (of: Formula): Formula => joined(symbol("(1/B) ", "\\frac1B "), sumOver("n", of));
      const moved = (kept: Formula, found: Formula) => ({
        left: newOf(kept),
        right: [joined(kept, " + ", String(momentum), SPACE, "(", found, " − ", kept, ")")],
      });
      return [
        equations(
          { left: mean, right: [overBatch(x)] },
          { left: variance, right: [overBatch(squared(bracketed(centred)))] },
          { left: inverse, right: [inverseRoot(variance, epsilon)] },
          { left: hat, right: [joined("(", centred, ")", SPACE, inverse)] },
          { left: symbolOf("y", index, "a"), right: [joined(scale, SPACE, hat, " + ", bias)] },
        ),
        paragraph(
          `Over the examples n of a batch each input gets mean 0 and variance 1, as far as ${numberText(epsilon)} below the root allows, which keeps the division finite where an input is the same for all. Then it is multiplied by its factor, `,
          scale,
          ", which starts at 1, and gets its bias, which starts at 0; both are learned. Each step moves the running statistics:",
        ),
        equations(
          moved(runningMean, mean),
          moved(runningVariance, joined(symbol("B/(B − 1) ", "\\tfrac{B}{B - 1}\\,"), variance)),
        ),
        paragraph(
          "For predictions ",
          runningMean,
          " and ",
          runningVariance,
          " take the place of ",
          mean,
          " and ",
          variance,
          ", so an example's output depends on no other.",
        ),
      ];
    },
    bracket({ index }) {
      const { scale, inverse, delta, hat } = letters(index, "a");
      const mean = (of: Formula): Formula => joined(symbol("mean_n(", "\\operatorname{mean}_n("), of, ")");
      return threeWays(joined(scale, SPACE, inverse), delta, mean(delta), hat, mean(joined(delta, SPACE, hat)));
    },
    back: ({ index }) =>
      `In training each output of layer ${index} depends on its input in all examples: directly, through their mean, and through their variance. The three terms are these ways, with means over the examples n of the batch:`,
    through: ({ index }) => {
      const { scale, inverse } = letters(index, "a");
      return ["diagonal: ", joined(scale, SPACE, inverse), ", besides what passes through the batch's μ and σ²"];
    },
  },
};

const newOf = (kept: Formula): Formula => joined(kept, symbol(" (new)", "\\text{ (new)}"));
