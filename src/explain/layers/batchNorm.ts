/**
 * The batch normalisation, explained: y_a = s_a x̂_a + b_a, x̂_a = (x_a − μ_a) r_a, r_a = 1/√(σ²_a + ε).
 *
 * In training μ_a and σ²_a are those of the batch, so each example's output depends on all examples, and δ comes back along the input
 * itself, through μ and through σ². As it predicts, they are the running M_a and V_a. Source: Ioffe & Szegedy 2015.
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
import type { BatchNormLayer } from "../../network/layers.ts";
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
import { diagonal, type FieldLayer, MEAN, type SharedQuantity, type TracedLayer } from "./explainedLayer.ts";
import { HAT, inverseRoot, meanLine, meanOf, squared } from "./normalisation.ts";

type Own = TracedLayer<BatchNormLayer>;

/** The numbers of one unit, over all examples of the batch. */
interface Unit {
  /** x of each example. */
  readonly x: readonly number[];
  readonly scale: number;
  readonly bias: number;
  /** The running statistics before the step. */
  readonly running: { readonly mean: number; readonly variance: number };
  /** μ and σ²: the batch's in training, else the running ones. */
  readonly mean: number;
  readonly variance: number;
  readonly inverse: number;
  /** x̂ of each example. */
  readonly hat: readonly number[];
}

function unitOf({ layer, trace }: Own, unit: number): Unit {
  const [scale, bias, mean, variance] = (["scale", "bias", "mean", "variance"] as const).map(
    (role) => trace.parameters?.[role]?.[0]?.[unit] ?? 0,
  );
  const x = trace.input.map((row) => row[unit]);
  const ofBatch = meanOf(x);
  const used = trace.training
    ? { mean: ofBatch, variance: meanOf(x.map((value) => (value - ofBatch) ** 2)) }
    : { mean, variance };
  const inverse = 1 / Math.sqrt(used.variance + layer.epsilon);
  const hat = x.map((value) => (value - used.mean) * inverse);
  return { x, scale, bias, running: { mean, variance }, ...used, inverse, hat };
}

/** δ of a unit for each example, their mean, and that of δ x̂. */
function backwards({ trace }: Own, unit: number, { hat }: Unit) {
  const delta = trace.localGradient.map((row) => row[unit]);
  return { delta, mean: meanOf(delta), along: meanOf(delta.map((value, n) => value * hat[n])) };
}

const MU = symbol("μ", "\\mu");
const SIGMA = symbol("σ²", "(\\sigma^2)");

/** A unit of the layer in letters. @param training whether μ and σ² are the batch's, not M and V */
function letters(layer: number, unit: number | string, training: boolean) {
  return {
    x: received(layer, unit),
    mean: symbolOf(training ? MU : "M", layer, unit),
    variance: symbolOf(training ? SIGMA : "V", layer, unit),
    runningMean: symbolOf("M", layer, unit),
    runningVariance: symbolOf("V", layer, unit),
    inverse: symbolOf("r", layer, unit),
    hat: symbolOf(HAT, layer, unit),
    scale: symbolOf("s", layer, unit),
    bias: symbolOf("b", layer, unit),
    delta: symbolOf("δ", layer, unit),
    backMean: symbolOf(symbol("δ̄", "\\bar\\delta"), layer, unit),
    along: symbolOf("h", layer, unit),
  };
}

/** Of example n: x[0]{2}. */
const ofExample = ({ text, latex }: Formula, n: number): Formula => ({
  text: `${text}{${n}}`,
  latex: `{${latex}}^{\\{${n}\\}}`,
});

/** x̂ of one example. */
function hatOf({ trace, pattern }: Own, unit: number, { x, mean, inverse }: Unit) {
  const { x: input, mean: μ, inverse: r } = letters(trace.layer, unit, trace.training === true);
  return {
    symbol: times(bracketed(joined(input, " − ", μ)), r),
    expression: product(difference(x[pattern], mean), inverse),
  };
}

/** r of a unit. */
function inverseLine({ layer, trace }: Own, unit: number, { variance, inverse }: Unit): SharedQuantity {
  const symbols = letters(trace.layer, unit, trace.training === true);
  return {
    symbol: symbols.inverse,
    symbolic: inverseRoot(symbols.variance, layer.epsilon),
    expression: quotient(1, root(sum([variance, layer.epsilon]))),
    value: inverse,
  };
}

/** μ and σ² of a unit over the batch, r, and what the running statistics become. */
function batchLines(own: Own, unit: number, most: number): SharedQuantity[] {
  const { layer, trace } = own;
  const numbers = unitOf(own, unit);
  const { x, mean, variance, running } = numbers;
  const symbols = letters(trace.layer, unit, true);
  const ofMean = x.map((value, n): Term => ({ symbol: ofExample(symbols.x, n), expression: value }));
  const ofVariance = x.map(
    (value, n): Term => ({
      symbol: squared(bracketed(joined(ofExample(symbols.x, n), " − ", symbols.mean))),
      expression: power(difference(value, mean), 2),
    }),
  );
  const rows = x.length;
  const moved = (kept: Formula, before: number, found: Formula, value: Expression, after: number): SharedQuantity => ({
    symbol: newOf(kept),
    symbolic: joined(kept, " + ", String(layer.momentum), SPACE, "(", found, " − ", kept, ")"),
    expression: sum([before, product(layer.momentum, difference(value, before))]),
    value: after,
  });
  const unbiased = joined(symbols.variance, SPACE, symbol(`${rows}/${rows - 1}`, `\\tfrac{${rows}}{${rows - 1}}`));
  const { momentum } = layer;
  const movedBy = (before: number, found: number): number => before + momentum * (found - before);
  return [
    meanLine(symbols.mean, ofMean, mean, most),
    meanLine(symbols.variance, ofVariance, variance, most),
    inverseLine(own, unit, numbers),
    moved(symbols.runningMean, running.mean, symbols.mean, mean, movedBy(running.mean, mean)),
    ...(rows === 1
      ? []
      : [
          moved(
            symbols.runningVariance,
            running.variance,
            unbiased,
            product(variance, quotient(rows, rows - 1)),
            movedBy(running.variance, (variance * rows) / (rows - 1)),
          ),
        ]),
  ];
}

export const batchNorm: FieldLayer<BatchNormLayer> = {
  outputIsField: true,

  trace: {
    unit: "output",
    below: "same",
    name: () => "batch normalisation",
    describe: ({ epsilon, momentum }) =>
      `Each input loses a mean and is multiplied by r, the inverse of a standard deviation (ε is ${numberText(epsilon)}); then it is multiplied by its factor s and gets its bias b. A training step uses mean μ and variance σ² of the batch, where {n} is example n, and moves the running M and V by ${momentum} of the way to them; a batch of one example leaves V as it is. Predictions use M and V, and so does a trace of the network as it predicts.`,
    mixes: ({ training }) => training === true,

    shared: (traced, most, units) =>
      units.flatMap((unit) =>
        traced.trace.training ? batchLines(traced, unit, most) : [inverseLine(traced, unit, unitOf(traced, unit))],
      ),

    output(traced, unit) {
      const numbers = unitOf(traced, unit);
      const hat = hatOf(traced, unit, numbers);
      const { scale, bias } = letters(traced.trace.layer, unit, true);
      return {
        symbolic: joined(times(scale, hat.symbol), " + ", bias),
        expression: sum([product(numbers.scale, hat.expression), numbers.bias]),
      };
    },

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
        const symbols = letters(trace.layer, unit, true);
        const terms = delta.map((value, n): Term => ({ symbol: ofExample(symbols.delta, n), expression: value }));
        const products = delta.map(
          (value, n): Term => ({
            symbol: times(ofExample(symbols.delta, n), ofExample(symbols.hat, n)),
            expression: product(value, numbers.hat[n]),
          }),
        );
        return [meanLine(symbols.backMean, terms, mean, most), meanLine(symbols.along, products, along, most)];
      });
    },

    pullBack(traced, input) {
      const { trace, pattern } = traced;
      const numbers = unitOf(traced, input);
      const symbols = letters(trace.layer, input, trace.training === true);
      const { delta, mean, along } = backwards(traced, input, numbers);
      const { scale, inverse } = numbers;
      const straight: Term = {
        symbol: times(symbols.scale, symbols.inverse, symbols.delta),
        expression: product(scale, inverse, delta[pattern]),
      };
      if (!trace.training) return [straight];
      const hat = hatOf(traced, input, numbers);
      return [
        straight,
        {
          symbol: bracketed(negative(times(symbols.scale, symbols.inverse, symbols.backMean))),
          expression: product(-1, scale, inverse, mean),
        },
        {
          symbol: bracketed(negative(times(symbols.scale, symbols.inverse, hat.symbol, symbols.along))),
          expression: product(-1, scale, inverse, hat.expression, along),
        },
      ];
    },
  },

  weights: {
    letter: "W",
    slopes(traced, { unit, input }) {
      if (input === "bias") return [{ row: unit, symbolic: symbol("1"), expression: 1, value: 1 }];
      const numbers = unitOf(traced, unit);
      const { symbol: symbolic, expression } = hatOf(traced, unit, numbers);
      return [{ row: unit, symbolic, expression, value: numbers.hat[traced.pattern] + 0 }];
    },
    slopeFormula: ({ trace }, { unit, input }) =>
      input === "bias" ? symbol("1") : letters(trace.layer, unit, true).hat,
    inputOf: (_layer, _inputs, { unit, input }) => (input === "bias" ? undefined : unit),
    lever: (role) => (role === "bias" ? 1 : LARGEST_USUAL),
    place: (_layer, { layer, unit, input }, source) =>
      input === "bias"
        ? `The bias of output ${unit} in layer ${layer}.`
        : `The factor of output ${unit} in layer ${layer}: it multiplies ${source} when that is normalised.`,
  },

  derivation: {
    name: () => "batch normalisation",
    cells: ({ inputs }) => [joined("s ", shape(inputs, 1)), shape(inputs, 1), "none"],
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
      const { x, mean, variance, runningMean, runningVariance, inverse, hat, scale, bias } = letters(index, "a", true);
      const centred = joined(x, " − ", mean);
      const overBatch = (of: Formula): Formula => joined(symbol("(1/B) ", "\\frac1B "), sumOver("n", of));
      const step = symbol(String(momentum));
      const unbiased = joined(symbol("B/(B − 1) ", "\\tfrac{B}{B - 1}\\,"), variance);
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
          {
            left: newOf(runningMean),
            right: [joined(runningMean, " + ", step, SPACE, "(", mean, " − ", runningMean, ")")],
          },
          {
            left: newOf(runningVariance),
            right: [joined(runningVariance, " + ", step, SPACE, "(", unbiased, " − ", runningVariance, ")")],
          },
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
    bracketIsSum: false,
    bracket: ({ index }) => pulled(index),
    back: ({ index }) =>
      `In training each output of layer ${index} depends on its input in all examples: directly, through their mean, and through their variance. The three terms are these ways, with means over the examples n of the batch:`,
    through: ({ index }) => {
      const { scale, inverse } = letters(index, "a", true);
      return ["diagonal: ", joined(scale, SPACE, inverse), ", besides what passes through the batch's μ and σ²"];
    },
    slopes: ({ index }) => {
      const { scale, bias, hat } = letters(index, "a", true);
      const inRow = [" in row ", symbol("a"), ", 0 elsewhere"] as const;
      return [
        { parameter: scale, value: [hat, ...inRow] },
        { parameter: bias, value: [symbol("1"), ...inRow] },
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

/** Few normalised inputs are farther from 0. */
const LARGEST_USUAL = 4;

/** s_a r_a (δ_a − mean(δ_a) − x̂_a mean(δ_a x̂_a)). */
function pulled(index: number): Formula {
  const { scale, inverse, delta, hat } = letters(index, "a", true);
  const mean = (of: Formula): Formula => joined(symbol("mean_n(", "\\operatorname{mean}_n("), of, ")");
  const terms = joined(delta, " − ", mean(delta), " − ", hat, SPACE, mean(joined(delta, SPACE, hat)));
  return joined(scale, SPACE, inverse, SPACE, symbol("(", "\\bigl("), terms, symbol(")", "\\bigr)"));
}

const newOf = (kept: Formula): Formula => joined(kept, symbol(" (new)", "\\text{ (new)}"));
