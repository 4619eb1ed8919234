/**
 * A run: the session of one setting, step by step, forwards and back. The order of the rows is drawn from the seed and the
 * epoch, so neither speed nor pauses change a bit, nor does going back. Knows nothing of messages.
 */

import type { Model, Table } from "gradus";
import type { WeightName } from "gradus/explain";
import {
  classificationMetrics,
  type Encoder,
  engineReports,
  type LoadedPatterns,
  type LossEntry,
  losses,
  type Numbers,
  random,
  regressionMetrics,
  restore,
  type Session,
  type Snapshot,
  snapshot,
} from "gradus/network";
import type { CurvePoint, Frame, Opened, OpenedData } from "../protocol.ts";
import type { Setting } from "../setting.ts";
import { classProbabilities } from "./classProbabilities.ts";
import { gridOutputs } from "./grid.ts";
import type { Learned } from "./kept.ts";
import type { LabProblem, OwnTable } from "./labProblem.ts";
import { layerPlaces, openProblem } from "./problem.ts";
import { Timeline } from "./timeline.ts";

/** A step that is not made yet: the session, the data, the rows of the batch, and the factor of the learning rate. */
export interface NextStep {
  readonly session: Session;
  readonly data: OpenedData;
  readonly rows: readonly number[];
  readonly rateFactor: number;
}

/** A run as it can be opened again: at a step, with what it can go back to. */
export interface Past {
  readonly setting: Setting;
  readonly timeline: Timeline;
  readonly step: number;
  /** What it has of an earlier run, in words; undefined where it began with initial weights. */
  readonly kept: string | undefined;
  readonly own: OwnTable | undefined;
}

/** What a run is begun of, besides its setting. */
interface Beginning {
  readonly own?: OwnTable | undefined;
  /** By an earlier run: what has its place in this one is kept. */
  readonly learned?: Learned | undefined;
}

export class Run {
  #problem: LabProblem;
  #timeline: Timeline;
  #order: { readonly epoch: number; readonly rows: Uint32Array } | undefined;
  #kept: string | undefined;
  readonly #own: OwnTable | undefined;
  readonly #end = new AbortController();

  private constructor(problem: LabProblem, own: OwnTable | undefined) {
    this.#own = own;
    this.#problem = problem;
    const { session, stepsBefore: step = 0, setting } = problem;
    const from = own?.model === undefined ? "setting" : "hand";
    this.#timeline = new Timeline({ step, state: snapshot(session), from }, setting.rate);
  }

  static async open(setting: Setting, { own, learned }: Beginning = {}): Promise<Run> {
    const run = new Run(await openProblem(setting, own), own);
    if (learned === undefined) return run;
    const { session, data } = run.#problem;
    const { keep } = await import("./kept.ts");
    run.#kept = keep({ session, layers: layerPlaces(session), inputNames: data.inputNames, own }, learned);
    const start = { step: run.stepsBefore, state: snapshot(session), from: "hand" } as const;
    run.#timeline = new Timeline(start, setting.rate);
    return run;
  }

  /** A run of the past, at its step, to the bit. */
  static async reopen({ setting, timeline, step, kept, own }: Past): Promise<Run> {
    const run = new Run(await openProblem(setting, own), own);
    run.#kept = kept;
    run.#timeline = timeline.atHand();
    restore(run.#problem.session, timeline.before(step).state);
    await run.goTo(step);
    return run;
  }

  /** Of a model that goes on: the steps that it had made before; else 0. */
  get stepsBefore(): number {
    return this.#problem.stepsBefore ?? 0;
  }

  /** Epochs that have ended. */
  get epoch(): number {
    return Math.floor(this.step / this.#stepsPerEpoch);
  }

  get setting(): Setting {
    return this.#problem.setting;
  }

  /** The reader's own table that the run is of. */
  get own(): OwnTable | undefined {
    return this.#own;
  }

  /** The library's model of the run as it stands. @throws {GradusError} a run that has diverged */
  async toModel(): Promise<Model> {
    const { session, data, started } = this.#problem;
    if (started !== undefined) return await started.toModel();
    const { modelOfPoints } = await import("../files/modelOfRun.ts");
    const setting = { ...this.setting, rate: this.#timeline.rate(this.step) };
    return await modelOfPoints({ session, data, setting, step: this.step, epochs: this.epoch });
  }

  get data(): OpenedData {
    return this.#problem.data;
  }

  /** How a table's rows become inputs; undefined where the inputs are the numbers themselves. */
  get encoder(): Encoder | undefined {
    return this.#problem.started?.data.encoder;
  }

  /** Of a table: the training rows and, where there are some, the validation rows, in the order of the data's rows. */
  get tables(): readonly Table[] {
    const { started } = this.#problem;
    return started === undefined
      ? []
      : [started.data.training, started.data.validation].flatMap((part) => part?.table ?? []);
  }

  /** Outputs for other inputs, as `outputs` has them. @param inputs [N, inputs] */
  async responsesTo(inputs: Float32Array): Promise<Float32Array> {
    return this.#responses(await this.#problem.session.predict(inputs));
  }

  /** To be read between two steps. */
  get session(): Session {
    return this.#problem.session;
  }

  async opened(run: number): Promise<Opened> {
    const { data, session } = this.#problem;
    const engine = session.parameters instanceof Float32Array ? "wasm" : "reference";
    const layers = layerPlaces(session);
    const whySlow = engine === "wasm" ? undefined : (await engineReports()).find(({ name }) => name === "wasm")?.reason;
    const stepsPerEpoch = this.#stepsPerEpoch;
    const { setting: adopted, notes: found = [] } = this.#problem;
    const notes = [...found, ...(this.#kept === undefined ? [] : [this.#kept])];
    return { kind: "opened", run, engine, whySlow, adopted, data, layers, stepsPerEpoch, notes };
  }

  /** Draws the neurons over two other inputs of a table from now on. */
  drawOver(x: number, y: number): void {
    const plane = this.#problem.planeOver?.(x, y);
    if (plane !== undefined) this.#problem = { ...this.#problem, data: { ...this.#problem.data, plane } };
  }

  /** Steps since the run began; the session counts those of an earlier run too, whose optimizer's state was kept. */
  get step(): number {
    const { step, state } = this.#timeline.start;
    return this.#problem.session.step - state.step + step;
  }

  /** Multiplies the learning rate of the setting in the next step. */
  get rateFactor(): number {
    return this.#timeline.rate(this.step) / this.setting.rate;
  }

  /** Whether all steps so far had the learning rate of the setting. */
  get hasOneRate(): boolean {
    return this.#timeline.hasOneRate(this.step);
  }

  get #stepsPerEpoch(): number {
    return Math.ceil(this.#problem.data.training / this.#problem.batch);
  }

  /** Steps until the epoch at hand ends; a whole epoch where none has begun. */
  get stepsToEpochEnd(): number {
    return this.#stepsPerEpoch - (this.step % this.#stepsPerEpoch);
  }

  /** Makes steps. @throws {NotFiniteError} training has diverged: the run is left at a step with finite numbers */
  async advance(steps: number): Promise<void> {
    for (const end = this.step + steps; this.step < end; ) {
      const { step } = this;
      const count = Math.min(end - step, this.stepsToEpochEnd, this.#timeline.nextChange(step) - step);
      try {
        await this.#learn(count);
      } catch (error) {
        await this.#returnToFinite(step);
        this.#reached();
        throw error;
      }
    }
    this.#reached();
  }

  /** Steps of one epoch with one learning rate. */
  async #learn(count: number): Promise<void> {
    const { session, training } = this.#problem;
    const { rateFactor } = this;
    const factors = rateFactor === 1 ? {} : { rateFactors: new Float64Array(count).fill(rateFactor) };
    await session.run(training, this.#nextRows(count), factors);
    const given = this.#timeline.givenAt(this.step);
    if (given !== undefined) restore(session, given);
  }

  #reached(): void {
    this.#timeline.reached(this.step, () => copyOf(this.#problem.session));
  }

  /** To the last step before the divergence whose losses and outputs are finite too, so that there is something to see. */
  async #returnToFinite(step: number): Promise<void> {
    const { session } = this.#problem;
    const mark = this.#timeline.before(step);
    let { state } = mark;
    restore(session, state);
    try {
      for (;;) {
        await this.frame(0, false);
        state = snapshot(session);
        await this.#learn(1);
      }
    } catch {
      restore(session, state);
    }
    if (state === mark.state && mark.step > this.#timeline.first) await this.#returnToFinite(mark.step - 1);
  }

  /** Goes to an earlier step, or forward as far as the run has been; the same bits as the first time. */
  async goTo(step: number): Promise<void> {
    const { first, last } = this.#timeline;
    const target = Math.max(first, Math.min(last, Math.round(step)));
    const mark = this.#timeline.before(target);
    if (this.step > target || this.step < mark.step) restore(this.#problem.session, mark.state);
    await this.advance(target - this.step);
  }

  /** From the next step on another learning rate. */
  setRate(rate: number): void {
    this.#timeline.setRate(this.step, rate);
  }

  /** The session has the state of a step that this run has not come to: what was before it is not known. */
  restarted(step: number): void {
    this.#kept = "The weights are a saved model's.";
    const start = { step, state: snapshot(this.#problem.session), from: "hand" } as const;
    this.#timeline = new Timeline(start, this.setting.rate);
  }

  /** The parameters were changed by hand: to be called after it, so that going back knows. */
  edited(): void {
    this.#timeline.setState(this.step, snapshot(this.#problem.session));
  }

  /** What another run can keep of this one; undefined where that is nothing but initial weights, or not finite. */
  learned(): Learned | undefined {
    const { session, data } = this.#problem;
    if (this.step === 0 && this.#timeline.start.from === "setting") return undefined;
    const state = copyOf(session);
    return state && { state, layers: layerPlaces(session), inputNames: data.inputNames, own: this.#own };
  }

  /** This run as it can be opened again. @param step that it has been at */
  past(step = this.step): Past {
    const own = this.#own;
    return { setting: this.setting, timeline: this.#timeline.kept(step), step, kept: this.#kept, own };
  }

  /** What the step that comes next is made of. */
  get next(): NextStep {
    const { session, data } = this.#problem;
    return { session, data, rows: Array.from(this.#nextRows(1)), rateFactor: this.rateFactor };
  }

  /** Gives a weight or bias of a dense layer another value. @returns the training loss before and after */
  async setWeight({ layer, unit, input }: WeightName, value: number): Promise<{ before: number; after: number }> {
    const { session, training } = this.#problem;
    const place = layerPlaces(session).find((each) => each.layer === layer);
    const isThere = place !== undefined && unit < place.units && (input === "bias" || Number(input) < place.inputs);
    if (!isThere) throw new Error(`The network has no weight ${layer}.${unit}.${input}.`);
    if (!Number.isFinite(Math.fround(value))) throw new Error(`Expected a finite number, found ${value}.`);
    const before = await session.evaluate(training);
    const at = input === "bias" ? place.bias + unit : place.weights + unit * place.inputs + Number(input);
    session.parameters[at] = value;
    return { before, after: await session.evaluate(training) };
  }

  /** The rows of the next steps of this epoch, in order; the last batch of an epoch may have fewer. */
  #nextRows(steps: number): Uint32Array {
    const { batch } = this.#problem;
    const first = (this.step % this.#stepsPerEpoch) * batch;
    return this.#orderOf(Math.floor(this.step / this.#stepsPerEpoch)).subarray(first, first + steps * batch);
  }

  #orderOf(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      const rows = random(this.setting.seed, "shuffle", epoch + 1).permutation(this.#problem.data.training);
      this.#order = { epoch, rows };
    }
    return this.#order.rows;
  }

  /** The training rows, as the session has them. */
  get training(): LoadedPatterns {
    return this.#problem.training;
  }

  /** The run as it stands. @param isMeasured whether it is to have losses and scores, which cost as much as all the rest */
  async frame(run: number, playing: boolean, isMeasured = true): Promise<Frame> {
    const { session, data } = this.#problem;
    const point = isMeasured ? await this.#point() : undefined;
    const parameters = Float32Array.from(session.parameters);
    const grids = await gridOutputs(session, data.plane);
    const last = grids.at(-1);
    const probabilities = data.task === "classes" && last !== undefined ? this.#responses(last) : undefined;
    const { step } = this;
    const { first, last: lastStep } = this.#timeline;
    const time = {
      step,
      first,
      last: lastStep,
      rate: this.#timeline.rate(step),
      isOfSetting: this.#timeline.isOfSetting(step),
    };
    return {
      kind: "frame",
      run,
      ...time,
      epoch: step / this.#stepsPerEpoch,
      playing,
      point,
      parameters,
      grids,
      probabilities,
    };
  }

  async #point(): Promise<CurvePoint> {
    const { session, training, validation, data } = this.#problem;
    const { targets, training: trainingRows } = data;
    const outputs = await this.outputs();
    const width = session.problem.network.outputs;
    const score = (from: number, to: number): number =>
      this.#score(outputs.subarray(from * width, to * width), targets.subarray(from, to));
    return {
      epoch: this.step / this.#stepsPerEpoch,
      trainingLoss: await session.evaluate(training),
      validationLoss: validation === undefined ? Number.NaN : await session.evaluate(validation),
      trainingScore: score(0, trainingRows),
      validationScore: score(trainingRows, targets.length),
    };
  }

  /** Accuracy; of a surface R². NaN where the targets are all equal, so that R² is none. */
  #score(outputs: Float32Array, targets: Float32Array): number {
    if (targets.length === 0) return Number.NaN;
    if (this.#problem.data.task === "surface") return regressionMetrics(outputs, targets).r2 ?? Number.NaN;
    const probabilities = classProbabilities(outputs, targets.length);
    return classificationMetrics(probabilities, targets, probabilities.length / targets.length).accuracy;
  }

  /** Outputs of every row, [N, outputs]; probabilities where the task has classes. */
  async outputs(): Promise<Float32Array> {
    return await this.responsesTo(this.#problem.data.inputs);
  }

  /** What the network's outputs mean in the target's terms, [N, outputs]. */
  #responses(outputs: Numbers): Float32Array {
    const { loss, network } = this.#problem.session.problem;
    const { response }: LossEntry<never> = losses[loss.name];
    const responses = new Float32Array(outputs.length);
    for (let at = 0; at < outputs.length; at += network.outputs) {
      responses.set(response(outputs.subarray(at, at + network.outputs)), at);
    }
    return responses;
  }

  /** Aborted when the run is disposed of. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  dispose(): void {
    this.#end.abort();
    this.#problem.session.dispose();
  }
}

/** A copy of the state; undefined where the optimizer's is not finite, which the parameters bear for a while. */
function copyOf(session: Session): Snapshot | undefined {
  try {
    return snapshot(session);
  } catch {
    return undefined;
  }
}
