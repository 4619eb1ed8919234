/**
 * What the explanations of layer and batch normalisation share: y_a = s_a x̂_a + b_a, x̂_a = (x_a − μ) r, r = 1/√(σ² + ε).
 *
 * Does not know of which x μ and σ² are the mean and the variance: in that the two kinds differ.
 */
import { difference, power, product, quotient, root, sum } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { BatchNormLayer, LayerNormLayer } from "../../network/layers.ts";
import type { Signals } from "../../reference/layerOperations.ts";
import { AROUND, bracketed, joined, SPACE, shape, symbol, symbolOf, times } from "../exposition/notation.ts";
import { elidedSum, type Quantity, type Term } from "../trace/shownLine.ts";
import { numberText } from "../trace/shownNumbers.ts";
import type { LayerTrace } from "../trace/trace.ts";
import {
  biasSlope,
  type FieldLayer,
  gradientLine,
  inRow,
  MEAN,
  type SharedQuantity,
  type TracedLayer,
  type TracedWeights,
} from "./explainedLayer.ts";

type Normalisation = BatchNormLayer | LayerNormLayer;

/** μ, σ² and r in numbers. */
export interface Statistics {
  readonly mean: number;
  readonly variance: number;
  readonly inverse: number;
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((all, value) => all + value, 0) / values.length;

/**
 * How large the terms of −∂L/∂x = r (g − mean(g) − x̂ mean(g ∘ x̂)) are, and x̂ is itself a difference, of x and μ.
 *
 * @param groups the places in the signals of what is normalised together @param scaleOf s at a place
 * @returns for each place the sum of their magnitudes
 */
export function termSizes(
  { input, localGradient }: Signals,
  groups: readonly (readonly number[])[],
  epsilon: number,
  scaleOf: (place: number) => number,
): Float64Array {
  const sizes = new Float64Array(input.length);
  for (const group of groups) {
    const mean = meanOf(group.map((place) => input[place]));
    const distance = (place: number): number => Math.abs(input[place] - mean);
    const r = 1 / Math.sqrt(meanOf(group.map((place) => distance(place) ** 2)) + epsilon);
    const cancelled = 1 + r * Math.max(...group.map((place) => Math.abs(input[place])));
    const g = (place: number): number => Math.abs(localGradient[place] * scaleOf(place));
    const level = meanOf(group.map(g));
    const along = meanOf(group.map((place) => g(place) * distance(place) * r));
    for (const place of group) sizes[place] = cancelled * r * (g(place) + level + distance(place) * r * along);
  }
  return sizes;
}

/** So many places, each a step behind the one before. */
export const placesFrom = (first: number, count: number, step: number): number[] =>
  Array.from({ length: count }, (_, k) => first + k * step);

/** The statistics of some x. */
export function statisticsOf(x: readonly number[], epsilon: number): Statistics {
  const mean = meanOf(x);
  const variance = meanOf(x.map((value) => (value - mean) ** 2));
  return { mean, variance, inverse: inverseOf(variance, epsilon) };
}

/** r. */
export const inverseOf = (variance: number, epsilon: number): number => 1 / Math.sqrt(variance + epsilon);

/** A number that a unit learns or keeps. */
export function numberOfUnit(
  { parameters }: LayerTrace,
  role: "scale" | "bias" | "mean" | "variance",
  unit: number,
): number {
  return parameters?.[role]?.[0]?.[unit] ?? 0;
}

export const MU = symbol("μ", "\\mu");
export const HAT = symbol("x̂", "\\hat x");

/** μ, σ² and r in letters, and h, the mean along x̂ on the way back. @param unit none where they are of the whole layer */
export function statisticLetters(layer: number, ...unit: readonly (number | string)[]) {
  return {
    mean: symbolOf(MU, layer, ...unit),
    variance: symbolOf(symbol("σ²", "(\\sigma^2)"), layer, ...unit),
    inverse: symbolOf("r", layer, ...unit),
    along: symbolOf("h", layer, ...unit),
  };
}

/** What each unit has, in letters. */
export function unitLetters(layer: number, unit: number | string) {
  return {
    hat: symbolOf(HAT, layer, unit),
    scale: symbolOf("s", layer, unit),
    bias: symbolOf("b", layer, unit),
    delta: symbolOf("δ", layer, unit),
  };
}

type Letters = Readonly<Record<keyof Statistics, Formula>>;

/** (term + …) / count. */
export function meanLine(left: Formula, terms: readonly Term[], value: number, most: number): SharedQuantity {
  const { symbolic, expression } = elidedSum(terms, most);
  const count = terms.length;
  return {
    symbol: left,
    // A fraction could not be broken where a line ends.
    symbolic: joined("(", symbolic, `) / ${count}`),
    expression: quotient(expression, count),
    value,
  };
}

/** μ and σ². @param x each input, in letters and numbers */
export function momentLines(x: readonly Term[], letters: Letters, numbers: Statistics, most: number): SharedQuantity[] {
  const distances = x.map(
    ({ symbol: input, expression }): Term => ({
      symbol: squared(bracketed(joined(input, " − ", letters.mean))),
      expression: power(difference(expression, numbers.mean), 2),
    }),
  );
  return [meanLine(letters.mean, x, numbers.mean, most), meanLine(letters.variance, distances, numbers.variance, most)];
}

/** r. */
export function inverseLine(letters: Letters, { variance, inverse }: Statistics, epsilon: number): SharedQuantity {
  return {
    symbol: letters.inverse,
    symbolic: inverseRoot(letters.variance, epsilon),
    expression: quotient(1, root(sum([variance, epsilon]))),
    value: inverse,
  };
}

export const squared = ({ text, latex }: Formula): Formula => ({ text: `${text}²`, latex: `${latex}^2` });

/** 1 / √(σ² + ε), with the number that ε is: the letter is also that of the error energy. */
export function inverseRoot({ text, latex }: Formula, epsilon: number): Formula {
  const number = numberText(epsilon);
  const [mantissa, exponent] = number.split("e−");
  const added = { text: number, latex: exponent === undefined ? number : `${mantissa} \\cdot 10^{-${exponent}}` };
  return { text: `1 / √(${text} + ${added.text})`, latex: `\\frac{1}{\\sqrt{${latex} + ${added.latex}}}` };
}

/** x̂ of one input x. */
export function hatOf(input: Formula, x: number, letters: Letters, { mean, inverse }: Statistics): Quantity {
  return {
    symbolic: times(bracketed(joined(input, " − ", letters.mean)), letters.inverse),
    expression: product(difference(x, mean), inverse),
  };
}

/** y = s x̂ + b. */
export function outputOf({ trace }: TracedLayer, unit: number, hat: Quantity): Quantity {
  const { scale, bias } = unitLetters(trace.layer, unit);
  return {
    symbolic: joined(times(scale, hat.symbolic), " + ", bias),
    expression: sum([product(numberOfUnit(trace, "scale", unit), hat.expression), numberOfUnit(trace, "bias", unit)]),
  };
}

/** The factors s and biases b. @param hat x̂ of a unit, and its number @param reach how far x̂ is from 0, at most */
export function normalisedWeights<L extends Normalisation>(
  hat: (traced: TracedLayer<L>, unit: number) => Quantity & { readonly value: number },
  reach: (inputs: number) => number,
): TracedWeights<L> {
  return {
    letter: "W",
    slopes: (traced, { unit, input }) => [input === "bias" ? biasSlope(unit) : { row: unit, ...hat(traced, unit) }],
    slopeFormula: ({ trace }, { unit, input }) => (input === "bias" ? symbol("1") : unitLetters(trace.layer, unit).hat),
    inputOf: (_layer, _inputs, { unit, input }) => (input === "bias" ? undefined : unit),
    lever: (role, _largest, inputs) => (role === "bias" ? 1 : reach(inputs)),
    place: (_layer, { layer, unit, input }, source) =>
      input === "bias"
        ? `The bias of output ${unit} in layer ${layer}.`
        : `The factor of output ${unit} in layer ${layer}: it multiplies ${source} when that is normalised.`,
  };
}

/** What a derivation says of both. */
export const normalisedDerivation = {
  cells: ({ inputs }) => [joined("s ", shape(inputs, 1)), shape(inputs, 1), "none"],
  bracketIsSum: false,
  slopes: ({ index }) => {
    const { scale, bias, hat } = unitLetters(index, "a");
    return [
      { parameter: scale, value: inRow("a", hat) },
      { parameter: bias, value: inRow("a", symbol("1")) },
    ];
  },
  gradients: ({ index }) => [
    gradientLine(symbolOf("s", index), MEAN, symbolOf("δ", index), AROUND, symbolOf(HAT, index)),
    gradientLine(symbolOf("b", index), MEAN, symbolOf("δ", index)),
  ],
} as const satisfies Partial<FieldLayer<Normalisation>["derivation"]>;

/** factor (g − mean(g) − x̂ mean(g x̂)): directly, through μ and through σ². */
export function threeWays(factor: Formula, g: Formula, mean: Formula, hat: Formula, along: Formula): Formula {
  const terms = joined(g, " − ", mean, " − ", hat, SPACE, along);
  return joined(factor, SPACE, symbol("(", "\\bigl("), terms, symbol(")", "\\bigr)"));
}
