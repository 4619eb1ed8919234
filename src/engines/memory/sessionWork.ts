/**
 * What a session does, as pieces of work: each `yield` is a run of what the control block says. Knows nothing of who does it and when its
 * turn comes.
 */
import { desiredWidth } from "../../network/losses.ts";
import { type Problem, requireFiniteLosses, sumOf } from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import {
  type BatchPart,
  type ControlPlaces,
  type RunControl,
  SCHEDULE_LENGTH,
  type StepFactors,
  writeControl,
  writeSchedule,
} from "./control.ts";
import type { ExampleStep } from "./exampleStep.ts";
import type { Meanwhile, Work } from "./performer.ts";
import type { PlacedRegions } from "./placedRegions.ts";
import type { Programs } from "./program.ts";

/** The most steps of one call of the device, and the most rows: both bound the arrays that go with it. */
const MOST_STEPS = 4096;
const MOST_ROWS = 65536;

export const NO_PATTERNS = { inputs: 0, desired: 0, weights: 0 } as const;

/** Where patterns lie. */
export type PatternPlaces = Pick<RunControl, "inputs" | "desired" | "weights">;

/** The steps of a run. */
export interface Steps extends StepFactors {
  /** The rows of each step but the last. */
  readonly batchSize: number;
  readonly steps: number;
}

export interface WorkSetup {
  readonly problem: Problem;
  readonly regions: PlacedRegions;
  readonly blocks: Blocks;
  readonly places: ControlPlaces;
  readonly programs: Readonly<Record<keyof Programs, number>>;
  readonly threads: number;
  readonly example: ExampleStep;
}

/** How many steps of a problem one call of the device makes. */
export function mostStepsOf({ batchSize }: Pick<Problem, "batchSize">): number {
  return Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_ROWS / batchSize)));
}

export class SessionWork {
  readonly #setup: WorkSetup;
  readonly #mostSteps: number;
  #constantSchedule = true;
  #batchesBegun = 0;
  /** Updates made. */
  step = 0;
  /** Patterns of the last batch whose signals are there; 0 where there are none. */
  lastRows = 0;

  constructor(setup: WorkSetup) {
    this.#setup = setup;
    this.#mostSteps = mostStepsOf(setup.problem);
  }

  *steps(patterns: PatternPlaces, rows: Uint32Array, { batchSize, steps, ...factors }: Steps): Work<Float64Array> {
    const losses = new Float64Array(steps);
    let sum = 0;
    for (let s = 0; s < steps; s += this.#mostSteps) {
      const end = Math.min(s + this.#mostSteps, steps);
      this.writeSchedule(end - s, factors, s);
      const part = rows.subarray(s * batchSize, end * batchSize);
      const own = yield* this.batches("step", patterns, part, batchSize);
      losses.set(own, s);
      sum += sumOf(own);
      this.step += end - s;
    }
    this.lastRows = steps === 0 ? 0 : rows.length - (steps - 1) * batchSize;
    if (!Number.isFinite(sum)) requireFiniteLosses(losses);
    this.#setup.regions.requireFinite("parameters");
    return losses;
  }

  /** On the caller's thread: an example is too little to hand over. @throws {NotFiniteError} */
  learn(input: ArrayLike<number>, desired: ArrayLike<number>): number {
    const { example, regions } = this.#setup;
    const loss = example.learn(input, desired, this.step, this.#batchesBegun);
    this.step += 1;
    this.#batchesBegun += 1;
    this.lastRows = 1;
    if (!Number.isFinite(loss)) requireFiniteLosses([loss]);
    regions.requireFinite("parameters");
    return loss;
  }

  *gradient(patterns: PatternPlaces, rows: Uint32Array, dropoutFactor: number): Work<number> {
    this.writeSchedule(1, { dropoutFactors: [dropoutFactor] });
    const [loss] = yield* this.batches("gradient", patterns, rows, rows.length);
    this.lastRows = rows.length;
    requireFiniteLosses([loss]);
    this.#setup.regions.requireFinite("gradients");
    return loss;
  }

  *update(rateFactor: number, decayFactor: number): Work<void> {
    this.writeSchedule(1, { rateFactors: [rateFactor], decayFactors: [decayFactor] });
    yield* this.batches("update", NO_PATTERNS, Uint32Array.of(0), 1);
    this.step += 1;
    this.#setup.regions.requireFinite("parameters");
  }

  *evaluation(patterns: PatternPlaces, rows: Uint32Array): Work<number> {
    const total = yield* this.lossSum(patterns, rows);
    requireFiniteLosses([total]);
    return total / rows.length;
  }

  /** The sum of the losses of rows, finite or not, without dropout. */
  *lossSum(patterns: PatternPlaces, rows: Uint32Array): Work<number> {
    const { batchSize } = this.#setup.problem;
    const most = this.#mostSteps * batchSize;
    let total = 0;
    for (let start = 0; start < rows.length; start += most) {
      const part = rows.subarray(start, start + most);
      const losses = yield* this.batches("evaluate", patterns, part, batchSize);
      for (let s = 0; s < losses.length; s++) total += losses[s] * Math.min(batchSize, part.length - s * batchSize);
    }
    this.lastRows = 0;
    return total;
  }

  /**
   * One run of a program over rows; the schedule is in place.
   *
   * @param program one of the session's, or the address of another
   * @param part where other processes have rows of the batch too
   * @param meanwhile what goes on while workers compute
   * @returns the loss of each batch, until the next run
   */
  *batches(
    program: keyof Programs | number,
    { inputs, desired, weights }: PatternPlaces,
    rows: Uint32Array,
    batchSize: number,
    part?: BatchPart,
    meanwhile?: Meanwhile,
  ): Work<Float64Array> {
    const { problem, blocks, places, programs, threads } = this.#setup;
    const { network, loss, seed } = problem;
    const steps = Math.ceil(rows.length / batchSize);
    new Uint32Array(blocks.buffer, places.indices, rows.length).set(rows);
    const schedule = { constant: this.#constantSchedule, before: this.step, batches: this.#batchesBegun };
    this.#batchesBegun += steps;
    const run = { steps, rowCount: rows.length, batchSize, inputs, desired, weights, outputs: 0, ...schedule };
    const fixed = { inputWidth: network.inputs, desiredWidth: desiredWidth(loss, network.outputs), seed };
    const address = typeof program === "number" ? program : programs[program];
    const control = { program: address, learns: program !== "evaluate", ...run, ...part };
    writeControl(blocks.buffer, places, control, { ...fixed, threads });
    yield meanwhile;
    return new Float64Array(blocks.buffer, places.losses, steps);
  }

  /** The schedule of the next steps. @param first the place of the first one's factors in theirs */
  writeSchedule(steps: number, factors: StepFactors, first = 0): void {
    const { blocks, places, problem } = this.#setup;
    const schedule = new Float64Array(blocks.buffer, places.schedule, SCHEDULE_LENGTH * steps);
    this.#constantSchedule = writeSchedule(schedule, problem.optimizer, this.step, factors, first);
  }
}
