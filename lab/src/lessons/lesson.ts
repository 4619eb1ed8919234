/** What a lesson is: plain data, and tasks that are checked by what the page shows. */
import type { MeasuredFrame, Opened } from "../protocol.ts";
import type { Setting } from "../setting.ts";

export interface Lesson {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** What the lesson speaks of, in the page. */
  readonly parts: readonly Part[];
  /** One after the other. */
  readonly tasks: readonly Task[];
  /** Said when all tasks are done. */
  readonly end: string;
}

/** A part of the page that a lesson points at. @property at a selector */
export interface Part {
  readonly name: string;
  readonly at: string;
}

export interface Task {
  readonly text: string;
  /** What the reader has to answer before a step. */
  readonly question?: { readonly text: string; readonly answers: readonly string[] };
  /** Whether it is done, asked whenever something has changed. */
  isDone(seen: Seen): boolean | Promise<boolean>;
}

/** The state of the page that tasks are checked by. The frame is of the run that the setting describes. */
export interface Seen {
  readonly setting: Setting;
  readonly opened: Opened;
  readonly frame: MeasuredFrame;
  readonly fault: string | undefined;
  /** The answer to the task's question, until it is used. */
  readonly answer: string | undefined;
  /** What a task keeps from one look to the next; empty when the task begins. */
  readonly memory: Record<string, number>;
  /** Says what became of an answer, and takes it back. */
  judge(words: string): void;
}
