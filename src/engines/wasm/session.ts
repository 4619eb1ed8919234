/**
 * The WebAssembly engine's session: the engine contract kept by running a plan's programs on one memory.
 *
 * A whole run of many batches is one call into the kernels, cut only so that its small arrays stay small. Everything lies
 * in the memory: parameters, signals, patterns, programs. Knows nothing of how kernels compute.
 */
import { DescriptionError, GradusError, ShapeError } from "../../errors.ts";
import type { Fits } from "../../network/fits.ts";
import { desiredWidth } from "../../network/losses.ts";
import { initialParameters, type ParameterLayout } from "../../network/parameters.ts";
import { makePlan } from "../../plan/makePlan.ts";
import type { ForwardOperation, Plan, RegionName } from "../../plan/plan.ts";
import {
  type Awaitable,
  type LayerSignals,
  type LoadedPatterns,
  type Patterns,
  type Problem,
  type RunOptions,
  requireInputs,
  requirePatterns,
  requireRun,
  type Session,
} from "../engine.ts";
import {
  CONTROL_BYTES,
  type ControlPlaces,
  type RunControl,
  SCHEDULE_LENGTH,
  type StepFactors,
  THREADS_WORD,
  writeControl,
  writeSchedule,
} from "./control.ts";
import { WasmPatterns } from "./patterns.ts";
import { placeSession } from "./placement.ts";
import type { Programs } from "./program.ts";
import type { Runtime } from "./runtime.ts";

/** The most steps of one call into the kernels, and the most rows: both bound the arrays that go with it. */
const MOST_STEPS = 4096;
const MOST_ROWS = 65536;

const NO_PATTERNS = { inputs: 0, desired: 0, weights: 0 } as const;

export class WasmSession<Inputs extends number = number, Outputs extends number = number>
  implements Session<Inputs, Outputs>
{
  readonly problem: Problem<Inputs, Outputs>;
  readonly layout: ParameterLayout;
  readonly threads: number;
  step = 0;
  readonly #elsewhere: boolean;
  readonly #runtime: Runtime;
  readonly #giveBack: (runtime: Runtime) => void;
  readonly #plan: Plan;
  readonly #base: number;
  readonly #places: ControlPlaces;
  readonly #programs: Readonly<Record<keyof Programs, number>>;
  readonly #mostSteps: number;
  readonly #blocks = new Set<number>();
  #constantSchedule = true;
  #lastRows = 0;
  #busy = false;
  #disposed = false;

  /**
   * @param threads how many share the work
   * @param elsewhere whether what takes long is done by workers and is a promise, for which the runtime's memory must be
   * shared; where there is more than one thread it must be
   * @param giveBack called with the runtime when the session is disposed
   */
  constructor(
    problem: Problem<Inputs, Outputs>,
    runtime: Runtime,
    { threads, elsewhere }: { readonly threads: number; readonly elsewhere: boolean },
    giveBack: (runtime: Runtime) => void,
  ) {
    this.problem = problem;
    this.threads = threads;
    this.#elsewhere = elsewhere;
    this.#runtime = runtime;
    this.#giveBack = giveBack;
    this.#plan = makePlan(problem);
    this.layout = this.#plan.layout;
    this.#mostSteps = Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_ROWS / problem.batchSize)));
    const laid = { problem, plan: this.#plan, runtime, threads, mostSteps: this.#mostSteps };
    const { base, places, programs } = placeSession(laid, (bytes) => this.#allocate(bytes));
    this.#base = base;
    this.#places = places;
    this.#programs = programs;
    this.parameters.set(initialParameters(problem.network, problem.seed));
  }

  get parameters(): Float32Array {
    return this.#whole("parameters");
  }

  get gradients(): Float32Array {
    return this.#whole("gradients");
  }

  get slots(): Readonly<Record<string, Float32Array>> {
    const update = this.#plan.update.find(({ op }) => op === "update");
    const names = update?.op === "update" ? update.slots : [];
    return Object.fromEntries(names.map((name) => [name, this.#whole(name)]));
  }

  load(patterns: Patterns): LoadedPatterns {
    this.#requireAlive();
    const rows = requirePatterns(this.problem, patterns);
    const blocks = {
      inputs: this.#store(patterns.inputs),
      desired: this.#store(patterns.desired),
      weights: patterns.sampleWeights === undefined ? 0 : this.#store(patterns.sampleWeights),
    };
    return new WasmPatterns(this, rows, blocks, (block) => this.#release(block));
  }

  run(patterns: LoadedPatterns, rows: Uint32Array, options: RunOptions = {}): Awaitable<Float64Array> {
    return this.#perform(this.#steps(patterns, rows, options));
  }

  learn<const X extends ArrayLike<number>, const D extends ArrayLike<number>>(
    input: X & Fits<X, Inputs>,
    desired: D,
  ): number {
    using pattern = this.load({ inputs: Float32Array.from(input), desired: Float32Array.from(desired) });
    if (pattern.rows !== 1) throw new ShapeError(`Expected one pattern to learn, found ${pattern.rows}.`);
    return this.#performHere(this.#steps(pattern, Uint32Array.of(0), {}))[0];
  }

  gradient(patterns: LoadedPatterns, rows: Uint32Array, dropoutFactor = 1): number {
    const own = this.#own(patterns, rows);
    if (rows.length < 1 || rows.length > this.problem.batchSize) {
      throw new DescriptionError(`Expected 1 to ${this.problem.batchSize} rows in a batch, found ${rows.length}.`);
    }
    this.#writeSchedule(1, { dropoutFactors: [dropoutFactor] });
    this.#lastRows = rows.length;
    return this.#performHere(this.#batches("gradient", own, rows, rows.length))[0];
  }

  update(rateFactor = 1, decayFactor = 1): void {
    this.#requireAlive();
    this.#writeSchedule(1, { rateFactors: [rateFactor], decayFactors: [decayFactor] });
    this.#performHere(this.#batches("update", NO_PATTERNS, Uint32Array.of(0), 1));
    this.step += 1;
  }

  evaluate(patterns: LoadedPatterns, rows?: Uint32Array): Awaitable<number> {
    const chosen = rows ?? Uint32Array.from({ length: patterns.rows }, (_, row) => row);
    const own = this.#own(patterns, chosen);
    if (chosen.length === 0) throw new DescriptionError("Expected at least one row to evaluate, found none.");
    return this.#perform(this.#evaluation(own, chosen));
  }

  predict(inputs: ArrayLike<number>): Awaitable<Float32Array> {
    this.#requireAlive();
    return this.#perform(this.#prediction(inputs, requireInputs(this.problem.network, inputs)));
  }

  signals(layer: number): LayerSignals {
    this.#requireAlive();
    const operation = this.#plan.forward[layer];
    const rows = this.#lastRows;
    if (operation === undefined || rows === 0) {
      const last = this.#plan.forward.length - 1;
      throw new DescriptionError(
        `Expected a layer from 0 to ${last}, after a step and before the next prediction, found ${layer}.`,
      );
    }
    const view = (name: RegionName): Float32Array => {
      const { offset, shape } = this.#plan.regions[name];
      return this.#floats(this.#base + 4 * offset, rows * shape[1]);
    };
    return {
      rows,
      inducedField: view(fieldOf(operation)),
      output: view(operation.output),
      localGradient: view(`δ${layer}`),
    };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (!this.#busy) this.#free(); // else when the threads have finished
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #free(): void {
    for (const block of this.#blocks) this.#runtime.arena.release(block);
    this.#blocks.clear();
    this.#giveBack(this.#runtime);
  }

  /** Works here and now: each `yield` of the work is a run of what the control block says. */
  #performHere<Result>(work: Generator<void, Result>): Result {
    for (;;) {
      const next = work.next();
      if (next.done) return next.value;
      new Int32Array(this.#buffer, this.#places.control, CONTROL_BYTES / 4)[THREADS_WORD] = 1;
      this.#runtime.kernels.run(this.#places.control, 0);
    }
  }

  /** Works at once on this thread, or as a promise on the session's own. */
  #perform<Result>(work: Generator<void, Result>): Awaitable<Result> {
    return this.#elsewhere ? this.#performElsewhere(work) : this.#performHere(work);
  }

  async #performElsewhere<Result>(work: Generator<void, Result>): Promise<Result> {
    const pool = this.#runtime.threads;
    if (pool === undefined) throw new GradusError("This session's memory is not shared with other threads.");
    if (this.#busy)
      throw new GradusError("This session is at work. Await what it was asked for before asking for more.");
    this.#busy = true;
    try {
      for (;;) {
        const next = work.next();
        if (next.done) return next.value;
        await pool.run(this.#places.control, this.#places.barrier, this.threads);
      }
    } finally {
      this.#busy = false;
      if (this.#disposed) this.#free();
    }
  }

  *#steps(patterns: LoadedPatterns, rows: Uint32Array, options: RunOptions): Generator<void, Float64Array> {
    const own = this.#own(patterns, rows);
    const { batchSize, steps } = requireRun(this.problem, rows, options);
    const factors = copied(options);
    const losses = new Float64Array(steps);
    for (let s = 0; s < steps; s += this.#mostSteps) {
      const end = Math.min(s + this.#mostSteps, steps);
      this.#writeSchedule(end - s, factors, s);
      const part = rows.subarray(s * batchSize, end * batchSize);
      losses.set(yield* this.#batches("step", own, part, batchSize), s);
      this.step += end - s;
    }
    this.#lastRows = steps === 0 ? 0 : rows.length - (steps - 1) * batchSize;
    return losses;
  }

  *#evaluation(patterns: WasmPatterns, rows: Uint32Array): Generator<void, number> {
    const { batchSize } = this.problem;
    const most = this.#mostSteps * batchSize;
    let total = 0;
    for (let start = 0; start < rows.length; start += most) {
      const part = rows.subarray(start, start + most);
      const losses = yield* this.#batches("evaluate", patterns, part, batchSize);
      for (let s = 0; s < losses.length; s++) total += losses[s] * Math.min(batchSize, part.length - s * batchSize);
    }
    this.#lastRows = 0;
    return total / rows.length;
  }

  *#prediction(inputs: ArrayLike<number>, rows: number): Generator<void, Float32Array> {
    const { network, batchSize } = this.problem;
    const loaded = this.#store(inputs);
    const outputs = this.#allocate(4 * rows * network.outputs);
    const most = this.#mostSteps * batchSize;
    for (let start = 0; start < rows; start += most) {
      const part = Uint32Array.from({ length: Math.min(most, rows - start) }, (_, row) => start + row);
      const place = outputs + 4 * start * network.outputs;
      yield* this.#batches("predict", { ...NO_PATTERNS, inputs: loaded }, part, batchSize, place);
    }
    const result = this.#floats(outputs, rows * network.outputs).slice();
    this.#release(loaded);
    this.#release(outputs);
    this.#lastRows = 0;
    return result;
  }

  /** One run of a program over rows; the schedule is in place. @returns the loss of each batch */
  *#batches(
    program: keyof Programs,
    { inputs, desired, weights }: Pick<RunControl, "inputs" | "desired" | "weights">,
    rows: Uint32Array,
    batchSize: number,
    outputs = 0,
  ): Generator<void, Float64Array> {
    const { network, loss, seed } = this.problem;
    const steps = Math.ceil(rows.length / batchSize);
    new Uint32Array(this.#buffer, this.#places.indices, rows.length).set(rows);
    const schedule = { constant: this.#constantSchedule, before: this.step };
    const run = { steps, rowCount: rows.length, batchSize, inputs, desired, weights, outputs, ...schedule };
    const fixed = { inputWidth: network.inputs, desiredWidth: desiredWidth(loss, network.outputs), seed };
    const control = { program: this.#programs[program], ...run };
    writeControl(this.#buffer, this.#places, control, { ...fixed, threads: this.threads });
    yield;
    return new Float64Array(this.#buffer, this.#places.losses, steps).slice();
  }

  #writeSchedule(steps: number, factors: StepFactors, first = 0): void {
    const schedule = new Float64Array(this.#buffer, this.#places.schedule, SCHEDULE_LENGTH * steps);
    this.#constantSchedule = writeSchedule(schedule, this.problem.optimizer, this.step, factors, first);
  }

  /** The patterns as this session's own, for rows that they have. @throws {DescriptionError} */
  #own(patterns: LoadedPatterns, rows: Uint32Array): WasmPatterns {
    this.#requireAlive();
    if (!(patterns instanceof WasmPatterns) || patterns.owner !== this) {
      throw new DescriptionError("These patterns were loaded by another session; load them into this one.");
    }
    if (patterns.disposed) throw new GradusError("These patterns were disposed; load them again.");
    for (let i = 0; i < rows.length; i++) {
      if (rows[i] >= patterns.rows)
        throw new DescriptionError(`Expected rows below ${patterns.rows}, found ${rows[i]}.`);
    }
    return patterns;
  }

  /** Copies numbers into the memory as float32. */
  #store(values: ArrayLike<number>): number {
    const block = this.#allocate(4 * values.length);
    this.#floats(block, values.length).set(values);
    return block;
  }

  #allocate(bytes: number): number {
    const block = this.#runtime.arena.allocate(bytes);
    this.#blocks.add(block);
    return block;
  }

  #release(block: number): void {
    if (this.#blocks.delete(block)) this.#runtime.arena.release(block);
  }

  get #buffer(): ArrayBufferLike {
    return this.#runtime.memory.buffer;
  }

  #floats(start: number, length: number): Float32Array {
    return new Float32Array(this.#buffer, start, length);
  }

  #whole(name: RegionName): Float32Array {
    this.#requireAlive();
    return this.#floats(this.#base + 4 * this.#plan.regions[name].offset, this.layout.length);
  }

  #requireAlive(): void {
    if (this.#disposed) throw new GradusError("This session was disposed; create another one.");
  }
}

/** The fields of a layer: what enters a dropout layer, and what any other layer without an activation puts out. */
function fieldOf(operation: ForwardOperation): RegionName {
  if (operation.op === "dropout") return operation.input;
  return operation.op === "dense" ? operation.field : operation.output;
}

/** The caller's factors, which may change while threads are at work. */
function copied({ rateFactors, decayFactors, dropoutFactors }: RunOptions): StepFactors {
  const copy = (factors: ArrayLike<number> | undefined) => factors && Float64Array.from(factors);
  return {
    rateFactors: copy(rateFactors),
    decayFactors: copy(decayFactors),
    dropoutFactors: copy(dropoutFactors),
  };
}
