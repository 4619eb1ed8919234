/**
 * Numbers to predict: the means and deviations that they are standardised by, and the quantiles that are asked for.
 *
 * Knows no other kind of target; how numbers are standardised and restored is `target.ts`'s business.
 */

import { empiricalQuantiles, quantilePlaces } from "../empiricalQuantiles.ts";
import { DataError } from "../errors.ts";
import type { Label, RegressionTarget } from "./encoding.ts";
import { valuedOption } from "./remedies.ts";
import type { Statistics } from "./statistics.ts";
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
  statistics: Statistics,
  { known, levels, weights }: KnownNumbers = {},
): RegressionTarget {
  const moments = columns.map((column, at) => {
    if (column.type === "number") {
      return momentsOf(table.source, column, statistics, { weights, known: known?.deviations[at] });
    }
    const row = Array.from<Label | null>(column.values).findIndex((value) => !isMissing(value));
    const value = column.type === "date" ? "" : ` ${shown(column.values[row])}`;
    const first = statistics.first(row < 0 ? undefined : `${column.type}${value} in row ${rowNumber(table, row)}`);
    throw new DataError(
      `In ${table.source}: the target ${JSON.stringify(column.name)} must be a number, but holds the ${first}. ` +
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
    ...(levels && {
      quantiles: { levels, values: quantilesIn(columns[0] as NumberColumn, statistics, { levels, weights }) },
    }),
  };
}

/** The quantiles of the rows that have a value. */
function quantilesIn(
  { values }: NumberColumn,
  statistics: Statistics,
  { levels, weights }: { readonly levels: readonly number[]; readonly weights: ArrayLike<number> | undefined },
): readonly number[] {
  if (weights === undefined) {
    const sorted = statistics.ascendingAt(values, (length) => quantilePlaces(length, levels));
    return quantilePlaces(sorted.length, levels).map((place) => sorted[place]);
  }
  const isPresent = (_: number, row: number): boolean => !Number.isNaN(values[row]);
  const own = weights && Float64Array.from(weights).filter(isPresent);
  return empiricalQuantiles(values.filter(isPresent), levels, own);
}

/** Mean and population standard deviation, weighted where there are weights. The differences are scaled by their largest, so that no square overflows. */
function momentsOf(
  source: string,
  { name, values }: NumberColumn,
  statistics: Statistics,
  { known, weights }: { readonly known: number | undefined; readonly weights: ArrayLike<number> | undefined },
): { mean: number; deviation: number } {
  const numbers = values.filter((value) => !Number.isNaN(value));
  const { present, different } = statistics.variety(values);
  if (!different) {
    const [only] = statistics.firstDifferent(values, 0) as number[];
    if (known !== undefined) return { mean: only, deviation: known };
    throw new DataError(
      `In ${source}: the target ${JSON.stringify(name)} is ${only} in every row, so there is nothing to learn. Expected different numbers.`,
    );
  }
  const own =
    weights === undefined ? undefined : Float64Array.from(weights).filter((_, row) => !Number.isNaN(values[row]));
  const weightAt = (at: number): number => (own === undefined ? 1 : own[at]);
  const sumOf = (term: (value: number, at: number) => number): number =>
    statistics.inTurn(new Float64Array(1), (sum) => {
      sum[0] = numbers.reduce((all, value, at) => all + term(value, at), sum[0]);
    })[0];
  const greatestOf = (size: (value: number) => number): number =>
    statistics.greatest([numbers.reduce((most, value) => Math.max(most, size(value)), 0)])[0];
  const total = own === undefined ? present : sumOf((_, at) => own[at]);
  const mean = sumOf((value, at) => value / (total / weightAt(at)));
  const largest = greatestOf((value) => Math.abs(value - mean));
  const squares = sumOf((value, at) => weightAt(at) * ((value - mean) / largest) ** 2);
  const deviation = largest * Math.sqrt(squares / total);
  requireComputable(`In ${source}: the target ${JSON.stringify(name)}`, greatestOf(Math.abs), deviation);
  return { mean, deviation };
}

/** A model's file holds numbers up to ten times as large: its predictions may go a little beyond what it learned from. */
const LARGEST_TARGET = 1e99;

/** @throws {DataError} numbers whose errors could not be squared and added */
function requireComputable(what: string, largest: number, deviation: number): void {
  if (largest <= LARGEST_TARGET && deviation >= 1 / LARGEST_TARGET) return;
  const found =
    largest > LARGEST_TARGET
      ? `has absolute values up to ${largest}. Expected at most ${LARGEST_TARGET}`
      : `has values that differ too little (standard deviation ${deviation}). Expected at least ${1 / LARGEST_TARGET}`;
  throw new DataError(`${what} ${found}: use another unit.`);
}
