/**
 * Everything of a training before its first step: options checked, rows divided and encoded, the recipe decided.
 *
 * Knows nothing of sessions.
 */
import type { Table } from "../data/table.ts";
import type { Engine } from "../engines/engine.ts";
import { engineOf, requireThreads } from "../engines/factory.ts";
import { lookUp } from "../errors.ts";
import type { Clock } from "../training/chunkTimer.ts";
import { requireDivision } from "./divide.ts";
import { requireNoneIdle } from "./idleOptions.ts";
import type { MemberTask } from "./members/memberTasks.ts";
import { unlessAborted } from "./preparationAborted.ts";
import { prepareFolds } from "./prepare.ts";
import type { RecipeEntry } from "./recipe.ts";
import { DEFAULT_RECIPE, recipes } from "./recipes/recipes.ts";
import type { TrainStart } from "./report.ts";
import { requireRowColumns } from "./rowColumns.ts";
import { type Scope, scopeOf } from "./scope.ts";
import { requireNoneSkipped } from "./skipped.ts";
import { startOf } from "./startOfTraining.ts";
import { type MemberSetup, setupOf, sizeOf } from "./trainMember.ts";
import type { TrainOptions } from "./trainOptions.ts";

/** What every step after the preparation refers to. */
export interface BegunTraining extends Scope, TrainPurpose {
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

/**
 * Everything before the first step.
 *
 * @throws {DataError | DescriptionError} as `train`
 */
export async function beginTraining(options: TrainOptions<Table>, purpose: TrainPurpose = {}): Promise<BegunTraining> {
  const { chosen = false, machineClock } = purpose;
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
  return {
    ...purpose,
    ...scope,
    options,
    entry,
    engine,
    threads,
    start: await startOf(scope, engine, options, chosen),
  };
}

/** The setup of any of its networks; that of the first is there already. */
export function setupOfTask(
  { folds, limits, setup, entry, options }: BegunTraining,
  { fold, seed }: MemberTask,
): MemberSetup {
  const data = fold === 0 ? setup.data : folds.fold(fold, limits);
  return setupOf(data, entry, options, { folds: folds.count, seed });
}
