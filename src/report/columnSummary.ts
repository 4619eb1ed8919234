/**
 * What a table's columns hold, each in a few numbers and a small histogram.
 *
 * Describes only: warnings are made by the preparation. Knows no model.
 */
import { type Column, type ColumnType, isMissing, type Table } from "../data/table.ts";

export type ColumnUse = "target" | "input" | "weights" | "group" | "left out";

export interface ColumnSummary {
  readonly name: string;
  readonly type: ColumnType;
  /** How training used the column. */
  readonly use: ColumnUse;
  readonly missing: number;
  /** The number of different values. */
  readonly distinct: number;
  /** Of numbers, and of dates in milliseconds since 1970; absent if all values are missing. */
  readonly range?: { readonly least: number; readonly median: number; readonly most: number };
  /** The most frequent values of text and booleans, at most 4, with their counts. */
  readonly commonest?: readonly { readonly value: string; readonly count: number }[];
  /** The counts of a histogram: 16 equal bins from the minimum to the maximum, or the most frequent values and then all others. */
  readonly bars: readonly number[];
}

const STEPS = 16;
const MOST_BARS = 8;
const LISTED_VALUES = 4;

/** @param uses what each column was for, by name; one that has no entry was left out */
export function columnSummaries(table: Table, uses: ReadonlyMap<string, ColumnUse>): ColumnSummary[] {
  return table.columns.map((column) => ({
    name: column.name,
    type: column.type,
    use: uses.get(column.name) ?? "left out",
    ...(column.type === "number" || column.type === "date" ? ofNumbers(column.values) : ofWords(column.values)),
  }));
}

type Description = Omit<ColumnSummary, "name" | "type" | "use">;

function ofNumbers(values: Float64Array): Description {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const { length } = sorted;
  const missing = values.length - length;
  if (length === 0) return { missing, distinct: 0, bars: [] };
  const [least, most] = [sorted[0], sorted[length - 1]];
  const median = (sorted[(length - 1) >> 1] + sorted[length >> 1]) / 2;
  const bars = new Array<number>(STEPS).fill(0);
  let distinct = 0;
  for (let i = 0; i < length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
    // Halved before the difference is taken, which might overflow otherwise.
    const share = most === least ? 0.5 : (sorted[i] / 2 - least / 2) / (most / 2 - least / 2);
    bars[Math.min(STEPS - 1, Math.floor(share * STEPS))]++;
  }
  return { missing, distinct, range: { least, median, most }, bars };
}

function ofWords(values: Exclude<Column["values"], Float64Array>): Description {
  const counts = new Map<string, number>();
  let missing = 0;
  for (const value of values) {
    if (isMissing(value)) missing++;
    else counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const first = sorted.slice(0, MOST_BARS).map(([, count]) => count);
  const others = sorted.slice(MOST_BARS).reduce((sum, [, count]) => sum + count, 0);
  return {
    missing,
    distinct: counts.size,
    commonest: sorted.slice(0, LISTED_VALUES).map(([value, count]) => ({ value, count })),
    bars: others > 0 ? [...first, others] : first,
  };
}
