/**
 * What a search may be asked for, and which part of it is for the trainings.
 *
 * Knows nothing of how a search runs.
 */

import type { Task } from "../data/encoding.ts";
import { fingerprint } from "../data/fingerprint.ts";
import type { Table, Warning } from "../data/table.ts";
import { defaultName, engineOf } from "../engines/factory.ts";
import { type AbortSignalLike, func, type Kinds, number, object, text } from "../kinds.ts";
import { type JsonObject, plainJson } from "../models/json.ts";
import type { RecipeName } from "../tabular/recipes/recipes.ts";
import { type TrainOptions, trainOptionKinds } from "../tabular/trainOptions.ts";
import type { FitEvent } from "../training/events.ts";
import { version } from "../version.ts";
import type { Rung, SearchName } from "./halving.ts";
import type { ObjectiveLike, ObjectiveName } from "./objective.ts";
import type { Space, SpaceLike } from "./space.ts";
import { recordsKind, type TrialJob, type TrialRecord } from "./trial.ts";

/** The options of `train` apply to every trial; a setting among them is fixed. */
export interface TuneOptions<Source = TrainOptions["table"]>
  extends Omit<
    TrainOptions<Source>,
    "onStart" | "onProgress" | "metric" | "time" | "recipe" | "plan" | "quantiles" | "from"
  > {
  /** The ranges to search; the recipe's when absent. */
  readonly space?: SpaceLike;
  /** Ranges that are added to the space, or replace the range of the same setting. */
  readonly set?: SpaceLike;
  /** The maximum number of trials, the unchanged recipe included. When absent 30; with a `time`, as many more as fit. */
  readonly trials?: number;
  /** "halving" when absent: few epochs for all, all epochs for the best. "random" gives every trial all epochs. */
  readonly search?: SearchName;
  /** For halving: one in `reduction` trials continues, with `reduction` times the epochs; 3 when absent. */
  readonly reduction?: number;
  /** The epochs of a full training; the recipe's when absent. */
  readonly epochs?: number;
  /** The recipe; "realmlp" when absent. */
  readonly recipe?: RecipeName;
  /** The metric to optimize, on the validation rows; when absent, accuracy for classes, rmse for numbers. */
  readonly metric?: ObjectiveLike;
  /** Seconds for all of it, from `startedAt`. The result of a search with a time limit depends on the machine. */
  readonly time?: number;
  /** The trials of an earlier run with the same table and settings, which are not trained again. */
  readonly recorded?: readonly TrialRecord[];
  /** Stops the search soon after it is aborted; the best trial so far is the result. */
  readonly signal?: AbortSignalLike;
  readonly onStart?: (start: TuneStart) => void;
  /** Called with the number of further trials that fit into the time, whenever all trials so far are finished. */
  readonly onRound?: (trials: number) => void;
  /** Called after every trial, also those from `recorded`, and awaited. */
  readonly onTrial?: (record: TrialRecord, reused: boolean) => void | Promise<void>;
  readonly onProgress?: (event: FitEvent, job: TrialJob) => void;
}

const { plan: _plan, quantiles: _quantiles, from: _from, ...ofTrainings } = trainOptionKinds;

/** Those of `train`, with other meanings for some; what the space and the search need is checked by them. */
export const tuneOptionKinds = {
  ...ofTrainings,
  space: object,
  set: object,
  trials: number,
  search: text,
  reduction: number,
  recorded: recordsKind,
  onTrial: func,
  onRound: func,
} as const satisfies Kinds<TuneOptions>;

/** What is known before the first trial. */
export interface TuneStart {
  readonly task: Task;
  readonly metric: ObjectiveName;
  readonly space: Space;
  readonly rungs: readonly Rung[];
  /** Seconds for all of it; absent where none were given. */
  readonly time?: number;
  /** Whether further trials are drawn where time is left. */
  readonly fills: boolean;
  /** The warning `engine-fallback`, if the default engine cannot run here. Those of the table are in the `report`. */
  readonly warnings: readonly Warning[];
}

/** The options that every training of the search gets. */
export function trainingOptions<Source>(options: TuneOptions<Source>): TrainOptions<Source> {
  const {
    space: _space,
    set: _set,
    trials: _trials,
    search: _search,
    reduction: _reduction,
    time: _time,
    recorded: _recorded,
    signal: _signal,
    onStart: _start,
    onTrial: _trial,
    onRound: _round,
    onProgress: _progress,
    ...training
  } = options;
  return training;
}

/** What decides the outcome of a trial besides its values and epochs: records of one study hold for another that is equal. */
export interface Study {
  readonly version: string;
  /** Fingerprints. */
  readonly table: string;
  readonly test: string | null;
  readonly seed: number;
  readonly engine: string;
  /** The fixed options of its trainings. */
  readonly options: JsonObject;
}

/** The study that options stand for. */
export function studyOf(options: TuneOptions<Table>): Study {
  const {
    table,
    test,
    seed = 0,
    engine,
    threads: _threads,
    health: _health,
    startedAt: _startedAt,
    epochs: _epochs,
    ...rest
  } = trainingOptions(options);
  return {
    version,
    table: fingerprint(table),
    test: test === undefined ? null : fingerprint(test),
    seed,
    engine: engineOf(engine ?? defaultName()).name, // native, where it is the default, has the bits of wasm
    options: plainJson(rest),
  };
}
