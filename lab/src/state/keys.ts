/** The keys of the whole page, where no control has the focus that uses them. */
import { advance, pause, play, undo } from "./actions.ts";
import { playing } from "./store.ts";
import { back } from "./time.ts";

/** For the help, each key with what it does. */
export const keys = [
  ["Space", "play, pause"],
  ["→", "one step"],
  ["←", "one step back"],
  ["Ctrl+Z", "undo"],
  ["Ctrl+Shift+Z", "redo"],
] as const;

const WRITES = "input:not([type=range], [type=checkbox], [type=radio]), textarea, [contenteditable]";
/** What takes Space, and what takes the arrows. */
const PRESSED = "button, summary, a, input, select, textarea, [contenteditable], [role=button]";
const MOVED =
  "input, select, textarea, [contenteditable], [role=slider], [role=tab], [role=tablist] *, .table, .equation";

const has = (target: EventTarget | null, expression: string): boolean =>
  target instanceof Element && target.closest(expression) !== null;

function act({ key, target, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): (() => void) | undefined {
  if (altKey) return undefined;
  if (ctrlKey || metaKey) {
    if (has(target, WRITES) || key.toLowerCase() !== "z") return undefined;
    return () => undo(shiftKey ? "redo" : "undo");
  }
  if (key === " ") return has(target, PRESSED) ? undefined : playing.value ? pause : play;
  if (shiftKey || has(target, MOVED)) return undefined;
  if (key === "ArrowRight") return () => advance("step");
  return key === "ArrowLeft" ? back : undefined;
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  const done = act(event);
  if (done === undefined) return;
  event.preventDefault();
  done();
});
