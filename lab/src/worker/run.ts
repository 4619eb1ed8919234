/**
 * A run: the session of one setting, step by step. The order of the rows is drawn from the seed and the epoch, so neither
 * speed nor pauses change a bit. Knows nothing of messages.
 */

import type { WeightName } from "gradus/explain";
import {
  classificationMetrics,
  engineReports,
  type LoadedPatterns,
  type LossEntry,
  losses,
  type Numbers,
  random,
  regressionMetrics,
  type Session,
} from "gradus/network";
import type { CurvePoint, Frame, Opened, OpenedData } from "../protocol.ts";
import type { Setting } from "../setting.ts";
import { classProbabilities } from "./classProbabilities.ts";
import { gridOutputs, gridSize } from "./grid.ts";
import type { LabProblem } from "./labProblem.ts";
import { layerPlaces, openProblem } from "./problem.ts";

/** A step that is not made yet: the session, the data, the rows of the batch, and the factor of the learning rate. */
export interface NextStep {
  readonly session: Session;
  readonly data: OpenedData;
  readonly rows: readonly number[];
  readonly rateFactor: number;
}

export class Run {
  readonly #setting: Setting;
  #problem: LabProblem;
  /** Multiplies the learning rate of the setting. */
  rateFactor = 1;
  #order: { readonly epoch: number; readonly rows: Uint32Array } | undefined;

  private constructor(setting: Setting, problem: LabProblem) {
    this.#setting = setting;
    this.#problem = problem;
  }

  static async open(setting: Setting): Promise<Run> {
    return new Run(setting, await openProblem(setting));
  }

  get data(): OpenedData {
    return this.#problem.data;
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
    return { kind: "opened", run, engine, whySlow, loss: this.#problem.loss, data, layers };
  }

  /** Draws the neurons over two other inputs of a table from now on. */
  drawOver(x: number, y: number): void {
    const plane = this.#problem.planeOver?.(x, y);
    if (plane !== undefined) this.#problem = { ...this.#problem, data: { ...this.#problem.data, plane } };
  }

  get #stepsPerEpoch(): number {
    return Math.ceil(this.#problem.data.training / this.#problem.batch);
  }

  /** Steps until the epoch at hand ends; a whole epoch where none has begun. */
  get stepsToEpochEnd(): number {
    return this.#stepsPerEpoch - (this.#problem.session.step % this.#stepsPerEpoch);
  }

  /** Makes steps. @throws {NotFiniteError} training has diverged */
  async advance(steps: number): Promise<void> {
    const { session, training, data, batch } = this.#problem;
    for (let left = steps; left > 0; ) {
      const epoch = Math.floor(session.step / this.#stepsPerEpoch);
      const first = session.step % this.#stepsPerEpoch;
      const count = Math.min(left, this.#stepsPerEpoch - first);
      const rows = this.#orderOf(epoch).subarray(first * batch, Math.min((first + count) * batch, data.training));
      const factors = this.rateFactor === 1 ? {} : { rateFactors: new Float64Array(count).fill(this.rateFactor) };
      await session.run(training, rows, factors);
      left -= count;
    }
  }

  /** What the step that comes next is made of. */
  get next(): NextStep {
    const { session, data, batch } = this.#problem;
    const first = (session.step % this.#stepsPerEpoch) * batch;
    const order = this.#orderOf(Math.floor(session.step / this.#stepsPerEpoch));
    return { session, data, rows: Array.from(order.subarray(first, first + batch)), rateFactor: this.rateFactor };
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

  #orderOf(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      const rows = random(this.#setting.seed, "shuffle", epoch + 1).permutation(this.#problem.data.training);
      this.#order = { epoch, rows };
    }
    return this.#order.rows;
  }

  /** The training rows, as the session has them. */
  get training(): LoadedPatterns {
    return this.#problem.training;
  }

  /** The run as it stands. */
  async frame(run: number, playing: boolean): Promise<Frame> {
    const { session, data } = this.#problem;
    const point = await this.#point();
    const parameters = Float32Array.from(session.parameters);
    const grids = await gridOutputs(session, data.plane);
    const { step } = session;
    return { kind: "frame", run, step, epoch: point.epoch, playing, point, parameters, grids, size: gridSize };
  }

  async #point(): Promise<CurvePoint> {
    const { session, training, validation, data } = this.#problem;
    const { targets, training: trainingRows } = data;
    const outputs = this.#responses(await session.predict(data.inputs));
    const width = session.problem.network.outputs;
    const score = (from: number, to: number): number =>
      this.#score(outputs.subarray(from * width, to * width), targets.subarray(from, to));
    return {
      epoch: session.step / this.#stepsPerEpoch,
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
    const { session, data } = this.#problem;
    return this.#responses(await session.predict(data.inputs));
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

  dispose(): void {
    this.#problem.session.dispose();
  }
}
