/** What is known of a table before its values are read, and what one column's own values show: plain data. */
import type { ColumnPlace } from "./conversion.ts";
import type { FoundNumberForm } from "./findForms.ts";
import type { Missing } from "./missingWords.ts";
import type { ColumnNote } from "./readingNotes.ts";
import type { Statistics } from "./statistics.ts";
import type { Cell, Column, ColumnRole, Reading } from "./table.ts";

/** What is known of a table before its values are read. */
export interface ReadingSettings {
  readonly roles?: ReadonlyMap<string, ColumnRole | undefined>;
  /** Readings that hold whatever the values are: those of a model. */
  readonly readings?: ReadonlyMap<string, Reading> | undefined;
  readonly missing?: Missing | undefined;
  /** The decimal sign of numbers that are written as text; detected when absent. */
  readonly decimal?: "." | "," | undefined;
  /** What separates the values of a text file; absent for other sources. */
  readonly delimiter?: string | undefined;
  /** Of all rows, where ranks share them; the cells are those of all rows when absent. */
  readonly statistics?: Statistics | undefined;
}

/** A column whose type is still open. */
export interface Undecided {
  readonly name: string;
  readonly cells: ArrayLike<Cell>;
}

/** One column's reading, as far as its own values show it. */
export interface Decision extends Undecided {
  readonly place: ColumnPlace;
  readonly reading: Reading;
  readonly notes: readonly ColumnNote[];
  /** Of numbers written as text: how they were found. */
  readonly numbers?: FoundNumberForm | undefined;
  /** The column, where its reader has made it already. */
  readonly column?: Column;
}
