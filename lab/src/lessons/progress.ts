/** Which tasks of the open lesson are done: looks at the page whenever something has changed. */
import { effect, signal } from "@preact/signals";
import { highlight, isOpen } from "../state/derivation.ts";
import { beginnings, finish, lesson } from "../state/lesson.ts";
import { oneAtATime } from "../state/oneAtATime.ts";
import { fault, live, opened, readout, setting } from "../state/store.ts";
import type { Seen } from "./lesson.ts";
import { lessons } from "./lessons.ts";
import { lessonSettings } from "./settings.ts";

/** How many tasks of the lesson are done, from the first on. */
export const done = signal(0);
/** The answer to the question of the task at hand. */
export const answer = signal<string | undefined>(undefined);
/** What became of the last answer. */
export const verdict = signal("");

let memory: Record<string, number> = {};

/** Forgets what was done, and looks from now on. @returns what ends it */
export function watch(): () => void {
  let seen = -1;
  return effect(() => {
    void [setting.value, opened.value, readout.value, fault.value, answer.value, isOpen.value, highlight.value];
    if (seen !== beginnings.value) {
      seen = beginnings.value;
      [done.value, answer.value, verdict.value, memory] = [0, undefined, "", {}];
    }
    // The derivation shows its position after what lights it has changed.
    setTimeout(look);
  });
}

const look = oneAtATime(async () => {
  const [number, run, frame] = [lesson.peek(), opened.peek(), readout.peek()];
  if (number === undefined || run === undefined || frame === undefined) return;
  // Until the first picture of a new run has come, what is read is of the run before.
  const isOfRun = live.frame !== undefined && frame.run === live.frame.run && run.run === frame.run;
  const { tasks } = lessons[number - 1];
  if (!isOfRun || done.peek() >= tasks.length) return;
  const { data } = lessonSettings[number - 1];
  if (data !== undefined && data !== setting.peek().data) return; // the tasks are about the lesson's own data
  const began = beginnings.peek();
  const isDone = await tasks[done.peek()].isDone(seenOf(run, frame));
  if (!isDone || began !== beginnings.peek()) return;
  done.value++;
  memory = {};
  if (done.peek() === tasks.length) finish(number);
  else look();
});

function seenOf(run: Seen["opened"], frame: Seen["frame"]): Seen {
  return {
    setting: setting.peek(),
    opened: run,
    frame,
    fault: fault.peek(),
    answer: answer.peek(),
    memory,
    judge(words) {
      verdict.value = words;
      answer.value = undefined;
    },
  };
}
