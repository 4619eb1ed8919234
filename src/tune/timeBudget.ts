/**
 * How a search keeps a time budget: which training may still begin.
 *
 * Every rung gets the same share of the time, since by its design it costs the same; a rung whose share is used up ends
 * early. Whatever the shares, as much is kept back as a full training of the leader takes: a search that ends without one
 * is worth little. Knows the clock, and nothing of training.
 */

export interface TimeBudgetOptions {
  /** For everything; no limit when absent. */
  readonly seconds?: number | undefined;
  readonly rungs: number;
  /** Seconds since some moment; the system's clock when absent. */
  readonly now?: () => number;
}

/** A training that may begin. */
export interface Planned {
  /** Counted from 0. */
  readonly rung: number;
  /** Whether none of its rung has ended: the rung's share then doesn't hold it up, so that each rung has a result. */
  readonly first: boolean;
  /** That it is expected to take. */
  readonly seconds: number;
  /** That the full training after it is expected to take; 0 on the highest rung. */
  readonly reserve: number;
}

/** Expectations fall short as often as not. */
const CAUTION = 1.1;

export class TimeBudget {
  readonly #start: number;
  readonly #seconds: number;
  readonly #rungs: number;
  /** Seconds since some moment. */
  readonly now: () => number;

  constructor({ seconds = Number.POSITIVE_INFINITY, rungs, now = () => performance.now() / 1000 }: TimeBudgetOptions) {
    this.#start = now();
    this.#seconds = seconds;
    this.#rungs = rungs;
    this.now = now;
  }

  /** Seconds until the end of everything, at least 0. */
  get left(): number {
    return Math.max(0, this.#start + this.#seconds - this.now());
  }

  /** Whether a training is expected to end in time. A full training that can't be had any more holds nothing up. */
  fits({ rung, first, seconds, reserve }: Planned): boolean {
    const now = this.now();
    const end = this.#start + this.#seconds;
    const kept = reserve * CAUTION;
    const latest = now + kept <= end ? end - kept : end;
    const share = first ? end : this.#start + (this.#seconds * (rung + 1)) / this.#rungs;
    return now + seconds * CAUTION <= Math.min(latest, share);
  }
}
