/**
 * All that a session's next steps depend on, copied and put back to the bit: parameters, the optimizer's slots, the
 * count of steps, which also decides what dropout silences.
 */
import type { Numbers, Session } from "../engines/engine.ts";

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
