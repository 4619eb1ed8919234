/**
 * A session on a device: the engine contract kept by running a plan's programs on one memory.
 *
 * A whole run of many batches is one call of the device, cut only so that its small arrays stay small. Everything lies
 * in the memory: parameters, signals, patterns, programs. Knows nothing of how a device computes.
 */
import type { Collective } from "../../distributed/collective.ts";
import { DescriptionError } from "../../errors.ts";
import { allocating } from "../../memory.ts";
import type { Fits } from "../../network/fits.ts";
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
  requireInputs,
  requirePatterns,
  requireRun,
  requireStep,
  type Session,
} from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import { type ControlPlaces, copyFactors } from "./control.ts";
import { ExampleStep } from "./exampleStep.ts";
import { ForwardPass } from "./forwardPass.ts";
import { joinRanks } from "./joinRanks.ts";
import { KeptSignals } from "./layerSignals.ts";
import { MemoryPatterns, ownPatterns } from "./patterns.ts";
import { Performer, type Work } from "./performer.ts";
import { PlacedRegions } from "./placedRegions.ts";
import { placeSession } from "./placement.ts";
import { partsToExchange, ReducedWork } from "./reducedWork.ts";
import type { Runtime } from "./runtime.ts";
import { mostStepsOf, SessionWork } from "./sessionWork.ts";
import { Workspace } from "./workspace.ts";

export class MemorySession<Inputs extends number = number, Outputs extends number = number>
  implements Session<Inputs, Outputs>
{
  readonly problem: Problem<Inputs, Outputs>;
  readonly engine: string;
  readonly precision: Precision;
  readonly layout: ParameterLayout;
  readonly collective: Collective | undefined;
  readonly threads: number;
  readonly #inWorkers: boolean;
  readonly #runtime: Runtime;
  readonly #performer: Performer;
  readonly #regions: PlacedRegions;
  readonly #places: ControlPlaces;
  readonly #work: SessionWork;
  /** The same work as a part of that of several processes. */
  readonly #reduced: ReducedWork | undefined;
  readonly #workspace: Workspace;
  readonly #blocks: Blocks;
  readonly #example: ExampleStep;
  readonly #signals: KeptSignals;
  #forward: ForwardPass | undefined;

  /**
   * @param threads how many share the work
   * @param inWorkers whether what takes long is done by workers and is a promise, for which the runtime's memory must be
   * shared; where there is more than one thread it must be
   * @param precision what the runtime's device learns in
   * @param parameters the starting parameters; drawn by the problem's seed when absent
   * @param collective the processes that train together
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
      collective,
    }: {
      readonly threads: number;
      readonly inWorkers: boolean;
      readonly precision?: Precision;
      readonly parameters?: Numbers | undefined;
      readonly collective?: Collective | undefined;
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
    const parts = partsToExchange(plan, collective, threads);
    const setup = { problem, plan, parts, runtime, threads, mostSteps: mostStepsOf(problem) };
    try {
      const {
        base,
        places,
        programs,
        parts: partPrograms,
      } = placeSession(setup, (bytes) => this.#blocks.allocate(bytes));
      this.#regions = new PlacedRegions(plan, base, this.#blocks, runtime.device);
      this.#places = places;
      this.#example = new ExampleStep(problem, { runtime, places, program: programs.step }, this.#blocks);
      this.#work = new SessionWork({
        problem,
        regions: this.#regions,
        blocks: this.#blocks,
        places,
        programs,
        threads,
        example: this.#example,
      });
      this.#signals = new KeptSignals(this.#regions);
      forget = runtime.device.compile?.(programs.step);
      this.#performer = new Performer({ runtime, threads, inWorkers }, places);
      this.parameters.set(parameters ?? initialParametersOf(problem));
      if (collective !== undefined && collective.size > 1) {
        this.collective = collective;
        joinRanks(collective, problem, this.layout, this.parameters);
        const placed = parts.map((part, i) => ({ ...part, program: partPrograms[i] }));
        this.#reduced = new ReducedWork(this.#work, this.#regions, {
          collective,
          batchSize: problem.batchSize,
          parts: placed,
        });
      }
    } catch (error) {
      this.#workspace.release();
      throw error;
    }
  }

  get step(): number {
    this.#workspace.requireIdle();
    return this.#work.step;
  }

  set step(step: number) {
    this.#workspace.requireIdle();
    requireStep(step);
    this.#work.step = step;
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
    const { batchSize, steps, counts } = requireRun(this.problem, chosen, options, this.collective?.size);
    const factors = copyFactors(options);
    const work =
      this.#reduced?.steps(own, chosen, { counts: counts ?? countsOf(chosen.length, batchSize), ...factors }) ??
      this.#work.steps(own, chosen, { batchSize, steps, ...factors });
    return this.#perform(work, own.hold());
  }

  learn<const X extends ArrayLike<number>, const D extends ArrayLike<number>>(
    input: X & Fits<X, Inputs>,
    desired: D,
  ): Awaitable<number> {
    this.#workspace.requireAlive();
    this.#example.require(input, desired);
    if (this.#reduced !== undefined) {
      throw new DescriptionError("learn takes one example in one process. Where several train together, use run.");
    }
    if (this.#workspace.idle) return this.#work.learn(input, desired);
    const [x, d] = [Float32Array.from(input), Float32Array.from(desired)];
    return this.#workspace.take(() => this.#work.learn(x, d));
  }

  gradient(patterns: LoadedPatterns, rows: ArrayLike<number>, dropoutFactor = 1): Awaitable<number> {
    const own = this.#own(patterns);
    const chosen = own.chosen(rows, this.#inWorkers);
    requireFactor("dropoutFactor", dropoutFactor);
    // Of several processes one may have no row of a batch.
    if ((chosen.length < 1 && this.#reduced === undefined) || chosen.length > this.problem.batchSize) {
      throw new DescriptionError(`Expected 1 to ${this.problem.batchSize} rows in a batch, found ${chosen.length}.`);
    }
    return this.#performHere((this.#reduced ?? this.#work).gradient(own, chosen, dropoutFactor), own.hold());
  }

  update(rateFactor = 1, decayFactor = 1): Awaitable<void> {
    this.#workspace.requireAlive();
    requireFactor("rateFactor", rateFactor);
    requireFactor("decayFactor", decayFactor);
    return this.#performHere(this.#work.update(rateFactor, decayFactor));
  }

  evaluate(patterns: LoadedPatterns, rows?: ArrayLike<number>): Awaitable<number> {
    const own = this.#own(patterns);
    const chosen =
      rows !== undefined ? own.chosen(rows, this.#inWorkers) : Uint32Array.from({ length: own.rows }, (_, row) => row);
    if (chosen.length === 0 && this.#reduced === undefined)
      throw new DescriptionError("Expected at least one row to evaluate, found none.");
    return this.#perform((this.#reduced ?? this.#work).evaluation(own, chosen), own.hold());
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
    this.#workspace.requireIdle();
    return this.#signals.of(layer, this.#work.lastRows);
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
  #perform<Result>(work: Work<Result>, ended: () => void): Awaitable<Result> {
    return this.#workspace.take(() => this.#performer.perform(work), ended);
  }

  /** The same on the caller's thread, for what is too short to hand over. */
  #performHere<Result>(work: Work<Result>, ended?: () => void): Awaitable<Result> {
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

  /** @throws {DescriptionError | GradusError} patterns of another session, disposed ones */
  #own(patterns: LoadedPatterns): MemoryPatterns {
    this.#workspace.requireAlive();
    return ownPatterns(this, patterns);
  }

  #whole(name: RegionName): Float32Array {
    this.#workspace.requireIdle();
    return this.#regions.whole(name);
  }
}

/** How many rows each step has. */
function countsOf(rows: number, batchSize: number): number[] {
  const steps = Math.ceil(rows / batchSize);
  return Array.from({ length: steps }, (_, s) => Math.min(batchSize, rows - s * batchSize));
}

/** @throws {OutOfMemoryError} */
function initialParametersOf({ network, seed }: Problem): Float64Array {
  const { length } = parameterLayout(network);
  return allocating(`${length} parameters take`, 8 * length, () => initialParameters(network, seed));
}
