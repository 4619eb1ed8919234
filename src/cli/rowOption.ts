/** Rows named on the command line: `--row`, one as a JSON object, and `--rows`, some of a table by their numbers. */
import { DescriptionError, type Row } from "../index.ts";
import { list, whole } from "./options.ts";

/** @throws {DescriptionError} text that is no JSON object */
export function readRow(text: string): Row {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as Row;
  } catch {
    // The same remedy as for JSON that is no object.
  }
  throw new DescriptionError(`--row: expected a JSON object like {"column": 1.5}, found ${text}.`);
}

/** "1,20": numbers of rows, counted from 1. @throws {DescriptionError} */
export function rowNumbers(text: string): number[] {
  const numbers = list(text).map(whole("--rows", 1));
  if (numbers.length > 0) return numbers;
  throw new DescriptionError(`--rows: expected row numbers like 1,2, found ${JSON.stringify(text)}.`);
}
