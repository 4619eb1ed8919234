/** The forms in which a program gives a table from memory: a Table, rows, or columns. */

import { tableFromColumns, tableFromRows } from "../data/rows.ts";
import type { Cell, ColumnRole, Row, Table } from "../data/table.ts";
import { DataError, shown } from "../errors.ts";

/** A table from a reader; rows as objects, of any interface; or columns as arrays by name. Cells are checked as they run. */
export type TableLike = Table | readonly object[] | Readonly<Record<string, ArrayLike<Cell>>>;

/** @throws {DataError} values that make no column, with column and row */
export function tableOf(table: TableLike, types?: Readonly<Record<string, ColumnRole>>): Table {
  if (typeof table !== "object" || table === null) {
    throw new DataError(`Expected a table: rows, columns by name, or what a reader gives; found ${shown(table)}.`);
  }
  if (isTable(table)) return table;
  if (Array.isArray(table)) return tableFromRows(table as readonly Row[], { types });
  return tableFromColumns(table as Readonly<Record<string, ArrayLike<Cell>>>, { types });
}

function isTable(table: TableLike): table is Table {
  const { source, rows, columns } = table as Partial<Table>;
  return typeof source === "string" && typeof rows === "number" && Array.isArray(columns);
}
