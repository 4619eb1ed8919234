/**
 * The training of one network on a table, in the caller's hands: its data, its session, its events one by one, and the model that it
 * is at any moment.
 *
 * `train` goes through the same parts by itself.
 */
import type { Table } from "../data/table.ts";
import type { Numbers, Problem, Session } from "../engines/engine.ts";
import { GradusError } from "../errors.ts";
import { snapshot } from "../kinds.ts";
import type { Model } from "../models/model.ts";
import { DivergenceError } from "../training/divergence.ts";
import type { FitEvent, FitResult } from "../training/events.ts";
import { arrangementOf } from "./arrangement.ts";
import { type BegunTraining, beginTraining } from "./beginTraining.ts";
import type { Fold } from "./fold.ts";
import { stepsPerEpoch } from "./member.ts";
import { memberTasks } from "./members/memberTasks.ts";
import type { KnownOptions, KnownTarget, ModelOf } from "./modelOf.ts";
import { namedSettings } from "./recipe.ts";
import type { TrainStart } from "./report.ts";
import { requireStartOptions, type StartTrainingOptions } from "./startTrainingOptions.ts";
import { requireUnread, tablesOf } from "./tableLike.ts";
import { lastGood, modelOf } from "./trainedModel.ts";
import { type OpenMember, openMember } from "./trainMember.ts";

/** A training that has been prepared, and begins with the first event that is asked for. `using` disposes of it. */
export interface StartedTraining<M extends Model = Model> extends Disposable {
  /** The encoded rows of each part, with the encoder and the target that were fitted on the training rows. */
  readonly data: Fold;
  /** The network, the loss and the optimizer that the options and the recipe decided. */
  readonly problem: Problem;
  /**
   * The network in training, with its starting weights. Between two events nothing is under way: its parameters may be
   * read, and changed as in a loop of your own.
   */
  readonly session: Session;
  /** What `train` gives `onStart`: rows, network, engine, warnings. */
  readonly start: TrainStart;
  /**
   * The events of the training, as `fitEvents` has them: one for each epoch and some within long ones. The training goes on while
   * the next event is awaited and rests otherwise. A consumer that stops listening (`break`) ends the training as an abort
   * does. At the end the session has the parameters of the best epoch, where there are validation rows.
   *
   * @returns events, and the result of the training as the return value
   * @throws {DivergenceError} while iterating: the loss or a parameter became infinite or NaN; the session has the parameters of
   * the best epoch, or the last finite ones
   * @throws {GradusError} a second call: a training runs once
   */
  events(): AsyncGenerator<FitEvent, FitResult, void>;
  /**
   * The model of the session's present parameters: before, between and after the events. At the end it is the model of `train` with the
   * same options and `folds: 1`.
   *
   * Its metrics are those of these parameters. Where they are the best epoch's, each validation row is evaluated by an epoch
   * that the other rows choose, as in `train`. After a divergence the model has no metrics.
   *
   * @returns a model that lives on when the training is disposed
   * @throws {GradusError} while a step is under way (ask between two events), or after `dispose`; outputs that are not finite for the rows that
   * evaluate the model
   */
  toModel(): Promise<M>;
  /** Frees the session, and with it ends a training that has not ended. */
  dispose(): void;
}

/**
 * Prepares the training of one network on a table from memory, and leaves it to the caller to go through it: to draw while it
 * learns, to pause, to stop, to save the model of the moment.
 *
 * With the same options, run to the end, it gives the bits and the metrics of `train` with `folds: 1`. Options of several
 * networks (`folds` and `ensemble` above 1) and of a limited time are for `train` alone.
 *
 * @throws {DataError} a table that a network cannot learn from, with column and row
 * @throws {DescriptionError} a setting that is unknown or out of range, or an option that is for `train` alone
 * @throws {OutOfMemoryError} a network or rows that don't fit into the memory
 *
 * @example
 * import { startTraining } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * using training = await startTraining({ table: rows, target: "price", task: "regression", epochs: 200 });
 * for await (const event of training.events()) {
 *   if (event.event === "epoch" && event.epoch === 20) break;
 * }
 * const model = await training.toModel();
 * console.log(model.document.metrics, model.predict({ size: 70, garden: true }));
 * model.document.provenance.epochs; // 20
 */
export async function startTraining<const Options extends StartTrainingOptions>(
  given: Options & KnownTarget<Options> & KnownOptions<Options, StartTrainingOptions>,
): Promise<StartedTraining<ModelOf<Options>>> {
  requireStartOptions(given);
  const options: StartTrainingOptions = snapshot<StartTrainingOptions>(given, "table", "test", "engine");
  requireUnread(options, options.table);
  return startOnTable({ ...namedSettings(options), ...tablesOf(options) }) as Promise<unknown> as Promise<
    StartedTraining<ModelOf<Options>>
  >;
}

/** As `startTraining`, of a table that was read and of options that were checked. @throws as `startTraining` */
export async function startOnTable(options: StartTrainingOptions<Table>): Promise<StartedTraining> {
  const training = await beginTraining({ ...options, folds: 1 });
  const { first, engine, threads } = training;
  const { options: engineOptions } = arrangementOf(1, { problem: first.problem, engine, threads });
  return new OneTraining(training, await openMember(training, first, { engineOptions }));
}

/** The parameters of the best epoch so far. */
interface Best {
  readonly epoch: number;
  readonly parameters: Numbers;
}

class OneTraining implements StartedTraining {
  readonly data: Fold;
  readonly problem: Problem;
  readonly session: Session;
  readonly start: TrainStart;
  readonly #training: BegunTraining;
  readonly #member: OpenMember;
  #best: Best | undefined;
  #state: "prepared" | "begun" | "diverged" = "prepared";
  #result: FitResult | undefined;

  constructor(training: BegunTraining, member: OpenMember) {
    this.data = training.first.fold;
    this.problem = training.first.problem;
    this.session = member.session;
    this.start = snapshot(training.start);
    this.#training = training;
    this.#member = member;
  }

  events(): AsyncGenerator<FitEvent, FitResult, void> {
    if (this.#state !== "prepared") {
      throw new GradusError(
        "events was called before, and a training runs once. Go on with the events of that call, or start another training.",
      );
    }
    this.#state = "begun";
    return this.#watched(this.#member.events());
  }

  /** The events as they come. Notes the best epoch, and how training ended. */
  async *#watched(events: AsyncGenerator<FitEvent, FitResult, void>): AsyncGenerator<FitEvent, FitResult, void> {
    try {
      for (;;) {
        const next = await events.next();
        if (next.done) {
          this.#result = next.value;
          return next.value;
        }
        const event = next.value;
        if (event.event === "epoch" && event.best) {
          this.#best = { epoch: event.epoch, parameters: this.session.parameters.slice() };
        }
        yield event;
      }
    } catch (error) {
      if (error instanceof DivergenceError) this.#state = "diverged";
      throw error;
    } finally {
      await events.return(undefined as never); // a consumer that stopped: the best epoch is restored
    }
  }

  async toModel(): Promise<Model> {
    const { first, seed } = this.#training;
    const parameters = this.session.parameters.slice();
    const best = this.#best?.parameters.every((value, at) => Object.is(value, parameters[at])) ? this.#best : undefined;
    const finished = Math.floor(this.session.step / stepsPerEpoch(first));
    const counts = { epochs: Math.max(finished, best?.epoch ?? 0), bestEpoch: best?.epoch ?? finished };
    if (this.#state === "diverged") return await lastGood(this.#training, first, { ...counts, parameters });
    const result = { ...counts, steps: this.session.step, warnings: this.#result?.warnings ?? [] };
    const [task] = memberTasks({ folds: 1, ensemble: 1 }, seed);
    const member = await this.#member.trained(task, result, best !== undefined);
    const { model } = await modelOf(this.#training, [member]);
    return model;
  }

  dispose(): void {
    this.session.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
