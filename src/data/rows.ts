/**
 * Tables from values in memory, rows as a program has them or columns, and from other tables.
 *
 * Types are inferred (`inference.ts`) unless the caller gives them. Works in any runtime; files are `duckdb/`'s business.
 */

import { DataError } from "../errors.ts";
import { type Kinds, kind, list, object, recordOf, requireKind, requireOptions, text } from "../kinds.ts";
import { inferColumns } from "./inference.ts";
import { type Missing, missingKind, requireMissing } from "./missingWords.ts";
import {
  type Cell,
  type Column,
  type ColumnRoles,
  namesOf,
  type Reading,
  type Row,
  readingsKind,
  requireRoles,
  rowNumber,
  type Table,
  tableKind,
  unknownColumn,
} from "./table.ts";

export interface TableOptions {
  /** The table's name in messages; "the given rows" or "the given columns" when absent. */
  readonly source?: string;
  /** Types of columns, by name, where they should not be inferred; "skip" leaves a column out of the table. */
  readonly types?: ColumnRoles | undefined;
  /** Texts that mean a missing value, besides the usual ones; `{ only: ["?"] }`: no others than these and the empty one. */
  readonly missing?: Missing | undefined;
  /** The decimal sign of numbers that are written as text; detected when absent. */
  readonly decimal?: "." | "," | undefined;
  /** How columns are read, whatever their values are, as a model learned them; columns without one are not read. */
  readonly readings?: ReadonlyMap<string, Reading> | undefined;
}

const tableOptionKinds = {
  source: text,
  types: object,
  missing: missingKind,
  decimal: text,
  readings: readingsKind,
} as const satisfies Kinds<TableOptions>;

/**
 * A table from rows. Its columns are those of all rows, in the order in which they first come; a row that lacks one has
 * a missing value there.
 *
 * @throws {DataError} no rows, a row that is no object, or what `inferColumns` objects to
 *
 * @example
 * import { tableFromRows } from "gradus";
 *
 * const table = tableFromRows([{ size: 50, town: "Bonn" }, { size: 60 }]);
 * table.columns.map(({ name, type }) => `${name}: ${type}`); // ["size: number", "town: text"]
 */
export function tableFromRows(rows: readonly Row[], options: TableOptions = {}): Table {
  requireKind("the rows of a table", rows, list);
  requireOptions(options, tableOptionKinds, "tableFromRows");
  const { source = "the given rows" } = options;
  const columns = new Map<string, Cell[]>();
  // Not forEach, which skips the holes of a list.
  for (const [at, row] of rows.entries()) {
    requireRow(source, row, at);
    for (const name of Object.keys(row)) {
      const cells = columns.get(name) ?? new Array<Cell>(rows.length).fill(null);
      cells[at] = row[name];
      columns.set(name, cells);
    }
  }
  return makeTable(source, rows.length, columns, options);
}

const anyList = kind("a list", (value) => Array.isArray(value) || ArrayBuffer.isView(value));

/**
 * A table from columns of equal lengths.
 *
 * @throws {DataError} no rows, columns of different lengths, or what `inferColumns` objects to
 *
 * @example
 * import { tableFromColumns } from "gradus";
 *
 * const table = tableFromColumns({ size: Float64Array.of(50, 60), town: ["Bonn", null] });
 * table.rows; // 2
 * table.columns.map(({ name, type }) => `${name}: ${type}`); // ["size: number", "town: text"]
 */
export function tableFromColumns(
  columns: Readonly<Record<string, ArrayLike<Cell>>>,
  options: TableOptions = {},
): Table {
  requireKind("the columns of a table", columns, recordOf(anyList, "lists of values"));
  requireOptions(options, tableOptionKinds, "tableFromColumns");
  const { source = "the given columns" } = options;
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].length ?? 0;
  for (const [name, { length }] of entries) {
    if (length !== rows) {
      throw new DataError(
        `In ${source}: expected ${rows} values in every column, as in ${JSON.stringify(entries[0][0])}, found ${length} in ${JSON.stringify(name)}.`,
      );
    }
  }
  return makeTable(source, rows, new Map(entries), options);
}

function makeTable(
  source: string,
  rows: number,
  columns: ReadonlyMap<string, ArrayLike<Cell>>,
  { types: roles = {}, ...settings }: TableOptions,
): Table {
  if (rows === 0 || columns.size === 0)
    throw new DataError(`In ${source}: expected at least one row of values, found none.`);
  requireRoles(source, [...columns.keys()], roles);
  requireMissing(settings.missing, settings.decimal);
  const roleOf = new Map(Object.entries(roles));
  const { readings } = settings;
  const isRead = (name: string): boolean =>
    roleOf.get(name) !== "skip" && (readings === undefined || readings.has(name));
  const taken = [...columns].filter(([name]) => isRead(name));
  const unread = [...columns.keys()].filter((name) => !isRead(name));
  const undecided = taken.map(([name, cells]) => ({ name, cells }));
  const { columns: read, notes } = inferColumns({ source }, undecided, { ...settings, roles: roleOf });
  return {
    source,
    rows,
    columns: read,
    ...(unread.length > 0 && { unread }),
    ...(notes.length > 0 && { notes }),
  };
}

/** @throws {DataError} unless the row is an object of names and values */
export function requireRow(source: string, row: unknown, at: number): void {
  const isCollection = row instanceof Map || row instanceof Set;
  if (typeof row === "object" && row !== null && !Array.isArray(row) && !isCollection) return;
  const name = row instanceof Map ? "a Map" : row instanceof Set ? "a Set" : Array.isArray(row) ? "a list" : undefined;
  const found = name ?? (row === null ? "null" : `a value of type ${typeof row}`);
  const remedy = row instanceof Map ? " Use Object.fromEntries(map)." : "";
  throw new DataError(
    `In ${source}: expected row ${at + 1} to be an object of column names and values, found ${found}.${remedy}`,
    { row: at + 1 },
  );
}

/**
 * The column of a name.
 *
 * @throws {DataError} when the table has none, with the nearest name
 *
 * @example
 * import { column, tableFromColumns } from "gradus";
 *
 * const table = tableFromColumns({ size: [50, 60], town: ["Bonn", "Köln"] });
 * column(table, "town").values; // ["Bonn", "Köln"]
 */
export function column(table: Table, name: string): Column {
  requireKind("column's table", table, tableKind);
  requireKind("the name of a column", name, text);
  const found = table.columns.find((candidate) => candidate.name === name);
  if (found === undefined) throw unknownColumn(table.source, name, namesOf(table.columns));
  return found;
}

/** A value as `rowsFromTable` gives it. */
export type TableValue = number | string | boolean | Date | null;

/**
 * The rows of a table as objects: of each column its number, text, true or false, or `Date`, and null where it is missing.
 * Times without a zone and times of a day are in UTC: format them with `timeZone: "UTC"`. For some rows give
 * `selectRows(table, numbers)`.
 *
 * @example
 * import { rowsFromTable, tableFromColumns } from "gradus";
 *
 * const table = tableFromColumns({ size: [50, null], town: ["Bonn", "Köln"] });
 * rowsFromTable(table); // [{ size: 50, town: "Bonn" }, { size: null, town: "Köln" }]
 */
export function rowsFromTable(table: Table): Record<string, TableValue>[] {
  requireKind("rowsFromTable's table", table, tableKind);
  // fromEntries: a column may be called __proto__.
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map((from) => [from.name, valueAt(from, row)])),
  );
}

function valueAt(from: Column, row: number): TableValue {
  switch (from.type) {
    case "number":
      return Number.isNaN(from.values[row]) ? null : from.values[row];
    case "date":
      return Number.isNaN(from.values[row]) ? null : new Date(from.values[row]);
    case "text":
    case "boolean":
      return from.values[row];
    default:
      return from satisfies never;
  }
}

const rowList = kind("a Uint32Array of row numbers", (value) => value instanceof Uint32Array);

/**
 * The table of some rows, in the order given; a row may come more than once.
 *
 * @example
 * import { column, selectRows, tableFromColumns } from "gradus";
 *
 * const table = tableFromColumns({ size: [50, 60, 70] });
 * column(selectRows(table, Uint32Array.of(2, 0)), "size").values; // [70, 50]
 */
export function selectRows(table: Table, rows: Uint32Array): Table {
  requireKind("selectRows's table", table, tableKind);
  requireKind("selectRows' rows", rows, rowList);
  const columns = table.columns.map((from) => selectValues(from, rows));
  const rowNumbers = rows.map((row) => table.rowNumbers?.[row] ?? row);
  const copied = table.copied?.map((from) => ({ ...from, values: Array.from(rows, (row) => from.values[row]) }));
  return { ...table, rows: rows.length, rowNumbers, columns, ...(copied && { copied }) };
}

/** Parts of one table, one after the other. @param parts at least one, all of the same columns */
export function joinRows(parts: readonly Table[]): Table {
  const [first, ...others] = parts;
  if (others.length === 0) return first;
  const { copied: _copied, ...table } = first;
  const joined = (at: number, of: (table: Table, row: number) => Column["values"][number]): Column => {
    const values = parts.flatMap((part) => Array.from({ length: part.rows }, (_, row) => of(part, row)));
    const column = first.columns[at];
    const isNumeric = column.type === "number" || column.type === "date";
    return { ...column, values: isNumeric ? Float64Array.from(values as number[]) : values } as Column; // of the same type
  };
  return {
    ...table,
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    rowNumbers: Uint32Array.from(
      parts.flatMap((part) => Array.from({ length: part.rows }, (_, row) => rowNumber(part, row) - 1)),
    ),
    columns: first.columns.map((_, at) => joined(at, (part, row) => part.columns[at].values[row])),
  };
}

function selectValues(from: Column, rows: Uint32Array): Column {
  switch (from.type) {
    case "number":
    case "date":
      return { ...from, values: selectNumbers(from.values, rows) };
    case "text":
      return { ...from, values: Array.from(rows, (row) => from.values[row]) };
    case "boolean":
      return { ...from, values: Array.from(rows, (row) => from.values[row]) };
    default:
      return from satisfies never;
  }
}

/** A loop: Float64Array.from takes ten times as long. */
function selectNumbers(from: Float64Array, rows: Uint32Array): Float64Array {
  const values = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) values[at] = from[rows[at]];
  return values;
}
