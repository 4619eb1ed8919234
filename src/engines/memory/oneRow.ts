/**
 * Runs of a program over one row at a time, on the caller's thread: what a run reads has its place for good, so a call writes the row
 * and the two counts that go on, and nothing else.
 *
 * Views are kept until the memory grows: making one takes as long as a small layer. Knows nothing of what is computed.
 */
import type { Blocks } from "./blocks.ts";
import {
  CONTROL_BYTES,
  COUNT_WORDS,
  type ControlPlaces,
  SCHEDULE_BYTES,
  SCHEDULE_LENGTH,
  writeControl,
} from "./control.ts";
import type { Runtime } from "./runtime.ts";

/** A program, and what it reads and writes for a row. */
export interface OneRowSetup {
  readonly runtime: Runtime;
  readonly places: Omit<ControlPlaces, "indices" | "schedule" | "losses" | "control">;
  /** The address of the program. */
  readonly program: number;
  /** Whether it learns. */
  readonly learns: boolean;
  readonly seed: number;
  /** Numbers of a row; 0 where the program has none. */
  readonly inputs: number;
  readonly desired: number;
  readonly outputs: number;
}

/** Where a row lies, and what goes with it. */
export interface RowViews {
  readonly input: Float32Array;
  readonly desired: Float32Array;
  readonly output: Float32Array;
  /** One entry, for the next run and those after it. */
  readonly schedule: Float64Array;
  /** [1] */
  readonly losses: Float64Array;
}

export class OneRow {
  readonly #setup: OneRowSetup;
  readonly #blocks: Blocks;
  readonly #addresses: readonly number[];
  #views: RowViews;
  #control: Int32Array;

  /** @throws {OutOfMemoryError} and then nothing is held */
  constructor(setup: OneRowSetup, blocks: Blocks) {
    const { places, program, learns, seed, inputs, desired, outputs } = setup;
    this.#setup = setup;
    this.#blocks = blocks;
    const numbers = [inputs, desired, outputs].map((count) => 4 * Math.max(1, count));
    this.#addresses = blocks.allocateAll([CONTROL_BYTES, SCHEDULE_BYTES, 8, 4, ...numbers]);
    const [control, schedule, losses, indices, x, d, y] = this.#addresses;
    new Uint32Array(blocks.buffer, indices, 1).fill(0);
    const row = {
      steps: 1,
      rowCount: 1,
      batchSize: 1,
      inputs: x,
      desired: desired && d,
      outputs: outputs && y,
      weights: 0,
    };
    const run = { program, learns, ...row, constant: true, before: 0, batches: 0 };
    const fixed = { inputWidth: inputs, desiredWidth: desired, seed, threads: 1 };
    writeControl(blocks.buffer, { ...places, control, schedule, losses, indices }, run, fixed);
    [this.#views, this.#control] = this.#makeViews();
  }

  /** Valid until the memory grows: asked for before each run. */
  get views(): RowViews {
    // A memory that grows takes the buffer from its views, or, where it is shared, leaves them as they are.
    if (this.#views.input.length === 0) [this.#views, this.#control] = this.#makeViews();
    return this.#views;
  }

  /** @param before updates made before @param batches those begun before */
  run(before: number, batches: number): void {
    this.#control[COUNT_WORDS.before] = before;
    this.#control[COUNT_WORDS.batches] = batches;
    this.#setup.runtime.device.run(this.#addresses[0], 0);
  }

  #makeViews(): [RowViews, Int32Array] {
    const [control, schedule, losses, , x, d, y] = this.#addresses;
    const { inputs, desired, outputs } = this.#setup;
    const { buffer } = this.#blocks;
    const views = {
      input: new Float32Array(buffer, x, inputs),
      desired: new Float32Array(buffer, d, desired),
      output: new Float32Array(buffer, y, outputs),
      schedule: new Float64Array(buffer, schedule, SCHEDULE_LENGTH),
      losses: new Float64Array(buffer, losses, 1),
    };
    return [views, new Int32Array(buffer, control, CONTROL_BYTES / 4)];
  }
}
