import type { Table, Warning } from "../data/table.ts";
import { RunFailedError } from "../errors.ts";
import { requireOptions, snapshot } from "../kinds.ts";
import type { Model } from "../models/model.ts";
import { DivergenceError } from "../training/divergence.ts";
import { type BegunTraining, beginTraining, memberOfTask, tasksOf } from "./beginTraining.ts";
import type { MemberState } from "./checkpoints/checkpoint.ts";
import { identityOf } from "./checkpoints/identity.ts";
import type { OutOfFoldRows } from "./fold.ts";
import type { Member } from "./member.ts";
import type { MemberTask } from "./members/memberTasks.ts";
import { type TrainedMember, type TrainMembersOptions, trainMembers } from "./members/trainMembers.ts";
import type { KnownOptions, KnownTarget, ModelOf } from "./modelOf.ts";
import { membersOfRanks, trainForFirst } from "./ranks/networksOnRanks.ts";
import { namedSettings } from "./recipe.ts";
import { memberReport, type Report, type ReportWarning } from "./report.ts";
import type { TrainPurpose } from "./request.ts";
import { requireUnread, tablesOf } from "./tableLike.ts";
import { type EvaluatedModel, lastGood, modelOf } from "./trainedModel.ts";
import { type MemberResult, type MemberTurn, trainMember } from "./trainMember.ts";
import { startOfTime, type TrainOptions, trainOptionKinds } from "./trainOptions.ts";
import { forgettingOf } from "./warmStart/forgetting.ts";
import { withRemediesAnew, withRemedyAnew } from "./warmStart/remedyAnew.ts";
import type { WarmStart } from "./warmStart/warmStart.ts";
import {
  type AnyTrainOptions,
  goesOn,
  requireWarmStartOptions,
  tablesGoingOn,
  type WarmStartOptions,
} from "./warmStart/warmStartOptions.ts";

/** One kind of model and the report that goes with it; a union of both kinds where the types do not show which. */
export type TrainResult<M extends Model = Model> = M extends Model
  ? {
      readonly model: M;
      readonly report: Report<M["task"]>;
      /** The training, validation and test rows; of the first fold where there are folds. */
      readonly parts: TrainParts;
    }
  : never;

/** The tables that a training split its rows into; a part without rows is absent. */
export interface TrainParts {
  readonly training: Table;
  readonly validation?: Table;
  readonly test?: Table;
  /**
   * Present where there are no test rows: all validation rows, of every fold, with the predictions that evaluate the
   * model.
   */
  readonly outOfFold?: OutOfFoldRows;
}

/**
 * `train` diverged. `model` has the parameters of the best epoch, or the last finite ones; `divergence` is the `DivergenceError` that
 * `fit` throws, with the step, the layer and the likely cause.
 */
export class DivergedError extends RunFailedError {
  override name = "DivergedError";
  readonly divergence: DivergenceError;
  readonly model: Model;

  constructor(divergence: DivergenceError, model: Model) {
    super(divergence.message, { cause: divergence });
    this.divergence = divergence;
    this.model = model;
  }
}

/**
 * Trains a model on a table from memory.
 *
 * With a `time`, the training is planned to end within it: it counts from `startedAt`, and includes a page (`writeReport`) where
 * `report` is true.
 *
 * @throws {DataError} a table that a network cannot learn from, with column and row
 * @throws {DescriptionError} a setting that is unknown or out of range
 * @throws {DivergedError} the loss or a parameter became infinite or NaN; the error has the last good model
 * @throws {OutOfMemoryError} a network or rows that don't fit into the memory
 * @throws {RunFailedError} a `time` too short to create the network, a thread that stopped; `DivergedError` and
 * `OutOfMemoryError` are such errors too
 * @throws {GradusError} outputs that are not finite for the rows that evaluate the model, with the row
 *
 * @example
 * import { train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model, report } = await train({ table: rows, target: "price", task: "regression", epochs: 5, folds: 1 });
 * console.log(report.metrics.test, model.predict({ size: 70, garden: true }));
 * report.task; // "regression"
 * // From there on, for more epochs or on new rows; the model decides the rest.
 * const further = await train({ from: model, table: rows, epochs: 2 });
 * further.report.from?.division; // "training"
 */
export async function train<const Options extends TrainOptions | WarmStartOptions>(
  given: Options &
    KnownTarget<Options> &
    KnownOptions<Options, Options extends { readonly from: Model } ? WarmStartOptions : TrainOptions>,
): Promise<TrainResult<ModelOf<Options>>> {
  // What the model is follows from the options as they were written.
  return trainInMemory(given) as Promise<unknown> as Promise<TrainResult<ModelOf<Options>>>;
}

async function trainInMemory(given: AnyTrainOptions): Promise<TrainResult> {
  if (goesOn(given)) {
    requireWarmStartOptions(given);
    const options = snapshot<WarmStartOptions>(given, "table", "test", "oldTest", "engine", "from");
    return await withRemediesAnew(async () => trainTable({ ...namedSettings(options), ...tablesGoingOn(options) }, {}));
  }
  requireOptions(given, trainOptionKinds, "train");
  const options = snapshot<TrainOptions>(given, "table", "test", "engine");
  requireUnread(options, options.table);
  const startedAt = startOfTime(options);
  return await trainTable({ ...namedSettings(options), startedAt, ...tablesOf(options) }, {});
}

/**
 * As `train`, of a table that was read and of options that were checked.
 *
 * @throws as `train` @throws {JobEnded} on a rank that isn't the first, at the end
 */
export async function trainTable(options: AnyTrainOptions<Table>, purpose: TrainPurpose): Promise<TrainResult> {
  const training = await beginTraining(options, purpose);
  const { first, engine, threads, start, memberClock } = training;
  const { signal, plan } = training.settings;
  const { team } = purpose;
  const tasks = tasksOf(training);
  const shared = {
    tasks: plan ? tasks.filter(({ index }) => plan.networks[index] !== null) : tasks,
    problem: first.problem,
    engine,
    threads,
    signal,
  };
  if (team !== undefined && !team.isFirst) return await trainForFirst(team, training, shared);
  await using checkpoint = await purpose.checkpoint?.open(identityOf(training, await engine.library?.()));
  options.onStart?.(snapshot(start));
  const trained = async (task: MemberTask, turn: MemberTurn): Promise<TrainedMember & MemberResult> => {
    const member = memberOfTask(training, task);
    try {
      return await trainMember(training, member, task, turn);
    } catch (error) {
      throw error instanceof DivergenceError ? await divergedIn(training, member, error) : error;
    }
  };
  const own: TrainMembersOptions<TrainedMember & MemberResult> = {
    ...shared,
    tooLate: memberClock && ((rounds) => memberClock.isTooLate(rounds)),
    train: (task, engineOptions, rounds) =>
      trained(task, {
        engineOptions,
        ending: memberClock?.endingOf(rounds),
        planned: plan?.networks[task.index] ?? undefined,
        keeper: checkpoint?.member(task.index),
      }),
  };
  const making = {
    checkpoint,
    fromState: (task: MemberTask, from: MemberState) =>
      trained(task, { engineOptions: { threads: 1 }, keeper: { from, due: false, keep: async () => {} } }),
    diverged: (task: MemberTask, error: DivergenceError) => divergedIn(training, memberOfTask(training, task), error),
  };
  const members = team ? await membersOfRanks(team, training, own, making) : await trainMembers(own);
  return reported(training, members, await modelOf(training, members));
}

/** The warnings of a training that went on from a model. @param ofOld none that is there already is given twice */
function furtherWarnings(
  warnings: readonly ReportWarning[],
  { division }: WarmStart,
  ofOld: readonly Warning[] = [],
): ReportWarning[] {
  const said = new Set(warnings.map(({ message }) => message));
  const all = [...warnings, ...ofOld.filter(({ message }) => !said.has(message))];
  return all.map((warning) => withRemedyAnew(warning, division));
}

async function divergedIn(training: BegunTraining, member: Member, error: DivergenceError): Promise<DivergedError> {
  const { parameters, bestEpoch = 0, history } = error;
  const good = { parameters, epochs: history.length, bestEpoch };
  return new DivergedError(error, await lastGood(training, member, good));
}

/** The model and its report. */
export function reported(
  training: BegunTraining,
  members: readonly (TrainedMember & MemberResult)[],
  { model, outOfFold, ...evaluation }: EvaluatedModel,
): TrainResult {
  const { start, first } = training;
  const [{ epochs, bestEpoch, stopped, history }] = members;
  const { warmStart } = training;
  const old = warmStart?.old && forgettingOf(warmStart.model, model, warmStart.old);
  const report: Report = {
    ...start,
    ...evaluation,
    ...(old && { forgetting: old.forgetting }),
    warnings: warmStart ? furtherWarnings(evaluation.warnings, warmStart, old?.warnings) : evaluation.warnings,
    ...(members.length > 1 && { members: members.map(memberReport) }),
    epochs,
    bestEpoch,
    stopped,
    history,
    fingerprint: model.document.provenance.fingerprint,
  };
  const { training: learned, validation, test } = first.fold;
  const parts: TrainParts = {
    training: learned.table,
    ...(validation && { validation: validation.table }),
    ...(test && { test: test.table }),
    ...(outOfFold && { outOfFold }),
  };
  return { model, report, parts } as TrainResult;
}
