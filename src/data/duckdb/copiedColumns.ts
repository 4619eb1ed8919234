/** Columns of a source as they are written, for whoever passes them on: text, whatever it means. */
import { type TextColumn, unknownColumns } from "../table.ts";
import type { ColumnPlan } from "./columnPlan.ts";
import type { Database } from "./database.ts";
import { fetchColumns } from "./fetchColumns.ts";
import type { Gathered } from "./gather.ts";

/**
 * @param wanted names of columns, or all of them
 * @returns in the order of the source; null where nothing is written
 * @throws {DataError} a column that is not there
 */
export async function copiedColumns(
  database: Database,
  gathered: Gathered,
  wanted: readonly string[] | "all",
): Promise<TextColumn[]> {
  const names = gathered.columns.map(({ name }) => name);
  const chosen = new Set(wanted === "all" ? names : wanted);
  const unknown = [...chosen].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw unknownColumns(gathered.source, unknown, names);
  const plans = gathered.columns
    .filter(({ name }) => chosen.has(name))
    .map(({ name, id }): ColumnPlan => ({ name, type: "text", sql: `CAST(${id} AS VARCHAR)` }));
  return (await fetchColumns(database, gathered, plans)) as TextColumn[];
}
