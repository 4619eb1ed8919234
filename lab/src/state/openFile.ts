/** Files that the reader gives the page, dropped, pasted or picked: each goes to what opens its kind. */
import { signal } from "@preact/signals";
import { ownTable } from "../data/tables.ts";
import type { Setting } from "../setting.ts";
import { change } from "./actions.ts";
import { modelFault, modelToGoOn, openedModel } from "./model.ts";
import { readFile, readingFault } from "./ownTable.ts";
import { announcement } from "./store.ts";

/** Whether a file is being dragged over the page. */
export const dragging = signal(false);

/** What opens files whose names end so; all others are tables. */
const openers = new Map<string, (file: File) => Promise<void>>();

/** @param ending such as ".gradus" */
export function onFiles(ending: string, open: (file: File) => Promise<void>): void {
  openers.set(ending, open);
}

/**
 * Opens a file of the reader's own.
 *
 * @param asked what the run of a table begins with, instead of the setting at hand and a likely target
 */
export async function openFile(file: File, asked: Partial<Setting> = {}): Promise<void> {
  [modelFault.value, readingFault.value] = [undefined, undefined];
  const opener = [...openers].find(([ending]) => file.name.toLowerCase().endsWith(ending))?.[1];
  await (opener?.(file) ?? openTable(file, file.name, asked));
}

/** Reads a table, that at hand where there is no file, and begins a run of it: of the open model, or of the lab's own network. */
export async function openTable(file: Blob | undefined, name: string, asked: Partial<Setting> = {}): Promise<void> {
  const summary = await readFile(file, name, modelToGoOn.peek());
  if (summary === undefined) return;
  openedModel.value = undefined;
  change({ data: ownTable, target: summary.target ?? "", types: {}, ...asked, ...summary.asked });
  announcement.value = `${name} is open: ${summary.rows} rows, ${summary.columns.length} columns.`;
}

/** Listens for files that are dropped anywhere on the page, and for tables that are pasted outside of a field. */
export function listenForFiles(): void {
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    dragging.value = true;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) dragging.value = false;
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    dragging.value = false;
    const [file] = event.dataTransfer?.files ?? [];
    if (file !== undefined) void openFile(file);
  });
  addEventListener("paste", (event) => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const [file] = event.clipboardData?.files ?? [];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (file !== undefined) void openFile(file);
    else if (text.includes("\n")) void openTable(new Blob([text]), "the pasted text");
  });
}
