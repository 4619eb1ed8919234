/** What colour means in the drawing, and the numbers for it: asked anew when text is, ten times a second at most. */
import { effect, signal } from "@preact/signals";
import type { Colour } from "../drawing/drawn.ts";
import type { ColourMode, Look } from "../lookAnswers.ts";
import { ask } from "./ask.ts";
import { oneAtATime } from "./oneAtATime.ts";
import { fault, opened, readout } from "./store.ts";

export const colour = signal<ColourMode>("weights");
/** Over what the largest number is taken that has the scale's end. */
export const range = signal<"layer" | "network">("layer");
export const look = signal<{ readonly mode: ColourMode; readonly numbers: Look } | undefined>(undefined);

/** Pictures over a plane need no numbers. */
const needsNumbers = (mode: ColourMode): boolean =>
  (mode !== "weights" && mode !== "outputs") || opened.value?.data.plane === undefined;

const update = oneAtATime(async () => {
  const [mode, run] = [colour.peek(), opened.peek()];
  try {
    const numbers = await ask("look", { mode });
    if (run === opened.peek() && mode === colour.peek()) look.value = numbers && { mode, numbers };
  } catch {
    look.value = undefined; // the run has diverged, which the fault says
  }
});

effect(() => {
  const [mode, frame] = [colour.value, readout.value];
  if (look.peek()?.mode !== mode || opened.value === undefined) look.value = undefined;
  if (frame?.run === opened.value?.run && frame !== undefined && fault.value === undefined && needsNumbers(mode)) {
    update();
  }
});

/** What the drawing takes its colours from now. */
export function colourNow(): Colour {
  const [mode, found] = [colour.peek(), look.peek()];
  return { mode, range: range.peek(), numbers: found?.mode === mode ? found.numbers : undefined };
}
