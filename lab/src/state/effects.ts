/** The effects of columns that the reader had computed, and of what state of the run they are. */
import { signal } from "@preact/signals";
import type { Dependence, ImportanceOfColumns } from "../outcomeAnswers.ts";
import type { Frame } from "../protocol.ts";
import { ask } from "./ask.ts";
import { opened } from "./store.ts";

/** So many columns are shown without being chosen. */
const FIRST = 8;

export interface Effects extends ImportanceOfColumns {
  /** The number of the run. */
  readonly run: number;
  /** In the order in which they are shown. */
  readonly dependences: readonly Dependence[];
}

export const effects = signal<Effects | undefined>(undefined);
export const isComputing = signal(false);
export const effectsFault = signal<string | undefined>(undefined);
/** Of several classes the one whose probability is shown. */
export const effectsClass = signal<number | undefined>(undefined);

/** Computes the effects of the run at hand, which may go on meanwhile. */
export async function computeEffects(): Promise<void> {
  const run = opened.peek()?.run;
  if (run === undefined || isComputing.peek()) return;
  isComputing.value = true;
  effectsFault.value = undefined;
  try {
    const importance = await ask("importance", {});
    if (importance === undefined) return;
    effects.value = { ...importance, run, dependences: [] };
    for (const { name } of importance.importance.features.slice(0, FIRST)) {
      if (!(await addDependence(name))) return;
    }
  } catch (error) {
    effectsFault.value = error instanceof Error ? error.message : String(error);
  } finally {
    isComputing.value = false;
  }
}

/** @returns whether it was added: not where another run has begun meanwhile */
export async function addDependence(column: string): Promise<boolean> {
  const asking = effects.peek();
  const dependence = await ask("dependence", { column });
  const now = effects.peek();
  if (dependence === undefined || now === undefined || now.run !== asking?.run || now.step !== asking.step)
    return false;
  effects.value = { ...now, dependences: [...now.dependences, dependence] };
  return true;
}

/** Of which step the effects are, and where the run is now. */
export function whichStep({ step, parameters }: Effects, frame: Frame | undefined): string {
  if (frame === undefined) return `Of step ${step}.`;
  if (frame.step !== step) return `Of step ${step}. The run is at step ${frame.step} now.`;
  const isSame = parameters.every((value, at) => Object.is(value, frame.parameters[at]));
  return isSame
    ? `Of step ${step}, where the run is now.`
    : `Of step ${step}, with other weights than the run has now.`;
}
