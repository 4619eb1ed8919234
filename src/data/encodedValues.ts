/** A table's column as the numbers that an encoding of numbers or dates scales. Knows no inputs of a network. */
import { asType } from "./conversion.ts";
import { placeOf } from "./encoder.ts";
import type { ColumnEncoding, DateEncoding, NumberEncoding } from "./encoding.ts";
import type { Column, Table } from "./table.ts";

/** An encoding with a median and a range. */
export type RangedEncoding = NumberEncoding | DateEncoding;

export const isRanged = (encoding: ColumnEncoding): encoding is RangedEncoding =>
  encoding.kind === "number" || encoding.kind === "date";

/**
 * Numbers, or milliseconds of dates since 1970, NaN where a value is missing; [rows].
 *
 * @throws {DataError} a value that can't be of the encoding's kind
 */
export function scaledValues(encoding: RangedEncoding, table: Table, column: Column): Float64Array {
  return asType(encoding.kind, placeOf(table, encoding), column).values;
}
