/** Going back in a run, and forward to where it has been. */
import { effect, signal } from "@preact/signals";
import { pause } from "./actions.ts";
import { ask } from "./ask.ts";
import { remember } from "./history.ts";
import { announcement, fault, opened, playing, readout } from "./store.ts";

const TITLE = "Move to another step";

/** Where the slider stands while the run is on its way there; undefined where it is there. */
export const wanted = signal<number | undefined>(undefined);
let isGoing = false;

effect(() => {
  if (readout.value?.step === wanted.peek()) wanted.value = undefined;
});

/** One step back, after others in the same act. */
export function back(): void {
  remember(TITLE, true);
  pause();
  void move({ by: -1 }).then((step) => {
    if (step !== undefined) announcement.value = `Back at step ${step}.`;
  });
}

/** To a step that the run has been at; of several asked for while it is on its way, the last. */
export async function goTo(step: number): Promise<void> {
  remember(TITLE, true);
  if (playing.value) pause();
  wanted.value = step;
  if (isGoing) return;
  isGoing = true;
  let target: number | undefined;
  while (wanted.value !== undefined && wanted.value !== target) {
    target = wanted.value;
    const reached = await move({ step: target });
    if (reached !== target && wanted.value === target) wanted.value = undefined;
  }
  isGoing = false;
}

/** @returns the step that it is at then; undefined where it could not be gone to */
async function move(asked: { readonly step: number } | { readonly by: number }): Promise<number | undefined> {
  try {
    const step = await ask("goTo", asked);
    if (step !== undefined) fault.value = undefined;
    return step;
  } catch (error) {
    fault.value = error instanceof Error ? error.message : String(error);
    return undefined;
  }
}

/** Of a step, for people: whole epochs where they are. */
export function epochOf(step: number): string {
  const epoch = step / (opened.value?.stepsPerEpoch ?? 1);
  return Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(1);
}
