/** Patterns that lie in a session's memory: three blocks, given back when they are disposed. */
import type { LoadedPatterns } from "../engine.ts";

export class WasmPatterns implements LoadedPatterns {
  readonly rows: number;
  readonly owner: object;
  readonly inputs: number;
  readonly desired: number;
  readonly weights: number;
  readonly #release: (block: number) => void;
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

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const block of [this.inputs, this.desired, this.weights]) this.#release(block);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
