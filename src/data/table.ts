/**
 * A table in memory: named columns of one type each, as every reader produces them and the encoder takes them.
 *
 * Works in any runtime; files and SQL are `duckdb/`'s business. Missing values have one form for each type of column.
 */

/** What a column's values are. */
export type ColumnType = Column["type"];

export interface NumberColumn {
  readonly name: string;
  readonly type: "number";
  /** NaN where missing; never infinite. */
  readonly values: Float64Array;
}

export interface TextColumn {
  readonly name: string;
  readonly type: "text";
  /** null where missing. */
  readonly values: readonly (string | null)[];
}

export interface BooleanColumn {
  readonly name: string;
  readonly type: "boolean";
  /** null where missing. */
  readonly values: readonly (boolean | null)[];
}

export interface DateColumn {
  readonly name: string;
  readonly type: "date";
  /** Milliseconds since 1970-01-01T00:00Z, as in `Date`; NaN where missing. A time of day counts from 1970-01-01. */
  readonly values: Float64Array;
}

export type Column = NumberColumn | TextColumn | BooleanColumn | DateColumn;

export interface Table {
  /** Where it came from, for messages: a path, "the SQL query", "the given rows". */
  readonly source: string;
  readonly rows: number;
  /** In the order of the source; names are unique. */
  readonly columns: readonly Column[];
}

/** One value of a row as a program gives it. Numbers and dates may also come as text. */
export type Cell = number | bigint | string | boolean | Date | null | undefined;

/** A row as a program gives it: column names and values. */
export type Row = Readonly<Record<string, Cell>>;

/**
 * How the user wants a column taken, against what would be inferred: `category` makes classes of any type's values;
 * `skip` leaves the column out.
 */
export type ColumnRole = "number" | "category" | "boolean" | "date" | "skip";

/** Something a user should know that stops nothing. */
export interface Warning {
  /** A stable word for programs, for example "left-out-identifier". */
  readonly code: string;
  /** The columns it is about. */
  readonly columns: readonly string[];
  /** One or two sentences with the remedy. */
  readonly message: string;
}
