import type { Table } from "../data/table.ts";
import type { Engine } from "../engines/engine.ts";
import { engineOf, requireThreads } from "../engines/factory.ts";
import { lookUp, RunFailedError } from "../errors.ts";
import { requireOptions, snapshot } from "../kinds.ts";
import type { ModelDocument } from "../models/document.ts";
import { plainJson } from "../models/json.ts";
import { createModel, type Model, withDocument } from "../models/model.ts";
import type { Clock } from "../training/chunkTimer.ts";
import { DivergenceError } from "../training/divergence.ts";
import { requireDivision } from "./divide.ts";
import { evaluateTraining } from "./evaluateTraining.ts";
import { requireNoneIdle } from "./idleOptions.ts";
import { calibrate } from "./members/calibrate.ts";
import { gatherMembers } from "./members/gatherMembers.ts";
import { type MemberTask, memberTasks } from "./members/memberTasks.ts";
import { type FoldPredictions, foldPredictions, pooled } from "./members/outOfFold.ts";
import { type TrainedMember, trainMembers } from "./members/trainMembers.ts";
import type { KnownOptions, KnownTarget, ModelOf } from "./modelOf.ts";
import type { OutOfFoldRows } from "./parts.ts";
import type { CountedBy } from "./predictions.ts";
import { unlessAborted } from "./preparationAborted.ts";
import { prepareFolds } from "./prepare.ts";
import { namedSettings, type RecipeEntry } from "./recipe.ts";
import { DEFAULT_RECIPE, recipes } from "./recipes/recipes.ts";
import { memberReport, type Report, type ReportWarning, reportWarning, type TrainStart } from "./report.ts";
import { requireRowColumns } from "./rowColumns.ts";
import { type Scope, scopeOf } from "./scope.ts";
import { requireNoneSkipped } from "./skipped.ts";
import { startOfTime } from "./startOfTime.ts";
import { startOf } from "./startOfTraining.ts";
import { requireUnread, tablesOf } from "./tableLike.ts";
import { plannedOf, type TrainingPlan } from "./time/planned.ts";
import { timeWarnings } from "./time/timeWarnings.ts";
import { commonOf } from "./trainedDocument.ts";
import { descriptionOf, type MemberResult, type MemberSetup, setupOf, sizeOf, trainMember } from "./trainMember.ts";
import { type TrainOptions, trainOptionKinds } from "./trainOptions.ts";
import { keptWarnings, untrainedWarning } from "./trust.ts";

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
 */
export async function train<const Options extends TrainOptions>(
  given: Options & KnownTarget<Options> & KnownOptions<Options, TrainOptions>,
): Promise<TrainResult<ModelOf<Options>>> {
  requireOptions(given, trainOptionKinds, "train");
  const options: TrainOptions = snapshot<TrainOptions>(given, "table", "test", "engine");
  requireUnread(options, options.table);
  const startedAt = startOfTime(options);
  return trainTable({ ...namedSettings(options), startedAt, ...tablesOf(options) }, {}) as Promise<unknown> as Promise<
    TrainResult<ModelOf<Options>>
  >;
}

/** What every step after the preparation refers to. */
interface Training extends Scope, TrainPurpose {
  readonly options: TrainOptions<Table>;
  readonly entry: RecipeEntry;
  readonly engine: Engine;
  readonly threads: number | undefined;
  readonly start: TrainStart;
}

/** What a training is for, where that is not in its options. */
export interface TrainPurpose {
  /** Whether the validation rows choose among trainings with other options: then they don't evaluate this one. */
  readonly chosen?: boolean;
  /** For tests: what `time` is measured by. */
  readonly machineClock?: Clock | undefined;
}

/** As `train`, of a table that was read and of options that were checked. @throws as `train` */
export async function trainTable(options: TrainOptions<Table>, purpose: TrainPurpose): Promise<TrainResult> {
  const training = { ...(await begin(options, purpose)), ...purpose };
  const { counts, setup, engine, threads, start, clock } = training;
  const { seed = 0, signal, plan } = options;
  options.onStart?.(snapshot(start));
  /** Each fold's held-out rows, to judge by once all have learned. */
  const held: Table[] = [];
  const tasks = memberTasks(counts, seed);
  const members = await trainMembers<TrainedMember<MemberResult>>({
    tasks: plan ? tasks.filter(({ index }) => plan.networks[index] !== null) : tasks,
    problem: setup.problem,
    engine,
    threads,
    signal,
    tooLate: clock && ((rounds) => clock.isTooLate(rounds)),
    async train(task, engineOptions, rounds) {
      const own = task.index === 0 ? setup : setupOfTask(training, task);
      if (own.data.validation) held[task.fold] = own.data.validation.table;
      try {
        return await trainMember(own, task, engine, engineOptions, {
          settings: options,
          networks: start.networks,
          ...options,
          ending: clock?.endingOf(rounds),
          clock: purpose.machineClock,
          planned: plan?.networks[task.index] ?? undefined,
        });
      } catch (error) {
        if (!(error instanceof DivergenceError)) throw error;
        throw new DivergedError(error, await lastGood(training, own, error));
      }
    },
  });
  return reported(training, members, await modelOf(training, members, held));
}

function setupOfTask({ folds, limits, setup, entry, options }: Training, { fold, seed }: MemberTask): MemberSetup {
  const data = fold === 0 ? setup.data : folds.fold(fold, limits);
  return setupOf(data, entry, options, { folds: folds.count, seed });
}

/** The model and its report. */
function reported(training: Training, members: readonly TrainedMember<MemberResult>[], made: Made): TrainResult {
  const { start, setup } = training;
  const [{ result }] = members;
  const { epochs, bestEpoch, stopped, history } = result;
  const { planned } = made;
  const report: Report = {
    ...start,
    warnings: made.warnings,
    metrics: made.metrics,
    ...(made.verdict && { verdict: made.verdict }),
    ...(made.folds && { folds: made.folds }),
    ...(made.calibration && { calibration: made.calibration }),
    ...(planned && { planned }),
    ...(members.length > 1 && { members: members.map(memberReport) }),
    epochs,
    bestEpoch,
    stopped,
    history,
    fingerprint: made.document.provenance.fingerprint,
  };
  const { training: learned, validation, test } = setup.data;
  const parts: TrainParts = {
    training: learned.table,
    ...(validation && { validation: validation.table }),
    ...(test && { test: test.table }),
    ...(made.outOfFold && { outOfFold: made.outOfFold }),
  };
  return { model: made.model, report, parts } as TrainResult;
}

function stoppedByTime(members: readonly TrainedMember<MemberResult>[]): number {
  return members.filter(({ result }) => result.stopped === "time").length;
}

/** Everything before the first step. */
async function begin(options: TrainOptions<Table>, { chosen = false, machineClock }: TrainPurpose): Promise<Training> {
  const { table, target, task, test, types = {}, features, split, weights, group, rare = "keep", seed = 0 } = options;
  const { testFraction = test && 0, validationFraction } = options;
  requireDivision(options);
  requireNoneSkipped(options);
  requireRowColumns(options);
  const engine = engineOf(options.engine);
  const threads = requireThreads(options.threads);
  const entry: RecipeEntry = lookUp(recipes, options.recipe ?? DEFAULT_RECIPE, "recipe");
  const { encoding, clamps } = entry;
  const parts = {
    table,
    target,
    task,
    test,
    types,
    features,
    testFraction,
    validationFraction,
    split,
    weights,
    group,
    rare,
    seed,
  };
  const scope = await scopeOf({
    options,
    entry,
    engine,
    threads,
    clock: machineClock,
    pause: chosen ? () => unlessAborted(options.signal) : undefined,
    divide: (folds) => prepareFolds({ ...parts, encoding, clamps, ...folds }),
    setup: (data, folds, rows) => setupOf(data, entry, options, { folds, seed, ...(rows !== undefined && { rows }) }),
    epochs: ({ data }, rows, folds) => entry.decide({ ...sizeOf(data), rows, folds }, options).epochs,
  });
  // What a search varies may leave its other options without effect in one trial or another.
  if (!chosen) requireNoneIdle(options, scope.setup.data.target.task);
  return { ...scope, options, entry, engine, threads, start: await startOf(scope, engine, options, chosen) };
}

/** A model with how it was judged. */
interface Made extends Pick<Report, "metrics" | "verdict" | "folds" | "calibration" | "planned"> {
  readonly model: Model;
  readonly document: ModelDocument;
  readonly warnings: readonly ReportWarning[];
  readonly outOfFold?: OutOfFoldRows;
}

/** The model of all networks; its document holds how it was judged and what calibration came to. */
async function modelOf(
  training: Training,
  members: readonly TrainedMember<MemberResult>[],
  held: readonly Table[],
): Promise<Made> {
  const { options, folds, setup, engine, start, chosen = false } = training;
  const { data, problem } = setup;
  const [{ epochs, bestEpoch }] = members.map(({ result }) => result);
  const countedBy: CountedBy = { weights: options.weights, group: options.group };
  const { predictions, calibration } = calibrate(
    foldPredictions(members, held, { loss: problem.loss, countedBy }),
    options.calibrate,
  );
  const common = { ...commonOf(training, { epochs, bestEpoch }), ...calibration };
  const { document, parameters, further } = gatherMembers(common, members);
  // The metrics are those of the model itself, so it is made first without them.
  const trained = await createModel(document, parameters, engine, further);
  try {
    const { training: learned, test } = data;
    const rows = { predictions, folds: folds.count, test, learned, chosen, countedBy };
    const { warnings: found, ...evaluation } = await evaluateTraining(trained, rows);
    const planned = plannedOf(training.counts, training.limits, members);
    const warnings = [...start.warnings, ...learningWarnings(training, members, planned), ...found];
    const complete: ModelDocument = {
      ...document,
      metrics: plainJson(evaluation.metrics),
      ...(evaluation.verdict && { verdict: evaluation.verdict }),
      ...keptWarnings(warnings),
    };
    const model = withDocument(trained, complete);
    const outOfFold = test === undefined && predictions.length > 0 && outOfFoldRows(predictions, held);
    return {
      model,
      document: complete,
      ...evaluation,
      ...(planned && { planned }),
      warnings,
      ...(outOfFold && { outOfFold }),
    };
  } catch (error) {
    trained.dispose();
    throw error;
  }
}

function outOfFoldRows(predictions: readonly FoldPredictions[], held: readonly Table[]): OutOfFoldRows {
  return { tables: predictions.map(({ fold }) => held[fold]), responses: pooled(predictions).responses };
}

/** What learning itself gives reason to warn of. */
function learningWarnings(
  { start, clock }: Training,
  members: readonly TrainedMember<MemberResult>[],
  planned: TrainingPlan | undefined,
): ReportWarning[] {
  const ofTime = { stopped: stoppedByTime(members), spentBefore: clock?.spentBefore };
  return [
    ...members.flatMap(({ result }) => result.warnings.map(reportWarning)),
    ...(planned ? timeWarnings(start, planned, ofTime) : []),
    ...(members.every(({ result }) => result.bestEpoch === 0)
      ? [untrainedWarning(members.every(({ result }) => result.fromBaseline === true))]
      : []),
  ];
}

/** The one network that diverged, as it last was good; not judged, for it may be too large to predict with. */
async function lastGood(training: Training, setup: MemberSetup, error: DivergenceError): Promise<Model> {
  const { parameters, bestEpoch = 0, history } = error;
  const document: ModelDocument = {
    ...commonOf(training, { epochs: history.length, bestEpoch }),
    ...descriptionOf(setup, parameters),
    target: setup.data.target,
  };
  return await createModel(document, parameters, training.engine);
}
