/**
 * Everything of a training before its first step: options checked, rows divided and encoded, the recipe decided.
 *
 * Knows nothing of sessions.
 */
import type { Table } from "../data/table.ts";
import { tryEngine } from "../engines/factory.ts";
import { requireNoneIdle } from "./idleOptions.ts";
import { type Member, memberOf } from "./member.ts";
import type { MemberTask } from "./members/memberTasks.ts";
import type { TrainStart } from "./report.ts";
import { type Request, requestOf, type TrainPurpose } from "./request.ts";
import { type Scope, scopeOf } from "./scope.ts";
import { startOf } from "./startOfTraining.ts";
import type { TrainOptions } from "./trainOptions.ts";

/** What every step after the preparation refers to. */
export interface BegunTraining extends Request, Scope {
  readonly start: TrainStart;
}

/**
 * Everything before the first step.
 *
 * @throws {DataError | DescriptionError} as `train`
 */
export async function beginTraining(options: TrainOptions<Table>, purpose?: TrainPurpose): Promise<BegunTraining> {
  await tryEngine(options.engine, options.precision);
  const request = requestOf(options, purpose);
  const scope = await scopeOf(request);
  // What a search varies may leave its other options without effect in one trial or another.
  if (!request.chosen) requireNoneIdle(options, scope.first.fold.target.task);
  return { ...request, ...scope, start: await startOf(options, request, scope) };
}

/** Any of its networks; the first is there already. */
export function memberOfTask(training: BegunTraining, { index, fold, seed }: MemberTask): Member {
  const { dataset, limits, first } = training;
  if (index === 0) return first;
  return memberOf(training, fold === 0 ? first.fold : dataset.fold(fold, limits), { folds: dataset.folds, seed });
}
