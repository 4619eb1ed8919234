/** The table that the reader has opened, and what opening one came to. The rows are in the worker; no address has them. */
import { signal } from "@preact/signals";
import { ownTable } from "../data/tables.ts";
import type { Read, TableSummary } from "../protocol.ts";
import type { Setting } from "../setting.ts";
import { request } from "./ask.ts";

export const tableSummary = signal<TableSummary | undefined>(undefined);
/** The name of the file that is being read. */
export const reading = signal<string | undefined>(undefined);
/** Why the last file could not be read, in the library's words; the run at hand is not touched. */
export const readingFault = signal<string | undefined>(undefined);

/** The setting of the last run of the table: its target and types; and which table that was. */
let last: Setting | undefined;
let tableOfLast: TableSummary | undefined;

export function rememberOwn(setting: Setting): void {
  if (setting.data === ownTable) [last, tableOfLast] = [setting, tableSummary.peek()];
}

/** The table of the last run of one, which is another while a new one is opened. */
export const ownOfRun = (): TableSummary | undefined => tableOfLast;

/** The columns' part of the setting of the open table; undefined where none is open. */
export const ownSetting = (): Setting | undefined => last;

/**
 * Reads a file in the worker.
 *
 * @param file the table of the run at hand when undefined
 * @param model whose learning is to go on with the table
 * @returns its columns; undefined where it could not be read, which is shown
 */
export async function readFile(file: Blob | undefined, name: string, model?: Read["model"]) {
  reading.value = name;
  readingFault.value = undefined;
  try {
    tableSummary.value = await request<TableSummary>(
      (run, id) => ({ kind: "read", run, id, file, name, model }),
      false,
    );
    return tableSummary.value;
  } catch (error) {
    readingFault.value = error instanceof Error ? error.message : String(error);
    return undefined;
  } finally {
    if (reading.value === name) reading.value = undefined;
  }
}
