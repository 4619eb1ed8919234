/** Columns of what is in the database as they are written there, for whoever passes them on: text, whatever it means. */
import type { TextColumn } from "../table.ts";
import type { ColumnPlan } from "./columnPlan.ts";
import type { Database } from "./database.ts";
import { fetchColumns } from "./fetchColumns.ts";
import type { Gathered } from "./gather.ts";

/** @returns in the order of the source; null where nothing is written */
export async function copiedColumns(
  database: Database,
  gathered: Gathered,
  isCopied: (name: string) => boolean,
): Promise<TextColumn[]> {
  const plans = gathered.columns
    .filter(({ name }) => isCopied(name))
    .map(({ name, id }): ColumnPlan => ({ name, type: "text", sql: `CAST(${id} AS VARCHAR)` }));
  return (await fetchColumns(database, gathered, plans)) as TextColumn[];
}
