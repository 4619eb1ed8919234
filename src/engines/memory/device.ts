/**
 * What an engine that computes on one memory has to offer: a device. All the rest of such an engine is in this folder, which lays
 * out the memory, encodes plans as programs, shares out the work among threads, and checks what comes out.
 *
 * A device runs programs: words in the memory, beside the numbers that they are about. `program.ts` says what they mean,
 * `control.ts` what goes with a run. It knows nothing of problems, sessions and patterns. Addresses and sizes are bytes.
 */
import type { ForwardPlan } from "../../plan/forwardPlan.ts";
import type { Plan } from "../../plan/plan.ts";
import type { AddressOf } from "../../plan/words.ts";

export interface DeviceMemory {
  /** What lies in the memory. Another one after `grow` where no threads share it: views of the former one are then empty. */
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** @param pages of `PAGE_BYTES` @throws {RangeError} where they can't be had */
  grow(pages: number): unknown;
}

/** By so much a memory grows at the least, as WebAssembly's do. */
export const PAGE_BYTES = 65536;

/** What the workers of a device run. */
export interface WorkerCode {
  /** JavaScript: a function of `code` and the device's memory that returns the worker's own `run`, as the device's. */
  readonly source: string;
  /** What it is; a worker that says another one is a file of another version. */
  readonly stamp: string;
  /** What `source` needs besides the memory; it is sent to the worker. */
  readonly code: object;
}

export interface Device {
  /** The name of the engine, for messages. */
  readonly engine: string;
  readonly memory: DeviceMemory;
  /** The first address that is free, above 0: an address of 0 says that there is nothing. What lies before it is the device's own. */
  readonly start: number;
  /** Undefined where the memory isn't shared, and one thread computes. */
  readonly worker: WorkerCode | undefined;

  /**
   * Runs a program over the batches that a control block says, as one of several threads.
   *
   * @returns 0, or 1 where another thread has died and the run was given up
   */
  run(control: number, thread: number): number;

  /**
   * Says that a program will be run often: `run` on the caller's thread may use code that is made for it alone.
   *
   * @returns what gives that up, called before the program goes; undefined where it is as good as it is
   */
  compile?(program: number): (() => void) | undefined;

  /** Runs a program of prediction for the one row that lies where it reads its inputs: see `rowProgram.ts`. */
  runRow(program: number, scratch: number): void;

  /** Called before a plan's programs first run: makes what they need, where a device makes its code by need. */
  prepare?(plan: ForwardPlan | Plan): void;
  /** Says where a plan lies, for messages of a device that checks what it computes. */
  placed?(plan: ForwardPlan | Plan, addressOf: AddressOf): void;

  /** Scratch that one thread needs for a product [m, k] · [k, n]. */
  gemmScratch(m: number, n: number, k: number): number;
  /**
   * What an operand [k, n] of a product takes that stays packed from one part of the work to the next, its head of four
   * words included, which are 0 while nothing is packed; 0 where it is packed anew for each part.
   */
  gemmKept(n: number, k: number): number;

  /** Whether so many float32 are all finite. @returns 0 where they aren't */
  areFinite(values: number, count: number): number;

  /** Bytes of the weights and the bias of a dense layer packed for one row: see `rowProgram.ts`. */
  packedWeightsSize(units: number, inputs: number): number;
  /** @param bias 0: a layer without */
  packWeights(units: number, inputs: number, weights: number, bias: number, packed: number): void;
}

/** Where an engine has its devices from. */
export interface Devices {
  /** What its devices are made from at the moment; one that was made from something else is not used again. */
  source(): object;
  /** Why no threads can share its devices' memory, a clause; undefined where they can, as far as the engine knows. */
  whyNotShared(): string | undefined;
  /** @throws {GradusError} where they can't run @throws {OutOfMemoryError} */
  create(shared: boolean): Promise<Device>;
}
