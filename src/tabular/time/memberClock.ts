/** Shares out the time that is left among the networks that have to learn one after the other. */
import { type Clock, systemClock } from "../../training/chunkTimer.ts";

export interface MemberClockOptions {
  /** Of everything, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** The whole time, which ends at the deadline. */
  readonly seconds: number;
  /** Seconds between the last network's end and the deadline. */
  readonly afterwards: number;
  /** Seconds that a network is worth beginning for. */
  readonly leastSeconds: number;
}

/** Where the time is over before the first step, this share of it is added: a network without a step is worth nothing. */
const GRACE = 0.03;

/** So much more than its share a network may take. */
const LATENESS = 1.3;

/** When a network has to be done, in milliseconds of `performance.now()`. */
export interface Ending {
  readonly planned: number;
  readonly latest: number;
}

export class MemberClock {
  /** Seconds until the first network began, where that was all the time there is. */
  readonly spentBefore: number | undefined;
  readonly #end: number;
  readonly #least: number;
  readonly #clock: Pick<Clock, "now">;

  constructor(
    { deadline, seconds, afterwards, leastSeconds }: MemberClockOptions,
    clock: Pick<Clock, "now"> = systemClock,
  ) {
    const began = clock.now();
    if (began >= deadline) this.spentBefore = (began - deadline) / 1000 + seconds;
    this.#end = Math.max(deadline - 1000 * afterwards, began + 1000 * GRACE * seconds);
    this.#least = 1000 * leastSeconds;
    this.#clock = clock;
  }

  /**
   * When a network should be done, and when it is ended at the latest: one that is a little slower than measured does
   * what was planned for it, and the others do less.
   *
   * @param rounds how many learn one after the other, this one included
   */
  endingOf(rounds: number): Ending {
    const now = this.#clock.now();
    const share = (this.#end - now) / rounds;
    return { planned: now + share, latest: Math.min(this.#end, now + LATENESS * share) };
  }

  /** Whether a network would learn so little that the others are better without it. */
  isTooLate(rounds: number): boolean {
    return this.endingOf(rounds).planned - this.#clock.now() < this.#least;
  }
}
