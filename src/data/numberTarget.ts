/**
 * Numbers to predict: the means and deviations that they are standardised by, and the quantiles that are asked for.
 *
 * Knows no other kind of target; how numbers are standardised and restored is `target.ts`'s business.
 */

import { empiricalQuantiles } from "../empiricalQuantiles.ts";
import { DataError } from "../errors.ts";
import type { Label, RegressionTarget } from "./encoding.ts";
import { valuedOption } from "./remedies.ts";
import { type Column, isMissing, type NumberColumn, rowNumber, shown, type Table } from "./table.ts";

/** What is known of numbers before their statistics are taken. */
interface KnownNumbers {
  /** What the deviations were before, for columns of equal numbers, which have none. */
  readonly known?: RegressionTarget;
  /** The quantiles to predict of a single column. */
  readonly levels?: readonly number[] | undefined;
  /** [N], sample weights. */
  readonly weights?: ArrayLike<number> | undefined;
}

/**
 * The description of numbers to predict, with the statistics of the table's rows.
 *
 * @throws {DataError} a column of another type, numbers that are all equal or could not be computed with
 */
export function fitNumbers(
  table: Table,
  columns: readonly Column[],
  { known, levels, weights }: KnownNumbers = {},
): RegressionTarget {
  const moments = columns.map((column, at) => {
    if (column.type === "number") return momentsOf(table.source, column, { weights, known: known?.deviations[at] });
    const row = Array.from<Label | null>(column.values).findIndex((value) => !isMissing(value));
    const value = column.type === "date" ? "" : ` ${shown(column.values[row])}`;
    throw new DataError(
      `In ${table.source}: the target ${JSON.stringify(column.name)} must be a number, but holds the ${column.type}${value} in row ${rowNumber(table, row)}. ` +
        (columns.length > 1
          ? "Several targets must all be numbers."
          : `Choose a number column, or use its values as classes: ${valuedOption("task", "classification")}.`),
    );
  });
  return {
    task: "regression",
    columns: columns.map(({ name }) => name),
    ...(columns.some(({ reading }) => reading) && {
      readings: columns.map(({ reading }) => reading ?? { type: "number" as const }),
    }),
    means: moments.map(({ mean }) => mean),
    deviations: moments.map(({ deviation }) => deviation),
    ...(levels && { quantiles: { levels, values: quantilesIn(columns[0] as NumberColumn, levels, weights) } }),
  };
}

/** The quantiles of the rows that have a value. */
function quantilesIn(
  { values }: NumberColumn,
  levels: readonly number[],
  weights: ArrayLike<number> | undefined,
): readonly number[] {
  const isPresent = (_: number, row: number): boolean => !Number.isNaN(values[row]);
  const own = weights && Float64Array.from(weights).filter(isPresent);
  return empiricalQuantiles(values.filter(isPresent), levels, own);
}

/** Mean and population standard deviation, weighted where there are weights. The differences are scaled by their largest, so that no square overflows. */
function momentsOf(
  source: string,
  { name, values }: NumberColumn,
  { known, weights }: { readonly known: number | undefined; readonly weights: ArrayLike<number> | undefined },
): { mean: number; deviation: number } {
  const numbers = values.filter((value) => !Number.isNaN(value));
  if (numbers.every((value) => value === numbers[0])) {
    if (known !== undefined) return { mean: numbers[0], deviation: known };
    throw new DataError(
      `In ${source}: the target ${JSON.stringify(name)} is ${numbers[0]} in every row, so there is nothing to learn. Expected different numbers.`,
    );
  }
  const own =
    weights === undefined ? undefined : Float64Array.from(weights).filter((_, row) => !Number.isNaN(values[row]));
  const total = own?.reduce((sum, weight) => sum + weight, 0) ?? numbers.length;
  const weightAt = (at: number): number => (own === undefined ? 1 : own[at]);
  const mean = numbers.reduce((sum, value, at) => sum + value / (total / weightAt(at)), 0);
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  const squares = numbers.reduce((sum, value, at) => sum + weightAt(at) * ((value - mean) / largest) ** 2, 0);
  const deviation = largest * Math.sqrt(squares / total);
  requireComputable(`In ${source}: the target ${JSON.stringify(name)}`, numbers, deviation);
  return { mean, deviation };
}

/** A model's file holds numbers up to ten times as large: its predictions may go a little beyond what it learned from. */
const LARGEST_TARGET = 1e99;

/** @throws {DataError} numbers whose errors could not be squared and added */
function requireComputable(what: string, numbers: Float64Array, deviation: number): void {
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest <= LARGEST_TARGET && deviation >= 1 / LARGEST_TARGET) return;
  const found =
    largest > LARGEST_TARGET
      ? `has absolute values up to ${largest}. Expected at most ${LARGEST_TARGET}`
      : `has values that differ too little (standard deviation ${deviation}). Expected at least ${1 / LARGEST_TARGET}`;
  throw new DataError(`${what} ${found}: use another unit.`);
}
