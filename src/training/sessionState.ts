/**
 * All that a session's next steps depend on, copied and put back to the bit: parameters, the optimizer's slots, the
 * count of steps, which also decides what dropout silences.
 */
import { firstBeyondFloat32, firstNonFinite, type Numbers, type Session } from "../engines/engine.ts";

export interface SessionState {
  readonly parameters: Numbers;
  readonly slots: readonly Numbers[];
  step: number;
}

/** A copy of the session's present state. */
export function copyState({ parameters, slots, step }: Session): SessionState {
  return { parameters: parameters.slice(), slots: Object.values(slots).map((slot) => slot.slice()), step };
}

/** Copies the session's present state into an older copy. */
export function saveState(session: Session, state: SessionState): void {
  state.parameters.set(session.parameters);
  for (const [i, slot] of Object.values(session.slots).entries()) state.slots[i].set(slot);
  state.step = session.step;
}

/** Gives the session a state that was copied from it. */
export function restoreState(session: Session, state: SessionState): void {
  session.parameters.set(state.parameters);
  for (const [i, slot] of Object.values(session.slots).entries()) slot.set(state.slots[i]);
  session.step = state.step;
}

/** Where a session's state is broken. */
interface BrokenState {
  /** The optimizer's slot; undefined for the parameters. */
  readonly slot: string | undefined;
  /** Of the number among the parameters, or in the slot. */
  readonly index: number;
}

/**
 * The first parameter that is not finite in float32, else the first number of the optimizer's memory that is not finite: a
 * mean square of Infinity makes all further steps of its parameter 0.
 */
export function brokenState({ parameters, slots }: Session): BrokenState | undefined {
  const parameter = firstBeyondFloat32(parameters);
  if (parameter >= 0) return { slot: undefined, index: parameter };
  for (const [slot, numbers] of Object.entries(slots)) {
    const index = firstNonFinite(numbers);
    if (index >= 0) return { slot, index };
  }
  return undefined;
}
