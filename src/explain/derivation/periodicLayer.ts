/** The periodic embedding in the derivation: h = W cos(2π f x + p) + b for each listed number, then all inputs. */
import type { Formula } from "../../network/formula.ts";
import type { PeriodicLayer } from "../../network/layers.ts";
import { type DerivedLayer, MEAN, SPACE } from "./derivedLayer.ts";
import { element, joined, localGradient, partial, received, shape, signal, sum, symbol } from "./notation.ts";
import { equations, paragraph } from "./subject.ts";

const theta = (index: number): Formula => element(signal("θ", index, "\\theta"), "j");
const frequency = (index: number): Formula => element(signal("f", index), "j");
const phase = (index: number): Formula => element(signal("p", index), "j");
const weight = (index: number): Formula => element(signal("W", index), "u,j");
const bias = (index: number): Formula => element(signal("b", index), "u");
const delta = (index: number): Formula => element(localGradient(index), "u");
const TWO_PI = symbol("2π ", "2\\pi\\,");
const cosine = (index: number): Formula => joined(symbol("cos ", "\\cos "), theta(index));
const sine = (index: number): Formula => joined(symbol("sin ", "\\sin "), theta(index));
/** Σ_u δ_u W_uj sin θ_j, what comes back to an angle. */
const toAngle = (index: number): Formula => sum("u", joined(delta(index), SPACE, weight(index), SPACE, sine(index)));
const MEAN_PLUS = symbol("(1/B) Σ_n w_n ", "\\frac1B \\sum_n w_n\\,");

export const periodicLayer: DerivedLayer<PeriodicLayer> = {
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
    const y = element(signal("y", index), "u");
    const x = element(received(index), "a");
    return [
      equations(
        { left: theta(index), right: [joined(TWO_PI, frequency(index), SPACE, x, " + ", phase(index))] },
        { left: y, right: [joined(sum("j", joined(weight(index), SPACE, cosine(index))), " + ", bias(index))] },
        { left: y, right: [x] },
      ),
      paragraph(
        columns.length === 1 ? "One number " : `Each of ${columns.length} numbers `,
        x,
        ` has ${frequencies === 1 ? "a cosine" : `${frequencies} cosines`} of its own, from which the second line computes ${units === 1 ? "an output" : `${units} outputs`}. They can represent nonlinear functions of the number. These outputs come first; then all inputs pass unchanged, the third line.`,
      ),
    ];
  },
  bracket: ({ index }) => {
    const passed = element(localGradient(index), "a");
    const cosines = sum("j", joined(weight(index), SPACE, TWO_PI, frequency(index), SPACE, sine(index)));
    return joined(passed, symbol(" − ", " - "), sum("u", joined(delta(index), SPACE, cosines)));
  },
  back: ({ index }) =>
    `Each of its outputs passes layer ${index} unchanged, which gives the first term; a number that is embedded also gets a gradient through its cosines:`,
  through: ({ index }) => [
    joined(symbol("−", "-"), sum("j", joined(weight(index), SPACE, TWO_PI, frequency(index), SPACE, sine(index)))),
    " for the cosines' outputs, then ",
    symbol("I"),
  ],
  slopes: ({ index }) => {
    const x = element(received(index), "a");
    const inRow = [" in row ", symbol("u"), ", 0 elsewhere"] as const;
    const inRows = [" in the rows ", symbol("u"), " of its number"] as const;
    const turn = joined(symbol("−", "-"), weight(index), SPACE, sine(index));
    return [
      {
        role: "frequencies",
        parameter: frequency(index),
        value: [joined(symbol("−2π ", "-2\\pi\\,"), x, SPACE, weight(index), SPACE, sine(index)), ...inRows],
      },
      { role: "phases", parameter: phase(index), value: [turn, ...inRows] },
      { role: "weights", parameter: weight(index), value: [cosine(index), ...inRow] },
      { role: "bias", parameter: bias(index), value: [symbol("1"), ...inRow] },
    ];
  },
  gradients: ({ index }) => {
    const x = element(received(index), "a");
    const of = (parameter: Formula): Formula => partial(symbol("L"), parameter);
    return [
      { left: of(weight(index)), right: [joined(MEAN, delta(index), SPACE, cosine(index))] },
      { left: of(bias(index)), right: [joined(MEAN, delta(index))] },
      { left: of(phase(index)), right: [joined(MEAN_PLUS, toAngle(index))] },
      { left: of(frequency(index)), right: [joined(MEAN_PLUS, TWO_PI, x, SPACE, toAngle(index))] },
    ];
  },
};
