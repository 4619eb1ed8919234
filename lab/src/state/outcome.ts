/** What the reader looks at of the outcome: the view, the rows, the row that is marked in the map. */
import { signal } from "@preact/signals";
import type { Part } from "../outcomeAnswers.ts";

export const viewNames = ["output", "mistakes"] as const;
export type ViewName = (typeof viewNames)[number];

export const view = signal<ViewName>("output");
export const part = signal<Part>("validation");
/** A row of the data, from 0, that the map shows by a ring. */
export const marked = signal<number | undefined>(undefined);
