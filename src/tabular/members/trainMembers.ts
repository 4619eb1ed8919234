/**
 * Trains the networks of a model on all of the machine's threads: side by side where one cannot use them all.
 *
 * How one network is trained is the caller's business; which of them are trained, how many at a time, and that their order
 * never depends on who was done first, is this file's.
 */

import type { Target } from "../../data/encoding.ts";
import type { Table } from "../../data/table.ts";
import type { Engine, EngineOptions, Numbers, Problem } from "../../engines/engine.ts";
import type { AbortSignalLike } from "../../kinds.ts";
import type { Member } from "../../models/document.ts";
import { arrangementOf } from "../arrangement.ts";
import type { MemberTask } from "./memberTasks.ts";
import { sideBySide } from "./sideBySide.ts";

/** A network that is trained, as far as a model's document and its evaluation need it. */
export interface TrainedMember {
  readonly task: MemberTask;
  /** What the model's file has of it. */
  readonly description: Member;
  /** With the statistics of its own training rows. */
  readonly target: Target;
  /** In the layout of the description's network. */
  readonly parameters: Numbers;
  /** The rows that validate it, and y for them, [N, outputs], none by an epoch that it chose; absent where nothing validates. */
  readonly held?: { readonly table: Table; readonly outputs: Numbers } | undefined;
  /** Epochs that it finished. */
  readonly epochs: number;
}

export interface TrainMembersOptions<M> {
  readonly tasks: readonly MemberTask[];
  /** A network's problem, to ask the engine how many threads it can use; all are about as large. */
  readonly problem: Problem;
  readonly engine: Engine;
  /** The most threads; as many as the machine has when absent. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignalLike | undefined;
  /**
   * @param options what to give `Engine.create`: how many threads, and whether apart from this one
   * @param rounds how many networks this thread's share still has to learn one after the other, this one included: of a
   * time that is left for all, one in so many parts is for this one
   */
  train(task: MemberTask, options: EngineOptions, rounds: number): Promise<M>;
  /** Whether the time that is left is too short for a network that hasn't begun; never asked of the first. */
  tooLate?(rounds: number): boolean;
}

/**
 * The trained networks in the order of the tasks. An aborted training leaves out those that never began, and those that were
 * ended in their first epoch where others came further; one that is too late leaves out those that never began.
 *
 * @throws what `train` throws, of the first task that failed
 */
export async function trainMembers<M extends TrainedMember>(options: TrainMembersOptions<M>): Promise<M[]> {
  return await countedMembers(await trainEach(options), options);
}

/** The same with what `train` returns of each task, whatever that is; those that never began are left out. */
export async function trainEach<R>(options: TrainMembersOptions<R>): Promise<R[]> {
  const { tasks, signal } = options;
  const { options: engineOptions, sideBySide: limit } = arrangementOf(tasks.length, options);
  const results = await sideBySide(
    tasks.map((task, begun) => async () => {
      const rounds = Math.ceil((tasks.length - begun) / limit);
      if (begun > 0 && options.tooLate?.(rounds)) return undefined;
      return await options.train(task, engineOptions, rounds);
    }),
    { limit, signal },
  );
  return results.filter((result) => result !== undefined);
}

/** Those of the trained networks that the model has. @param options to train the first of them where none has begun */
export async function countedMembers<M extends TrainedMember>(
  trained: readonly M[],
  options: TrainMembersOptions<M>,
): Promise<M[]> {
  const { tasks } = options;
  if (trained.length === 0 && tasks.length > 0)
    return [await options.train(tasks[0], { threads: arrangementOf(tasks.length, options).options.threads }, 1)];
  return furthest(trained);
}

/** Those that have ended an epoch, or the first where none has. */
export function furthest<M extends Pick<TrainedMember, "epochs">>(trained: readonly M[]): M[] {
  const learned = trained.filter(({ epochs }) => epochs > 0);
  return learned.length > 0 ? learned : trained.slice(0, 1);
}
