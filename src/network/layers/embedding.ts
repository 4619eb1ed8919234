/** The embedding of categories: a code becomes a vector that is learned. Knows nothing of how it is computed. */
import { requireKnown, requireThat } from "../../errors.ts";
import { listOf, number, object, requireKind, requireOptions } from "../../kinds.ts";
import {
  type LayerEntry,
  type LayerLearning,
  type LearningOptions,
  learningKinds,
  learningOf,
  requireColumns,
  requireCount,
  requireLearning,
  type TensorShape,
} from "./layerEntry.ts";

/** The most categories of a column: codes are float32, which counts one by one to 2²⁴. */
const MOST_CODES = 2 ** 24;

/** One input that holds the codes of categories. */
export interface CodeColumn {
  /** The index of the input. */
  readonly column: number;
  /** How many codes there are, from 0 on; 0 stands for what is missing or unknown, and for any number that is no code. */
  readonly cardinality: number;
}

/**
 * Each code column becomes the row of its own table that the code names, a vector of `dimension` numbers. The outputs
 * are first all other inputs, in order, then the vectors, in the order of `columns`. The tables start from N(0, 1).
 * Guo & Berkhahn 2016.
 */
export interface EmbeddingLayer {
  readonly kind: "embedding";
  readonly columns: readonly CodeColumn[];
  readonly dimension: number;
  readonly learning?: LayerLearning;
}

const embeddingKinds = { dimension: number, ...learningKinds };

/**
 * Describes an embedding of code columns.
 *
 * @example
 * import { dense, embedding, layerWidths, network } from "gradus/network";
 *
 * // Input 1 holds codes 0 to 5; the other two inputs pass.
 * const net = network({ inputs: 3, layers: [embedding([{ column: 1, cardinality: 6 }], { dimension: 4 }), dense(1)] });
 * layerWidths(net); // [3, 6, 1]
 */
export function embedding(
  columns: readonly CodeColumn[],
  options: { readonly dimension?: number } & LearningOptions = {},
): EmbeddingLayer {
  requireOptions(options, embeddingKinds, "embedding");
  const { dimension = 8 } = options;
  return { kind: "embedding", columns, dimension, ...learningOf(options, ["weights"]) };
}

/** Rows of all its tables together, which lie one after the other. */
export function embeddingEntries({ columns }: EmbeddingLayer): number {
  return columns.reduce((sum, { cardinality }) => sum + cardinality, 0);
}

/** The inputs that are no codes, in order: the first outputs. */
export function plainInputs({ columns }: EmbeddingLayer, inputs: number): number[] {
  const codes = new Set(columns.map(({ column }) => column));
  return Array.from({ length: inputs }, (_, input) => input).filter((input) => !codes.has(input));
}

/** The code that a number is: 0 where it is none. */
export function codeOf(found: number, cardinality: number): number {
  return Number.isInteger(found) && found >= 0 && found < cardinality ? found : 0;
}

/** Where an output that a code leads to comes from. */
export interface Vectored extends CodeColumn {
  /** The first of the column's rows in the tables. */
  readonly first: number;
  /** The output's place within the vector. */
  readonly place: number;
}

/** @param unit at least the number of inputs that are no codes */
export function vectored({ columns, dimension }: EmbeddingLayer, inputs: number, unit: number): Vectored {
  const at = unit - (inputs - columns.length);
  const column = Math.floor(at / dimension);
  const first = columns.slice(0, column).reduce((sum, { cardinality }) => sum + cardinality, 0);
  return { ...columns[column], first, place: at % dimension };
}

const codeNames = { column: true, cardinality: true } as const satisfies Record<keyof CodeColumn, true>;

const formula = {
  text: "y = (x without codes, E_k of each code k)",
  latex: "y = (x\\text{ without codes},\\ E_k\\text{ of each code }k)",
};

export const embeddingEntry: LayerEntry<EmbeddingLayer> = {
  fields: { kind: true, columns: true, dimension: true, learning: true },
  formula,
  derivativeFormula: {
    text: "∂y_u/∂x_a = 1 where y_u is x_a, else 0",
    latex: "\\frac{\\partial y_u}{\\partial x_a} = 1\\text{ where } y_u\\text{ is }x_a,\\text{ else }0",
  },
  details({ columns, dimension }) {
    const codes = columns.map(({ column, cardinality }) => `${cardinality} codes of input ${column}`);
    return `${formula.text}: vectors of ${dimension} for ${codes.join(", ")}`;
  },
  validate({ columns, dimension, learning }, inputs, where) {
    requireKind(`the columns of ${where}`, columns, listOf(object, "code columns"));
    requireColumns(
      columns.map(({ column }) => column),
      inputs,
      where,
    );
    for (const code of columns) {
      requireKnown(code, codeNames, `a code column of ${where}`);
      const { column, cardinality } = code;
      requireCount(cardinality, `${where}: the cardinality of column ${column}`);
      const countable = cardinality <= MOST_CODES;
      requireThat(`${where}: the cardinality of column ${column}`, cardinality, countable, `at most ${MOST_CODES}`);
    }
    requireCount(dimension, `${where}: dimension`);
    requireLearning(learning, ["weights"], where);
  },
  outputs: ({ columns, dimension }, inputs) => inputs + columns.length * (dimension - 1),
  tensors: (layer): readonly TensorShape[] => [{ role: "weights", shape: [embeddingEntries(layer), layer.dimension] }],
  initialise: (layer, _inputs, random) => [
    Float64Array.from({ length: embeddingEntries(layer) * layer.dimension }, random.normal),
  ],
};
