/** A weight changed by hand: the value asked for last reaches the run, and what was before is kept to be put back. */
import { signal } from "@preact/signals";
import type { WeightName } from "gradus/explain";
import { ask } from "../state/ask.ts";
import { remember } from "../state/history.ts";
import { notes, readout } from "../state/store.ts";

export interface HandChange {
  readonly name: string;
  /** The value before the first change, and the training loss with it. */
  readonly value: number;
  readonly loss: number;
  /** Of the run; a step later it is no longer what was before. */
  readonly step: number;
}

export const handChange = signal<HandChange | undefined>(undefined);
/** Why the last one failed, in the library's words. */
export const changeProblem = signal<string | undefined>(undefined);

export const nameOf = ({ layer, unit, input }: WeightName): string => `${layer}.${unit}.${input}`;

/** The change of a weight since the last step; undefined where there is none. */
export function changeOf(weight: WeightName): HandChange | undefined {
  const change = handChange.value;
  return change?.name === nameOf(weight) && change.step === readout.value?.step ? change : undefined;
}

let latest: (() => Promise<void>) | undefined;
let isBusy = false;

/** A slider gives values faster than they are evaluated: those that are overtaken are left out. */
export async function setWeight(weight: WeightName, value: number, to: number): Promise<void> {
  if (!Number.isFinite(to)) return;
  remember(`weight ${nameOf(weight)} by hand`, true);
  latest = () => send(weight, value, to);
  if (isBusy) return;
  isBusy = true;
  while (latest !== undefined) {
    const next = latest;
    latest = undefined;
    await next();
  }
  isBusy = false;
}

async function send(weight: WeightName, value: number, to: number): Promise<void> {
  const [name, step] = [nameOf(weight), readout.peek()?.step ?? 0];
  try {
    const found = await ask("setWeight", { weight, value: to });
    if (found === undefined) return;
    handChange.value = changeOf(weight) ?? { name, value, loss: found.before, step };
    notes.value = [`The weight ${name} was set by hand after step ${step}: the link describes the run without that.`];
    changeProblem.value = undefined;
  } catch (error) {
    changeProblem.value = error instanceof Error ? error.message : String(error);
  }
}

/** Puts the value from before the first change back, to the bit. */
export async function putBack(weight: WeightName, { value }: HandChange): Promise<void> {
  await setWeight(weight, value, value);
  handChange.value = undefined;
  notes.value = [];
}
