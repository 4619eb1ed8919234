/**
 * What can be undone and done again: before each deliberate act the worker keeps the run, and the page its setting and curve.
 * Knows nothing of how a run is opened.
 */
import { signal } from "@preact/signals";
import type { CurvePoint, TableSummary } from "../protocol.ts";
import type { Setting } from "../setting.ts";
import { tellRun } from "./ask.ts";
import { ownOfRun } from "./ownTable.ts";
import { live, notes, setting } from "./store.ts";

/** How it was before an act, or after one that was undone. */
export interface Remembered {
  /** The number under which the worker keeps the run. */
  readonly past: number;
  /** What the act was: "Optimizer adam → sgd", "Reset". */
  readonly title: string;
  /** Where the run was. */
  readonly step: number;
  readonly setting: Setting;
  readonly curve: readonly CurvePoint[];
  readonly notes: readonly string[];
  /** The reader's own table of the last run of one. */
  readonly table: TableSummary | undefined;
}

/** More are forgotten, the oldest first: the worker keeps a run for each. */
const MOST = 30;

/** The acts that can be undone, the last one last, and those that can be done again. */
export const undoable = signal<readonly Remembered[]>([]);
export const redoable = signal<readonly Remembered[]>([]);
let pasts = 0;
/** Whether nothing has gone on since the last act. */
let isAtAct = false;

/** How it is now. */
function now(title: string): Remembered {
  const past = ++pasts;
  const step = live.frame?.step; // that is shown: the worker may be further
  tellRun({ kind: "remember", past, ...(step !== undefined && { step }) });
  return {
    past,
    title,
    step: step ?? 0,
    setting: setting.value,
    curve: live.curve.slice(),
    notes: notes.value,
    table: ownOfRun(),
  };
}

function forget(entries: readonly Remembered[]): void {
  if (entries.length > 0) tellRun({ kind: "forget", pasts: entries.map(({ past }) => past) });
}

/**
 * To be called before a deliberate act that changes the setting or the weights, so that it can be undone.
 *
 * @param title what the act is, for "Undo: …"
 * @param isMore whether it only goes on with the same act, so that one undo undoes all of it
 */
export function remember(title: string, isMore = false): void {
  if (isMore && isAtAct && undoable.value.at(-1)?.title === title) return;
  isAtAct = true;
  const all = [...undoable.value, now(title)];
  forget([...all.slice(0, -MOST), ...redoable.value]);
  undoable.value = all.slice(-MOST);
  redoable.value = [];
}

/** The run goes on: what follows is another act. */
export function goneOn(): void {
  isAtAct = false;
}

/** Takes the last act back from where it is kept, and keeps how it is now for the other direction. */
export function take(direction: "undo" | "redo"): Remembered | undefined {
  const [from, to] = direction === "undo" ? [undoable, redoable] : [redoable, undoable];
  const entry = from.value.at(-1);
  if (entry === undefined) return undefined;
  isAtAct = false;
  to.value = [...to.value, now(entry.title)];
  from.value = from.value.slice(0, -1);
  return entry;
}
