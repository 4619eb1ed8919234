/**
 * Numbers and dates far from those that a model learned from: its predictions there are extrapolations, so there is a warning.
 *
 * Far is more than half the width of the training rows' range beyond it; values a little outside are usual in any new table.
 * For tables to predict or to judge on. Knows no model, only an encoder.
 */
import { counted } from "../counted.ts";
import { foundInScaled, listedColumns, type RangedEncoding } from "./encodedValues.ts";
import type { Encoder } from "./encoding.ts";
import { rowNumber, type Table, type Warning, warnedValues } from "./table.ts";

/** Warning: `far-numbers`, one for all columns, with how many rows it concerns in each. */
export function farWarnings(encoder: Encoder, table: Table): Warning[] {
  const found = foundInScaled(encoder, table, (encoding, all) => {
    const rows = farRows(encoding, all);
    if (rows.length === 0) return undefined;
    const values = rows.map((row) => shownValue(encoding, all[row]));
    return { name: encoding.name, rows, values, text: described(encoding, table, rows, values[0]) };
  });
  if (found.length === 0) return [];
  found.sort((a, b) => b.rows.length - a.rows.length);
  const message =
    `In ${table.source}: values far outside the range of the training rows: ${listedColumns(found)}. ` +
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

/** Whether a value is far outside a range; none is where the model does not know its range, nor one that is missing, NaN. */
export function farFrom(range: RangedEncoding["range"]): (value: number) => boolean {
  if (range === undefined) return () => false;
  const margin = range[1] / 2 - range[0] / 2; // halves first: the difference of two numbers may be too large
  const [least, greatest] = [range[0] - margin, range[1] + margin];
  return (value) => value < least || value > greatest;
}

function farRows({ range }: RangedEncoding, values: Float64Array): number[] {
  const isFar = farFrom(range);
  const rows: number[] = [];
  for (const [row, value] of values.entries()) if (isFar(value)) rows.push(row);
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
