/** What reading one source comes to, whatever its format: columns that still have the types of the source. */
import type { Collective } from "../distributed/collective.ts";
import type { Column, ColumnRole, TextColumn, Warning } from "./table.ts";

export interface ReadSource {
  /** What messages call it: a path, "standard input", "the SQL query". */
  readonly name: string;
  readonly rows: number;
  /** Of all its columns, in their order. */
  readonly names: readonly string[];
  /** Those that are wanted: text where the source has no type, trimmed, with null for nothing. */
  readonly columns: readonly Column[];
  /** Those that are to be passed on, as they are written. */
  readonly copied: readonly TextColumn[];
  /** What separates its values, where it is a text file. */
  readonly delimiter?: string | undefined;
  /**
   * Of numbers that were written as text, by column: a text with a point, one that is surely a decimal point where there
   * is one.
   */
  readonly points?: ReadonlyMap<string, string>;
  /** How many lines were left out as comments; 0 when absent. */
  readonly comments?: number;
  readonly notes: readonly Warning[];
  /** Where the rows are one rank's share of those of the source, whose names, types and notes these are. */
  readonly share?: SourceShare;
}

/** Where the rows of a share lie. */
export interface SourceShare {
  readonly ranks: Collective;
  /** How many rows the ranks before have. */
  readonly before: number;
  /** How many rows all ranks have. */
  readonly all: number;
}

/** How a file is read, with every default filled in. */
export interface FileOptions {
  readonly encoding: string;
  /** undefined to find it out. */
  readonly delimiter: string | undefined;
  readonly skip: number;
  readonly comment: string | undefined;
  /** undefined where the user has not set it: the first line names the columns. */
  readonly header: boolean | undefined;
  /** What the user wants of a column; "skip" for those that are not to be read. */
  roleOf(name: string): ColumnRole | undefined;
  /** Whether the user may leave columns out: what a model needs has to be there. */
  readonly mayLeaveOut: boolean;
  /** Whether a column's text is to be kept, though it may look like plain numbers. */
  isText(name: string): boolean;
  /** Whether a column is to be passed on as it is written. */
  isCopied(name: string): boolean;
}
