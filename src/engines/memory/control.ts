/**
 * The input of a run: the control block that `kernels/run.ts` reads, and the small arrays that go with it.
 *
 * Word by word: program, steps, row indices, row count, batch size, schedule, losses, inputs, desired, weights, input
 * width, desired width, row losses, seed key, threads, barrier, scratch, scratch bytes, hyperparameters, outputs, bytes from
 * one step's entry of the schedule to the next (0 where one holds for all), updates made before the first step, batches
 * begun before the first: the number of a batch says whose operands lie packed, so no two of a session have the same.
 */

import type { CompleteOptimizer } from "../../optimizers/optimizers.ts";
import { mix32 } from "../../random.ts";
import type { RunOptions } from "../engine.ts";

export const CONTROL_BYTES = 23 * 4;
/** The place of the number of threads among its words. */
export const THREADS_WORD = 14;
/** Come, rounds, give up, spins; on a line of its own, because threads spin on it. */
const BARRIER_BYTES = 64;
/** For each thread where its share of the work ends, in 65536ths of the whole, and what it waited; behind the barrier. */
const SHARE_BYTES = 64;
/**
 * How often a thread looks before it sleeps. Some 2 ms where each thread has a core: on a busy machine threads are late by
 * tenths of a millisecond, and sleeping for that cost a tenth of the speed. Where they share cores, the one that is waited
 * for needs the core.
 */
const SPINS = { ownCore: 1_000_000, sharedCore: 1000 } as const;
/** For each thread: a step's entry of the schedule, then float64 a, b, ε, weight decay. */
export const HYPERPARAMETER_BYTES = 128;
/** Float64 of a step's entry: learning rate, 1/(1 − β₁ᵗ), 1/(1 − β₂ᵗ), factors of the weight decay and of dropout rates. */
export const SCHEDULE_LENGTH = 5;
export const SCHEDULE_BYTES = 8 * SCHEDULE_LENGTH;

/** One run's part of the control block; the rest is fixed for a session. */
export interface RunControl {
  readonly program: number;
  readonly steps: number;
  readonly rowCount: number;
  readonly batchSize: number;
  readonly inputs: number;
  /** 0 where there are none. */
  readonly desired: number;
  /** 0 where all are 1. */
  readonly weights: number;
  readonly outputs: number;
  /** Whether the schedule's first entry holds for all steps. */
  readonly constant: boolean;
  /** Updates made before the first step. */
  readonly before: number;
  /** Batches begun before the first. */
  readonly batches: number;
}

/** Where a session keeps what runs need. */
export interface ControlPlaces {
  readonly control: number;
  readonly indices: number;
  readonly schedule: number;
  readonly losses: number;
  readonly rowLosses: number;
  readonly barrier: number;
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly hyperparameters: number;
}

/** Writes the control block. */
export function writeControl(
  buffer: ArrayBufferLike,
  places: ControlPlaces,
  run: RunControl,
  fixed: {
    readonly inputWidth: number;
    readonly desiredWidth: number;
    readonly seed: number;
    readonly threads: number;
  },
): void {
  const words = new Int32Array(buffer, places.control, CONTROL_BYTES / 4);
  words.set([run.program, run.steps, places.indices, run.rowCount, run.batchSize, places.schedule, places.losses]);
  words.set([run.inputs, run.desired, run.weights, fixed.inputWidth, fixed.desiredWidth, places.rowLosses], 7);
  words.set([seedKey(fixed.seed), fixed.threads, places.barrier, places.scratch, places.scratchBytes], 13);
  const stride = run.constant ? 0 : SCHEDULE_BYTES;
  words.set([places.hyperparameters, run.outputs, stride, run.before, run.batches], 18);
}

/** What a barrier and the shares behind it take. */
export function barrierBytes(threads: number): number {
  return BARRIER_BYTES + SHARE_BYTES * threads;
}

/** Makes a barrier ready for so many threads on so many cores, with even shares. @param barrier an address */
export function writeBarrier(buffer: ArrayBufferLike, barrier: number, threads: number, cores: number): void {
  const spins = threads <= cores ? SPINS.ownCore : SPINS.sharedCore;
  new Int32Array(buffer, barrier, barrierBytes(threads) / 4).fill(0).set([0, 0, 0, spins]);
  for (let thread = 0; thread < threads; thread++) {
    const share = new Int32Array(buffer, barrier + BARRIER_BYTES + SHARE_BYTES * thread, 1);
    share[0] = Math.round((65536 * (thread + 1)) / threads);
  }
}

/** The innermost part of `dropoutKey` (network/dropout.ts), which no step changes. */
function seedKey(seed: number): number {
  return mix32(seed ^ mix32(Math.floor(seed / 2 ** 32) >>> 0));
}

/** The numbers of a rule that no step changes, for `HYPERPARAMETER_BYTES` behind the entry of the schedule: a, b, ε, λ. */
export function fixedHyperparameters(optimizer: CompleteOptimizer): Float64Array {
  const { momentum, decay, beta1, beta2, epsilon, weightDecay } = optimizer as unknown as Partial<
    Record<string, number>
  >;
  return Float64Array.of(momentum ?? decay ?? beta1 ?? 0, beta2 ?? 0, epsilon ?? 0, weightDecay ?? 0);
}

/** What moves from step to step, one number each; all 1 where absent. */
export type StepFactors = Pick<RunOptions, "rateFactors" | "decayFactors" | "dropoutFactors">;

/** Factors as they are now: their owner may change them while threads are at work. */
export function copyFactors({ rateFactors, decayFactors, dropoutFactors }: StepFactors): StepFactors {
  const copy = (factors: ArrayLike<number> | undefined) => factors && Float64Array.from(factors);
  return {
    rateFactors: copy(rateFactors),
    decayFactors: copy(decayFactors),
    dropoutFactors: copy(dropoutFactors),
  };
}

/**
 * Fills the schedule of a run.
 *
 * @param schedule room for [steps, 5]
 * @param before updates made before the first step
 * @param first the place of the first step's factors in theirs
 * @returns whether one entry holds for all steps, and nothing more was written
 */
export function writeSchedule(
  schedule: Float64Array,
  optimizer: CompleteOptimizer,
  before: number,
  { rateFactors, decayFactors, dropoutFactors }: StepFactors,
  first: number,
): boolean {
  const beta1 = "beta1" in optimizer ? optimizer.beta1 : 0;
  const beta2 = "beta2" in optimizer ? optimizer.beta2 : 0;
  const constant = !(rateFactors || decayFactors || dropoutFactors) && beta1 === 0 && beta2 === 0;
  const steps = constant ? 1 : schedule.length / SCHEDULE_LENGTH;
  for (let s = 0; s < steps; s++) {
    const t = before + s + 1;
    const at = s * SCHEDULE_LENGTH;
    schedule[at] = optimizer.learningRate * (rateFactors?.[first + s] ?? 1);
    schedule[at + 1] = beta1 === 0 ? 1 : 1 / (1 - beta1 ** t);
    schedule[at + 2] = beta2 === 0 ? 1 : 1 / (1 - beta2 ** t);
    schedule[at + 3] = decayFactors?.[first + s] ?? 1;
    schedule[at + 4] = dropoutFactors?.[first + s] ?? 1;
  }
  return constant;
}
