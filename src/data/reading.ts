/**
 * Trimmed text as values, by the reading of its column: numbers, truth values, dates.
 *
 * Pure functions of one cell's text; which reading a column has is `inference.ts`'s question, and what to do with texts
 * that do not fit it `conversion.ts`'s.
 */
import { dateReader } from "./dateForms.ts";
import { numberReader } from "./numberForms.ts";

const plainNumber = numberReader({});
const isoDate = dateReader();

/** A decimal number, in the language's own notation; infinite when it is written so or is too large; NaN when it is none. */
export function readNumber(text: string): number {
  return plainNumber(text.trim());
}

/** true or false, in any case; undefined when it is neither. */
export function readBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (word === "true") return true;
  return word === "false" ? false : undefined;
}

/**
 * An ISO 8601 date, date and time, or time of day. Without a zone it is taken as UTC, so that the machine's own zone
 * never changes a result; a time of day counts from 1970-01-01.
 *
 * @returns milliseconds since 1970-01-01T00:00Z; NaN when it is none or names a day or hour that does not exist
 */
export function readDate(text: string): number {
  return isoDate(text.trim());
}
