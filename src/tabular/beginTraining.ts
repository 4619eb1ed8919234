/**
 * Everything of a training before its first step: options checked, rows divided and encoded, the recipe decided.
 *
 * Knows nothing of sessions.
 */
import type { Table } from "../data/table.ts";
import { tryEngine } from "../engines/factory.ts";
import { requireNoneIdle } from "./idleOptions.ts";
import { type Member, memberOf } from "./member.ts";
import { type MemberTask, memberTasks } from "./members/memberTasks.ts";
import type { SharedRows } from "./ranks/sharedRows.ts";
import type { TrainStart } from "./report.ts";
import { type Request, requestOf, type TrainPurpose } from "./request.ts";
import { type Scope, scopeOf } from "./scope.ts";
import { startOf } from "./startOfTraining.ts";
import { beginWarmStart } from "./warmStart/beginWarmStart.ts";
import type { WarmStart } from "./warmStart/warmStart.ts";
import type { AnyTrainOptions } from "./warmStart/warmStartOptions.ts";

/** What every step after the preparation refers to. */
export interface BegunTraining extends Request, Scope {
  readonly start: TrainStart;
  /** What it goes on from; absent where its networks begin with initial parameters. */
  readonly warmStart?: WarmStart;
  /** What was found out together of a table that ranks share; absent where this process has all rows. */
  readonly shared?: SharedRows;
}

/**
 * Everything before the first step.
 *
 * @throws {DataError | DescriptionError} as `train`
 */
export async function beginTraining(options: AnyTrainOptions<Table>, purpose?: TrainPurpose): Promise<BegunTraining> {
  await tryEngine(options.engine, options.precision);
  if (options.from !== undefined) return await beginWarmStart(options, purpose);
  const request = requestOf(options, purpose);
  const scope = await scopeOf(request);
  // What a search varies may leave its other options without effect in one trial or another.
  if (!request.chosen) requireNoneIdle(options, scope.first.fold.target.task);
  return { ...request, ...scope, start: await startOf(options, request, scope) };
}

/** The networks to train. */
export function tasksOf({ counts, seed, warmStart }: BegunTraining): readonly MemberTask[] {
  return warmStart?.tasks ?? memberTasks(counts, seed);
}

/** Any of its networks; the first is there already. */
export function memberOfTask(training: BegunTraining, task: MemberTask): Member {
  const { dataset, limits, first, warmStart } = training;
  if (warmStart !== undefined) return warmStart.member(task);
  const { index, fold, seed } = task;
  if (index === 0) return first;
  return memberOf(training, fold === 0 ? first.fold : dataset.fold(fold, limits), { folds: dataset.folds, seed });
}
