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
