/** What is wrong with the layers: asked when the run stands, and once a second while it goes on. */
import { effect, signal } from "@preact/signals";
import type { HealthWarning } from "gradus/network";
import type { Health } from "../lookAnswers.ts";
import { ask } from "./ask.ts";
import { oneAtATime } from "./oneAtATime.ts";
import { fault, opened, playing, readout } from "./store.ts";

const BETWEEN = 1000;

export const health = signal<Health | undefined>(undefined);

let askedAt = 0;
/** A page that has just opened learns first; what looks at health is fetched after so many steps, or milliseconds. */
const FIRST = { step: 1000, time: 10_000 };
/** Of the last look: while the run goes on, only what two looks find is shown. */
let before: readonly HealthWarning[] = [];

const update = oneAtATime(async () => {
  const run = opened.peek();
  askedAt = performance.now();
  try {
    const found = await ask("health", {});
    if (run !== opened.peek() || found === undefined) return;
    const isLasting = ({ code, layer }: HealthWarning): boolean =>
      !playing.peek() || before.some((warning) => warning.code === code && warning.layer === layer);
    health.value = { ...found, warnings: found.warnings.filter(isLasting) };
    before = found.warnings;
  } catch {
    health.value = undefined; // the run has diverged, which the fault says
  }
});

effect(() => {
  const [run, frame] = [opened.value, readout.value];
  if (run === undefined || frame?.run !== run.run) {
    health.value = undefined;
    before = [];
    return;
  }
  const now = performance.now();
  const isSettled = frame.step >= FIRST.step || now >= FIRST.time;
  const isDue = !playing.value || (isSettled && now - askedAt >= BETWEEN);
  if (isDue && fault.value === undefined) update();
});
