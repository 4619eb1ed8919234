/**
 * One training as the fit loop drives it: learns an epoch chunk by chunk, judges it, and says what it came to.
 *
 * Holds what a training keeps between epochs. Knows nothing of when to stop.
 */
import {
  firstBeyondFloat32,
  firstNonFinite,
  type LoadedPatterns,
  type Numbers,
  type Patterns,
  type Session,
} from "../engines/engine.ts";
import { DescriptionError, NotFiniteError, unlessNotFinite } from "../errors.ts";
import { snapshot } from "../kinds.ts";
import { BestEpoch } from "./bestEpoch.ts";
import type { ChunkTimer } from "./chunkTimer.ts";
import { type DivergenceError, diagnose, largestParameter } from "./divergence.ts";
import type { EpochEvent, EpochRecord, FitResult, ProgressEvent, ScoreValue, ValidationResult } from "./events.ts";
import type { FitPlan } from "./fitOptions.ts";
import type { FitPosition, FitState } from "./fitState.ts";
import { HealthWatch } from "./health/healthWatch.ts";
import type { LayerHealth } from "./health/layerSample.ts";
import { agreedTurn, firstOfAll, ofFirst, type Turn } from "./ranks/agreement.ts";
import { gathered } from "./ranks/gathered.ts";
import { Rewind } from "./rewind.ts";
import { brokenState, copyState, restoreState } from "./sessionState.ts";
import { ShuffledOrder } from "./shuffledOrder.ts";
import { epochFactors, factorsWithin, type StepFactors } from "./stepFactors.ts";

/** How far an epoch has come. */
export interface EpochState {
  readonly epoch: number;
  /** This process's rows of this epoch in their order. */
  readonly order: Uint32Array;
  readonly factors: StepFactors;
  /** The step whose signals are measured; undefined where none is. */
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
  readonly #timer: ChunkTimer;
  readonly #loaded: LoadedPatterns[] = [];
  readonly #training: LoadedPatterns;
  readonly #validation: LoadedPatterns | undefined;
  readonly #best: BestEpoch;
  readonly #rewind: Rewind;
  readonly #health: HealthWatch | undefined;
  readonly #largestAtStart: number;
  readonly #inOrder: Uint32Array;
  readonly #order: ShuffledOrder;
  readonly #history: EpochRecord[];
  #start: ValidationResult | undefined;
  /** The updates of the epochs before the first. */
  readonly #stepsBefore: number;
  /** Where a training that goes on stands. */
  readonly #from: FitPosition | undefined;
  /** Updates made in this training. */
  #steps: number;
  /** Those of them that were made before it was interrupted. */
  readonly #stepsAtStart: number;
  /** How long the last evaluation took; 0 before the first. */
  #evaluationMilliseconds = 0;

  /** @param from the state that an interrupted training with the same plan goes on from */
  constructor(session: Session, plan: FitPlan, timer: ChunkTimer, from?: FitState) {
    if (from !== undefined) restoreState(session, from.session);
    this.#session = session;
    this.#plan = plan;
    this.#timer = timer;
    this.#training = this.#load(plan.training);
    this.#validation = plan.validation && this.#load(plan.validation);
    this.#stepsBefore = (plan.firstEpoch - 1) * plan.stepsPerEpoch;
    this.#best = new BestEpoch(session, plan, from);
    this.#rewind = new Rewind(session, this.#training, plan.batchSize);
    this.#health = plan.health ? new HealthWatch(session, this.#training, plan, from?.health) : undefined;
    this.#largestAtStart = from?.largestAtStart ?? largestParameter(session.parameters);
    this.#from = from?.position;
    this.#start = from?.start;
    this.#history = [...(from?.history ?? [])];
    this.#stepsAtStart = from?.steps ?? 0;
    this.#steps = this.#stepsAtStart;
    if (from !== undefined) this.#rewind.mark(this.#steps); // its copy of the state is that of this step
    this.#inOrder = Uint32Array.from({ length: plan.share.own }, (_, row) => row);
    this.#order = new ShuffledOrder(plan);
    timer.start();
  }

  /** Why training ends after an epoch that was evaluated; undefined where it goes on. */
  stoppedAfter({ epoch, step }: EpochState): FitResult["stopped"] | undefined {
    const { patience, patienceFactor, stepsPerEpoch, lastEpoch } = this.#plan;
    if (step < stepsPerEpoch) return "time";
    if (epoch === lastEpoch) return "finished";
    return epoch - patienceFactor * this.#best.epoch >= patience ? "early" : undefined;
  }

  /** What comes next, the same on all processes that train together. */
  nextTurn(): Turn {
    const own = { steps: this.#timer.steps, outOfTime: this.#outOfTime, aborted: this.#plan.signal?.aborted ?? false };
    return agreedTurn(this.#session.collective, own);
  }

  /** Ends the training on the other processes too, as an abort does. */
  leave(): void {
    agreedTurn(this.#session.collective, { steps: 1, outOfTime: false, aborted: true });
  }

  /** Whether an epoch that goes on could no longer be evaluated before the deadline; before the first step, whether it is over. */
  get #outOfTime(): boolean {
    const { deadline } = this.#plan;
    const evaluating = this.#steps > 0 ? this.#evaluationMilliseconds : 0;
    return deadline < Number.POSITIVE_INFINITY && this.#timer.now + evaluating >= deadline;
  }

  /** Evaluates the parameters before the first epoch, where they count; those that cannot be evaluated are no candidate. */
  async evaluateStart(): Promise<void> {
    if (!this.#plan.startCounts) return;
    const validated = await this.#validate(0);
    if (!Number.isFinite(validated.validationLoss)) return;
    this.#start = validated;
    this.#best.takeStart(validated);
  }

  /** The beginning of an epoch; of the one in which training was interrupted, the place where it was. */
  begin(epoch: number): EpochState {
    const { shuffle } = this.#plan;
    const order = shuffle ? this.#order.of(epoch) : this.#inOrder;
    const factors = epochFactors(this.#plan, epoch);
    if (epoch === this.#from?.epoch) return { look: undefined, layers: undefined, ...this.#from, order, factors };
    const look = this.#health?.stepToLookAt(epoch);
    return { epoch, order, factors, look, layers: undefined, step: 0, lossSum: 0 };
  }

  /**
   * Hands the next chunk of an epoch's steps to the session and looks whether they were sound.
   *
   * @param most steps
   * @throws {DivergenceError}
   */
  async advance(state: EpochState, most: number): Promise<void> {
    const { batchSize, rowsPerEpoch, share } = this.#plan;
    const { epoch, step } = state;
    const end = this.#endOfChunk(state, most);
    if (step === state.look) await this.#health?.beforeStep(state);
    const counts = share.ofSteps(this.#plan, epoch, step, end);
    const [from, to] = [step, end].map((at) => share.beforeStep(this.#plan, epoch, at));
    const rows = state.order.subarray(from, to);
    const factors = factorsWithin(state.factors, step, end);
    this.#timer.beginChunk();
    const options = { ...this.#rewind.sizes(counts), ...factors };
    const losses = await unlessNotFinite(() => this.#session.run(this.#training, rows, options));
    this.#timer.endChunk(end - step);
    this.#steps += end - step;
    const wholeRows = Math.min(rowsPerEpoch, end * batchSize) - step * batchSize;
    this.#rewind.record({ epoch, rows, counts, factors }, wholeRows);
    if (losses instanceof NotFiniteError || firstNonFinite(losses) >= 0) throw await this.#diverged(epoch);
    if (step === state.look) state.layers = this.#health?.afterStep(epoch, counts[counts.length - 1]);
    if (this.#rewind.due) {
      await this.#requireState(epoch);
      this.#rewind.mark(this.#steps);
    }
    for (let s = 0; s < losses.length; s++) {
      state.lossSum += losses[s] * Math.min(batchSize, wholeRows - s * batchSize);
    }
    state.step = end;
  }

  /**
   * Evaluates an epoch that has ended or was cut short by the deadline, and keeps it when it is the best.
   *
   * @throws {DivergenceError}
   * @throws {DescriptionError} a score that is no number
   */
  async evaluate({ epoch, step, lossSum, factors, layers }: EpochState): Promise<EpochRecord> {
    const { rowsPerEpoch, batchSize } = this.#plan;
    const validated = await this.#validate(epoch);
    const { validationLoss } = validated;
    if (validationLoss !== undefined && !Number.isFinite(validationLoss)) throw await this.#diverged(epoch);
    // The optimizer's slots, once infinite, stay so: they are looked at more seldom.
    if (firstBeyondFloat32(this.#session.parameters) >= 0) throw await this.#diverged(epoch);
    const best = this.#best.beatenBy(validated);
    const record: EpochRecord = {
      epoch,
      step: this.#stepsBefore + this.#steps,
      trainingLoss: lossSum / Math.min(rowsPerEpoch, step * batchSize),
      ...validated,
      learningRate: this.#session.problem.optimizer.learningRate * (factors.rateFactors?.[step - 1] ?? 1),
      best,
      ...(layers !== undefined && { layers }),
    };
    if (best) this.#best.take(record);
    this.#history.push(record);
    return record;
  }

  epochEvent(record: EpochRecord): EpochEvent {
    // The history has the record itself, whatever a listener does to the event.
    return { event: "epoch", ...snapshot(record), ...this.#progress() };
  }

  progressEvent({ epoch, step, lossSum }: EpochState): ProgressEvent {
    const trainingLoss = lossSum / (step * this.#plan.batchSize);
    return { event: "progress", epoch, step: this.#stepsBefore + this.#steps, trainingLoss, ...this.#progress() };
  }

  /** @param epoch the one that training stands in @throws {DivergenceError} */
  async result(stopped: FitResult["stopped"], epoch: number): Promise<FitResult> {
    await this.#requireState(epoch);
    const { record, epoch: bestEpoch } = this.#best;
    const history = this.#history;
    const warnings = this.#health?.warnings(this.#plan.firstEpoch - 1 + history.length) ?? [];
    const counts = { epochs: history.length, steps: this.#steps, bestEpoch };
    return { ...counts, stopped, history, ...(this.#start && { start: this.#start }), best: record, warnings };
  }

  /** A copy of the state between two steps. @throws {DivergenceError} a state that is not sound, and is not worth keeping */
  async state(at: EpochState): Promise<FitState> {
    await this.#requireState(at.epoch);
    this.#rewind.mark(this.#steps); // what is kept is a sound state like those in memory
    const { parameters } = this.#best;
    return {
      ...this.#records(at),
      session: copyState(this.#session),
      ...(parameters && { bestParameters: parameters.slice() }),
    };
  }

  /** A copy of the state of a training that has ended: its result follows from it without a step. */
  endState(stopped: FitResult["stopped"], at: EpochState): FitState {
    const { step } = this.#session;
    const parameters = (this.#best.parameters ?? this.#session.parameters).slice();
    return { ...this.#records(at), session: { parameters, slots: {}, step }, stopped };
  }

  /** Gives the session its best parameters where they are to be restored, and frees the patterns. */
  dispose(): void {
    this.#best.restore();
    for (const patterns of this.#loaded) patterns.dispose();
  }

  /** The part of a state that is no copy of the session's numbers. */
  #records({ epoch, step, lossSum, look, layers }: EpochState): Omit<FitState, "session"> {
    const measured = { ...(look !== undefined && { look }), ...(layers && { layers }) };
    const { record } = this.#best;
    return {
      position: { epoch, step, lossSum, ...measured },
      steps: this.#steps,
      largestAtStart: this.#largestAtStart,
      ...(this.#start && { start: this.#start }),
      ...(record && { best: record }),
      history: [...this.#history],
      ...(this.#health && { health: this.#health.state }),
    };
  }

  /** A step that is measured is passed by itself; of rounds of steps, whole ones are. */
  #endOfChunk({ step, look }: EpochState, most: number): number {
    const { syncEvery = 1 } = this.#session;
    if (step === look) return Math.min(step + syncEvery, this.#plan.stepsPerEpoch);
    const limit = look !== undefined && step < look ? look : this.#plan.stepsPerEpoch;
    return Math.min(step + syncEvery * Math.ceil(most / syncEvery), limit);
  }

  #load(patterns: Patterns): LoadedPatterns {
    const loaded = this.#session.load(patterns);
    this.#loaded.push(loaded);
    return loaded;
  }

  /** The validation result of the session's present parameters; the score is left out where the loss is not finite. */
  async #validate(epoch: number): Promise<ValidationResult> {
    const began = this.#timer.now;
    const validation = this.#validation;
    if (validation === undefined) return {};
    const outcome = await unlessNotFinite(() => this.#session.evaluate(validation));
    const validationLoss = outcome instanceof NotFiniteError ? outcome.value : outcome;
    const score = Number.isFinite(validationLoss) ? await this.#score(epoch) : undefined;
    this.#evaluationMilliseconds = this.#timer.now - began;
    return { validationLoss, ...(score !== undefined && { score }) };
  }

  async #score(epoch: number): Promise<ScoreValue | undefined> {
    const { score, validation, onOutputs, wantsOutputs, rank } = this.#plan;
    if (validation === undefined || !wantsOutputs) return undefined;
    const { collective } = this.#session;
    const own = await this.#outputs(validation);
    const y = gathered(collective, own, "the validation outputs");
    const found = rank === 0 ? score?.of(y) : 0;
    if (rank === 0) onOutputs?.(y);
    if (score === undefined) return undefined;
    const value = typeof found === "number" ? ofFirst(collective, found) : Number.NaN;
    if (Number.isNaN(value)) {
      const outputs = epoch === 0 ? "before the first epoch" : `of epoch ${epoch}`;
      throw new DescriptionError(
        `The score ${score.name} is not a number for the validation outputs ${outputs}. Use a score that is defined for these examples.`,
      );
    }
    return { name: score.name, value };
  }

  /** A process may have no validation row. */
  async #outputs({ inputs }: Patterns): Promise<Numbers> {
    return inputs.length > 0 ? await this.#session.predict(inputs) : new Float32Array(0);
  }

  /** @throws {DivergenceError} a parameter that is not finite in float32, which no model could hold, or a slot that isn't */
  async #requireState(epoch: number): Promise<void> {
    // Of processes that make steps by themselves, each has slots of its own.
    const found = brokenState(this.#session) === undefined ? undefined : 0;
    const { collective, syncEvery } = this.#session;
    if (firstOfAll(syncEvery === undefined ? undefined : collective, found) !== undefined)
      throw await this.#diverged(epoch);
  }

  async #diverged(epoch: number): Promise<DivergenceError> {
    const failure = await this.#rewind.failure();
    const { epoch: bestEpoch, parameters } = this.#best;
    return diagnose({
      session: this.#session,
      training: this.#plan.training,
      validation: this.#plan.validation,
      failure,
      steps: this.#steps,
      stepsBefore: this.#stepsBefore,
      epoch,
      largestAtStart: this.#largestAtStart,
      best: parameters && { epoch: bestEpoch, parameters },
      history: this.#history,
    });
  }

  #progress(): Pick<EpochEvent, "epochs" | "fraction" | "seconds" | "secondsLeft"> {
    const { epochs, firstEpoch, lastEpoch, stepsPerEpoch } = this.#plan;
    this.#timer.sentProgress();
    const planned = (lastEpoch - firstEpoch + 1) * stepsPerEpoch;
    const fraction = this.#steps / planned;
    const { seconds } = this.#timer;
    // The seconds are those of this call, whose steps they are divided by.
    const secondsLeft = (seconds * (planned - this.#steps)) / Math.max(1, this.#steps - this.#stepsAtStart);
    return { epochs, fraction, seconds, secondsLeft };
  }
}
