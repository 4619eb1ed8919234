/**
 * The validation outputs of a training, look by look, within a limited memory.
 *
 * Where not all fit, every second look is kept, or every fourth, …, and always the last one. Knows nothing of what
 * outputs mean.
 */
import type { Numbers } from "../engines/engine.ts";

/** What was kept so far, as plain data. */
export interface KeptOutputsState {
  readonly stride: number;
  /** How many there were. */
  readonly looks: number;
  readonly kept: readonly Float32Array[];
  /** The last one, where it is none of those. */
  readonly last?: Float32Array;
}

export class KeptOutputs {
  readonly #mostBytes: number;
  readonly #kept: Float32Array[];
  /** Every so many looks one is kept. */
  #stride: number;
  #looks: number;
  #last: Float32Array | undefined;

  /**
   * @param mostBytes for all looks together, but for two of them, which are kept in any case
   * @param from what a training that goes on had kept, with the same limit
   */
  constructor(mostBytes: number, { stride, looks, kept, last }: KeptOutputsState = { stride: 1, looks: 0, kept: [] }) {
    this.#mostBytes = mostBytes;
    this.#stride = stride;
    this.#looks = looks;
    this.#kept = [...kept];
    this.#last = last ?? kept.at(-1);
  }

  /** What is kept now. Its arrays don't change any more. */
  get state(): KeptOutputsState {
    const last = this.#last;
    const isKept = last === undefined || last === this.#kept.at(-1);
    return { stride: this.#stride, looks: this.#looks, kept: [...this.#kept], ...(!isKept && { last }) };
  }

  /** Takes the outputs of the next look, rounded to float32. */
  add(outputs: Numbers): void {
    const copy = Float32Array.from(outputs);
    this.#last = copy;
    if (this.#looks++ % this.#stride !== 0) return;
    this.#kept.push(copy);
    while (this.#kept.length > 1 && this.#kept.length * copy.byteLength > this.#mostBytes) this.#thin();
  }

  /** The looks that are kept, the first one first. */
  get looks(): readonly Float32Array[] {
    const last = this.#last;
    return last === undefined || this.#kept.at(-1) === last ? this.#kept : [...this.#kept, last];
  }

  #thin(): void {
    this.#stride *= 2;
    const every = this.#kept.filter((_, at) => at % 2 === 0);
    this.#kept.splice(0, this.#kept.length, ...every);
  }
}
