/** Patterns that lie in a session's memory: three blocks, given back when they are disposed and no work needs them. */
import { DescriptionError } from "../../errors.ts";
import { type LoadedPatterns, requireOwn, rowIndices } from "../engine.ts";

export class MemoryPatterns implements LoadedPatterns {
  readonly rows: number;
  readonly owner: object;
  readonly inputs: number;
  readonly desired: number;
  readonly weights: number;
  readonly #release: (block: number) => void;
  /** Pieces of work that read them and have not ended. */
  #readers = 0;
  disposed = false;

  constructor(
    owner: object,
    rows: number,
    blocks: { inputs: number; desired: number; weights: number },
    release: (block: number) => void,
  ) {
    this.owner = owner;
    this.rows = rows;
    this.inputs = blocks.inputs;
    this.desired = blocks.desired;
    this.weights = blocks.weights;
    this.#release = release;
  }

  /** Keeps the blocks for a piece of work. @returns to be called once, when the work has ended */
  hold(): () => void {
    this.#readers += 1;
    return () => {
      this.#readers -= 1;
      if (this.disposed && this.#readers === 0) this.#free();
    };
  }

  /**
   * The rows that a caller chose, checked. Beside a small step a copy takes long: one is made where the rows may change
   * before the work that reads them ends.
   *
   * @param later whether the work may go on when the call has returned
   * @throws {DescriptionError} a row that these patterns don't have
   */
  chosen(given: ArrayLike<number>, later: boolean): Uint32Array {
    const rows = rowIndices(given);
    const own = rows.buffer instanceof ArrayBuffer; // else another thread may write in it at any time
    const chosen = later || !own ? rows.slice() : rows;
    let last = 0; // not −1, which no Uint32 holds: the comparisons would be those of doubles
    for (let i = 0; i < chosen.length; i++) last = Math.max(last, chosen[i]);
    if (last < this.rows || chosen.length === 0) return chosen; // of several processes, one may have no row
    throw new DescriptionError(`Expected rows below ${this.rows}, found ${chosen.find((row) => row >= this.rows)}.`);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    if (this.#readers === 0) this.#free(); // else when the last piece of work that reads them has ended
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #free(): void {
    for (const block of [this.inputs, this.desired, this.weights]) this.#release(block);
  }
}

/**
 * Loaded patterns as the session's own.
 *
 * @throws {DescriptionError} those of another session
 * @throws {GradusError} those that were disposed
 */
export function ownPatterns(session: object, patterns: LoadedPatterns): MemoryPatterns {
  requireOwn(patterns, patterns instanceof MemoryPatterns && patterns.owner === session);
  return patterns as MemoryPatterns;
}
