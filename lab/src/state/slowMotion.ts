/** Speeds below a step a frame: the page asks the worker for one step after the other. Knows nothing of how a run is opened. */
import { effect } from "@preact/signals";
import { tellRun } from "./ask.ts";
import { fault, type Pace, playing, speed } from "./store.ts";

/** Steps a second. */
const slow = { "1/s": 1, "4/s": 4 } as const;

export const isSlow = (pace: Pace): pace is keyof typeof slow => Object.hasOwn(slow, pace);

effect(() => {
  const { value } = speed;
  if (!playing.value || fault.value !== undefined || !isSlow(value)) return;
  const timer = setInterval(() => tellRun({ kind: "step" }), 1000 / slow[value]);
  return () => clearInterval(timer);
});
