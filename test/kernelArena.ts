/**
 * Arrays in the kernels' memory for tests, between guards that must not change, and their comparison with float64.
 *
 * Knows no kernel.
 */
import { expect } from "vitest";
import { instantiateKernels, type KernelOptions } from "./instantiateKernels.ts";

type Typed = Float32Array | Float64Array | Uint32Array;
type Memory = ArrayBuffer | SharedArrayBuffer;

const GUARD = 0x5a5a5a5a;
const GUARD_WORDS = 8;
/** Where arrays begin: behind what the kernels may keep for themselves. */
const START = 65536;

/** The kernels of one build with a memory to place arrays in; `clear` takes all arrays away again. */
export class KernelArena {
  readonly #exports: ReturnType<typeof instantiateKernels>["exports"];
  readonly #memory: Memory;
  #guards: Uint32Array[] = [];
  #next = START;

  constructor(options: KernelOptions) {
    const { memory, exports } = instantiateKernels(options);
    this.#memory = memory.buffer;
    this.#exports = exports;
  }

  clear(): void {
    this.#guards = [];
    this.#next = START;
  }

  float32(values: ArrayLike<number>): Float32Array {
    const placed = this.#place((at) => new Float32Array(this.#memory, at, values.length));
    placed.set(values);
    return placed;
  }

  float64(values: ArrayLike<number>): Float64Array {
    const placed = this.#place((at) => new Float64Array(this.#memory, at, values.length));
    placed.set(values);
    return placed;
  }

  uint32(values: ArrayLike<number>): Uint32Array {
    const placed = this.#place((at) => new Uint32Array(this.#memory, at, values.length));
    placed.set(values);
    return placed;
  }

  /** Calls a kernel, an array standing for its address; fails when it wrote beside its arrays. */
  call(kernel: string, ...args: readonly (number | Typed)[]): number {
    const result = this.#exports[kernel](
      ...args.map((value) => (typeof value === "number" ? value : value.byteOffset)),
    );
    const intact = this.#guards.every((guard) => guard.every((word) => word === GUARD));
    expect(intact, `${kernel} wrote nothing beside its arrays`).toBe(true);
    return result;
  }

  #place<T extends Typed>(at: (address: number) => T): T {
    this.#guard();
    const placed = at(this.#next);
    this.#next += placed.byteLength;
    this.#guard();
    this.#next = Math.ceil(this.#next / 8) * 8;
    return placed;
  }

  #guard(): void {
    const guard = new Uint32Array(this.#memory, this.#next, GUARD_WORDS).fill(GUARD);
    this.#guards.push(guard);
    this.#next += guard.byteLength;
  }
}

/** The distance of neighbouring float32 near a value; below the least normal number, the one there. */
export function ulp(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), 2 ** -126))) - 23);
}

/** The numbers as they lie in memory, so that −0 and 0 differ and NaN equals itself. */
export function bitsOf(values: Float32Array): number[] {
  return [...new Uint32Array(Float32Array.from(values).buffer)];
}

/**
 * Fails with the worst element and by how many times its error exceeds what is allowed.
 *
 * @param expected of an index @param allowed the error, of the expected value and its index
 */
export function expectClose(
  found: ArrayLike<number>,
  expected: (i: number) => number,
  allowed: (value: number, i: number) => number,
  where: (i: number) => string = (i) => `element ${i}`,
): void {
  let worst = 0;
  let at = 0;
  for (let i = 0; i < found.length; i++) {
    const value = expected(i);
    const same = Object.is(found[i], value) || found[i] === value;
    const error = same ? 0 : Math.abs(found[i] - value) / allowed(value, i);
    if (error <= worst) continue;
    worst = error;
    at = i;
    if (Number.isNaN(error)) break;
  }
  const message = `${where(at)}: found ${found[at]}, expected ${expected(at)}; the error over what is allowed`;
  expect(worst, message).toBeLessThanOrEqual(1);
}
