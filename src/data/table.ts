/**
 * A table in memory: named columns of one type each, as every reader produces them and the encoder takes them.
 *
 * Works in any runtime; files and SQL are `duckdb/`'s business. Missing values have one form for each type of column.
 * What is here only describes a table and words what is wrong with one; `rows.ts` makes tables and takes from them.
 */

import type { Collective } from "../distributed/collective.ts";
import { COMPARED_LETTERS, DataError, DescriptionError, nearest, shown as shownValue, unknownName } from "../errors.ts";
import { func, kind, listOf, number, oneOf, optional, text, whole, withFields } from "../kinds.ts";
import { isDateForm } from "./dateForms.ts";
import { valuedOption } from "./remedies.ts";

/** What a column's values are. */
export type ColumnType = Column["type"];

/** How a column's values are read, wherever they come from: decided once, and kept by whatever is fitted on it. */
export interface Reading {
  readonly type: ColumnType;
  /** The decimal sign of numbers; "." when absent. */
  readonly decimal?: ",";
  /** The thousands separator; none when absent. */
  readonly thousands?: "," | "." | " " | "'";
  /** A currency sign that may stand next to a number, or "%", which follows every number. */
  readonly unit?: string;
  /** How dates are written, as "DD/MM/YYYY"; ISO 8601 when absent. */
  readonly form?: string;
  /** How many of a date column's times name a zone; unknown or without times when absent. */
  readonly zones?: "all" | "some" | "none";
  /** Words that mean a missing value, besides the usual ones. */
  readonly missing?: readonly string[];
  /** Whether no other words than those do. */
  readonly missingOnly?: true;
}

interface NamedColumn {
  readonly name: string;
  /** How it was read, where its texts could have been read otherwise. */
  readonly reading?: Reading;
  /** How its values are written, where they are few and not all written as they are. */
  readonly written?: Spellings;
}

/** Of a value's own text, such as "true" or "1", the other texts that stand for it, and how many rows have each. */
export type Spellings = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface NumberColumn extends NamedColumn {
  readonly type: "number";
  /** NaN where missing; never infinite. */
  readonly values: Float64Array;
}

export interface TextColumn extends NamedColumn {
  readonly type: "text";
  /** null where missing. */
  readonly values: readonly (string | null)[];
}

export interface BooleanColumn extends NamedColumn {
  readonly type: "boolean";
  /** null where missing. */
  readonly values: readonly (boolean | null)[];
}

export interface DateColumn extends NamedColumn {
  readonly type: "date";
  /** Milliseconds since 1970-01-01T00:00Z, as in `Date`; NaN where missing. A time of day counts from 1970-01-01. */
  readonly values: Float64Array;
}

export type Column = NumberColumn | TextColumn | BooleanColumn | DateColumn;

export interface Table {
  /** Where it came from, for messages: a path, "the SQL query", "the given rows". */
  readonly source: string;
  readonly rows: number;
  /** The row of the source, counted from 0, that each row was: for messages. Its own number when absent. */
  readonly rowNumbers?: Uint32Array | undefined;
  /** In the order of the source; names are unique. */
  readonly columns: readonly Column[];
  /** The names of the source's other columns, which were not read; none when absent. */
  readonly unread?: readonly string[] | undefined;
  /** Columns as they are written in the source, besides what they were read as, where that was asked for. */
  readonly copied?: readonly TextColumn[] | undefined;
  /** Warnings of reading it, which its users pass on. None when absent. */
  readonly notes?: readonly Warning[] | undefined;
  /**
   * The ranks that have all of its rows, where this is the share of one of them: what is fitted on it is fitted on the rows of all, and
   * every rank makes the same calls. The table is whole when absent.
   */
  readonly ranks?: Collective | undefined;
}

const readingKind = withFields("how a column is read", {
  type: oneOf("number", "text", "boolean", "date"),
  missing: optional(listOf(text, "words")),
});
/** What a caller may give for how columns are read. */
export const readingsKind = kind(
  "a Map of how columns are read",
  (value) => value instanceof Map && [...value.values()].every((of) => readingKind.fault(of) === undefined),
);

const columnFields = {
  name: text,
  type: oneOf("number", "text", "boolean", "date"),
  reading: optional(readingKind),
  written: optional(kind("a Map of spellings", (value) => value instanceof Map)),
};
const tableFields = withFields("a table", {
  source: text,
  rows: whole(0),
  rowNumbers: optional(kind("a Uint32Array", (value) => value instanceof Uint32Array)),
  columns: listOf(withFields("a column", columnFields), "columns"),
  unread: optional(listOf(text, "column names")),
  copied: optional(listOf(withFields("a column", columnFields), "columns")),
  ranks: optional(withFields("a collective", { rank: number, size: number, allReduce: func })),
  notes: optional(
    listOf(withFields("a warning", { code: text, columns: listOf(text, "column names"), message: text }), "warnings"),
  ),
});

/** Tables that were checked: one is used by many calls, some of them once a column. */
const knownTables = new WeakSet<object>();

/** What a caller may give for a table, checked where a function takes it. */
export const tableKind = kind("a table", (value) => {
  if (typeof value !== "object" || value === null) return false;
  if (knownTables.has(value)) return true;
  const holds = tableFields.fault(value) === undefined && isWhole(value as Table);
  if (holds) knownTables.add(value);
  return holds;
});

/** Whether every column has as many values as there are rows, in what its type keeps them in, and a name of its own. */
function isWhole({ rows, columns, rowNumbers, copied = [] }: Table): boolean {
  const ofNumbers = ({ type }: Column): boolean => type === "number" || type === "date";
  const holds = (column: Column): boolean =>
    (ofNumbers(column) ? column.values instanceof Float64Array : Array.isArray(column.values)) &&
    column.values.length === rows;
  return (
    [...columns, ...copied].every(holds) &&
    new Set(namesOf(columns)).size === columns.length &&
    (rowNumbers === undefined || rowNumbers.length === rows)
  );
}

/** One value of a row as a program gives it. Numbers and dates may also come as text. */
export type Cell = number | bigint | string | boolean | Date | null | undefined;

/** A row as a program gives it: column names and values. */
export type Row = Readonly<Record<string, Cell>>;

export const columnRoles = ["number", "category", "boolean", "date", "skip"] as const;

/**
 * How the user wants a column taken, against what would be inferred: `category` makes classes of any type's values;
 * `skip` leaves the column out; `date:DD/MM/YYYY` is how its dates are written.
 */
export type ColumnRole = (typeof columnRoles)[number] | `date:${string}`;

/** Roles by the name of their column. */
export type ColumnRoles = Readonly<Record<string, ColumnRole>>;

/** Something a user should know that is not an error. */
export interface Warning {
  /** A stable word for programs, for example "left-out-identifier". */
  readonly code: string;
  /** The columns it is about. */
  readonly columns: readonly string[];
  /**
   * Of `unseen-categories` and `far-numbers`, for each of `columns` the values that it is about: each once, in the order of the
   * rows, 20 at most; dates in ISO 8601.
   */
  readonly values?: readonly (readonly (string | number)[])[];
  /** One or two sentences with the remedy. */
  readonly message: string;
}

/** More names than this make a message that nobody reads. */
const LISTED_NAMES = 20;

/** The error for a name that no column has; lists the columns when they are few. */
export function unknownColumn(source: string, name: string, known: readonly string[]): DataError {
  return unknownColumns(source, [name], known);
}

/** The same for several names at once. @param taken columns that are there and have a use, so that none can be meant */
export function unknownColumns(
  source: string,
  names: readonly string[],
  known: readonly string[],
  taken: readonly string[] = [],
): DataError {
  const list = known.length <= LISTED_NAMES ? ` Its columns: ${known.join(", ")}.` : ` It has ${known.length} columns.`;
  const what = `${names.length === 1 ? "column" : "columns"} ${quotedNames(names)}`;
  return new DataError(`In ${source}: no ${what}.${nearNames(names, known, taken)}${list}${uncut(names, known)}`);
}

/** " …" where a wanted name is a part of the only column's: the lines of a file were cut at another delimiter. */
function uncut(names: readonly string[], known: readonly string[]): string {
  if (known.length !== 1) return "";
  const parts = (delimiter: string): string[] => known[0].split(delimiter).map((part) => part.trim());
  const delimiter = [",", ";", "|", "\t"].find((sign) => names.some((name) => parts(sign).includes(name)));
  return delimiter === undefined
    ? ""
    : ` It was read as one column. If it has several columns: ${valuedOption("delimiter", delimiter)}.`;
}

/** " Did you mean …?" with the names that may be meant, nothing where there are none: a name in use is no other's. */
export function nearNames(names: readonly string[], known: readonly string[], taken: readonly string[]): string {
  const used = new Set(taken);
  const free = known.filter((name) => !used.has(name));
  const listed = names.slice(0, LISTED_NAMES);
  const hints = listed.flatMap((name) => {
    const near = nearest(name, free, COMPARED_LETTERS / listed.length);
    if (near === undefined) return [];
    return names.length === 1 ? [JSON.stringify(near)] : [`${JSON.stringify(near)} for ${JSON.stringify(name)}`];
  });
  return hints.length === 0 ? "" : ` Did you mean ${hints.join(", ")}?`;
}

/** Names as a message lists them: "a", "b" and "c". */
export function quotedNames(names: readonly string[]): string {
  const shownNames = names.slice(0, LISTED_NAMES).map((name) => JSON.stringify(name));
  const more = names.length - shownNames.length;
  const last = more > 0 ? `${more} more` : shownNames.pop();
  return shownNames.length === 0 ? String(last) : `${shownNames.join(", ")} and ${last}`;
}

/**
 * Checks the roles a user gave: names that exist, roles that exist.
 *
 * @throws {DataError} a column that is not among the names
 * @throws {DescriptionError} a role that is none
 */
export function requireRoles(source: string, names: readonly string[], roles: ColumnRoles): void {
  for (const [name, role] of Object.entries(roles)) {
    if (!names.includes(name)) throw unknownColumn(source, name, names);
    if (!isColumnRole(role)) {
      throw new DescriptionError(`Column ${JSON.stringify(name)}: ${unknownName(role, columnRoles, "column type")}`);
    }
  }
}

/** The notes of tables that are about some of the columns, or about the whole table; the same note once. */
export function notesOf(tables: readonly Table[], columns: readonly string[]): Warning[] {
  const wanted = new Set(columns);
  const notes = new Map<string, Warning>();
  for (const note of tables.flatMap((table) => table.notes ?? [])) {
    const concerned = note.columns.length === 0 || note.columns.some((name) => wanted.has(name));
    if (concerned && !notes.has(note.message)) notes.set(note.message, note);
  }
  return [...notes.values()];
}

/** Whether a text is a role: one of the list, or "date:" and the form of the dates. */
export function isColumnRole(role: string): role is ColumnRole {
  if (typeof role !== "string") return false;
  return (columnRoles as readonly string[]).includes(role) || (role.startsWith("date:") && isDateForm(role.slice(5)));
}

/** How a table's columns are read, by their names: for another table of the same columns. */
export function readingsOf({ columns }: Table): Map<string, Reading> {
  return new Map(columns.map(({ name, type, reading }) => [name, reading ?? { type }]));
}

/** The names of columns, in their order. */
export function namesOf(columns: readonly Column[]): string[] {
  return columns.map(({ name }) => name);
}

/** A value as messages show it: quoted when it is text, and cut when it is long. */
export function shown(value: unknown): string {
  if (typeof value !== "string") return value instanceof Date ? String(value) : shownValue(value);
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value);
}

/** The number of a table's row as messages show it: that of the source's row, counted from 1. */
export function rowNumber({ rowNumbers }: Pick<Table, "rowNumbers">, row: number): number {
  return (rowNumbers?.[row] ?? row) + 1;
}

/** Whether a column's value is one of the two forms of a missing one. */
export function isMissing(value: number | string | boolean | null): boolean {
  return value === null || Number.isNaN(value);
}
