/**
 * Numbers and dates far from those that a model learned from: its predictions there are extrapolations, so there is a warning.
 *
 * Far is more than half the width of the training rows' range beyond it; values a little outside are usual in any new table.
 * For tables to predict or to judge on. Knows no model, only an encoder.
 */
import { counted } from "../counted.ts";
import { foundInScaled, listedColumns, type RangedEncoding } from "./encodedValues.ts";
import type { Encoder } from "./encoding.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import { type Statistics, warnedValues } from "./statistics.ts";
import { rowNumber, type Table, type Warning } from "./table.ts";

/** Warning: `far-numbers`, one for all columns, with how many rows it concerns in each. */
export function farWarnings(encoder: Encoder, table: Table): Warning[] {
  const statistics = statisticsOf(table);
  const found = foundInScaled(encoder, table, (encoding, all) => {
    const rows = farRows(encoding, all);
    const [count] = statistics.sums([rows.length]);
    if (count === 0) return undefined;
    const values = shownValues(
      encoding,
      statistics,
      Float64Array.from(rows, (row) => all[row]),
    );
    const first = statistics.first(rows.length === 0 ? undefined : String(rowNumber(table, rows[0])));
    const text = `${described(encoding)} in ${count} of ${counted(statistics.rows, "row")}, first in row ${first}: ${values[0]}`;
    return { name: encoding.name, count, values, text };
  });
  if (found.length === 0) return [];
  found.sort((a, b) => b.count - a.count);
  const message =
    `In ${table.source}: values far outside the range of the training rows: ${listedColumns(found)}. ` +
    "Its predictions there are extrapolations: correct the values, or train again with such rows.";
  return [
    {
      code: "far-numbers",
      columns: found.map(({ name }) => name),
      values: found.map(({ values }) => values),
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

/** Values as people read them, for `Warning.values`. */
function shownValues({ kind }: RangedEncoding, statistics: Statistics, values: Float64Array): (string | number)[] {
  return warnedValues<number>(statistics, values).map((value) => shownValue(kind, value));
}

function shownValue(kind: RangedEncoding["kind"], value: number): string | number {
  return kind === "date" ? new Date(value).toISOString() : value;
}

/** "year (1990 to 2020)" */
function described({ kind, name, range = [0, 0] }: RangedEncoding): string {
  const [least, greatest] = range.map((value) => shownValue(kind, value));
  return `${name} (${least} to ${greatest})`;
}
