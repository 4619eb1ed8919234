/**
 * The main job: a table in, a typed model and a report out.
 *
 * It only puts the pieces in order: prepare the data, choose a recipe, fit, make a model, judge it. Works in any
 * runtime; `files/` adds what reads tables from files.
 */

import { fingerprint } from "../data/fingerprint.ts";
import { rareChoices } from "../data/rareClasses.ts";
import type { Table, Warning } from "../data/table.ts";
import type { Engine } from "../engines/engine.ts";
import { engineOf, requireThreads } from "../engines/factory.ts";
import {
  DescriptionError,
  lookUp,
  RunFailedError,
  requireKnown,
  requireThat,
  requireWhole,
  shown,
  unknownName,
} from "../errors.ts";
import { requireOptions } from "../kinds.ts";
import { FORMAT_VERSION, type ModelDocument } from "../models/document.ts";
import { plainJson } from "../models/json.ts";
import { createModel, type Model } from "../models/model.ts";
import { parameterLayout } from "../network/parameters.ts";
import { DivergenceError } from "../training/divergence.ts";
import { version } from "../version.ts";
import { rolesToRead } from "./divide.ts";
import { evaluate, targetNames } from "./evaluate.ts";
import { calibrate } from "./members/calibrate.ts";
import { calibrationReport } from "./members/calibrationReport.ts";
import { type Common, gatherMembers } from "./members/gatherMembers.ts";
import { type MemberTask, memberTasks } from "./members/memberTasks.ts";
import { foldAnswers, judgeAnswers, pooled } from "./members/outOfFold.ts";
import { type TrainedMember, trainMembers } from "./members/trainMembers.ts";
import type { KnownTarget, ModelOf } from "./modelOf.ts";
import { type Folds, prepareFolds } from "./prepare.ts";
import type { RecipeEntry } from "./recipe.ts";
import { type RecipeName, recipes } from "./recipes/recipes.ts";
import {
  type FoldReport,
  foldReport,
  memberReport,
  partMetrics,
  type Report,
  reportWarning,
  type TrainStart,
} from "./report.ts";
import { tableOf } from "./tableLike.ts";
import { courseOf, descriptionOf, type MemberCourse, type MemberResult, trainMember } from "./trainMember.ts";
import { type TrainOptions, trainOptionKinds } from "./trainOptions.ts";

/** One kind of model and the report that goes with it; a union of both kinds where the types do not tell which. */
export type TrainResult<M extends Model = Model> = M extends Model
  ? {
      readonly model: M;
      readonly report: Report<M["task"]>;
      /** The rows that it learned from, chose the best epoch by and was tested on; of the first fold where there are folds. */
      readonly parts: TrainParts;
    }
  : never;

/** The tables that a training divided its rows into; a part without rows is absent. */
export interface TrainParts {
  readonly training: Table;
  readonly validation?: Table;
  readonly test?: Table;
}

/** Training diverged; the model has the last good parameters. */
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
 * @throws {DataError} a table that a network cannot learn from, with column and row
 * @throws {DescriptionError} a setting that is unknown or out of range
 * @throws {DivergedError} the loss or a parameter became infinite or NaN; the error has the last good model
 */
export async function train<const Options extends TrainOptions>(
  options: Options & KnownTarget<Options>,
): Promise<TrainResult<ModelOf<Options>>> {
  requireOptions(options, trainOptionKinds, "train");
  const roles = rolesToRead(options.types, options.split);
  const table = tableOf(options.table, roles);
  const test = options.test && tableOf(options.test, options.types);
  return trainTable({ ...options, table, test }) as Promise<TrainResult<ModelOf<Options>>>;
}

const DEFAULT_RECIPE: RecipeName = "realmlp";
/** The share of the time that is left for judging the model and saving it. */
const AFTERWARDS = 0.04;

/** What every step after the preparation refers to. */
interface Training {
  readonly options: TrainOptions<Table>;
  readonly folds: Folds;
  /** Of the first network. */
  readonly course: MemberCourse;
  readonly entry: RecipeEntry;
  readonly engine: Engine;
  readonly start: TrainStart;
}

async function trainTable(options: TrainOptions<Table>): Promise<TrainResult> {
  const deadline = deadlineOf(options);
  const training = begin(options);
  const { folds, course, engine, start } = training;
  const { seed = 0, ensemble = 1, signal } = options;
  const threads = requireThreads(options.threads);
  options.onStart?.(start);
  /** Each fold's held-out rows, to judge by once all have learned. */
  const held: Table[] = [];
  const members = await trainMembers<TrainedMember<MemberResult>>({
    tasks: memberTasks({ folds: folds.count, ensemble }, seed),
    problem: course.problem,
    engine,
    threads,
    signal,
    async train(task, engineOptions, rounds) {
      const own = task.index === 0 ? course : courseOfTask(training, task);
      if (own.data.validation) held[task.fold] = own.data.validation.table;
      try {
        const now = performance.now();
        const due = deadline === undefined ? undefined : now + (deadline - now) / rounds;
        return await trainMember(own, task, engine, engineOptions, {
          settings: options,
          networks: start.networks,
          ...options,
          deadline: due,
        });
      } catch (error) {
        if (!(error instanceof DivergenceError)) throw error;
        throw new DivergedError(error, await lastGood(training, own, error));
      }
    },
  });
  return reported(training, members, await modelOf(training, members, held));
}

/** When the networks have to be done, in milliseconds of `performance.now()`. */
function deadlineOf({ time, startedAt = performance.now() }: TrainOptions<Table>): number | undefined {
  if (time === undefined) return undefined;
  requireThat("time", time, time > 0 && time < Number.POSITIVE_INFINITY, "seconds above 0");
  return startedAt + 1000 * time * (1 - AFTERWARDS);
}

function courseOfTask({ folds, course, entry, options }: Training, { fold, seed }: MemberTask): MemberCourse {
  const data = fold === 0 ? course.data : folds.fold(fold);
  return courseOf(data, entry, options, { folds: folds.count, seed });
}

/** The model and its report. */
function reported(training: Training, members: readonly TrainedMember<MemberResult>[], made: Made): TrainResult {
  const { start, course } = training;
  const [{ result }] = members;
  const { epochs, bestEpoch, stopped, history, planned } = result;
  const report: Report = {
    ...start,
    warnings: [
      ...start.warnings,
      ...members.flatMap((member) => member.result.warnings.map(reportWarning)),
      ...made.warnings,
    ],
    metrics: made.metrics,
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
  const { training: learned, validation, test } = course.data;
  const parts: TrainParts = {
    training: learned.table,
    ...(validation && { validation: validation.table }),
    ...(test && { test: test.table }),
  };
  return { model: made.model, report, parts } as TrainResult;
}

/** The recipe's folds, where nothing speaks against them. */
function usualFolds(entry: RecipeEntry, options: TrainOptions<Table>): RecipeEntry["folds"] {
  const { ensemble, validationFraction, time } = options;
  const decided = ensemble === undefined && validationFraction === undefined && time === undefined;
  return decided ? entry.folds : () => 1;
}

/** @throws {DescriptionError} ways to divide the rows that are none, or that exclude each other */
function requireDivision({ split, rare, test, testFraction }: TrainOptions<Table>): void {
  if (rare !== undefined && !rareChoices.includes(rare)) {
    throw new DescriptionError(unknownName(rare, rareChoices, "value of rare"));
  }
  if (test !== undefined && testFraction) {
    throw new DescriptionError(
      `Expected a table of test rows or a testFraction, found both (${testFraction}). Leave one of them out.`,
    );
  }
  if (split === undefined) return;
  requireKnown(split, { time: true }, "split");
  if (typeof split.time === "string") return;
  throw new DescriptionError(`Expected split.time to be the name of a column, found ${shown(split.time)}.`);
}

/** Everything before the first step. */
function begin(options: TrainOptions<Table>): Training {
  const { table, target, task, test, types = {}, features, split, rare = "keep", seed = 0, ensemble = 1 } = options;
  const { testFraction = test && 0, validationFraction, folds: chosen } = options;
  requireDivision(options);
  const engine = engineOf(options.engine);
  const entry: RecipeEntry = lookUp(recipes, options.recipe ?? DEFAULT_RECIPE, "recipe");
  const { encoding, clamps } = entry;
  const parts = { table, target, task, test, types, features, testFraction, validationFraction, split, rare, seed };
  const folds = prepareFolds({ ...parts, encoding, clamps, folds: chosen, usualFolds: usualFolds(entry, options) });
  const data = folds.fold(0);
  requireWhole("ensemble", ensemble, 1);
  const course = courseOf(data, entry, options, { folds: folds.count, seed });
  const { network } = course.problem;
  const start: TrainStart = {
    task: data.target.task,
    targets: targetNames(data.target),
    ...(data.target.task === "classification" && { classes: data.target.classes }),
    rows: {
      training: data.training.table.rows,
      validation: data.validation?.table.rows ?? 0,
      test: data.test?.table.rows ?? 0,
    },
    ...(split && { split }),
    network,
    parameters: parameterLayout(network).length,
    networks: folds.count * ensemble,
    engine: engine.name,
    warnings: data.warnings,
  };
  return { options, folds, course, entry, engine, start };
}

/** A model with how it was judged. */
interface Made {
  readonly model: Model;
  readonly document: ModelDocument;
  readonly metrics: Report["metrics"];
  readonly folds?: FoldReport;
  readonly calibration?: Report["calibration"];
  readonly warnings: readonly Warning[];
}

/** The model of all networks; its document holds the metrics and what calibration came to. */
async function modelOf(
  training: Training,
  members: readonly TrainedMember<MemberResult>[],
  held: readonly Table[],
): Promise<Made> {
  const { options, folds, course, engine } = training;
  const { data, problem } = course;
  const [{ epochs, bestEpoch }] = members.map(({ result }) => result);
  const answers = foldAnswers(members, held, problem.loss);
  const { warnings = [], ...calibration } = options.calibrate && answers.length > 0 ? calibrate(pooled(answers)) : {};
  const common = { ...commonOf(training, { epochs, bestEpoch }), ...calibration };
  const { document, parameters, further } = gatherMembers(common, members);
  // The metrics are those of the model itself, so it is made first without them.
  using unjudged = await createModel(document, parameters, engine, further);
  // By the answers of networks that neither learned from a row nor kept an epoch for its sake; the model itself did.
  const validation = answers.length > 0 ? judgeAnswers(pooled(answers)) : undefined;
  const test = data.test && evaluate(unjudged, data.test.table);
  const learned = validation || test ? undefined : evaluate(unjudged, data.training.table);
  const metrics = partMetrics({ training: learned, validation, test });
  const complete = { ...document, metrics: plainJson(metrics) };
  const calibrated = options.calibrate && data.test ? calibrationReport(unjudged, data.test.table) : undefined;
  return {
    model: await createModel(complete, parameters, engine, further),
    document: complete,
    metrics: complete.metrics as unknown as Report["metrics"],
    ...(folds.count > 1 && answers.length > 0 && { folds: foldReport(answers) }),
    ...(calibrated && { calibration: calibrated }),
    warnings,
  };
}

/** The one network that diverged, as it last was good; not judged, for it may be too large to predict with. */
async function lastGood(training: Training, course: MemberCourse, error: DivergenceError): Promise<Model> {
  const { parameters, bestEpoch = 0, history } = error;
  const document: ModelDocument = {
    ...commonOf(training, { epochs: history.length, bestEpoch }),
    ...descriptionOf(course, parameters),
    target: course.data.target,
  };
  return await createModel(document, parameters, training.engine);
}

function commonOf(
  { options, course, engine, start }: Training,
  { epochs, bestEpoch }: { readonly epochs: number; readonly bestEpoch: number },
): Common {
  const { table, seed = 0 } = options;
  return {
    formatVersion: FORMAT_VERSION,
    libraryVersion: version,
    task: course.data.target.task,
    loss: course.problem.loss,
    metrics: {},
    provenance: {
      source: table.source,
      fingerprint: fingerprint(table),
      rows: start.rows,
      seed,
      engine: engine.name,
      options: askedFor(options),
      epochs,
      bestEpoch,
    },
  };
}

/** The options as plain data, for the record: without tables, callbacks, and what changes no bit. */
function askedFor(options: TrainOptions<Table>): ModelDocument["provenance"]["options"] {
  const {
    table: _table,
    test,
    engine: _engine,
    threads: _threads,
    health: _health,
    startedAt: _startedAt,
    signal: _signal,
    onStart: _start,
    onProgress: _progress,
    ...plain
  } = options;
  return plainJson({ recipe: DEFAULT_RECIPE, ...plain, ...(test && { test: test.source }) });
}
