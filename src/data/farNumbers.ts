/**
 * Numbers and dates far from those that a model learned from: its predictions there are extrapolations, so there is a warning.
 *
 * Far is more than half the width of the training rows' range beyond it; values a little outside are usual in any new table.
 * For tables to predict or to judge on. Knows no model, only an encoder.
 */
import { counted } from "../counted.ts";
import { isRanged, type RangedEncoding, scaledValues } from "./encodedValues.ts";
import type { Encoder } from "./encoding.ts";
import { type Column, rowNumber, type Table, type Warning, warnedValues } from "./table.ts";

/** More columns than this make a message that nobody reads. */
const LISTED = 5;

/** Warning: `far-numbers`, one for all columns, with how many rows it concerns in each. */
export function farWarnings({ columns }: Encoder, table: Table): Warning[] {
  const given = new Map(table.columns.map((column) => [column.name, column]));
  const found = columns.flatMap((encoding) => {
    const column = given.get(encoding.name);
    if (column === undefined || !isRanged(encoding)) return [];
    const rows = farRows(encoding, table, column);
    if (rows.length === 0) return [];
    const all = scaledValues(encoding, table, column);
    const values = rows.map((row) => shownValue(encoding, all[row]));
    return [{ name: encoding.name, rows, values, text: described(encoding, table, rows, values[0]) }];
  });
  if (found.length === 0) return [];
  found.sort((a, b) => b.rows.length - a.rows.length);
  const texts = found.slice(0, LISTED).map(({ text }) => text);
  const more = found.length > LISTED ? `, and ${found.length - LISTED} more columns` : "";
  const message =
    `In ${table.source}: values far outside the range of the training rows: ${texts.join("; ")}${more}. ` +
    "Its predictions there are extrapolations: correct the values, or train again with such rows.";
  return [
    {
      code: "far-numbers",
      columns: found.map(({ name }) => name),
      values: found.map(({ values }) => warnedValues(values)),
      message,
    },
  ];
}

/** The rows of the values; none where the model does not know its range. */
function farRows(encoding: RangedEncoding, table: Table, column: Column): number[] {
  const { range } = encoding;
  if (range === undefined) return [];
  const values = scaledValues(encoding, table, column);
  const margin = range[1] / 2 - range[0] / 2; // halves first: the difference of two numbers may be too large
  const rows: number[] = [];
  for (const [row, value] of values.entries()) {
    if (value < range[0] - margin || value > range[1] + margin) rows.push(row); // NaN, a missing value, is neither
  }
  return rows;
}

/** A value as people read it. */
function shownValue({ kind }: RangedEncoding, value: number): string | number {
  return kind === "date" ? new Date(value).toISOString() : value;
}

/** "year (1990 to 2020) in 3 of 10 rows, first in row 4: 2099" */
function described(encoding: RangedEncoding, table: Table, rows: readonly number[], first: string | number): string {
  const { name, range = [0, 0] } = encoding;
  const [least, greatest] = range.map((value) => shownValue(encoding, value));
  return `${name} (${least} to ${greatest}) in ${rows.length} of ${counted(table.rows, "row")}, first in row ${rowNumber(table, rows[0])}: ${first}`;
}
