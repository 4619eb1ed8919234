/**
 * How much is computed at a time, and how long it takes.
 *
 * A session computes without a break, so steps are handed over in chunks of about 60 ms: long enough that the
 * hand-over costs nothing, short enough that an abort takes effect soon and progress is shown. But for a deadline, the clock
 * decides nothing else, and chunks never change a result. Knows nothing of sessions.
 */

import { pause } from "../pause.ts";

export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Lets timers, signals and messages of the runtime have their turn. */
  pause(): Promise<void>;
}

/** The machine's. */
export const systemClock: Clock = { now: () => performance.now(), pause };

const CHUNK_MS = 60;
const PAUSE_EVERY_MS = 50;
const PROGRESS_EVERY_MS = 100;
/** A first step may be slow while code is being compiled, so the estimate may rise this much from chunk to chunk. */
const LARGEST_GROWTH = 8;
const MOST_STEPS = 2 ** 20;

export class ChunkTimer {
  /** How many steps the next chunk should have. */
  steps = 1;
  readonly #clock: Clock;
  #began = 0;
  #chunkBegan = 0;
  #paused = 0;
  #lastProgress = 0;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  start(): void {
    this.#began = this.#clock.now();
    this.#paused = this.#began;
    this.#lastProgress = this.#began;
  }

  get seconds(): number {
    return (this.#clock.now() - this.#began) / 1000;
  }

  /** Milliseconds on the clock that deadlines are given on. */
  get now(): number {
    return this.#clock.now();
  }

  beginChunk(): void {
    this.#chunkBegan = this.#clock.now();
  }

  /** Learns from the chunk just made how long the next should be. */
  endChunk(steps: number): void {
    // Coarse clocks can show no time at all; a microsecond keeps the quotient finite.
    const milliseconds = Math.max(this.#clock.now() - this.#chunkBegan, 1e-3);
    const fitting = Math.floor((CHUNK_MS * steps) / milliseconds);
    this.steps = Math.max(1, Math.min(fitting, this.steps * LARGEST_GROWTH, MOST_STEPS));
  }

  /** Whether the last pause is a while ago. */
  get pauseDue(): boolean {
    return this.#clock.now() - this.#paused >= PAUSE_EVERY_MS;
  }

  /** Lets the runtime do what else it has to do. */
  async pause(): Promise<void> {
    await this.#clock.pause();
    this.#paused = this.#clock.now();
  }

  /** Whether the next progress event is due. */
  get progressDue(): boolean {
    return this.#clock.now() - this.#lastProgress >= PROGRESS_EVERY_MS;
  }

  /** A progress event was sent: the next is due after the interval. */
  sentProgress(): void {
    this.#lastProgress = this.#clock.now();
  }
}
