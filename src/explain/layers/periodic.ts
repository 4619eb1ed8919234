/**
 * The periodic embedding, explained: h = W cos(2π f x + p) + b for each listed number, then all inputs as they are.
 *
 * Cosines are counted over all numbers: f[j] and p[j] are those of cosine j, W[u,k] leads from cosine k of the unit's own
 * number to unit u.
 */

import { apply, type Expression, type NamedFunction, product, sum } from "../../network/expression/expression.ts";
import type { Formula } from "../../network/formula.ts";
import type { PeriodicLayer } from "../../network/layers.ts";
import { equations, paragraph } from "../exposition/blocks.ts";
import {
  bracketed,
  joined,
  negative,
  received,
  SPACE,
  shape,
  sumOver,
  symbol,
  symbolOf,
  TWO_PI,
  times,
} from "../exposition/notation.ts";
import { elidedSum, type Term } from "../trace/shownLine.ts";
import type { Matrix, WeightName } from "../trace/trace.ts";
import {
  biasSlope,
  type FieldLayer,
  gradientLine,
  inRow,
  MEAN,
  type Slope,
  type TracedLayer,
} from "./explainedLayer.ts";

type Own = TracedLayer<PeriodicLayer>;

// Where a cosine is near 0, the rounding of its angle is all that it is.
const COS: NamedFunction = { name: { text: "cos", latex: "\\cos" }, value: Math.cos, least: 1 };
const SIN: NamedFunction = { name: { text: "sin", latex: "\\sin" }, value: Math.sin, least: 1 };

/** The h of all numbers together. */
const embedded = ({ columns, units }: PeriodicLayer): number => columns.length * units;

/** One cosine: its index over all numbers, its number and its own parameters. */
interface Cosine {
  readonly index: number;
  /** The input that it receives. */
  readonly column: number;
  readonly x: number;
  readonly frequency: number;
  readonly phase: number;
}

function cosineAt({ layer, trace, pattern }: Own, index: number): Cosine {
  const { frequencies = [], phases = [] } = trace.parameters ?? {};
  const number = Math.floor(index / layer.frequencies);
  const at = index % layer.frequencies;
  const column = layer.columns[number];
  const x = trace.input[pattern][column];
  return { index, column, x, frequency: frequencies[number][at], phase: phases[number][at] };
}

/** The cosines that a unit sums up. */
function cosinesInto(traced: Own, unit: number): Cosine[] {
  const { frequencies, units } = traced.layer;
  const first = Math.floor(unit / units) * frequencies;
  return Array.from({ length: frequencies }, (_, at) => cosineAt(traced, first + at));
}

const theta = ({ x, frequency, phase }: Cosine): number => 2 * Math.PI * frequency * x + phase;

/** cos θ or sin θ, in symbols. */
function waveSymbol({ name }: NamedFunction, { trace }: Own, { index, column }: Cosine): Formula {
  const turned = times(TWO_PI, symbolOf("f", trace.layer, index), received(trace.layer, column));
  const angle = bracketed(joined(turned, " + ", symbolOf("p", trace.layer, index)));
  return { text: name.text + angle.text, latex: name.latex + angle.latex };
}

/** cos θ or sin θ, with numbers. */
function wave(named: NamedFunction, { x, frequency, phase }: Cosine): Expression {
  return apply(named, sum([product(2 * Math.PI, frequency, x), phase]));
}

const weightAt = ({ layer, trace }: Own, unit: number, { index }: Cosine): number =>
  trace.parameters?.weights?.[unit][index % layer.frequencies] ?? 0;

const weightSymbol = ({ layer, trace }: Own, unit: number, { index }: Cosine): Formula =>
  symbolOf("W", trace.layer, unit, index % layer.frequencies);

/** ∂h_u/∂p_j = −W_uj sin θ_j and ∂h_u/∂f_j = −2π x W_uj sin θ_j, for each h of the cosine's number. */
function waveSlopes(traced: Own, { unit: index, input }: WeightName): Slope[] {
  const { units, frequencies } = traced.layer;
  const cosine = cosineAt(traced, index);
  const first = Math.floor(index / frequencies) * units;
  const turns = input === "frequencies" ? 2 * Math.PI * cosine.x : 1;
  const x = received(traced.trace.layer, cosine.column);
  return Array.from({ length: units }, (_, h) => {
    const row = first + h;
    const weight = weightAt(traced, row, cosine);
    const factors = [weightSymbol(traced, row, cosine), waveSymbol(SIN, traced, cosine)];
    return {
      row,
      symbolic: negative(input === "frequencies" ? times(TWO_PI, x, ...factors) : times(...factors)),
      expression:
        input === "frequencies"
          ? product(-2 * Math.PI, cosine.x, weight, wave(SIN, cosine))
          : product(-1, weight, wave(SIN, cosine)),
      value: -turns * weight * Math.sin(theta(cosine)) + 0,
    };
  });
}

const MEAN_PLUS = symbol("(1/B) Σ_n w_n ", "\\frac1B \\sum_n w_n\\,");

/** The layer in letters: of cosine j, unit u and input a. */
function letters(layer: number) {
  const [theta, f] = [symbolOf("θ", layer, "j"), symbolOf("f", layer, "j")];
  const [weight, delta] = [symbolOf("W", layer, "u", "j"), symbolOf("δ", layer, "u")];
  const sine = joined(symbol("sin ", "\\sin "), theta);
  return {
    theta,
    f,
    weight,
    delta,
    sine,
    cosine: joined(symbol("cos ", "\\cos "), theta),
    p: symbolOf("p", layer, "j"),
    bias: symbolOf("b", layer, "u"),
    x: received(layer, "a"),
    y: symbolOf("y", layer, "u"),
    /** What comes back through the cosines to their number. */
    toNumber: sumOver("j", joined(weight, SPACE, TWO_PI, SPACE, f, SPACE, sine)),
    /** What comes back to an angle. */
    toAngle: sumOver("u", joined(delta, SPACE, weight, SPACE, sine)),
  };
}

export const periodic: FieldLayer<PeriodicLayer> = {
  outputIsField: true,

  trace: {
    unit: "output",
    below: "largest",
    name: () => "periodic embedding",
    describe({ columns, units, frequencies }) {
      const which = columns.length === 1 ? `Input ${columns[0]}` : `Each of the inputs ${shortList(columns)}`;
      const what = `${units === 1 ? "one number" : `${units} numbers`} made of ${frequencies === 1 ? "one cosine" : `${frequencies} cosines`}`;
      return `${which} gets ${what}; they come first, then all inputs unchanged.`;
    },

    output(traced, unit, most) {
      const { layer, trace, pattern } = traced;
      if (unit >= embedded(layer)) {
        const input = unit - embedded(layer);
        return { symbolic: received(trace.layer, input), expression: trace.input[pattern][input] };
      }
      const terms = cosinesInto(traced, unit).map(
        (cosine): Term => ({
          symbol: times(weightSymbol(traced, unit, cosine), waveSymbol(COS, traced, cosine)),
          expression: product(weightAt(traced, unit, cosine), wave(COS, cosine)),
        }),
      );
      const bias = trace.parameters?.bias?.flat()[unit] ?? 0;
      // A cosine is as long as two other terms.
      return elidedSum(terms, Math.ceil(most / 2), { symbol: symbolOf("b", trace.layer, unit), expression: bias });
    },

    jacobian(traced): Matrix {
      const { layer, trace } = traced;
      return Array.from({ length: trace.units }, (_, unit) => {
        const row = Array<number>(trace.inputs).fill(0);
        if (unit >= embedded(layer)) row[unit - embedded(layer)] = 1;
        else {
          for (const cosine of cosinesInto(traced, unit)) {
            row[cosine.column] -=
              weightAt(traced, unit, cosine) * 2 * Math.PI * cosine.frequency * Math.sin(theta(cosine));
          }
        }
        return row.map((slope) => slope + 0);
      });
    },

    feeds: ({ layer }) =>
      `It feeds the periodic embedding of layer ${layer}, which passes the δ back directly and through the cosines.`,

    pullBack(traced, input) {
      const { layer, trace, pattern } = traced;
      const delta = (unit: number): number => trace.localGradient[pattern][unit];
      const passed = embedded(layer) + input;
      const own: Term = { symbol: symbolOf("δ", trace.layer, passed), expression: delta(passed) };
      const first = layer.columns.indexOf(input) * layer.units;
      if (first < 0) return [own];
      const units = Array.from({ length: layer.units }, (_, h) => first + h);
      const terms = units.flatMap((unit) =>
        cosinesInto(traced, unit).map((cosine): Term => {
          const symbols = [weightSymbol(traced, unit, cosine), TWO_PI, symbolOf("f", trace.layer, cosine.index)];
          const symbol = times(symbolOf("δ", trace.layer, unit), ...symbols, waveSymbol(SIN, traced, cosine));
          const slope = product(weightAt(traced, unit, cosine), -2 * Math.PI, cosine.frequency, wave(SIN, cosine));
          return { symbol: bracketed(negative(symbol)), expression: product(delta(unit), slope) };
        }),
      );
      return [own, ...terms];
    },
  },

  weights: {
    letter: "W",
    slopes(traced, weight) {
      const { unit, input } = weight;
      if (input === "bias") return [biasSlope(unit)];
      if (typeof input === "string") return waveSlopes(traced, weight);
      const cosine = cosinesInto(traced, unit)[input];
      const symbolic = waveSymbol(COS, traced, cosine);
      return [{ row: unit, symbolic, expression: wave(COS, cosine), value: Math.cos(theta(cosine)) + 0 }];
    },

    slopeFormula(traced, { unit, input }) {
      if (input === "bias") return symbol("1");
      if (typeof input === "number") return waveSymbol(COS, traced, cosinesInto(traced, unit)[input]);
      const turns = input === "frequencies" ? "2π x " : "";
      const latexTurns = input === "frequencies" ? "2\\pi x\\," : "";
      return { text: `−${turns}W sin(2π f x + p)`, latex: `-${latexTurns}W \\sin(2\\pi f x + p)` };
    },

    inputOf({ columns, units, frequencies }, _inputs, { unit, input }) {
      const shared = input === "frequencies" || input === "phases" ? frequencies : units;
      return columns[Math.floor(unit / shared)];
    },

    lever: (role, largest) => (role === "frequencies" ? 2 * Math.PI * largest : 1), // a cosine is at most 1
    place(_layer, { layer, unit, input }, source) {
      if (input === "bias") return `The bias of unit ${unit} in layer ${layer}, one of the numbers made of ${source}.`;
      if (typeof input === "number") {
        return `The weight from cosine ${input} of ${source} to unit ${unit} of layer ${layer}.`;
      }
      const what = input === "frequencies" ? "frequency" : "phase";
      return `The ${what} of cosine ${unit} in layer ${layer}, one of those of ${source}.`;
    },
  },

  derivation: {
    name: ({ columns }) => `periodic embedding of ${columns.length === 1 ? "one number" : `${columns.length} numbers`}`,
    cells: ({ layer: { columns, frequencies, units } }) => {
      const [cosines, outputs] = [columns.length * frequencies, columns.length * units];
      return [
        joined("f, p ", shape(cosines, 1), ", W ", shape(outputs, frequencies)),
        shape(outputs, 1),
        symbol("cos", "\\cos"),
      ];
    },
    symbols: [
      [symbol("f"), "frequencies of a periodic embedding, one for each of its cosines"],
      [symbol("p"), "phases of a periodic embedding, one for each of its cosines"],
      [symbol("θ", "\\theta"), "angle of such a cosine"],
    ],
    forward: ({ layer: { frequencies, units, columns }, index }) => {
      const { theta, f, p, x, y, weight, cosine, bias } = letters(index);
      return [
        equations(
          { left: theta, right: [joined(TWO_PI, SPACE, f, SPACE, x, " + ", p)] },
          { left: y, right: [joined(sumOver("j", joined(weight, SPACE, cosine)), " + ", bias)] },
          { left: y, right: [x] },
        ),
        paragraph(
          columns.length === 1 ? "One number " : `Each of ${columns.length} numbers `,
          x,
          ` has ${frequencies === 1 ? "a cosine" : `${frequencies} cosines`} of its own, from which the second line computes ${units === 1 ? "an output" : `${units} outputs`}. They can represent nonlinear functions of the number. These outputs come first; then all inputs pass unchanged, the third line.`,
        ),
      ];
    },
    bracketIsSum: true,
    bracket: ({ index }) => {
      const { delta, toNumber } = letters(index);
      return joined(symbolOf("δ", index, "a"), " − ", sumOver("u", joined(delta, SPACE, toNumber)));
    },
    back: ({ index }) =>
      `Each of its outputs passes layer ${index} unchanged, which gives the first term; a number that is embedded also gets a gradient through its cosines:`,
    through: ({ index }) => [joined("−", letters(index).toNumber), " for the cosines' outputs, then ", symbol("I")],
    slopes: ({ index }) => {
      const { f, p, x, weight, bias, cosine, sine } = letters(index);
      const inRows = [" in the rows ", symbol("u"), " of its number"] as const;
      const turn = joined(weight, SPACE, sine);
      return [
        { parameter: f, value: [joined("−", TWO_PI, SPACE, x, SPACE, turn), ...inRows] },
        { parameter: p, value: [joined("−", turn), ...inRows] },
        { parameter: weight, value: inRow("u", cosine) },
        { parameter: bias, value: inRow("u", symbol("1")) },
      ];
    },
    gradients: ({ index }) => {
      const { f, p, x, weight, bias, delta, cosine, toAngle } = letters(index);
      return [
        gradientLine(weight, MEAN, delta, SPACE, cosine),
        gradientLine(bias, MEAN, delta),
        gradientLine(p, MEAN_PLUS, toAngle),
        gradientLine(f, MEAN_PLUS, TWO_PI, SPACE, x, SPACE, toAngle),
      ];
    },
  },
};

/** "0, 1, 2, 3 and 8 more" */
function shortList(columns: readonly number[]): string {
  const [shown, more] = [columns.slice(0, 8), columns.length - 8];
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
