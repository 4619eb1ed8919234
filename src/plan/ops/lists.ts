/** What layers with columns of their own read as lists of numbers. Knows no words but these. */
import type { CodeColumn } from "../../network/layers.ts";

type Extents = ReadonlyMap<string, number>;

/**
 * [dimension, tables, (column, first entry, entries)…, stretches, (column, count)…]: the stretches are the inputs that aren't
 * codes.
 *
 * @param inputs how many there are, codes included
 */
export function embeddingList(columns: readonly CodeColumn[], dimension: number, inputs: number): number[] {
  let first = 0;
  const tables = columns.flatMap(({ column, cardinality }) => {
    first += cardinality;
    return [column, first - cardinality, cardinality];
  });
  const isCode = new Set(columns.map(({ column }) => column));
  const stretches: number[] = [];
  for (let column = 0; column < inputs; column++) {
    if (isCode.has(column)) continue;
    if (column === 0 || isCode.has(column - 1)) stretches.push(column, 1);
    else stretches[stretches.length - 1] += 1;
  }
  return [dimension, columns.length, ...tables, stretches.length / 2, ...stretches];
}

/** [frequencies, units, columns, column…] */
export function periodicList(columns: readonly number[], frequencies: number, units: number): number[] {
  return [frequencies, units, columns.length, ...columns];
}

/** Of an operation whose inputs are I wide and outputs O: each code column became a vector. */
export const embedded = {
  kind: "list",
  words: (columns: readonly CodeColumn[], extents: Extents) => {
    const inputs = extents.get("I") ?? 0;
    const dimension = ((extents.get("O") ?? 0) - inputs) / columns.length + 1;
    return embeddingList(columns, dimension, inputs);
  },
} as const;

/** Of an operation with weights [C, H, F]. */
export const embeddedNumbers = {
  kind: "list",
  words: (columns: readonly number[], extents: Extents) =>
    periodicList(columns, extents.get("F") ?? 0, extents.get("H") ?? 0),
} as const;
