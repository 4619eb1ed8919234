/**
 * Machine code beside the kernels that it stands for: each run of a program is done by both from the same memory, and compared bit by bit.
 *
 * Scratch, the words of calls and what lies between regions aren't compared. A NaN is equal to any other: WebAssembly leaves open which bits
 * it has. Knows no machine code.
 */
import { GradusError } from "../../errors.ts";
import { engineOperations } from "../../plan/ops/engine.ts";
import { placesOf } from "../../plan/ops/places.ts";
import type { Device } from "../memory/device.ts";
import { controlWords, THREAD_BYTES } from "../memory/layouts.ts";
import type { PlacedPlans, Stretch } from "./placedPlans.ts";

type Run = Device["run"];

/** The first word that differs: its address, and what both left there. */
interface Difference {
  readonly address: number;
  readonly found: number;
  readonly expected: number;
}

/** A batch of a run, and the memory from which it is the only one. */
interface Step {
  readonly index: number;
  readonly start: Int32Array;
}

const controls = placesOf(controlWords);

/** A device's `run`, by two on the same memory: one thread. */
export class CheckedRun {
  readonly #memory: { readonly buffer: ArrayBufferLike };
  readonly #machine: Run;
  readonly #plain: Run;
  readonly #plans: PlacedPlans;

  /** @param machine with machine code @param plain without */
  constructor(memory: { readonly buffer: ArrayBufferLike }, machine: Run, plain: Run, plans: PlacedPlans) {
    this.#memory = memory;
    this.#machine = machine;
    this.#plain = plain;
    this.#plans = plans;
  }

  /**
   * Runs a program by both.
   *
   * @param control the address of the control block
   * @returns 0
   * @throws {GradusError} where they differ, with the operation and the number; the memory has then what `plain` left there
   */
  run(control: number): number {
    const start = this.#words.slice();
    const difference = this.#differenceFrom(start, control);
    if (difference === undefined) return 0;
    const end = this.#words.slice();
    const message = this.#messageOf(difference, control, start);
    this.#words.set(end);
    throw new GradusError(message);
  }

  get #words(): Int32Array {
    return new Int32Array(this.#memory.buffer);
  }

  /** Both from the same start, which `change` may change for both. The memory is then as `plain` left it. */
  #differenceFrom(
    start: Int32Array,
    control: number,
    change: (words: Int32Array) => void = () => {},
  ): Difference | undefined {
    change(this.#from(start));
    this.#machine(control, 0);
    const found = this.#words.slice();
    change(this.#from(start));
    this.#plain(control, 0);
    return firstDifference(found, this.#words, control, this.#plans.gaps);
  }

  /** The memory, which is now as it was. */
  #from(start: Int32Array): Int32Array {
    const words = this.#words;
    words.set(start);
    return words;
  }

  #messageOf(whole: Difference, control: number, start: Int32Array): string {
    const steps = start[control / 4 + controls.steps];
    const step = this.#stepOf(control, start, steps);
    const operation = step && this.#operationOf(control, step.start);
    const { found, expected, address } = operation?.difference ?? whole;
    const what = operation === undefined ? "one of many operations" : this.#plans.titleOf(operation.code, address);
    const batch = step !== undefined && steps > 1 ? ` in batch ${step.index + 1} of ${steps}` : "";
    return (
      `The machine code of ${what} differs from WebAssembly's at ${this.#plans.nameOf(address)}${batch}: ` +
      `found ${numberOf(found)}, expected ${numberOf(expected)}. ` +
      "This is an error of gradus: report it with the network and what gradus engines prints, and use the engine wasm."
    );
  }

  /** The batch after which memories differ and before which they don't, and a start that runs it alone. */
  #stepOf(control: number, start: Int32Array, steps: number): Step | undefined {
    const first = control / 4;
    const differsAfter = (count: number): boolean =>
      this.#differenceFrom(start, control, (words) => {
        words[first + controls.steps] = count;
      }) !== undefined;
    if (!differsAfter(steps)) return undefined; // a fault that isn't there each time
    let [same, differs] = [0, steps];
    while (differs - same > 1) {
      const middle = (same + differs) >> 1;
      if (differsAfter(middle)) differs = middle;
      else same = middle;
    }
    const words = this.#from(start);
    words[first + controls.steps] = same;
    this.#plain(control, 0);
    beginAt(words.subarray(first, first + controlWords.length), same);
    return { index: same, start: words.slice() };
  }

  /** The first operation of a batch after which memories differ. @param start runs one batch */
  #operationOf(
    control: number,
    start: Int32Array,
  ): { readonly code: number; readonly difference: Difference } | undefined {
    let at = start[control / 4 + controls.program] / 4;
    while (start[at] !== engineOperations.end.code) {
      const next = at + start[at + 1];
      // The program ends behind the operation.
      const difference = this.#differenceFrom(start, control, (words) => {
        words[next] = engineOperations.end.code;
      });
      if (difference !== undefined) return { code: start[at], difference };
      at = next;
    }
    return undefined;
  }
}

/** A run of one batch, which was one of several. @param words of the control block */
function beginAt(words: Int32Array, index: number): void {
  const rows = index * words[controls.batchSize];
  words[controls.steps] = 1;
  words[controls.rowIndices] += 4 * rows;
  words[controls.rowCount] -= rows;
  words[controls.schedule] += index * words[controls.stride];
  words[controls.losses] += 8 * index;
  words[controls.before] += index;
  words[controls.batches] += index;
}

function firstDifference(
  found: Int32Array,
  expected: Int32Array,
  control: number,
  gaps: readonly Stretch[],
): Difference | undefined {
  const word = (name: keyof typeof controls): number => expected[control / 4 + controls[name]] >>> 0;
  const skipped = [
    ...gaps,
    { start: word("scratch"), end: word("scratch") + word("scratchBytes") },
    { start: word("hyperparameters"), end: word("hyperparameters") + THREAD_BYTES },
  ];
  for (let n = 0; n < found.length; n++) {
    if (found[n] === expected[n] || (isNaNOf(found[n]) && isNaNOf(expected[n]))) continue;
    const address = 4 * n;
    if (skipped.some(({ start, end }) => address >= start && address < end)) continue;
    return { address, found: found[n], expected: expected[n] };
  }
  return undefined;
}

/** Whether the bits of a float32 are those of a NaN. */
function isNaNOf(bits: number): boolean {
  return (bits & 0x7fffffff) > 0x7f800000;
}

/** A float32 from its bits. */
function numberOf(bits: number): string {
  const [value] = new Float32Array(Int32Array.of(bits).buffer);
  return Object.is(value, -0) ? "-0" : String(value);
}
