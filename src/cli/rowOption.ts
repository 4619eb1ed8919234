/** Rows named on the command line: `--row`, one as a JSON object, and `--rows`, some of a table by their numbers. */
import { counted, repeatedName } from "../entries/internal.ts";
import { DataError, DescriptionError, type Row, selectRows, type Table } from "../node.ts";
import { givenTwice, list, whole } from "./options.ts";

/** @throws {DescriptionError} text that is no JSON object, or has a name twice, of which JSON.parse takes the last */
export function readRow(text: string): Row {
  try {
    const row: unknown = JSON.parse(withExactNumbers(text));
    const repeated = repeatedName(text, row);
    if (repeated !== undefined) throw givenTwice("--row", repeated.name);
    if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as Row;
  } catch (error) {
    if (error instanceof DescriptionError) throw error;
    // Otherwise the same remedy as for JSON that is no object.
  }
  throw new DescriptionError(`--row: expected a JSON object like {"column": 1.5}, found ${text}.`);
}

/** Whole numbers beyond 2⁵³, which would be rounded, as texts: they are then read as a file's values are. */
function withExactNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
}

/** "1,20": numbers of rows, counted from 1. @throws {DescriptionError} */
export function rowNumbers(text: string): number[] {
  const numbers = list(text).map(whole(1)("--rows"));
  if (numbers.length > 0) return numbers;
  throw new DescriptionError(`--rows: expected row numbers like 1,2, found ${JSON.stringify(text)}.`);
}

/** Refuses `--row` together with a table or `--rows`. @throws {DescriptionError} */
export function requireRowAlone(
  path: string | undefined,
  { rows, sql }: { readonly rows?: readonly number[]; readonly sql?: string },
): void {
  if (path !== undefined || sql !== undefined) throw new DescriptionError("Give a table or --row, not both.");
  if (rows !== undefined)
    throw new DescriptionError("--rows selects rows of a table; --row is a row by itself. Give one of them.");
}

/** Rows of a table by their numbers, counted from 1. @throws {DataError} a number beyond the last row */
export function numberedRows(table: Table, numbers: readonly number[]): Table {
  const beyond = numbers.find((number) => number > table.rows);
  if (beyond !== undefined) {
    throw new DataError(`--rows: ${table.source} has ${counted(table.rows, "row")}, found row ${beyond}.`);
  }
  const indices = Uint32Array.from(numbers, (number) => number - 1);
  return selectRows(table, indices);
}
