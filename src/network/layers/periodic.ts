/** The periodic embedding of numbers. Knows nothing of how it is computed. */

import { DescriptionError, shown } from "../../errors.ts";
import { number, requireOptions } from "../../kinds.ts";
import {
  type LayerEntry,
  type LayerLearning,
  type LearningOptions,
  learningKinds,
  learningOf,
  requireColumns,
  requireCount,
  requireLearning,
} from "./layerEntry.ts";

/**
 * Each listed number x_i becomes h_i = W_i cos(2π f_i x_i + p_i) + b_i, which can represent nonlinear functions of x.
 * The outputs are first all h, in the order of `columns`, then all inputs as they are.
 *
 * "Periodic bias linear" of Holzmüller, Grinsztajn & Steinwart 2024, after Gorishniy, Rubachev & Babenko 2022.
 */
export interface PeriodicLayer {
  readonly kind: "periodic";
  /** Inputs that are embedded. */
  readonly columns: readonly number[];
  /** F, the cosines of each number. */
  readonly frequencies: number;
  /** H, the outputs for each number. */
  readonly units: number;
  /** The deviation of the normal distribution that the frequencies f start by, above 0. */
  readonly deviation: number;
  readonly learning?: LayerLearning;
}

const periodicKinds = { frequencies: number, units: number, deviation: number, ...learningKinds };
const ROLES = ["frequencies", "phases", "weights", "bias"] as const;

/**
 * Describes a periodic embedding; 16 frequencies with a deviation of 0.1 and 3 units when absent.
 *
 * @example
 * import { dense, layerWidths, network, periodic } from "gradus/network";
 *
 * // Each of inputs 0 and 1 becomes itself and three more.
 * layerWidths(network({ inputs: 2, layers: [periodic([0, 1]), dense(1)] })); // [2, 8, 1]
 */
export function periodic(
  columns: readonly number[],
  options: Partial<Pick<PeriodicLayer, "frequencies" | "units" | "deviation">> & LearningOptions = {},
): PeriodicLayer {
  requireOptions(options, periodicKinds, "periodic");
  const { frequencies = 16, units = 3, deviation = 0.1 } = options;
  return { kind: "periodic", columns, frequencies, units, deviation, ...learningOf(options, ROLES) };
}

const formula = {
  text: "y = (h, x), h = W cos(2π f x + p) + b",
  latex: "y = (h, x),\\quad h = W \\cos(2\\pi f x + p) + b",
};

export const periodicEntry: LayerEntry<PeriodicLayer> = {
  fields: { kind: true, columns: true, frequencies: true, units: true, deviation: true, learning: true },
  formula,
  derivativeFormula: {
    text: "∂h/∂x = −Σ_j W_j 2π f_j sin(2π f_j x + p_j), ∂x/∂x = 1",
    latex:
      "\\frac{\\partial h}{\\partial x} = -\\sum_j W_j\\, 2\\pi f_j \\sin(2\\pi f_j x + p_j),\\quad \\frac{\\partial x}{\\partial x} = 1",
  },
  details: ({ columns: { length }, frequencies, units }) =>
    `${formula.text}: ${frequencies} cosines and ${units} h for each of ${length} ${length === 1 ? "input" : "inputs"}`,
  validate({ columns, frequencies, units, deviation, learning }, inputs, where) {
    requireColumns(columns, inputs, where);
    requireCount(frequencies, `${where}: frequencies`);
    requireCount(units, `${where}: units`);
    if (!(typeof deviation === "number" && deviation > 0 && deviation < Number.POSITIVE_INFINITY)) {
      throw new DescriptionError(`${where}: expected a deviation above 0, found ${shown(deviation)}.`);
    }
    requireLearning(learning, ROLES, where);
  },
  outputs: ({ columns, units }, inputs) => inputs + columns.length * units,
  tensors: ({ columns: { length }, frequencies, units }) => [
    { role: "frequencies", shape: [length, frequencies] },
    { role: "phases", shape: [length, frequencies] },
    { role: "weights", shape: [length, units, frequencies] },
    { role: "bias", shape: [length, units] },
  ],
  /** f ~ N(0, deviation²), p ~ U(−π, π), W and b ~ U(−1/√F, 1/√F). */
  initialise({ columns: { length }, frequencies, units, deviation }, _inputs, random) {
    const uniform = (count: number, bound: number): Float64Array =>
      Float64Array.from({ length: count }, () => bound * (2 * random.uniform() - 1));
    const bound = 1 / Math.sqrt(frequencies);
    return [
      Float64Array.from({ length: length * frequencies }, () => deviation * random.normal()),
      uniform(length * frequencies, Math.PI),
      uniform(length * units * frequencies, bound),
      uniform(length * units, bound),
    ];
  },
};
