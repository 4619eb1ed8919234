/** The statistics of a table, whole or shared: where whoever fits asks. */

import type { Statistics } from "../statistics.ts";
import type { Column, Table } from "../table.ts";
import { ofRanks } from "./ofRanks.ts";
import { ofRows } from "./ofRows.ts";

/**
 * The statistics of a table's rows.
 *
 * @param columns what will be asked for of them is exchanged at once, where that can be
 */
export function statisticsOf(
  { rows, ranks }: Pick<Table, "rows" | "ranks">,
  columns: readonly Column[] = [],
): Statistics {
  return ranks === undefined ? ofRows(rows) : ofRanks(ranks, rows, columns);
}

/** Where the rows of a table lie among those of all ranks. */
export interface ShareOfRows {
  /** How many the ranks before have. */
  readonly before: number;
  /** How many all ranks have. */
  readonly all: number;
}

/** Of a table, whole or shared. Every rank makes the same call. */
export function shareOfRows(table: Pick<Table, "rows" | "ranks">): ShareOfRows {
  const statistics = statisticsOf(table);
  return { before: statistics.before(table.rows), all: statistics.rows };
}
