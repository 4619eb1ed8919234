/** What layers with columns of their own read as lists of numbers. Knows no words but these. */
import type { CodeColumn } from "../../network/layers.ts";
import type { ListArgument } from "./argument.ts";
import { inOrder } from "./places.ts";

type Extents = ReadonlyMap<string, number>;

/** The list of an embedding: its head, then the code columns, then the stretches of inputs between them. */
export const embeddingParts = {
  /** How many numbers a code becomes, how many code columns there are, and how many stretches. */
  EmbeddingList: ["dimension", "columns", "stretches"],
  /** Which input the code is, the first entry of its table among those of all tables, and how many entries it has. */
  TableOfCodes: ["column", "first", "entries"],
  /** The first input, and how many follow one another. */
  Stretch: ["first", "inputs"],
} as const;

/** The list of periodic embeddings: its head, then the columns. */
export const periodicParts = { PeriodicList: ["frequencies", "units", "columns"] } as const;

/** @param inputs how many there are, codes included */
export function embeddingList(columns: readonly CodeColumn[], dimension: number, inputs: number): number[] {
  let first = 0;
  const tables = columns.flatMap(({ column, cardinality: entries }) => {
    first += entries;
    return inOrder(embeddingParts.TableOfCodes, { column, first: first - entries, entries });
  });
  const stretches = stretchesBetween(new Set(columns.map(({ column }) => column)), inputs);
  const head = { dimension, columns: columns.length, stretches: stretches.length };
  const others = stretches.flatMap((stretch) => inOrder(embeddingParts.Stretch, stretch));
  return [...inOrder(embeddingParts.EmbeddingList, head), ...tables, ...others];
}

/** The inputs that are no code, as far as they follow one another. */
function stretchesBetween(codes: ReadonlySet<number>, inputs: number): { first: number; inputs: number }[] {
  const stretches: { first: number; inputs: number }[] = [];
  for (let column = 0; column < inputs; column++) {
    if (codes.has(column)) continue;
    if (column === 0 || codes.has(column - 1)) stretches.push({ first: column, inputs: 0 });
    stretches[stretches.length - 1].inputs++;
  }
  return stretches;
}

export function periodicList(columns: readonly number[], frequencies: number, units: number): number[] {
  return [...inOrder(periodicParts.PeriodicList, { frequencies, units, columns: columns.length }), ...columns];
}

/** Of an operation whose inputs are I wide and outputs O: each code column became a vector. */
export const embedded = {
  kind: "list",
  parts: embeddingParts,
  words: (columns: readonly CodeColumn[], extents: Extents) => {
    const inputs = extents.get("I") ?? 0;
    const dimension = ((extents.get("O") ?? 0) - inputs) / columns.length + 1;
    return embeddingList(columns, dimension, inputs);
  },
} as const satisfies ListArgument;

/** Of an operation with weights [C, H, F]. */
export const embeddedNumbers = {
  kind: "list",
  parts: periodicParts,
  words: (columns: readonly number[], extents: Extents) =>
    periodicList(columns, extents.get("F") ?? 0, extents.get("H") ?? 0),
} as const satisfies ListArgument;
