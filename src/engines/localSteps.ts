/**
 * A session of several processes (ranks) that exchange seldom, for slow networks: each makes some steps by itself, from its own rows, then
 * all go on from the mean of where they have come to.
 *
 * DiLoCo, https://arxiv.org/abs/2311.08105 (Douillard et al. 2023): θ are the parameters at the beginning of a round, θᵣ those of rank r after
 * its steps, wᵣ its share of the rows of the round. The outer step is SGD with Nesterov's momentum:
 * Δ = Σᵣ wᵣ (θ − θᵣ), m ← μm + Δ, θ ← θ − η(Δ + μm). With η = 1 and μ = 0 it is the mean Σᵣ wᵣ θᵣ.
 * The state of the inner optimizer stays each rank's own. A run ends with such a step, so that between runs all have the same parameters.
 */
import { type Collective, gatherNumbers, memberText } from "../distributed/collective.ts";
import { DescriptionError, GradusError, NotFiniteError, unlessNotFinite } from "../errors.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import {
  type GivenPatterns,
  type LayerSignals,
  type LoadedPatterns,
  type Numbers,
  type Problem,
  type RunOptions,
  requireInputs,
  requireRun,
  rowIndices,
  type Session,
} from "./engine.ts";
import { Turns } from "./turns.ts";

/** How ranks that make steps by themselves come together. */
export interface OuterSteps {
  /** Steps of a round. */
  readonly steps: number;
  /** η. */
  readonly learningRate: number;
  /** μ. */
  readonly momentum: number;
}

/** A number that is not finite, in the steps of this rank. */
interface Fault {
  /** Its step among those of the run. */
  readonly step: number;
  readonly error: NotFiniteError;
}

export class LocalStepsSession<Inputs extends number, Outputs extends number> implements Session<Inputs, Outputs> {
  readonly problem: Problem<Inputs, Outputs>;
  readonly collective: Collective | undefined;
  readonly syncEvery: number;
  readonly #ranks: Collective;
  readonly #inner: Session<Inputs, Outputs>;
  readonly #outer: OuterSteps;
  /** m. */
  readonly #momentum: Float32Array;
  /** As of any session: one thing at a time, also between the steps of a run. */
  readonly #turns = new Turns(() => this.#disposed && this.#inner.dispose());
  #disposed = false;
  /** Rows of the last batch: this rank's, and those of all. */
  #last = { own: 0, whole: 0 };

  /**
   * @param inner this rank's own session, of the same network and parameters on all ranks
   * @param problem what all ranks train
   */
  constructor(
    inner: Session<Inputs, Outputs>,
    problem: Problem<Inputs, Outputs>,
    { collective, outer }: { readonly collective: Collective; readonly outer: OuterSteps },
  ) {
    this.problem = problem;
    this.collective = collective.size > 1 ? collective : undefined;
    this.syncEvery = outer.steps;
    this.#ranks = collective;
    this.#inner = inner;
    this.#outer = outer;
    this.#momentum = new Float32Array(inner.layout.length);
  }

  get engine(): string {
    return this.#inner.engine;
  }

  get precision(): Session["precision"] {
    return this.#inner.precision;
  }

  get layout(): ParameterLayout {
    return this.#inner.layout;
  }

  get parameters(): Numbers {
    this.#requireIdle();
    return this.#inner.parameters;
  }

  get gradients(): Numbers {
    this.#requireIdle();
    return this.#inner.gradients;
  }

  /** Those of the inner optimizer, this rank's own, and the outer one's momentum. */
  get slots(): Readonly<Record<string, Numbers>> {
    this.#requireIdle();
    return { ...this.#inner.slots, outer: this.#momentum };
  }

  get step(): number {
    return this.#inner.step;
  }

  set step(step: number) {
    this.#requireIdle();
    this.#inner.step = step;
  }

  load(patterns: GivenPatterns): LoadedPatterns {
    return this.#inner.load(patterns);
  }

  async run(patterns: LoadedPatterns, rows: ArrayLike<number>, options: RunOptions = {}): Promise<Float64Array> {
    this.#requireAlive();
    const chosen = rowIndices(rows).slice();
    const { batchSize, steps, counts: given } = requireRun(this.problem, chosen, options, this.#ranks.size);
    const counts = Array.from(
      { length: steps },
      (_, s) => given?.[s] ?? Math.min(batchSize, chosen.length - s * batchSize),
    );
    const factors = copied(options);
    return await this.#turns.take(() => this.#rounds(patterns, chosen, counts, factors));
  }

  /** @param counts rows of each step, as many as are chosen in all */
  async #rounds(
    patterns: LoadedPatterns,
    chosen: Uint32Array,
    counts: readonly number[],
    factors: RunOptions,
  ): Promise<Float64Array> {
    const steps = counts.length;
    const wholes = this.#wholes(counts);
    const losses = new Float64Array(steps);
    let at = 0;
    for (let first = 0; first < steps; first += this.#outer.steps) {
      const end = Math.min(first + this.#outer.steps, steps);
      const before = this.#inner.parameters.slice();
      let fault: Fault | undefined;
      let learned = 0;
      for (let s = first; s < end; s++) {
        const batch = chosen.subarray(at, at + counts[s]);
        at += counts[s];
        learned += counts[s];
        if (fault !== undefined) continue;
        const found = await this.#localStep(patterns, batch, one(factors, s));
        if (typeof found === "number") losses[s] = (found * counts[s]) / wholes[s];
        else fault = { step: s, error: found };
      }
      this.#requireSound(fault);
      this.#meet(before, learned);
    }
    if (steps > 0) this.#last = { own: counts[steps - 1], whole: wholes[steps - 1] };
    return this.#sums(losses);
  }

  learn(): never {
    throw new DescriptionError("learn takes one example in one process. Where several train together, use run.");
  }

  async gradient(patterns: LoadedPatterns, rows: ArrayLike<number>, dropoutFactor = 1): Promise<number> {
    this.#requireAlive();
    const chosen = rowIndices(rows).slice();
    return await this.#turns.take(() => this.#gradient(patterns, chosen, dropoutFactor));
  }

  async #gradient(patterns: LoadedPatterns, rows: Uint32Array, dropoutFactor: number): Promise<number> {
    const [whole] = this.#wholes([rows.length]);
    this.#last = { own: rows.length, whole };
    const share = rows.length / whole;
    const found =
      rows.length === 0 ? 0 : await unlessNotFinite(() => this.#inner.gradient(patterns, rows, dropoutFactor));
    this.#requireSound(typeof found === "number" ? undefined : { step: 0, error: found });
    const { gradients } = this.#inner;
    for (let i = 0; i < gradients.length; i++) gradients[i] *= share;
    if (rows.length === 0) gradients.fill(0);
    this.#ranks.allReduce(gradients, { deterministic: true, what: "a gradient" });
    const [loss] = this.#sums(Float64Array.of(share * (found as number)));
    return loss;
  }

  update(): never {
    throw new DescriptionError(
      "update makes a step by a gradient of all processes, and with syncEvery each makes its own steps. Use run, or leave syncEvery out.",
    );
  }

  async evaluate(patterns: LoadedPatterns, rows?: ArrayLike<number>): Promise<number> {
    this.#requireAlive();
    const chosen = rows && rowIndices(rows).slice();
    return await this.#turns.take(() => this.#evaluate(patterns, chosen));
  }

  async #evaluate(patterns: LoadedPatterns, rows?: Uint32Array): Promise<number> {
    const count = rows?.length ?? patterns.rows;
    const [whole] = this.#wholes([count]);
    const found = count === 0 ? 0 : await unlessNotFinite(() => this.#inner.evaluate(patterns, rows));
    this.#requireSound(typeof found === "number" ? undefined : { step: 0, error: found });
    const [loss] = this.#sums(Float64Array.of((count * (found as number)) / whole));
    return loss;
  }

  async predict(inputs: ArrayLike<number>): Promise<Numbers> {
    this.#requireAlive();
    const given = this.#copied(inputs);
    return await this.#turns.take(() => this.#inner.predict(given));
  }

  async activations(inputs: ArrayLike<number>): Promise<readonly Numbers[]> {
    this.#requireAlive();
    const given = this.#copied(inputs);
    return await this.#turns.take(() => this.#inner.activations(given));
  }

  /** δ are those of the whole batch, of which this rank's rows are a part. */
  signals(layer: number): LayerSignals {
    this.#requireIdle();
    const signals = this.#inner.signals(layer);
    const { own, whole } = this.#last;
    return { ...signals, localGradient: signals.localGradient.map((delta) => (delta * own) / whole) };
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#turns.idle) this.#inner.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #requireAlive(): void {
    if (this.#disposed) throw new GradusError("This session was disposed. Create another one.");
  }

  /** @throws {GradusError} where it was disposed, or is at work */
  #requireIdle(): void {
    this.#requireAlive();
    this.#turns.requireIdle();
  }

  /** Inputs as they are now, where they wait. @throws {ShapeError} */
  #copied(inputs: ArrayLike<number>): ArrayLike<number> {
    requireInputs(this.problem.network, inputs);
    return this.#turns.idle ? inputs : Float32Array.from(inputs);
  }

  /** One step of this rank's own; a step without rows is counted. @returns the mean loss of its rows */
  async #localStep(patterns: LoadedPatterns, rows: Uint32Array, options: RunOptions): Promise<number | NotFiniteError> {
    if (rows.length === 0) {
      this.#inner.step += 1;
      return 0;
    }
    const losses = await unlessNotFinite(() => this.#inner.run(patterns, rows, { batchSize: rows.length, ...options }));
    return losses instanceof NotFiniteError ? losses : losses[0];
  }

  /** The outer step. @param before θ @param rows that this rank has learned from in the round */
  #meet(before: Numbers, rows: number): void {
    const { learningRate, momentum } = this.#outer;
    const { parameters } = this.#inner;
    const [whole] = this.#wholes([rows]);
    const share = rows / whole;
    // Float32Array.from with a function takes 30 times as long.
    const change = new Float32Array(before.length);
    for (let i = 0; i < change.length; i++) change[i] = share * (before[i] - parameters[i]);
    this.#ranks.allReduce(change, { deterministic: true, what: `the outer step after step ${this.step}` });
    const m = this.#momentum;
    for (let i = 0; i < change.length; i++) {
      m[i] = momentum * m[i] + change[i];
      parameters[i] = before[i] - learningRate * (change[i] + momentum * m[i]);
    }
  }

  /** How many rows all ranks have of each step. @throws {DescriptionError} ranks that make other steps, a step without rows */
  #wholes(counts: readonly number[]): number[] {
    const { members } = this.#ranks;
    const all = gatherNumbers(this.#ranks, counts, "the beginning of a run");
    const other = all.findIndex(({ length }) => length !== all[0].length);
    if (other >= 0) {
      throw new DescriptionError(
        `Expected all ranks to make the same steps, found ${all[0].length} on ${memberText(members[0])} and ${all[other].length} on ${memberText(members[other])}.`,
      );
    }
    return counts.map((_, s) => {
      const whole = all.reduce((sum, of) => sum + of[s], 0);
      if (whole > 0) return whole;
      throw new DescriptionError(`Expected at least one row of step ${s} (counted from 0), found none on any rank.`);
    });
  }

  #sums(own: Float64Array): Float64Array {
    const all = gatherNumbers(this.#ranks, own, "the losses of a run");
    return own.map((_, s) => all.reduce((sum, of) => sum + of[s], 0));
  }

  /** @throws {NotFiniteError} the first of all ranks', on all of them */
  #requireSound(fault: Fault | undefined): void {
    const own = fault === undefined ? [] : [fault.step, fault.error.value, fault.error.what === "losses" ? 1 : 0];
    const all = gatherNumbers(this.#ranks, own, "the end of local steps");
    const steps = all.map((of) => of[0] ?? Number.POSITIVE_INFINITY);
    const step = Math.min(...steps);
    if (step === Number.POSITIVE_INFINITY) return;
    const rank = steps.indexOf(step);
    const [, value, isLoss] = all[rank];
    throw new NotFiniteError(isLoss === 1 ? "losses" : "parameters", value, step, {
      place: `at step ${step} in the rows of ${memberText(this.#ranks.members[rank])}`,
      rank,
      remedy:
        "The inputs, the targets, the parameters or the learning rate are too large. The session is invalid now on all ranks: " +
        "restore its earlier parameters, or create another session.",
    });
  }
}

const factorNames = ["rateFactors", "decayFactors", "dropoutFactors"] as const;

/** The factors as they are now, whatever becomes of the caller's arrays. */
function copied(options: RunOptions): RunOptions {
  return Object.fromEntries(
    factorNames.flatMap((name) => (options[name] ? [[name, Float64Array.from(options[name])]] : [])),
  );
}

/** The factors of one step. */
function one(factors: RunOptions, step: number): RunOptions {
  return Object.fromEntries(factorNames.flatMap((name) => (factors[name] ? [[name, [factors[name][step]]]] : [])));
}
