/**
 * All that a session's next steps depend on, copied and put back to the bit: parameters, the optimizer's slots, the
 * count of steps, which also decides what dropout silences. Checks nothing: `snapshot.ts` does, for those who keep states.
 */
import { firstBeyondFloat32, firstNonFinite, type Numbers, type Session } from "../engines/engine.ts";

export interface SessionState {
  /** In the order of the session's layout. */
  readonly parameters: Numbers;
  /** The optimizer's state by name, each in the order of the parameters. */
  readonly slots: Readonly<Record<string, Numbers>>;
  /** How many updates have been made. */
  step: number;
}

/** A copy of the session's present state. */
export function copyState({ parameters, slots, step }: Session): SessionState {
  const copies = Object.entries(slots).map(([name, slot]) => [name, slot.slice()]);
  return { parameters: parameters.slice(), slots: Object.fromEntries(copies), step };
}

/** Copies the session's present state into an older copy. */
export function saveState(session: Session, state: SessionState): void {
  state.parameters.set(session.parameters);
  for (const [name, slot] of Object.entries(session.slots)) state.slots[name].set(slot);
  state.step = session.step;
}

/** Gives the session a state that was copied from it, or from another one of the same problem; slots that it lacks stay. */
export function restoreState(session: Session, state: Readonly<SessionState>): void {
  session.parameters.set(state.parameters);
  const { slots } = session;
  for (const [name, values] of Object.entries(state.slots)) slots[name].set(values);
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
export function brokenState({ parameters, slots }: Pick<Session, "parameters" | "slots">): BrokenState | undefined {
  const parameter = firstBeyondFloat32(parameters);
  if (parameter >= 0) return { slot: undefined, index: parameter };
  for (const [slot, numbers] of Object.entries(slots)) {
    const index = firstNonFinite(numbers);
    if (index >= 0) return { slot, index };
  }
  return undefined;
}
