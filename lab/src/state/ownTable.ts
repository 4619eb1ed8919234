/** The table that the reader has opened, and what opening one came to. The rows are in the worker; no address has them. */
import { signal } from "@preact/signals";
import { ownTable } from "../data/tables.ts";
import type { TableSummary } from "../protocol.ts";
import type { Setting } from "../setting.ts";
import { request } from "./ask.ts";

export const tableSummary = signal<TableSummary | undefined>(undefined);
/** The name of the file that is being read. */
export const reading = signal<string | undefined>(undefined);
/** Why the last file could not be read, in the library's words; the run at hand is not touched. */
export const readingFault = signal<string | undefined>(undefined);

/** The setting of the last run of the table: its target and types. */
let last: Setting | undefined;

export function rememberOwn(setting: Setting): void {
  if (setting.data === ownTable) last = setting;
}

/** The columns' part of the setting of the open table; undefined where none is open. */
export const ownSetting = (): Setting | undefined => last;

/** Reads a file in the worker. @returns its columns; undefined where it could not be read, which is shown */
export async function readFile(file: Blob, name: string): Promise<TableSummary | undefined> {
  reading.value = name;
  readingFault.value = undefined;
  try {
    const summary = (await request((run, id) => ({ kind: "read", run, id, file, name }))) as TableSummary | undefined;
    if (summary !== undefined) tableSummary.value = summary;
    return summary;
  } catch (error) {
    readingFault.value = error instanceof Error ? error.message : String(error);
    return undefined;
  } finally {
    reading.value = undefined;
  }
}
