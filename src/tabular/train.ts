/**
 * The main job: a table in, a typed model and a report out.
 *
 * It only puts the pieces in order: prepare the data, choose a recipe, fit, make a model, judge it. Works in any
 * runtime; `files/` adds what reads tables from files.
 */
import { meanInputs } from "../data/background.ts";
import type { Task } from "../data/encoding.ts";
import { fingerprint } from "../data/fingerprint.ts";
import type { ColumnRole, Table } from "../data/table.ts";
import { completeProblem, type Engine, type Numbers, type Problem } from "../engines/engine.ts";
import { type EngineName, engineOf, requireThreads } from "../engines/factory.ts";
import { RunFailedError } from "../errors.ts";
import { FORMAT_VERSION, type ModelDocument } from "../models/document.ts";
import { plainJson } from "../models/json.ts";
import { createModel, type Model } from "../models/model.ts";
import { parameterLayout } from "../network/parameters.ts";
import { DivergenceError } from "../training/divergence.ts";
import type { FitEvent } from "../training/events.ts";
import { fit } from "../training/fit.ts";
import { version } from "../version.ts";
import { evaluate, targetNames } from "./evaluate.ts";
import type { KnownTarget, ModelOf } from "./modelOf.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { plainRecipe, type Recipe, type Settings } from "./recipe.ts";
import { partMetrics, type Report, reportWarning, type TrainStart } from "./report.ts";
import { type TableLike, tableOf } from "./tableLike.ts";

export interface TrainOptions<Source = TableLike> extends Settings {
  /** What to learn from. */
  readonly table: Source;
  /** The column to predict, or several columns of numbers. */
  readonly target: string | readonly string[];
  /** Found from the target when absent. */
  readonly task?: Task;
  /** Rows to test on; a share of `table` when absent. */
  readonly test?: Source;
  /** How to take columns, where their values should not decide. */
  readonly types?: Readonly<Record<string, ColumnRole>>;
  /** The only columns to learn from; all but the targets when absent. */
  readonly features?: readonly string[];
  /** The share of the rows kept for the test, in [0, 1); 0.2 when absent, and 0 when `test` is given. */
  readonly testFraction?: number;
  /** The share of the other rows that chooses the best epoch, in [0, 1); 0.2 when absent. */
  readonly validationFraction?: number;
  /** Decides splits, starting weights and orders; 0 when absent. */
  readonly seed?: number;
  /** The best one available when absent. */
  readonly engine?: EngineName | Engine;
  /** The most threads to share the work; as many as the machine has when absent. Never changes a bit of the model. */
  readonly threads?: number;
  /**
   * Whether epochs tell what the layers were like, and the report warns of lasting trouble; true when absent, for about a
   * fiftieth of the learning's time. Changes no bit of the model.
   */
  readonly health?: boolean;
  /** Ends training soon; the best model so far is the result. */
  readonly signal?: AbortSignal;
  readonly onStart?: (start: TrainStart) => void;
  readonly onProgress?: (event: FitEvent) => void;
}

/** One kind of model and the report that goes with it; a union of both kinds where the types do not tell which. */
export type TrainResult<M extends Model = Model> = M extends Model
  ? { readonly model: M; readonly report: Report<M["task"]> }
  : never;

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
  const table = tableOf(options.table, options.types);
  const test = options.test && tableOf(options.test, options.types);
  return trainTable({ ...options, table, test }) as Promise<TrainResult<ModelOf<Options>>>;
}

/** What every step after the preparation refers to. */
interface Training {
  readonly options: TrainOptions<Table>;
  readonly data: Prepared;
  readonly recipe: Recipe;
  readonly problem: Problem;
  readonly engine: Engine;
  readonly start: TrainStart;
}

async function trainTable(options: TrainOptions<Table>): Promise<TrainResult> {
  const training = begin(options);
  const { data, recipe, problem, engine, start } = training;
  options.onStart?.(start);
  using session = await engine.create(problem, { threads: requireThreads(options.threads) });
  try {
    const result = await fit(session, {
      training: data.training.patterns,
      validation: data.validation?.patterns,
      epochs: recipe.epochs,
      schedule: recipe.schedule,
      earlyStopping: data.validation && { patience: recipe.patience },
      health: options.health,
      signal: options.signal,
      onProgress: options.onProgress,
    });
    const { epochs, bestEpoch, stopped, history } = result;
    const { model, document } = await modelOf(training, session.parameters, { epochs, bestEpoch });
    const metrics = document.metrics as unknown as Report["metrics"];
    const { provenance } = document;
    const report: Report = {
      ...start,
      warnings: [...start.warnings, ...result.warnings.map(reportWarning)],
      metrics,
      epochs,
      bestEpoch,
      stopped,
      history,
      fingerprint: provenance.fingerprint,
    };
    return { model, report } as TrainResult;
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    const { parameters, bestEpoch = 0, history } = error;
    const { model } = await modelOf(training, parameters, { epochs: history.length, bestEpoch }, false);
    throw new DivergedError(error, model);
  }
}

/** Everything before the first step. */
function begin(options: TrainOptions<Table>): Training {
  const { table, target, task, test, types = {}, features, seed = 0, validationFraction = 0.2 } = options;
  const { testFraction = test === undefined ? 0.2 : 0 } = options;
  const engine = engineOf(options.engine);
  const data = prepare({ table, target, task, test, types, features, testFraction, validationFraction, seed });
  const { inputs, outputs } = data;
  const rows = data.training.table.rows;
  const recipe = plainRecipe({ task: data.target.task, rows, inputs, outputs }, options);
  const problem = completeProblem({ ...recipe, seed });
  const start: TrainStart = {
    task: data.target.task,
    targets: targetNames(data.target),
    ...(data.target.task === "classification" && { classes: data.target.classes }),
    rows: { training: rows, validation: data.validation?.table.rows ?? 0, test: data.test?.table.rows ?? 0 },
    network: recipe.network,
    parameters: parameterLayout(recipe.network).length,
    engine: engine.name,
    warnings: data.warnings,
  };
  return { options, data, recipe, problem, engine, start };
}

/**
 * The model of some parameters; its document holds the metrics. Those of a training that diverged are not judged: just
 * before the end they may be too large to predict with.
 */
async function modelOf(
  { options, data, problem, engine, start }: Training,
  parameters: Numbers,
  { epochs, bestEpoch }: { readonly epochs: number; readonly bestEpoch: number },
  judged = true,
): Promise<{ model: Model; document: ModelDocument }> {
  const { table, seed = 0 } = options;
  const document: ModelDocument = {
    formatVersion: FORMAT_VERSION,
    libraryVersion: version,
    task: data.target.task,
    encoder: data.encoder,
    background: meanInputs(data.training.patterns.inputs, data.inputs),
    target: data.target,
    network: problem.network,
    loss: problem.loss,
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
  if (!judged) return { model: await createModel(document, parameters, engine), document };
  // The metrics are those of the model itself, so it is made first without them.
  using unjudged = await createModel(document, parameters, engine);
  const metrics = partMetrics(
    data.validation && evaluate(unjudged, data.validation.table),
    data.test && evaluate(unjudged, data.test.table),
  );
  const complete = { ...document, metrics: plainJson(metrics) };
  return { model: await createModel(complete, parameters, engine), document: complete };
}

/** The options as plain data, for the record: without tables, callbacks, and what changes no bit. */
function askedFor(options: TrainOptions<Table>): ModelDocument["provenance"]["options"] {
  const {
    table: _table,
    test,
    engine: _engine,
    threads: _threads,
    health: _health,
    signal: _signal,
    onStart: _start,
    onProgress: _progress,
    ...plain
  } = options;
  return plainJson({ ...plain, ...(test && { test: test.source }) });
}
