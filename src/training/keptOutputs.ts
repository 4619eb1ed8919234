/**
 * The validation outputs of a training, look by look, within a limited memory.
 *
 * Where not all fit, every second look is kept, or every fourth, …, and always the last one. Knows nothing of what
 * outputs mean.
 */
import type { Numbers } from "../engines/engine.ts";

export class KeptOutputs {
  readonly #mostBytes: number;
  readonly #kept: Float32Array[] = [];
  /** Every so many looks one is kept. */
  #stride = 1;
  #looks = 0;
  #last: Float32Array | undefined;

  /** @param mostBytes for all looks together, but for two of them, which are kept in any case */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
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
