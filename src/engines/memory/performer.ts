/** Who does a session's work: the caller's thread, or workers. Knows nothing of what the work is, and not when its turn comes. */
import { GradusError } from "../../errors.ts";
import type { Awaitable } from "../engine.ts";
import { CONTROL_BYTES, type ControlPlaces, THREADS_WORD } from "./control.ts";
import type { Workplace } from "./work.ts";

/** What this thread does while workers compute, which it awaits too. */
export type Meanwhile = (run: Promise<void>) => Promise<void>;

/** A piece of work. Each `yield` is a run of what the control block says. */
export type Work<Result> = Generator<Meanwhile | undefined, Result>;

export class Performer {
  readonly #workplace: Workplace;
  readonly #places: Pick<ControlPlaces, "control" | "barrier">;

  constructor(workplace: Workplace, places: Pick<ControlPlaces, "control" | "barrier">) {
    this.#workplace = workplace;
    this.#places = places;
  }

  /** Does work on the workplace's own threads where it has them, and then it is a promise. */
  perform<Result>(work: Work<Result>): Awaitable<Result> {
    return this.#workplace.inWorkers ? this.#inWorkers(work) : this.here(work);
  }

  /** Does work on the caller's thread. */
  here<Result>(work: Work<Result>): Result {
    const { device } = this.#workplace.runtime;
    for (;;) {
      const next = work.next();
      if (next.done) return next.value;
      new Int32Array(device.memory.buffer, this.#places.control, CONTROL_BYTES / 4)[THREADS_WORD] = 1;
      device.run(this.#places.control, 0);
    }
  }

  async #inWorkers<Result>(work: Work<Result>): Promise<Result> {
    const { runtime, threads } = this.#workplace;
    if (runtime.threads === undefined) throw new GradusError("This session's memory is not shared with other threads.");
    for (;;) {
      const next = work.next();
      if (next.done) return next.value;
      const run = runtime.threads.run(this.#places.control, this.#places.barrier, threads);
      await (next.value?.(run) ?? run);
    }
  }
}
