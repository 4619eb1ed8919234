/**
 * Missing numbers and dates in columns that lacked none in training: the model predicts as if the median were there, without
 * an input that says so, so there is a warning.
 *
 * For tables to predict or to judge on. Knows no model, only an encoder.
 */
import { counted } from "../counted.ts";
import { isRanged, scaledValues } from "./encodedValues.ts";
import type { Encoder } from "./encoding.ts";
import { rowNumber, type Table, type Warning } from "./table.ts";

/** More columns than this make a message that nobody reads. */
const LISTED = 5;

/** Warning: `newly-missing`, one for all columns, with how many rows it concerns in each. */
export function newlyMissingWarnings({ columns }: Encoder, table: Table): Warning[] {
  const given = new Map(table.columns.map((column) => [column.name, column]));
  const found = columns.flatMap((encoding) => {
    const column = given.get(encoding.name);
    if (column === undefined || !isRanged(encoding) || encoding.missingIndicator) return [];
    const values = scaledValues(encoding, table, column);
    const first = values.findIndex(Number.isNaN);
    const count = values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0);
    if (count === 0) return [];
    const text = `${encoding.name} in ${count} of ${counted(table.rows, "row")}, first in row ${rowNumber(table, first)}`;
    return [{ name: encoding.name, text }];
  });
  if (found.length === 0) return [];
  const texts = found.slice(0, LISTED).map(({ text }) => text);
  const more = found.length > LISTED ? `, and ${found.length - LISTED} more columns` : "";
  const message =
    `In ${table.source}: missing values in columns that had none in training: ${texts.join("; ")}${more}. ` +
    "The model uses the median of the training rows in their place. Fill in the values, or train again with rows that have such gaps.";
  return [{ code: "newly-missing", columns: found.map(({ name }) => name), message }];
}
