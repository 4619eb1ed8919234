/** A table's column as the numbers that an encoding of numbers or dates scales. Knows no inputs of a network. */
import { asType } from "./conversion.ts";
import { placeOf } from "./encoder.ts";
import type { ColumnEncoding, DateEncoding, Encoder, NumberEncoding } from "./encoding.ts";
import type { Column, Table } from "./table.ts";

/** An encoding with a median and a range. */
export type RangedEncoding = NumberEncoding | DateEncoding;

export const isRanged = (encoding: ColumnEncoding): encoding is RangedEncoding =>
  encoding.kind === "number" || encoding.kind === "date";

/** What is found in the columns of a table that an encoder scales, by their numbers: see `scaledValues`. */
export function foundInScaled<Found>(
  { columns }: Encoder,
  table: Table,
  look: (encoding: RangedEncoding, values: Float64Array) => Found | undefined,
): Found[] {
  const given = new Map(table.columns.map((column) => [column.name, column]));
  return columns.flatMap((encoding) => {
    const column = given.get(encoding.name);
    const found = column && isRanged(encoding) ? look(encoding, scaledValues(encoding, table, column)) : undefined;
    return found === undefined ? [] : [found];
  });
}

/** More columns than this make a message that nobody reads. */
const LISTED = 5;

/** What a warning has of several columns: "a in 1 of 9 rows, first in row 2; …, and 3 more columns". */
export function listedColumns(found: readonly { readonly text: string }[]): string {
  const more = found.length > LISTED ? `, and ${found.length - LISTED} more columns` : "";
  return `${found
    .slice(0, LISTED)
    .map(({ text }) => text)
    .join("; ")}${more}`;
}

/**
 * Numbers, or milliseconds of dates since 1970, NaN where a value is missing; [rows].
 *
 * @throws {DataError} a value that can't be of the encoding's kind
 */
function scaledValues(encoding: RangedEncoding, table: Table, column: Column): Float64Array {
  return asType(encoding.kind, placeOf(table, encoding), column).values;
}
