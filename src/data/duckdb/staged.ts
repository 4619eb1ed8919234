/**
 * What each reader of a format leaves behind: a table in the database, and its columns' names.
 *
 * The types are still those of the source, and several files are still several tables; `gather.ts` and `columnPlan.ts`
 * go on from here.
 */
import type { Warning } from "../table.ts";

export interface Staged {
  /** What messages call it: a path, or "the SQL query". */
  readonly source: string;
  /** The table's name in the database. */
  readonly table: string;
  readonly columns: readonly StagedColumn[];
  /** Whether its numbers may be written with a comma: the delimiter leaves the comma free. */
  readonly decimalComma: boolean;
  /** What staging it gave reason to warn of; none when absent. */
  readonly notes?: readonly Warning[];
}

export interface StagedColumn {
  readonly name: string;
  /** How the column is named in the database, as an SQL identifier. */
  readonly id: string;
}

/** How a file is read, with every default filled in. */
export interface FileOptions {
  readonly encoding: string;
  /** undefined to find it out. */
  readonly delimiter: string | undefined;
  /** An existing folder for copies. */
  readonly folder: string;
}

/** The names that columns have in the database where the source's own would clash: SQL ignores case. */
export function placeNames(names: readonly string[]): StagedColumn[] {
  return names.map((name, at) => ({ name, id: `c${at}` }));
}
