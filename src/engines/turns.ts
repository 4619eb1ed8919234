/**
 * The order of a session's work: one piece at a time, in the order in which it was asked for.
 *
 * What is asked for while nothing is under way begins before the call returns; what is asked for while something is begins
 * when all before it has ended. Knows nothing of what the work is.
 */
import { GradusError } from "../errors.ts";
import type { Awaitable } from "./engine.ts";

export class Turns {
  readonly #whenIdle: () => void;
  /** Pieces of work that have not ended, the waiting ones included. */
  #open = 0;
  /** Ends when the work asked for last has ended, well or not. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param whenIdle called whenever the last piece of work has ended */
  constructor(whenIdle: () => void) {
    this.#whenIdle = whenIdle;
  }

  /** Whether nothing is under way and nothing waits. */
  get idle(): boolean {
    return this.#open === 0;
  }

  /**
   * Does a piece of work when its turn comes.
   *
   * @param ended called when it has ended, well or not
   * @returns the work's result: at once where it could begin at once and gave no promise
   */
  take<Result>(work: () => Awaitable<Result>, ended = (): void => {}): Awaitable<Result> {
    const end = (): void => {
      this.#open -= 1;
      ended();
      if (this.#open === 0) this.#whenIdle();
    };
    this.#open += 1;
    if (this.#open > 1) return this.#wait(this.#last.then(work), end);
    let result: Awaitable<Result>;
    try {
      result = work();
    } catch (error) {
      end();
      throw error;
    }
    if (result instanceof Promise) return this.#wait(result, end);
    end();
    return result;
  }

  /** @throws {GradusError} while something is under way: what is read at once can't wait for work that changes it */
  requireIdle(): void {
    if (this.idle) return;
    throw new GradusError(
      "This session is running, so its parameters, gradients, slots, signals and step cannot be read or set. " +
        "Await what it was asked for (await session.run(…)) first.",
    );
  }

  #wait<Result>(work: Promise<Result>, end: () => void): Promise<Result> {
    const result = work.finally(end);
    this.#last = result.catch(() => {});
    return result;
  }
}
