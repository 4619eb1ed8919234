/**
 * The blocks of a runtime's memory that one session or predictor holds, so that all go back when it ends.
 *
 * Growing replaces the memory's buffer: views are made anew for each use. Knows nothing of what the blocks hold.
 */
import type { Runtime } from "./runtime.ts";

export class Blocks {
  readonly #runtime: Runtime;
  readonly #held = new Set<number>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get buffer(): ArrayBufferLike {
    return this.#runtime.memory.buffer;
  }

  /** @returns the address of so many bytes, their content undefined */
  allocate(bytes: number): number {
    const block = this.#runtime.arena.allocate(bytes);
    this.#held.add(block);
    return block;
  }

  /** Copies numbers into a new block as float32. */
  store(values: ArrayLike<number>): number {
    const block = this.allocate(4 * values.length);
    this.floats(block, values.length).set(values);
    return block;
  }

  /** A view of float32 numbers. @param start an address */
  floats(start: number, length: number): Float32Array {
    return new Float32Array(this.buffer, start, length);
  }

  /** Gives a block back, where it is one of these. */
  release(block: number): void {
    if (this.#held.delete(block)) this.#runtime.arena.release(block);
  }

  releaseAll(): void {
    for (const block of this.#held) this.#runtime.arena.release(block);
    this.#held.clear();
  }
}
