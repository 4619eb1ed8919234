/**
 * Whether the names of a table's columns look like a row of its data: then the file has no header, and its first row was
 * taken for one.
 */
import { readNumber } from "../reading.ts";
import { NO_HEADER } from "../remedies.ts";
import { type Column, shown, type Warning } from "../table.ts";

/** Names listed in the note. */
const LISTED = 4;

/**
 * Note: `header-like-data`, where every name looks like a value of its column; or half of them do, and one is a number
 * that is not whole, as no year or number of a column is.
 *
 * @param holdsName whether the name of a column of text is one of its values
 */
export function headerNotes(
  names: readonly string[],
  columns: readonly Column[],
  holdsName: (column: Column) => boolean,
): Warning[] {
  const found = columns.filter((column) =>
    column.type === "number" ? !Number.isNaN(readNumber(column.name)) : holdsName(column),
  );
  const fraction = found.some(({ name }) => !Number.isInteger(readNumber(name)) && !Number.isNaN(readNumber(name)));
  const all = found.length === columns.length && !isCounted(names);
  if (found.length === 0 || !(all || (fraction && 2 * found.length >= columns.length))) return [];
  const list = `${names.slice(0, LISTED).map(shown).join(", ")}${names.length > LISTED ? ", …" : ""}`;
  const message = `The column names look like data: ${list}. If the first line is a row of the table, read it with ${NO_HEADER}: the columns are then named column1, column2, ….`;
  return [{ code: "header-like-data", columns: [], message }];
}

/** 0, 1, 2, … or 1, 2, 3, …: what programs name columns that have no names. */
function isCounted(names: readonly string[]): boolean {
  return names.every((name, at) => Number(name) === at) || names.every((name, at) => Number(name) === at + 1);
}
