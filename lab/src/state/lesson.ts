/** Which lesson is open, and which tasks of the lessons are done; that alone is kept in the browser. */
import { signal } from "@preact/signals";
import { lessonHash, lessonOf, lessonSettings } from "../lessons/settings.ts";
import { defaults } from "../setting.ts";
import { begin } from "./actions.ts";

/** From 1; undefined while none is open. */
export const lesson = signal<number | undefined>(lessonOf(location.hash));
/** Goes up when a lesson begins, the same one again too. */
export const beginnings = signal(0);

const KEY = "gradus-lab-lessons";

/** The lessons that were finished. */
export const finished = signal<readonly number[]>(kept());

/** Opens a lesson at its beginning: its setting is a new run, which stands still. */
export function openLesson(number: number): void {
  lesson.value = number;
  beginnings.value++;
  history.pushState(null, "", lessonHash(number));
  begin("Lesson", { ...defaults, ...lessonSettings[number - 1] });
}

/** The run goes on as it is. */
export function closeLesson(): void {
  lesson.value = undefined;
}

export function finish(number: number): void {
  if (finished.peek().includes(number)) return;
  finished.value = [...finished.peek(), number];
  try {
    localStorage.setItem(KEY, finished.value.join());
  } catch {
    // a browser that keeps nothing: it is known until the page is left
  }
}

function kept(): number[] {
  try {
    return (localStorage.getItem(KEY) ?? "")
      .split(",")
      .map(Number)
      .filter((number) => lessonSettings[number - 1]);
  } catch {
    return [];
  }
}

addEventListener("hashchange", () => {
  const number = lessonOf(location.hash);
  if (number === undefined) return;
  lesson.value = number;
  beginnings.value++;
});
