/**
 * Tuning: a table in, the best of many trainings out, with the record of all of them.
 *
 * Every training has the same training and validation rows: the seed decides the split. Choosing is done by the
 * validation rows; the test rows are evaluated once, for the best. Works in any runtime; `files/` adds
 * tables from files and the journal.
 */

import type { Task } from "../data/encoding.ts";
import { optionName } from "../data/remedies.ts";
import { selectRows } from "../data/rows.ts";
import type { Table } from "../data/table.ts";
import { fitTarget, rowsWithTarget } from "../data/target.ts";
import type { Team } from "../distributed/team.ts";
import { engineOf, tryEngine } from "../engines/factory.ts";
import { DescriptionError, lookUp, requireThat } from "../errors.ts";
import { requireOptions, snapshot } from "../kinds.ts";
import type { Model } from "../models/model.ts";
import { hasNoHiddenLayer, OF_HIDDEN_LAYERS, requireNoneIdle } from "../tabular/idleOptions.ts";
import { namedSettings, type RecipeEntry, type TaskSize } from "../tabular/recipe.ts";
import { DEFAULT_RECIPE, type RecipeName, recipes } from "../tabular/recipes/recipes.ts";
import type { Report } from "../tabular/report.ts";
import { requireUnread, tablesOf } from "../tabular/tableLike.ts";
import { startOfTime } from "../tabular/trainOptions.ts";
import { fallbackWarnings } from "../tabular/warnings/engineFallback.ts";
import { defaultSpace } from "./defaultSpace.ts";
import { TrialList } from "./drawTrials.ts";
import { requireHalving, searches } from "./halving.ts";
import { nothingFound } from "./nothingFound.ts";
import { type ObjectiveName, objectiveOf } from "./objective.ts";
import { searchInRounds } from "./rounds.ts";
import type { SearchOutcome } from "./search.ts";
import { type Space, spaceOf } from "./space.ts";
import { keepStatesOfOthers } from "./statesOnRanks.ts";
import { TimeBudget } from "./timeBudget.ts";
import { Trainer, type TrainerOptions } from "./trainer.ts";
import type { TrialJob, TrialRecord } from "./trial.ts";
import { TrialRanks, trainTrialsForFirst } from "./trialsOnRanks.ts";
import type { Values } from "./tunable.ts";
import { studyOf, type TuneOptions, type TuneStart, tuneOptionKinds } from "./tuneOptions.ts";

export interface TuneResult extends TuneStart {
  /** Every training, in the order in which they ended. */
  readonly trials: readonly TrialRecord[];
  readonly best: TrialRecord;
  /** Trained with the best values; absent when the search was interrupted and the best is one of those `recorded`. */
  readonly model?: Model;
  /** Of the training that made the model; its test metrics evaluate the search. */
  readonly report?: Report;
  readonly stopped: SearchOutcome["stopped"];
  /** The values of every trial that was drawn. */
  readonly points: readonly Values[];
}

const EPOCHS_OF_LOWEST_RUNG = 10;
const REDUCTION = 3;
/** The share of the time that is left for saving. */
const AFTERWARDS = 0.03;
const ONE_INPUT: TaskSize["inputs"] = [{ name: "", kind: "number" }];

/**
 * Searches for the best settings for a table, and trains with them.
 *
 * The same table, options and seed give the same trials, the same best and the same model, bit for bit on the same runtime and
 * engine, whatever part of them is `recorded`, but for a search with a time budget.
 *
 * @throws {DataError} a table that a network cannot learn from, or whose validation rows leave the metric undefined
 * @throws {DescriptionError} an option or a range that is unknown or out of range
 * @throws {RunFailedError} all trials failed, or there was time for none
 *
 * @example
 * import { tune } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { trials, best, model } = await tune({
 *   table: rows,
 *   target: "price",
 *   recipe: "plain",
 *   space: { learningRate: "0.001..0.1:log", hidden: "8,16x16" },
 *   trials: 3,
 *   epochs: 5,
 * });
 * console.log(best.values, model?.predict({ size: 70, garden: true }));
 * trials.length; // 3
 */
export async function tune(given: TuneOptions): Promise<TuneResult> {
  requireOptions(given, tuneOptionKinds, "tune");
  const options = snapshot(given, "table", "test", "engine");
  requireUnread(options, options.table);
  const startedAt = startOfTime(options);
  return tuneTable({ ...namedSettings(options), startedAt, ...tablesOf(options) });
}

/**
 * As `tune`, of tables that were read and of options that are known.
 *
 * @param beside where the states of a training are kept, if they are, and the ranks that make the trials, not with a `time`
 * @throws as `tune` @throws {JobEnded} on a rank that isn't the first, at the end
 */
export async function tuneTable(
  options: TuneOptions<Table>,
  { team, ...kept }: Pick<TrainerOptions, "placeOf"> & { readonly team?: Team | undefined } = {},
): Promise<TuneResult> {
  const { signal, seed = 0, trials = 30, recorded = [], startedAt = performance.now() } = options;
  const complete = { ...options, recipe: options.recipe ?? DEFAULT_RECIPE };
  await tryEngine(options.engine, options.precision);
  const warnings = await fallbackWarnings(options, { engine: engineOf(options.engine) });
  const plan = { ...planOf(complete, trials, seed), warnings };
  const { time } = options;
  const seconds = time && Math.max(0, (1 - AFTERWARDS) * time - (performance.now() - startedAt) / 1000);
  const budget = new TimeBudget({ seconds, rungs: plan.rungs.length });
  const { trials: list, ...start } = plan;
  using trainer = new Trainer({ options: complete, objective: plan.metric, budget, ...kept });
  const train = (job: TrialJob) => trainer.train(job);
  if (team !== undefined && !team.isFirst) return await trainTrialsForFirst(team, studyOf(options), train);
  options.onStart?.(snapshot(start));
  const ranks = team && new TrialRanks(team, train);
  if (team && kept.placeOf) keepStatesOfOthers(team, kept.placeOf);
  await ranks?.agree(studyOf(options));
  const outcome = await searchInRounds({
    trials: list,
    rungs: plan.rungs,
    seed,
    objective: plan.metric,
    recorded,
    budget,
    signal,
    reduction: options.search === "random" ? 1 : (options.reduction ?? REDUCTION),
    ...(plan.fills && { draw: (count: number) => new TrialList(plan.space, count, seed) }),
    ...(ranks ? { begin: (jobs) => ranks.begin(jobs), train: (job) => ranks.record(job) } : { train }),
    onTrial: options.onTrial,
    onRound: options.onRound,
  });
  if (kept.placeOf) await ranks?.ended(); // their last states are kept
  const { best } = outcome;
  if (best === undefined) {
    const before = seconds === undefined ? 0 : (1 - AFTERWARDS) * (time ?? 0) - seconds;
    throw nothingFound(outcome, plan.rungs[0], { before, interrupted: trainer.interrupted });
  }
  const trained = await trainer.modelOf(best);
  const points = outcome.points instanceof TrialList ? outcome.points.drawn : [];
  return { ...start, ...outcome, points, best, ...trained };
}

/** Everything that is decided before the first trial. */
function planOf(
  options: TuneOptions<Table>,
  trials: number,
  seed: number,
): Omit<TuneStart, "warnings"> & { readonly trials: TrialList } {
  const { search: name = "halving", reduction, time } = options;
  if (options.validationFraction === 0) {
    throw new DescriptionError(
      `A search compares trials on the validation rows: expected ${optionName("validationFraction")} to be above 0, found 0.`,
    );
  }
  if (time !== undefined) requireThat("time", time, time > 0 && Number.isFinite(time), "a number of seconds above 0");
  const task = taskOf(options);
  const metric = objectiveOf(task, options.metric);
  requireNoneIdle(options, task);
  const { recipe = DEFAULT_RECIPE } = options;
  const rungsOf = lookUp(searches, name, "search");
  requireHalving(name, reduction);
  const sizes = {
    epochs: options.epochs ?? epochsOf(recipe, task, options),
    reduction: reduction ?? REDUCTION,
    fewestEpochs: EPOCHS_OF_LOWEST_RUNG,
  };
  rungsOf({ ...sizes, trials }); // refuses numbers out of range before anything is drawn by them
  const space = spaceOfOptions(options, recipe, task, metric);
  const list = new TrialList(space, trials, seed);
  const rungs = rungsOf({ ...sizes, trials: list.length });
  const fills = time !== undefined && options.trials === undefined;
  return { task, metric, space, rungs, ...(time !== undefined && { time }), fills, trials: list };
}

function spaceOfOptions(options: TuneOptions<Table>, recipe: RecipeName, task: Task, metric: ObjectiveName): Space {
  const asked = { ...spaceOf(options.space ?? {}), ...spaceOf(options.set ?? {}) };
  const space = options.space === undefined ? { ...defaultSpace(recipe, task, metric, options), ...asked } : asked;
  const both = Object.keys(asked).find((name) => options[name as keyof TuneOptions] !== undefined);
  if (both !== undefined) {
    throw new DescriptionError(
      `${both} is in the search space and also fixed by ${optionName(both)}. Leave one of them out.`,
    );
  }
  if (Object.keys(space).length === 0) {
    throw new DescriptionError(
      "Expected at least one setting in the search space, found none. Leave out the space to use the recipe's.",
    );
  }
  const ofClasses = ["labelSmoothing", "classWeights"].find((name) => Object.hasOwn(asked, name));
  if (task === "regression" && ofClasses !== undefined) {
    throw new DescriptionError(
      `${ofClasses} is in the search space, but is for classes and labels, and the task is regression. Leave it out.`,
    );
  }
  const ofLayers = hasNoHiddenLayer(options) && OF_HIDDEN_LAYERS.find((name) => Object.hasOwn(asked, name));
  if (ofLayers) {
    throw new DescriptionError(
      `${ofLayers} is in the search space, but has no effect with ${optionName("hidden")}: there is no hidden layer. Leave one of them out.`,
    );
  }
  return space;
}

/** Found from the target as `train` finds it. */
function taskOf({ table, target, task, types = {} }: TuneOptions<Table>): Task {
  const names = typeof target === "string" ? [target] : target;
  if (task !== undefined) return task;
  if (names.some((name) => types[name] === "category")) return names.length > 1 ? "multilabel" : "classification";
  const { rows } = rowsWithTarget(table, names);
  return fitTarget(rows.length === table.rows ? table : selectRows(table, rows), names).target.task;
}

/** How many epochs the recipe takes for a table of this size; no other part of a recipe decides that. */
function epochsOf(recipe: RecipeName, task: Task, options: TuneOptions<Table>): number {
  const { table, test, validationFraction = 0.2 } = options;
  const { testFraction = test === undefined ? 0.2 : 0 } = options;
  const rows = Math.max(1, Math.round(table.rows * (1 - testFraction) * (1 - validationFraction)));
  return lookUp<RecipeEntry>(recipes, recipe, "recipe").decide(
    { task, rows, inputs: ONE_INPUT, outputs: 1, folds: 1 },
    {},
  ).epochs;
}
