/**
 * Where a run has been: copies of its state at some steps, dense near its end and sparse far back, and what was changed by
 * hand at which step. From the nearest copy before a step the run is repeated to that step. Steps are the run's, from 0.
 *
 * Knows nothing of sessions: it keeps what it is given.
 */
import type { Snapshot } from "gradus/network";

/** A copy of the state at a step. */
export interface Mark {
  readonly step: number;
  readonly state: Snapshot;
  /** What led to it: the setting, as initial weights; the steps before; or a change by hand, weights of an earlier run too. */
  readonly from: "setting" | "steps" | "hand";
}

/** The learning rate from a step on. */
interface RateChange {
  readonly step: number;
  readonly rate: number;
}

/** The memory of the copies of a run that is at hand, and of one that is kept to be undone, in bytes. */
export const BUDGET = 32 * 2 ** 20;
export const KEPT_BUDGET = 2 ** 20;
/** The most copies, because finding the one to drop looks at all. */
const MOST_MARKS = 400;
/** The fewest steps from a copy to the next. */
const SPACING = 50;

export class Timeline {
  #marks: readonly Mark[];
  #rates: readonly RateChange[];
  #last: number;
  readonly #budget: number;

  /** @param rate the learning rate of the setting */
  constructor(start: Mark, rate: number, budget = BUDGET) {
    this.#marks = [start];
    this.#last = start.step;
    this.#rates = [{ step: 0, rate }];
    this.#budget = budget;
  }

  /** The last step that is known. */
  get last(): number {
    return this.#last;
  }

  /** The first step that can be gone back to: 0, unless many changes by hand took the memory. */
  get first(): number {
    return this.#marks[0].step;
  }

  /** The state that the run began with, or the earliest that is left. */
  get start(): Mark {
    return this.#marks[0];
  }

  /** The last copy at or before a step. */
  before(step: number): Mark {
    return this.#marks.findLast((mark) => mark.step <= step) ?? this.#marks[0];
  }

  /** The state that was given by hand at this very step. */
  givenAt(step: number): Snapshot | undefined {
    const mark = this.before(step);
    return mark.from === "hand" && mark.step === step ? mark.state : undefined;
  }

  /** The learning rate in the step that follows `step`. */
  rate(step: number): number {
    return (this.#rates.findLast((change) => change.step <= step) ?? this.#rates[0]).rate;
  }

  /** Whether all steps to this one had the learning rate of the setting. */
  hasOneRate(step: number): boolean {
    const [{ rate }] = this.#rates;
    return this.#rates.every((change) => change.step > step || change.rate === rate);
  }

  /** Whether the setting alone leads to this step, with nothing changed by hand on the way. */
  isOfSetting(step: number): boolean {
    return this.hasOneRate(step) && !this.#marks.some((mark) => mark.from === "hand" && mark.step <= step);
  }

  /** The first step after `step` at which something was changed by hand; Infinity where nothing was. */
  nextChange(step: number): number {
    const later = ({ step: at }: { readonly step: number }): boolean => at > step;
    const given = this.#marks.find((mark) => mark.from === "hand" && later(mark));
    return Math.min(given?.step ?? Number.POSITIVE_INFINITY, this.#rates.find(later)?.step ?? Number.POSITIVE_INFINITY);
  }

  /** The run has come to a step. @param copy makes a copy of its state; undefined where there is none to be had */
  reached(step: number, copy: () => Snapshot | undefined): void {
    this.#last = Math.max(this.#last, step);
    if (step - this.before(step).step < SPACING) return;
    const state = copy();
    if (state !== undefined) this.#insert({ step, state, from: "steps" });
  }

  /** From this step on the learning rate is another: what was known of later steps holds no more. */
  setRate(step: number, rate: number): void {
    if (this.rate(step) === rate) return;
    this.#cut(step);
    this.#rates = [...this.#rates.filter((change, at) => at === 0 || change.step < step), { step, rate }];
  }

  /** At this step the state became another by hand: what was known of later steps holds no more. */
  setState(step: number, state: Snapshot): void {
    this.#cut(step);
    this.#marks = this.#marks.filter((mark) => mark.step < step);
    this.#insert({ step, state, from: "hand" });
  }

  /** The same within the memory of a run that is not at hand. @param step where it will be opened again */
  kept(step: number): Timeline {
    return this.#copy(KEPT_BUDGET, step);
  }

  /** The same with the memory of the run at hand. */
  atHand(): Timeline {
    return this.#copy(BUDGET, this.#last);
  }

  #copy(budget: number, step: number): Timeline {
    const copy = new Timeline(this.start, 0, budget);
    copy.#marks = this.#marks;
    copy.#rates = this.#rates;
    copy.#last = this.#last;
    copy.#thin(step);
    return copy;
  }

  #cut(step: number): void {
    this.#last = step;
    this.#marks = this.#marks.filter((mark) => mark.step <= step);
    this.#rates = this.#rates.filter((change) => change.step <= step);
  }

  #insert(mark: Mark): void {
    const at = this.#marks.findLastIndex(({ step }) => step < mark.step) + 1;
    this.#marks = this.#marks.toSpliced(at, 0, mark);
    this.#thin(this.#last);
  }

  /** Drops the copies whose gap would be smallest for how long ago they are; then the earliest of what was given. The copy before `step` stays. */
  #thin(step: number): void {
    const { parameters, slots } = this.start.state;
    const bytes = parameters.byteLength * (1 + Object.keys(slots).length);
    const most = Math.max(2, Math.min(MOST_MARKS, Math.floor(this.#budget / bytes)));
    const near = this.before(step);
    while (this.#marks.length > most) {
      const loss = (mark: Mark, at: number): number => {
        if (mark.from !== "steps" || mark === near) return Number.POSITIVE_INFINITY;
        const next = this.#marks.at(at + 1)?.step ?? this.#last;
        return (next - this.#marks[at - 1].step) / (this.#last - mark.step + SPACING);
      };
      const losses = this.#marks.map(loss);
      const least = Math.min(...losses);
      this.#marks = this.#marks.toSpliced(least === Number.POSITIVE_INFINITY ? 0 : losses.indexOf(least), 1);
    }
  }
}
