/**
 * What a training was asked for: the options, checked, and everything that they decide before the table is looked at.
 *
 * Made once, at the entrance. Knows nothing of rows, sessions and results.
 */
import type { Table } from "../data/table.ts";
import type { Team } from "../distributed/team.ts";
import type { Engine } from "../engines/engine.ts";
import { engineOf, inPrecision, requireThreads } from "../engines/factory.ts";
import { lookUp } from "../errors.ts";
import type { ModelDocument } from "../models/document.ts";
import { plainJson } from "../models/json.ts";
import { lossOf } from "../network/losses.ts";
import { type Clock, systemClock } from "../training/chunkTimer.ts";
import type { CheckpointPlace } from "./checkpoints/checkpoint.ts";
import type { DatasetOptions } from "./dataset.ts";
import { requireDivision } from "./divide.ts";
import type { RecipeEntry } from "./recipe.ts";
import { DEFAULT_RECIPE, recipes } from "./recipes/recipes.ts";
import { requireRowColumns } from "./rowColumns.ts";
import { requireNoneSkipped } from "./skipped.ts";
import type { TrainOptions } from "./trainOptions.ts";

/** What a training is for, where that is not in its options. */
export interface TrainPurpose {
  /** Whether the validation rows choose among trainings with other options: then they don't evaluate this one. */
  readonly chosen?: boolean;
  /** Keeps the states of the networks and has those to go on from; nothing is kept when absent. Not with a `time`. */
  readonly checkpoint?: CheckpointPlace | undefined;
  /** The ranks that train its networks; all are trained here when absent. Not with a `time`. */
  readonly team?: Team | undefined;
  /** For tests: what `time` is measured by. */
  readonly machineClock?: Clock | undefined;
}

/** The options that decide the rows of a training. */
type RowOptions = Partial<TrainOptions<Table>> & Pick<TrainOptions<Table>, "table" | "target">;

/** The rows that options ask for, divided and encoded as the recipe does it where they leave that open. */
export function rowsAsked(options: RowOptions, { encoding, clamps, folds: usual }: RecipeEntry): DatasetOptions {
  const { table, target, task, quantiles, test, types = {}, features } = options;
  const { split, weights, group, rare, seed = 0 } = options;
  const { testFraction = test && 0, validationFraction, folds, ensemble } = options;
  const usualFolds = ensemble === undefined && validationFraction === undefined ? usual : () => 1;
  const asked = { table, target, task, quantiles, test, types, features, split, weights, group, rare, seed };
  return { ...asked, encoding, clamps, testFraction, validationFraction, folds, usualFolds };
}

/** Options that are decided here; elsewhere nothing reads them as they were given. */
type Resolved = Exclude<keyof DatasetOptions, "folds" | "validationFraction"> | "engine" | "threads" | "recipe";

export interface Request {
  /** What the rows or the time still decide, and what is watched. */
  readonly settings: Omit<TrainOptions<Table>, Resolved>;
  /** All options as plain data, for the record. */
  readonly record: ModelDocument["provenance"]["options"];
  readonly entry: RecipeEntry;
  readonly engine: Engine;
  readonly threads: number | undefined;
  readonly seed: number;
  readonly clock: Clock;
  readonly chosen: boolean;
  /** The rows, and how they are divided and encoded; the time may leave fewer folds. */
  readonly rows: DatasetOptions;
}

/** @throws {DescriptionError} an option out of range, an unknown name, or two that exclude each other */
export function requestOf(options: TrainOptions<Table>, purpose: TrainPurpose = {}): Request {
  const { chosen = false, machineClock: clock = systemClock } = purpose;
  requireDivision(options);
  requireNoneSkipped(options);
  requireRowColumns(options);
  const engine = inPrecision(engineOf(options.engine), options.precision);
  const threads = requireThreads(options.threads);
  const entry: RecipeEntry = lookUp(recipes, options.recipe ?? DEFAULT_RECIPE, "recipe");
  if (options.quantiles !== undefined) requireQuantiles(options.quantiles);
  const rows = rowsAsked(options, entry);
  const { seed } = rows;
  return { settings: options, record: recordOf(options), entry, engine, threads, seed, clock, chosen, rows };
}

/** @throws {DescriptionError} quantiles that the loss does not take */
function requireQuantiles(quantiles: readonly number[]): void {
  lossOf({ name: "quantile" }).validate?.({ name: "quantile", quantiles }, quantiles.length);
}

/** Without tables, callbacks, and what changes no bit. */
function recordOf(options: TrainOptions<Table>): Request["record"] {
  const {
    table: _table,
    test,
    engine: _engine,
    threads: _threads,
    health: _health,
    startedAt: _startedAt,
    report: _report,
    signal: _signal,
    onStart: _start,
    onProgress: _progress,
    ...plain
  } = options;
  return plainJson({ recipe: DEFAULT_RECIPE, ...plain, ...(test && { test: test.source }) });
}
