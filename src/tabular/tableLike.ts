/** The forms in which a program gives a table from memory: a Table, rows, or columns. */

import type { Missing } from "../data/missingWords.ts";
import { optionName } from "../data/remedies.ts";
import { type TableOptions, tableFromColumns, tableFromRows } from "../data/rows.ts";
import { type Cell, type ColumnRole, type Row, readingsOf, type Table, tableKind } from "../data/table.ts";
import { DataError, DescriptionError, shown } from "../errors.ts";
import { requireKind } from "../kinds.ts";
import { type RowColumns, rolesToRead } from "./rowColumns.ts";

/** A table from a reader; rows as objects, of any interface; or columns as arrays by name. Cells are checked as they run. */
export type TableLike = Table | readonly object[] | Readonly<Record<string, ArrayLike<Cell>>>;

/** @throws {DataError} values that make no column, with column and row */
export function tableOf(table: TableLike, options: TableOptions = {}): Table {
  if (typeof table !== "object" || table === null) {
    throw new DataError(`Expected a table: rows, columns by name, or the result of a reader; found ${shown(table)}.`);
  }
  if (isTable(table)) {
    requireKind("the table", table, tableKind);
    return table;
  }
  if (Array.isArray(table)) return tableFromRows(table as readonly Row[], options);
  return tableFromColumns(table as Readonly<Record<string, ArrayLike<Cell>>>, options);
}

/** The warnings of a training on the reading of its tables. */
export interface ReadAs {
  /** How to take columns, where their values should not decide. */
  readonly types?: Readonly<Record<string, ColumnRole>>;
  /** Texts that mean a missing value, besides the usual ones; `{ only: ["?"] }`: no others than these and the empty one. */
  readonly missing?: Missing | undefined;
  /** The decimal sign of numbers that are written as text; detected when absent. */
  readonly decimal?: "." | "," | undefined;
}

/**
 * A table to test on is read as the one to learn from, so that one decides.
 *
 * @throws {DescriptionError} options for how values are read, where the table has been read before
 */
export function requireUnread({ missing, decimal }: Pick<ReadAs, "missing" | "decimal">, table: unknown): void {
  const given = Object.entries({ missing, decimal }).find(([, value]) => value !== undefined);
  if (given === undefined || !isTable(table)) return;
  throw new DescriptionError(
    `${optionName(given[0], "Option")} has no effect: the table is already read. Give the option to the function that reads it.`,
  );
}

/** A table to learn from and one to test on, which is read as the first. @throws {DataError} as `tableOf` */
export function tablesOf(
  options: ReadAs & RowColumns & { readonly table: TableLike; readonly test?: TableLike | undefined },
): { table: Table; test: Table | undefined } {
  const { types, missing, decimal } = options;
  const table = tableOf(options.table, { types: rolesToRead(types, options), missing, decimal });
  return { table, test: options.test && tableOf(options.test, { readings: readingsOf(table) }) };
}

/** Whether a reader made it. */
export function isTable(table: unknown): table is Table {
  const { source, rows, columns } = (table ?? {}) as Partial<Table>;
  return typeof source === "string" && typeof rows === "number" && Array.isArray(columns);
}
