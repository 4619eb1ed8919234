/**
 * The input of a run: the control block, and the small arrays that go with it. How they lie is `layouts.ts`'s business.
 */
import { fixedOptions, ruleHas } from "../../optimizers/optimizerOf.ts";
import type { CompleteOptimizer } from "../../optimizers/optimizers.ts";
import { placesOf } from "../../plan/ops/places.ts";
import { mix32 } from "../../random.ts";
import type { RunOptions } from "../engine.ts";
import { barrierWords, controlWords, LINE_BYTES, SHARED_WHOLE, scheduleNumbers, shareWords } from "./layouts.ts";

export const CONTROL_BYTES = 4 * controlWords.length;
/** The place of the number of threads among its words. */
export const THREADS_WORD = placesOf(controlWords).threads;
/** The places of what goes on from run to run, whatever is run. */
export const COUNT_WORDS = { before: placesOf(controlWords).before, batches: placesOf(controlWords).batches } as const;

const control = placesOf(controlWords);
const entry = placesOf(scheduleNumbers);
/**
 * How often a thread looks before it sleeps. Some 2 ms where each thread has a core: on a busy machine threads are late by
 * tenths of a millisecond, and sleeping for that cost a tenth of the speed. Where they share cores, the one that is waited
 * for needs the core.
 */
const SPINS = { ownCore: 1_000_000, sharedCore: 1000 } as const;
export const SCHEDULE_LENGTH = scheduleNumbers.length;
export const SCHEDULE_BYTES = 8 * SCHEDULE_LENGTH;

/** A batch that several processes have rows of. */
export interface BatchPart {
  /** Its rows on all of them: the loss is their mean. */
  readonly wholeRows: number;
  /** How many of those lie before this process's: dropped units are drawn by a row's place in the batch. */
  readonly firstRow: number;
}

/** One run's part of the control block; the rest is fixed for a session. */
export interface RunControl extends Partial<BatchPart> {
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
  /** Whether batches are learned from. */
  readonly learns: boolean;
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
  const words = new Int32Array(buffer, places.control, controlWords.length);
  words[control.program] = run.program;
  words[control.steps] = run.steps;
  words[control.rowIndices] = places.indices;
  words[control.rowCount] = run.rowCount;
  words[control.batchSize] = run.batchSize;
  words[control.schedule] = places.schedule;
  words[control.losses] = places.losses;
  words[control.inputs] = run.inputs;
  words[control.desired] = run.desired;
  words[control.weights] = run.weights;
  words[control.inputWidth] = fixed.inputWidth;
  words[control.desiredWidth] = fixed.desiredWidth;
  words[control.rowLosses] = places.rowLosses;
  words[control.seedKey] = seedKey(fixed.seed);
  words[control.threads] = fixed.threads;
  words[control.barrier] = places.barrier;
  words[control.scratch] = places.scratch;
  words[control.scratchBytes] = places.scratchBytes;
  words[control.hyperparameters] = places.hyperparameters;
  words[control.outputs] = run.outputs;
  words[control.stride] = run.constant ? 0 : SCHEDULE_BYTES;
  words[control.before] = run.before;
  words[control.batches] = run.batches;
  words[control.learns] = run.learns ? 1 : 0;
  words[control.wholeRows] = run.wholeRows ?? 0;
  words[control.firstRow] = run.firstRow ?? 0;
}

/** What a barrier and the shares behind it take. */
export function barrierBytes(threads: number): number {
  return LINE_BYTES * (1 + threads);
}

/** Makes a barrier ready for so many threads on so many cores, with even shares. @param barrier an address */
export function writeBarrier(buffer: ArrayBufferLike, barrier: number, threads: number, cores: number): void {
  const spins = threads <= cores ? SPINS.ownCore : SPINS.sharedCore;
  new Int32Array(buffer, barrier, barrierBytes(threads) / 4).fill(0)[placesOf(barrierWords).spins] = spins;
  for (let thread = 0; thread < threads; thread++) {
    const share = new Int32Array(buffer, barrier + LINE_BYTES * (1 + thread), shareWords.length);
    share[placesOf(shareWords).end] = Math.round((SHARED_WHOLE * (thread + 1)) / threads);
  }
}

/** The innermost part of `dropoutKey` (network/dropout.ts), which no step changes. */
function seedKey(seed: number): number {
  return mix32(seed ^ mix32(Math.floor(seed / 2 ** 32) >>> 0));
}

/** The options of a rule that no step changes; 0 for those that it doesn't have. */
export function fixedHyperparameters(optimizer: CompleteOptimizer): Float64Array {
  const options = optimizer as unknown as Readonly<Record<string, number | undefined>>;
  return Float64Array.from(fixedOptions, (name) => options[name] ?? 0);
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
  const isCorrected = ruleHas(optimizer.name, "step");
  const beta1 = isCorrected && "beta1" in optimizer ? optimizer.beta1 : 0;
  const beta2 = isCorrected && "beta2" in optimizer ? optimizer.beta2 : 0;
  const constant = !(rateFactors || decayFactors || dropoutFactors) && beta1 === 0 && beta2 === 0;
  const steps = constant ? 1 : schedule.length / SCHEDULE_LENGTH;
  for (let s = 0; s < steps; s++) {
    const t = before + s + 1;
    const at = s * SCHEDULE_LENGTH;
    schedule[at + entry.learningRate] = optimizer.learningRate * (rateFactors?.[first + s] ?? 1);
    schedule[at + entry.meanCorrection] = beta1 === 0 ? 1 : 1 / (1 - beta1 ** t);
    schedule[at + entry.squareCorrection] = beta2 === 0 ? 1 : 1 / (1 - beta2 ** t);
    schedule[at + entry.decayFactor] = decayFactors?.[first + s] ?? 1;
    schedule[at + entry.dropoutFactor] = dropoutFactors?.[first + s] ?? 1;
  }
  return constant;
}
