/**
 * One training as the fit loop drives it: learns an epoch chunk by chunk, judges it, and says what it came to.
 *
 * Holds what a training keeps between epochs. Knows nothing of when to stop.
 */
import type { LoadedPatterns, Patterns, Session } from "../engines/engine.ts";
import { DescriptionError } from "../errors.ts";
import { random } from "../random.ts";
import { BestEpoch } from "./bestEpoch.ts";
import { type DivergenceError, diagnose, largestParameter } from "./divergence.ts";
import type { EpochEvent, EpochRecord, FitResult, ProgressEvent, ScoreValue } from "./events.ts";
import type { FitPlan } from "./fitOptions.ts";
import { HealthWatch } from "./health/healthWatch.ts";
import type { LayerHealth } from "./health/layerSample.ts";
import { firstNonFinite } from "./nonFinite.ts";
import type { Pace } from "./pace.ts";
import { Rewind } from "./rewind.ts";
import { rateFactor } from "./schedules.ts";

/** How far an epoch has come. */
export interface EpochCourse {
  readonly epoch: number;
  /** All rows in the order of this epoch. */
  readonly order: Uint32Array;
  /** One a step; all 1 when undefined. */
  readonly rateFactors: Float64Array | undefined;
  /** The step whose signals are looked at; undefined where none is. */
  readonly look: number | undefined;
  /** What was seen there. */
  layers: readonly LayerHealth[] | undefined;
  /** Steps made in this epoch. */
  step: number;
  /** The sum of the patterns' losses so far. */
  lossSum: number;
}

export class Training {
  readonly #session: Session;
  readonly #plan: FitPlan;
  readonly #pace: Pace;
  readonly #loaded: LoadedPatterns[] = [];
  readonly #training: LoadedPatterns;
  readonly #validation: LoadedPatterns | undefined;
  readonly #best: BestEpoch;
  readonly #rewind: Rewind;
  readonly #health: HealthWatch | undefined;
  readonly #largestAtStart: number;
  readonly #inOrder: Uint32Array;
  readonly #history: EpochRecord[] = [];
  #steps = 0;

  constructor(session: Session, plan: FitPlan, pace: Pace) {
    this.#session = session;
    this.#plan = plan;
    this.#pace = pace;
    this.#training = this.#load(plan.training);
    this.#validation = plan.validation && this.#load(plan.validation);
    this.#best = new BestEpoch(session, plan);
    this.#rewind = new Rewind(session, this.#training, plan.batchSize);
    this.#health = plan.health ? new HealthWatch(session, this.#training, plan) : undefined;
    this.#largestAtStart = largestParameter(session.parameters);
    this.#inOrder = Uint32Array.from({ length: plan.rows }, (_, row) => row);
    pace.start();
  }

  /** The number of the best epoch; 0 before one has ended. */
  get bestEpoch(): number {
    return this.#best.record?.epoch ?? 0;
  }

  begin(epoch: number): EpochCourse {
    const { shuffle, seed, rows } = this.#plan;
    const order = shuffle ? random(seed, "shuffle", epoch).permutation(rows) : this.#inOrder;
    const look = this.#health?.stepToLookAt(epoch);
    return { epoch, order, rateFactors: this.#rateFactors(epoch), look, layers: undefined, step: 0, lossSum: 0 };
  }

  /**
   * Hands the next chunk of an epoch's steps to the session and looks whether they were sound.
   *
   * @throws {DivergenceError}
   */
  async advance(course: EpochCourse): Promise<void> {
    const { batchSize } = this.#plan;
    const { epoch, step } = course;
    const end = this.#endOfChunk(course);
    if (step === course.look) await this.#health?.beforeStep(course.order);
    const rows = course.order.subarray(step * batchSize, end * batchSize);
    const rateFactors = course.rateFactors?.subarray(step, end);
    this.#pace.beginChunk();
    const losses = await this.#session.run(this.#training, rows, { batchSize, rateFactors });
    this.#pace.endChunk(losses.length);
    this.#steps += losses.length;
    this.#rewind.record({ epoch, rows, rateFactors });
    if (firstNonFinite(losses) >= 0) throw await this.#diverged(epoch);
    if (step === course.look) course.layers = this.#health?.afterStep(epoch);
    if (this.#rewind.due) {
      await this.#requireFiniteParameters(epoch);
      this.#rewind.mark(this.#steps);
    }
    for (let s = 0; s < losses.length; s++) {
      course.lossSum += losses[s] * Math.min(batchSize, rows.length - s * batchSize);
    }
    course.step = end;
  }

  /**
   * Judges an epoch that has ended and keeps it when it is the best.
   *
   * @throws {DivergenceError}
   * @throws {DescriptionError} a score that is no number
   */
  async judge({ epoch, lossSum, rateFactors, layers }: EpochCourse): Promise<EpochRecord> {
    const { restoreBest, rows, score: scored } = this.#plan;
    const validationLoss = this.#validation && (await this.#session.evaluate(this.#validation));
    if (validationLoss !== undefined && !Number.isFinite(validationLoss)) throw await this.#diverged(epoch);
    const score = scored && (await this.#score(epoch));
    const best = this.#best.beatenBy(validationLoss, score);
    const record: EpochRecord = {
      epoch,
      step: this.#steps,
      trainingLoss: lossSum / rows,
      ...(validationLoss !== undefined && { validationLoss }),
      ...(score !== undefined && { score }),
      learningRate: this.#session.problem.optimizer.learningRate * (rateFactors?.at(-1) ?? 1),
      best,
      ...(layers !== undefined && { layers }),
    };
    if (best) {
      if (restoreBest) await this.#requireFiniteParameters(epoch);
      this.#best.take(record);
    }
    this.#history.push(record);
    return record;
  }

  epochEvent(record: EpochRecord): EpochEvent {
    return { event: "epoch", ...record, ...this.#standing() };
  }

  progressEvent({ epoch, step, lossSum }: EpochCourse): ProgressEvent {
    const trainingLoss = lossSum / (step * this.#plan.batchSize);
    return { event: "progress", epoch, step: this.#steps, trainingLoss, ...this.#standing() };
  }

  /** @param epoch the one that training stands in @throws {DivergenceError} */
  async result(stopped: FitResult["stopped"], epoch: number): Promise<FitResult> {
    await this.#requireFiniteParameters(epoch);
    const { record } = this.#best;
    const history = this.#history;
    const warnings = this.#health?.warnings(history.length) ?? [];
    const epochs = { epochs: history.length, steps: this.#steps, bestEpoch: this.bestEpoch };
    return { ...epochs, stopped, history, best: record, warnings };
  }

  /** Gives the session its best parameters where they are to be restored, and frees the patterns. */
  dispose(): void {
    this.#best.restore();
    for (const patterns of this.#loaded) patterns.dispose();
  }

  /** A step that is looked at is handed over by itself. */
  #endOfChunk({ step, look }: EpochCourse): number {
    if (step === look) return step + 1;
    const limit = look !== undefined && step < look ? look : this.#plan.stepsPerEpoch;
    return Math.min(step + this.#pace.steps, limit);
  }

  #load(patterns: Patterns): LoadedPatterns {
    const loaded = this.#session.load(patterns);
    this.#loaded.push(loaded);
    return loaded;
  }

  async #score(epoch: number): Promise<ScoreValue | undefined> {
    const { score, validation } = this.#plan;
    if (score === undefined || validation === undefined) return undefined;
    const value = score.of(await this.#session.predict(validation.inputs));
    if (Number.isNaN(value)) {
      throw new DescriptionError(
        `The score ${score.name} gave no number for the validation outputs of epoch ${epoch}. Choose one that is defined for these patterns.`,
      );
    }
    return { name: score.name, value };
  }

  /** One factor a step of the epoch; undefined where all are 1. */
  #rateFactors(epoch: number): Float64Array | undefined {
    const { schedule, epochs, stepsPerEpoch } = this.#plan;
    const { warmup } = schedule;
    if (schedule.name === "constant" && "epochs" in warmup && epoch - 1 >= warmup.epochs) return undefined;
    const steps = epochs * stepsPerEpoch;
    const first = (epoch - 1) * stepsPerEpoch;
    return Float64Array.from({ length: stepsPerEpoch }, (_, s) =>
      rateFactor(schedule, { step: first + s, steps, stepsPerEpoch }),
    );
  }

  async #requireFiniteParameters(epoch: number): Promise<void> {
    if (firstNonFinite(this.#session.parameters) >= 0) throw await this.#diverged(epoch);
  }

  async #diverged(epoch: number): Promise<DivergenceError> {
    const failure = await this.#rewind.failure();
    const { record, parameters } = this.#best;
    return diagnose({
      session: this.#session,
      training: this.#plan.training,
      validation: this.#plan.validation,
      failure,
      steps: this.#steps,
      epoch,
      largestAtStart: this.#largestAtStart,
      best: record && parameters && { epoch: record.epoch, parameters },
      history: this.#history,
    });
  }

  #standing(): Pick<EpochEvent, "epochs" | "fraction" | "seconds" | "secondsLeft"> {
    const { epochs, stepsPerEpoch } = this.#plan;
    this.#pace.told();
    const fraction = this.#steps / (epochs * stepsPerEpoch);
    const { seconds } = this.#pace;
    return { epochs, fraction, seconds, secondsLeft: (seconds * (1 - fraction)) / fraction };
  }
}
