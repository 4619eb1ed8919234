/**
 * The reference's session: the engine contract kept by the derivation's own steps, in float64, at once and in order.
 *
 * Holds parameters, gradients, slots and the signals of the last batch. The mathematics is `backpropagation.ts` and
 * `update.ts`; this file only puts batches before it.
 */
import {
  exampleCheck,
  type GivenPatterns,
  type LayerSignals,
  type LoadedPatterns,
  type Numbers,
  type Problem,
  type RunOptions,
  requireFactor,
  requireFiniteActivations,
  requireFiniteLosses,
  requireFiniteOutputs,
  requireFiniteState,
  requireInputs,
  requireOwn,
  requirePatterns,
  requireRun,
  requireStep,
  rowIndices,
  type Session,
} from "../engines/engine.ts";
import { DescriptionError, GradusError, shown } from "../errors.ts";
import { allocating } from "../memory.ts";
import type { Fits } from "../network/fits.ts";
import { layerWidths } from "../network/network.ts";
import { initialParameters, type ParameterLayout, parameterLayout } from "../network/parameters.ts";
import { optimizerOf } from "../optimizers/optimizerOf.ts";
import { type Batch, backpropagate } from "./backpropagate.ts";
import { error, type Subject, subjectOf } from "./backpropagation.ts";
import type { Signals } from "./layerOperations.ts";
import { keepState } from "./operations.ts";
import { activationsOf, outputsOf } from "./prediction.ts";
import { applyUpdate, freeze, regularised } from "./update.ts";

/** Patterns as float64 rows. */
class ReferencePatterns implements LoadedPatterns {
  readonly owner: object;
  readonly rows: number;
  disposed = false;
  readonly inputs: Float64Array;
  readonly desired: Float64Array;
  readonly sampleWeights: Float64Array | undefined;

  constructor(owner: object, problem: Problem, patterns: GivenPatterns) {
    this.owner = owner;
    this.rows = requirePatterns(problem, patterns);
    this.inputs = Float64Array.from(patterns.inputs);
    this.desired = Float64Array.from(patterns.desired);
    this.sampleWeights = patterns.sampleWeights && Float64Array.from(patterns.sampleWeights);
  }

  /** @throws {DescriptionError} what is no list of rows, a row outside the patterns */
  chosen(rows: ArrayLike<number>): Uint32Array {
    const chosen = rowIndices(rows);
    const wrong = chosen.find((row) => row >= this.rows);
    if (wrong !== undefined) throw new DescriptionError(`Expected rows below ${this.rows}, found ${wrong}.`);
    return chosen;
  }

  /** Copies of the given rows. @throws {DescriptionError} a row outside the patterns */
  batch(given: ArrayLike<number>): Batch {
    const rows = this.chosen(given);
    return {
      inputs: gather(this.inputs, this.inputs.length / this.rows, rows),
      desired: gather(this.desired, this.desired.length / this.rows, rows),
      sampleWeights: this.sampleWeights && gather(this.sampleWeights, 1, rows),
    };
  }

  dispose(): void {
    this.disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** The given rows of a row-major matrix, one after the other. */
function gather(values: Float64Array, width: number, rows: Uint32Array): Float64Array {
  const gathered = new Float64Array(rows.length * width);
  for (let n = 0; n < rows.length; n++) {
    gathered.set(values.subarray(rows[n] * width, (rows[n] + 1) * width), n * width);
  }
  return gathered;
}

export class ReferenceSession<Inputs extends number = number, Outputs extends number = number>
  implements Session<Inputs, Outputs>
{
  readonly problem: Problem<Inputs, Outputs>;
  readonly engine = "reference";
  readonly precision = "float64";
  readonly layout: ParameterLayout;
  readonly #parameters: Float64Array;
  readonly #gradients: Float64Array;
  readonly #slots: Readonly<Record<string, Float64Array>>;
  #step = 0;
  readonly #subject: Subject;
  readonly #requireExample: ReturnType<typeof exampleCheck>;
  #signals: readonly Signals[] = [];
  #disposed = false;

  /** @param parameters the starting parameters; drawn by the problem's seed when absent */
  constructor(problem: Problem<Inputs, Outputs>, parameters?: Numbers) {
    this.problem = problem;
    const { length } = parameterLayout(problem.network);
    const names = optimizerOf(problem.optimizer).slots;
    const bytes = 8 * length * (2 + names.length);
    const made = allocating(`${length} parameters, their gradients and the optimizer's state take`, bytes, () => ({
      gradients: new Float64Array(length),
      slots: Object.fromEntries(names.map((name) => [name, new Float64Array(length)])),
      // Last, because drawing them takes long.
      parameters: parameters ? Float64Array.from(parameters) : initialParameters(problem.network, problem.seed),
    }));
    this.#parameters = made.parameters;
    this.#gradients = made.gradients;
    this.#slots = made.slots;
    this.#subject = subjectOf(problem.network, this.#parameters);
    this.layout = this.#subject.layout;
    this.#requireExample = exampleCheck(problem);
  }

  get parameters(): Float64Array {
    this.#requireAlive();
    return this.#parameters;
  }

  get gradients(): Float64Array {
    this.#requireAlive();
    return this.#gradients;
  }

  get slots(): Readonly<Record<string, Float64Array>> {
    this.#requireAlive();
    return this.#slots;
  }

  get step(): number {
    this.#requireAlive();
    return this.#step;
  }

  set step(step: number) {
    this.#requireAlive();
    requireStep(step);
    this.#step = step;
  }

  load(patterns: GivenPatterns): LoadedPatterns {
    this.#requireAlive();
    const bytes = 8 * (Number(patterns?.inputs?.length) + Number(patterns?.desired?.length));
    return allocating("these patterns take", bytes, () => new ReferencePatterns(this, this.problem, patterns));
  }

  run(patterns: LoadedPatterns, given: ArrayLike<number>, options: RunOptions = {}): Float64Array {
    this.#requireAlive();
    const rows = this.#own(patterns).chosen(given);
    const { batchSize, steps } = requireRun(this.problem, rows, options);
    const { rateFactors, decayFactors, dropoutFactors } = options;
    const losses = new Float64Array(steps);
    for (let s = 0; s < steps; s++) {
      const batch = rows.subarray(s * batchSize, (s + 1) * batchSize);
      losses[s] = this.#computeGradient(patterns, batch, dropoutFactors?.[s]);
      if (!Number.isFinite(losses[s])) requireFiniteLosses(losses.subarray(0, s + 1));
      this.update(rateFactors?.[s], decayFactors?.[s]);
    }
    return losses;
  }

  learn<const X extends ArrayLike<number>, const D extends ArrayLike<number>>(
    input: X & Fits<X, Inputs>,
    desired: D,
  ): number {
    this.#requireExample(input, desired);
    const pattern = this.load({ inputs: input, desired });
    const loss = this.gradient(pattern, Uint32Array.of(0));
    this.update();
    return loss;
  }

  gradient(patterns: LoadedPatterns, rows: ArrayLike<number>, dropoutFactor = 1): number {
    const loss = this.#computeGradient(patterns, rows, dropoutFactor);
    requireFiniteLosses([loss]);
    requireFiniteState("gradients", this.#gradients);
    return loss;
  }

  /** As `gradient`, also where it is not finite. */
  #computeGradient(patterns: LoadedPatterns, rows: ArrayLike<number>, dropoutFactor = 1): number {
    this.#requireAlive();
    const batch = this.#own(patterns).batch(rows);
    requireFactor("dropoutFactor", dropoutFactor);
    if (rows.length < 1 || rows.length > this.problem.batchSize) {
      throw new DescriptionError(`Expected 1 to ${this.problem.batchSize} rows in a batch, found ${rows.length}.`);
    }
    const { loss, seed } = this.problem;
    const state = { seed, step: this.#step, factor: dropoutFactor };
    const pass = allocating(...this.#signalsOf(rows.length), () => backpropagate(this.#subject, loss, batch, state));
    this.#gradients.set(pass.gradients);
    freeze(this.layout, this.#gradients);
    keepState(this.#subject, pass.signals);
    this.#signals = pass.signals;
    return pass.loss;
  }

  update(rateFactor = 1, decayFactor = 1): void {
    this.#requireAlive();
    requireFactor("rateFactor", rateFactor);
    requireFactor("decayFactor", decayFactor);
    this.#step += 1;
    const slots = Object.values(this.#slots);
    applyUpdate(
      this.problem,
      this.layout,
      this.#parameters,
      regularised(this.problem, this.layout, this.#parameters, this.#gradients),
      slots,
      this.#step,
      rateFactor,
      decayFactor,
    );
    requireFiniteState("parameters", this.#parameters);
  }

  evaluate(patterns: LoadedPatterns, rows?: ArrayLike<number>): number {
    this.#requireAlive();
    const all = this.#own(patterns);
    const batch = rows === undefined ? all : all.batch(rows);
    const count = rows?.length ?? all.rows;
    if (count === 0) throw new DescriptionError("Expected at least one row to evaluate, found none.");
    const { loss } = error(this.problem.loss, this.predict(batch.inputs), count, batch);
    requireFiniteLosses([loss]);
    return loss;
  }

  predict(inputs: ArrayLike<number>): Float64Array {
    this.#requireAlive();
    const { network } = this.problem;
    requireInputs(network, inputs);
    return requireFiniteOutputs(outputsOf(this.#subject, inputs), network.outputs);
  }

  activations(inputs: ArrayLike<number>): Float64Array[] {
    this.#requireAlive();
    const { network } = this.problem;
    requireInputs(network, inputs);
    return requireFiniteActivations(activationsOf(this.#subject, inputs), layerWidths(network).slice(1));
  }

  /** What signals of so many rows take, for messages. */
  #signalsOf(rows: number): [what: string, bytes: number] {
    const widths = layerWidths(this.problem.network).reduce((sum, width) => sum + width, 0);
    return [`the signals of ${rows} rows take`, 3 * 8 * rows * widths];
  }

  signals(layer: number): LayerSignals {
    this.#requireAlive();
    const signals = Number.isInteger(layer) ? this.#signals[layer] : undefined;
    if (signals === undefined) {
      const last = this.problem.network.layers.length - 1;
      throw new DescriptionError(`Expected a layer from 0 to ${last}, after a first step, found ${shown(layer)}.`);
    }
    return signals;
  }

  dispose(): void {
    this.#disposed = true;
    this.#signals = [];
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @throws {DescriptionError} patterns of another session @throws {GradusError} disposed ones */
  #own(patterns: LoadedPatterns): ReferencePatterns {
    requireOwn(patterns, patterns instanceof ReferencePatterns && patterns.owner === this);
    return patterns as ReferencePatterns;
  }

  #requireAlive(): void {
    if (this.#disposed) throw new GradusError("This session was disposed. Create another one.");
  }
}
