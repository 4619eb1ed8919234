/**
 * Many rows through a network whose parameters no longer change, in batches and on all threads where there are several.
 *
 * The same programs and kernels as a session's, without what only training needs: the bits are those of a session's `predict`.
 * A batch goes through one call into the kernels; calls wait for one another.
 */
import type { Network } from "../../network/network.ts";
import { type ForwardPlan, makeForwardPlan } from "../../plan/forwardPlan.ts";
import { type Awaitable, type Numbers, requireFiniteOutputs } from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import {
  barrierBytes,
  CONTROL_BYTES,
  type ControlPlaces,
  HYPERPARAMETER_BYTES,
  SCHEDULE_BYTES,
  writeBarrier,
  writeControl,
} from "./control.ts";
import { encodeForwardPass } from "./forwardProgram.ts";
import type { Runtime } from "./runtime.ts";
import { forwardScratchBytes } from "./scratch.ts";
import type { Workplace } from "./work.ts";
import { coreCount } from "./workers.ts";
import { Workspace } from "./workspace.ts";

/** The most rows of one call into the kernels: it bounds the arrays that go with it. */
const MOST_ROWS = 65536;

/** A network with its parameters. */
export interface ForwardSetup {
  readonly network: Network;
  /** In the layout of the network's parameters. */
  readonly parameters: Numbers;
  /** Rows that go forward together. */
  readonly batchSize: number;
}

export class ForwardPass implements Disposable {
  readonly #setup: ForwardSetup;
  readonly #workplace: Workplace;
  readonly #workspace: Workspace;
  readonly #blocks: Blocks;
  readonly #places: ControlPlaces;
  readonly #program: number;
  #batchesBegun = 0;

  /**
   * @param giveBack called with the workplace's runtime when this is disposed
   * @throws {OutOfMemoryError}
   */
  constructor(setup: ForwardSetup, workplace: Workplace, giveBack: (runtime: Runtime) => void) {
    this.#setup = setup;
    this.#workplace = workplace;
    this.#workspace = new Workspace("predictor", workplace.runtime, giveBack);
    this.#blocks = this.#workspace.blocks;
    const plan = makeForwardPlan(setup.network, setup.batchSize);
    try {
      const base = this.#zeros(4 * plan.length);
      const [parameters, signals] = [plan.regions.parameters, plan.regions.x].map(({ offset }) => base + 4 * offset);
      this.#blocks.floats(parameters, plan.layout.length).set(setup.parameters);
      this.#places = this.#placesFor(plan);
      const { threads } = workplace;
      const program = encodeForwardPass(plan, { parameters, signals, counters: this.#zeros(4 * threads), threads });
      this.#program = this.#blocks.allocate(program.byteLength);
      new Int32Array(this.#blocks.buffer, this.#program, program.length).set(program);
    } catch (error) {
      this.#workspace.release();
      throw error;
    }
  }

  /**
   * y for each row of inputs [N, I]: [N, outputs].
   *
   * @throws {ShapeError} @throws {NotFiniteError} an output @throws {OutOfMemoryError}
   */
  predict(inputs: ArrayLike<number>): Awaitable<Float32Array> {
    return this.#workspace.predict(this.#setup.network, inputs, (loaded, outputs, rows) =>
      this.#workplace.inWorkers ? this.#runInWorkers(loaded, outputs, rows) : this.#runHere(loaded, outputs, rows),
    );
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #runHere(inputs: number, outputs: number, rows: number): Float32Array {
    for (let start = 0; start < rows; start += MOST_ROWS) {
      this.#write(inputs, outputs, start, Math.min(MOST_ROWS, rows - start));
      this.#workplace.runtime.device.run(this.#places.control, 0);
    }
    return this.#result(outputs, rows);
  }

  async #runInWorkers(inputs: number, outputs: number, rows: number): Promise<Float32Array> {
    const { runtime, threads } = this.#workplace;
    for (let start = 0; start < rows; start += MOST_ROWS) {
      this.#write(inputs, outputs, start, Math.min(MOST_ROWS, rows - start));
      await runtime.threads?.run(this.#places.control, this.#places.barrier, threads);
    }
    return this.#result(outputs, rows);
  }

  #result(outputs: number, rows: number): Float32Array {
    const width = this.#setup.network.outputs;
    return requireFiniteOutputs(this.#blocks.floats(outputs, rows * width).slice(), width);
  }

  /** Writes what the next call into the kernels is told. */
  #write(inputs: number, outputs: number, start: number, count: number): void {
    const { network, batchSize } = this.#setup;
    const indices = new Uint32Array(this.#blocks.buffer, this.#places.indices, count);
    for (let row = 0; row < count; row++) indices[row] = start + row;
    const steps = Math.ceil(count / batchSize);
    const run = {
      program: this.#program,
      steps,
      rowCount: count,
      batchSize,
      inputs,
      desired: 0,
      weights: 0,
      outputs: outputs + 4 * start * network.outputs,
      constant: true,
      before: 0,
      batches: this.#batchesBegun,
    };
    this.#batchesBegun += steps;
    const { threads } = this.#workplace;
    writeControl(this.#blocks.buffer, this.#places, run, {
      inputWidth: network.inputs,
      desiredWidth: 0,
      seed: 0,
      threads,
    });
  }

  /** Room for what a run is told; what belongs to losses and updates is never read or written by this program. */
  #placesFor(plan: ForwardPlan): ControlPlaces {
    const { runtime, threads } = this.#workplace;
    const scratchBytes = forwardScratchBytes(plan, runtime.device);
    const places: ControlPlaces = {
      control: this.#blocks.allocate(CONTROL_BYTES),
      indices: this.#blocks.allocate(4 * MOST_ROWS),
      schedule: this.#zeros(SCHEDULE_BYTES),
      losses: 0,
      rowLosses: 0,
      barrier: this.#blocks.allocate(barrierBytes(threads)),
      scratch: this.#blocks.allocate(threads * scratchBytes),
      scratchBytes,
      hyperparameters: this.#blocks.allocate(threads * HYPERPARAMETER_BYTES),
    };
    writeBarrier(this.#blocks.buffer, places.barrier, threads, coreCount());
    return places;
  }

  #zeros(bytes: number): number {
    const block = this.#blocks.allocate(bytes);
    new Uint8Array(this.#blocks.buffer, block, bytes).fill(0);
    return block;
  }
}
