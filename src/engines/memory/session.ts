/**
 * A session on a device: the engine contract kept by running a plan's programs on one memory.
 *
 * A whole run of many batches is one call of the device, cut only so that its small arrays stay small. Everything lies
 * in the memory: parameters, signals, patterns, programs. Knows nothing of how a device computes.
 */
import { DescriptionError, GradusError } from "../../errors.ts";
import { allocating } from "../../memory.ts";
import type { Fits } from "../../network/fits.ts";
import { desiredWidth } from "../../network/losses.ts";
import { initialParameters, type ParameterLayout, parameterLayout } from "../../network/parameters.ts";
import { optimizerOf } from "../../optimizers/optimizerOf.ts";
import { makePlan } from "../../plan/makePlan.ts";
import type { RegionName } from "../../plan/plan.ts";
import {
  type Awaitable,
  type GivenPatterns,
  type LayerSignals,
  type LoadedPatterns,
  type Numbers,
  type Precision,
  type Problem,
  type RunOptions,
  requireFactor,
  requireFiniteLosses,
  requireInputs,
  requirePatterns,
  requireRun,
  requireStep,
  type Session,
  sumOf,
} from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import {
  type ControlPlaces,
  copyFactors,
  type RunControl,
  SCHEDULE_LENGTH,
  type StepFactors,
  writeControl,
  writeSchedule,
} from "./control.ts";
import { ExampleStep } from "./exampleStep.ts";
import { ForwardPass } from "./forwardPass.ts";
import { KeptSignals } from "./layerSignals.ts";
import { MemoryPatterns, ownPatterns } from "./patterns.ts";
import { Performer } from "./performer.ts";
import { PlacedRegions } from "./placedRegions.ts";
import { placeSession } from "./placement.ts";
import type { Programs } from "./program.ts";
import type { Runtime } from "./runtime.ts";
import { Workspace } from "./workspace.ts";

/** The most steps of one call of the device, and the most rows: both bound the arrays that go with it. */
const MOST_STEPS = 4096;
const MOST_ROWS = 65536;

const NO_PATTERNS = { inputs: 0, desired: 0, weights: 0 } as const;

export class MemorySession<Inputs extends number = number, Outputs extends number = number>
  implements Session<Inputs, Outputs>
{
  readonly problem: Problem<Inputs, Outputs>;
  readonly engine: string;
  readonly precision: Precision;
  readonly layout: ParameterLayout;
  readonly threads: number;
  readonly #inWorkers: boolean;
  readonly #runtime: Runtime;
  readonly #performer: Performer;
  readonly #regions: PlacedRegions;
  readonly #places: ControlPlaces;
  readonly #programs: Readonly<Record<keyof Programs, number>>;
  readonly #mostSteps: number;
  readonly #workspace: Workspace;
  readonly #blocks: Blocks;
  readonly #example: ExampleStep;
  readonly #signals: KeptSignals;
  #constantSchedule = true;
  #step = 0;
  #batchesBegun = 0;
  #lastRows = 0;
  #forward: ForwardPass | undefined;

  /**
   * @param threads how many share the work
   * @param inWorkers whether what takes long is done by workers and is a promise, for which the runtime's memory must be
   * shared; where there is more than one thread it must be
   * @param precision what the runtime's device learns in
   * @param parameters the starting parameters; drawn by the problem's seed when absent
   * @param giveBack called with the runtime when the session is disposed
   */
  constructor(
    problem: Problem<Inputs, Outputs>,
    runtime: Runtime,
    {
      threads,
      inWorkers,
      precision = "float32",
      parameters,
    }: {
      readonly threads: number;
      readonly inWorkers: boolean;
      readonly precision?: Precision;
      readonly parameters?: Numbers | undefined;
    },
    giveBack: (runtime: Runtime) => void,
  ) {
    this.problem = problem;
    this.engine = runtime.device.engine;
    this.precision = precision;
    this.threads = threads;
    this.#inWorkers = inWorkers;
    this.#runtime = runtime;
    let forget: (() => void) | undefined;
    this.#workspace = new Workspace("session", runtime, (ended) => {
      forget?.();
      giveBack(ended);
    });
    this.#blocks = this.#workspace.blocks;
    const plan = makePlan(problem);
    this.layout = plan.layout;
    this.#mostSteps = Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_ROWS / problem.batchSize)));
    const setup = { problem, plan, runtime, threads, mostSteps: this.#mostSteps };
    try {
      const { base, places, programs } = placeSession(setup, (bytes) => this.#blocks.allocate(bytes));
      this.#regions = new PlacedRegions(plan, base, this.#blocks, runtime.device);
      this.#places = places;
      this.#programs = programs;
      this.#example = new ExampleStep(problem, { runtime, places, program: programs.step }, this.#blocks);
      this.#signals = new KeptSignals(this.#regions);
      forget = runtime.device.compile?.(programs.step);
      this.#performer = new Performer({ runtime, threads, inWorkers }, places);
      this.parameters.set(parameters ?? initialParametersOf(problem));
    } catch (error) {
      this.#workspace.release();
      throw error;
    }
  }

  get step(): number {
    this.#requireIdle();
    return this.#step;
  }

  set step(step: number) {
    this.#requireIdle();
    requireStep(step);
    this.#step = step;
  }

  get parameters(): Float32Array {
    return this.#whole("parameters");
  }

  get gradients(): Float32Array {
    return this.#whole("gradients");
  }

  get slots(): Readonly<Record<string, Float32Array>> {
    const names = optimizerOf(this.problem.optimizer).slots;
    return Object.fromEntries(names.map((name) => [name, this.#whole(name)]));
  }

  load(patterns: GivenPatterns): MemoryPatterns {
    this.#workspace.requireAlive();
    const rows = requirePatterns(this.problem, patterns);
    const { inputs, desired, sampleWeights } = patterns;
    const [x, d, w = 0] = this.#blocks.storeAll(sampleWeights ? [inputs, desired, sampleWeights] : [inputs, desired]);
    const blocks = { inputs: x, desired: d, weights: w };
    return new MemoryPatterns(this, rows, blocks, (block) => this.#blocks.release(block));
  }

  run(patterns: LoadedPatterns, rows: ArrayLike<number>, options: RunOptions = {}): Awaitable<Float64Array> {
    const own = this.#own(patterns);
    const chosen = own.chosen(rows, this.#inWorkers);
    const { batchSize, steps } = requireRun(this.problem, chosen, options);
    return this.#perform(this.#steps(own, chosen, { batchSize, steps, ...copyFactors(options) }), own.hold());
  }

  learn<const X extends ArrayLike<number>, const D extends ArrayLike<number>>(
    input: X & Fits<X, Inputs>,
    desired: D,
  ): Awaitable<number> {
    this.#workspace.requireAlive();
    this.#example.require(input, desired);
    if (this.#workspace.idle) return this.#learn(input, desired);
    const [x, d] = [Float32Array.from(input), Float32Array.from(desired)];
    return this.#workspace.take(() => this.#learn(x, d));
  }

  gradient(patterns: LoadedPatterns, rows: ArrayLike<number>, dropoutFactor = 1): Awaitable<number> {
    const own = this.#own(patterns);
    const chosen = own.chosen(rows, this.#inWorkers);
    requireFactor("dropoutFactor", dropoutFactor);
    if (chosen.length < 1 || chosen.length > this.problem.batchSize) {
      throw new DescriptionError(`Expected 1 to ${this.problem.batchSize} rows in a batch, found ${chosen.length}.`);
    }
    return this.#performHere(this.#gradient(own, chosen, dropoutFactor), own.hold());
  }

  update(rateFactor = 1, decayFactor = 1): Awaitable<void> {
    this.#workspace.requireAlive();
    requireFactor("rateFactor", rateFactor);
    requireFactor("decayFactor", decayFactor);
    return this.#performHere(this.#update(rateFactor, decayFactor));
  }

  evaluate(patterns: LoadedPatterns, rows?: ArrayLike<number>): Awaitable<number> {
    const own = this.#own(patterns);
    const chosen =
      rows !== undefined ? own.chosen(rows, this.#inWorkers) : Uint32Array.from({ length: own.rows }, (_, row) => row);
    if (chosen.length === 0) throw new DescriptionError("Expected at least one row to evaluate, found none.");
    return this.#perform(this.#evaluation(own, chosen), own.hold());
  }

  predict(inputs: ArrayLike<number>): Awaitable<Float32Array> {
    const { network } = this.problem;
    // Of one row, what goes with the order of work takes longer than the work.
    if (inputs?.length === network.inputs && !this.#inWorkers && this.#workspace.idle) {
      this.#workspace.requireAlive();
      requireInputs(network, inputs, 1);
      return this.#forwardPass().predictRow(inputs);
    }
    return this.#workspace.predict(network, inputs, (loaded, outputs, rows) =>
      this.#performer.perform(this.#forwardPass().predict(loaded, outputs, rows)),
    );
  }

  activations(inputs: ArrayLike<number>): Awaitable<readonly Float32Array[]> {
    this.#workspace.requireAlive();
    const rows = requireInputs(this.problem.network, inputs);
    const forward = this.#forwardPass();
    const loaded = this.#blocks.store(inputs);
    return this.#perform(forward.layers(loaded, rows), () => this.#blocks.release(loaded));
  }

  signals(layer: number): LayerSignals {
    this.#requireIdle();
    return this.#signals.of(layer, this.#lastRows);
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * Does work when its turn comes, on the session's own threads where it has them.
   *
   * @param work each `yield` is a run of what the control block says
   * @param ended called when the work has ended, well or not
   */
  #perform<Result>(work: Generator<void, Result>, ended: () => void): Awaitable<Result> {
    return this.#workspace.take(() => this.#performer.perform(work), ended);
  }

  /** The same on the caller's thread, for what is too short to hand over. */
  #performHere<Result>(work: Generator<void, Result>, ended?: () => void): Awaitable<Result> {
    return this.#workspace.take(() => this.#performer.here(work), ended);
  }

  /** Made when first asked for. @throws {OutOfMemoryError} */
  #forwardPass(): ForwardPass {
    const [runtime, threads, places] = [this.#runtime, this.threads, this.#places];
    const parameters = this.#regions.addressOf(this.#regions.plan.regions.parameters);
    const setup = { network: this.problem.network, runtime, threads, places, parameters };
    this.#forward ??= new ForwardPass(setup, this.#blocks);
    return this.#forward;
  }

  *#steps(
    patterns: MemoryPatterns,
    rows: Uint32Array,
    { batchSize, steps, ...factors }: StepFactors & { readonly batchSize: number; readonly steps: number },
  ): Generator<void, Float64Array> {
    const losses = new Float64Array(steps);
    let sum = 0;
    for (let s = 0; s < steps; s += this.#mostSteps) {
      const end = Math.min(s + this.#mostSteps, steps);
      this.#writeSchedule(end - s, factors, s);
      const part = rows.subarray(s * batchSize, end * batchSize);
      const own = yield* this.#batches("step", patterns, part, batchSize);
      losses.set(own, s);
      sum += sumOf(own);
      this.#step += end - s;
    }
    this.#lastRows = steps === 0 ? 0 : rows.length - (steps - 1) * batchSize;
    if (!Number.isFinite(sum)) requireFiniteLosses(losses);
    this.#regions.requireFinite("parameters");
    return losses;
  }

  /** On the caller's thread: an example is too little to hand over. @throws {NotFiniteError} */
  #learn(input: ArrayLike<number>, desired: ArrayLike<number>): number {
    const loss = this.#example.learn(input, desired, this.#step, this.#batchesBegun);
    this.#step += 1;
    this.#batchesBegun += 1;
    this.#lastRows = 1;
    if (!Number.isFinite(loss)) requireFiniteLosses([loss]);
    this.#regions.requireFinite("parameters");
    return loss;
  }

  *#gradient(patterns: MemoryPatterns, rows: Uint32Array, dropoutFactor: number): Generator<void, number> {
    this.#writeSchedule(1, { dropoutFactors: [dropoutFactor] });
    const [loss] = yield* this.#batches("gradient", patterns, rows, rows.length);
    this.#lastRows = rows.length;
    requireFiniteLosses([loss]);
    this.#regions.requireFinite("gradients");
    return loss;
  }

  *#update(rateFactor: number, decayFactor: number): Generator<void, void> {
    this.#writeSchedule(1, { rateFactors: [rateFactor], decayFactors: [decayFactor] });
    yield* this.#batches("update", NO_PATTERNS, Uint32Array.of(0), 1);
    this.#step += 1;
    this.#regions.requireFinite("parameters");
  }

  *#evaluation(patterns: MemoryPatterns, rows: Uint32Array): Generator<void, number> {
    const { batchSize } = this.problem;
    const most = this.#mostSteps * batchSize;
    let total = 0;
    for (let start = 0; start < rows.length; start += most) {
      const part = rows.subarray(start, start + most);
      const losses = yield* this.#batches("evaluate", patterns, part, batchSize);
      for (let s = 0; s < losses.length; s++) total += losses[s] * Math.min(batchSize, part.length - s * batchSize);
    }
    this.#lastRows = 0;
    requireFiniteLosses([total]);
    return total / rows.length;
  }

  /** One run of a program over rows; the schedule is in place. @returns the loss of each batch, until the next run */
  *#batches(
    program: keyof Programs,
    { inputs, desired, weights }: Pick<RunControl, "inputs" | "desired" | "weights">,
    rows: Uint32Array,
    batchSize: number,
  ): Generator<void, Float64Array> {
    const { network, loss, seed } = this.problem;
    const steps = Math.ceil(rows.length / batchSize);
    new Uint32Array(this.#blocks.buffer, this.#places.indices, rows.length).set(rows);
    const schedule = { constant: this.#constantSchedule, before: this.#step, batches: this.#batchesBegun };
    this.#batchesBegun += steps;
    const run = { steps, rowCount: rows.length, batchSize, inputs, desired, weights, outputs: 0, ...schedule };
    const fixed = { inputWidth: network.inputs, desiredWidth: desiredWidth(loss, network.outputs), seed };
    const control = { program: this.#programs[program], learns: program !== "evaluate", ...run };
    writeControl(this.#blocks.buffer, this.#places, control, { ...fixed, threads: this.threads });
    yield;
    return new Float64Array(this.#blocks.buffer, this.#places.losses, steps);
  }

  #writeSchedule(steps: number, factors: StepFactors, first = 0): void {
    const schedule = new Float64Array(this.#blocks.buffer, this.#places.schedule, SCHEDULE_LENGTH * steps);
    this.#constantSchedule = writeSchedule(schedule, this.problem.optimizer, this.#step, factors, first);
  }

  /** @throws {DescriptionError | GradusError} patterns of another session, disposed ones */
  #own(patterns: LoadedPatterns): MemoryPatterns {
    this.#workspace.requireAlive();
    return ownPatterns(this, patterns);
  }

  #whole(name: RegionName): Float32Array {
    this.#requireIdle();
    return this.#regions.whole(name);
  }

  /** What is read at once can't wait for work that changes it. */
  #requireIdle(): void {
    this.#workspace.requireAlive();
    if (this.#workspace.idle) return;
    throw new GradusError(
      "This session is running, so its parameters, gradients, slots, signals and step cannot be read or set. " +
        "Await what it was asked for (await session.run(…)) first.",
    );
  }
}

/** @throws {OutOfMemoryError} */
function initialParametersOf({ network, seed }: Problem): Float64Array {
  const { length } = parameterLayout(network);
  return allocating(`${length} parameters take`, 8 * length, () => initialParameters(network, seed));
}
