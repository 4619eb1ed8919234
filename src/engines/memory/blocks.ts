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
    return this.#runtime.device.memory.buffer;
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

  /** A block of each size, or none where there is no room for all. @throws {OutOfMemoryError} */
  allocateAll(sizes: readonly number[]): number[] {
    const blocks: number[] = [];
    try {
      for (const bytes of sizes) blocks.push(this.allocate(bytes));
      return blocks;
    } catch (error) {
      for (const block of blocks) this.release(block);
      throw error;
    }
  }

  /** Copies arrays of numbers into new blocks as float32. @throws {OutOfMemoryError} and then there are no new blocks */
  storeAll(arrays: readonly ArrayLike<number>[]): number[] {
    const blocks = this.allocateAll(arrays.map(({ length }) => 4 * length));
    for (const [i, block] of blocks.entries()) this.floats(block, arrays[i].length).set(arrays[i]);
    return blocks;
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
