/**
 * Trains the networks of a model on all of the machine's threads: side by side where one cannot use them all.
 *
 * How one network is trained is the caller's business; which of them are trained, how many at a time, and that their order
 * never depends on who was done first, is this file's.
 */

import type { Target } from "../../data/encoding.ts";
import type { Engine, EngineOptions, Numbers, Problem } from "../../engines/engine.ts";
import type { Member } from "../../models/document.ts";
import { arrange } from "./arrangement.ts";
import type { MemberTask } from "./memberTasks.ts";
import { sideBySide } from "./sideBySide.ts";

/** A network that has learned; R is whatever else its training came to. */
export interface TrainedMember<R = unknown> {
  readonly task: MemberTask;
  /** What the model's file says of it. */
  readonly description: Member;
  /** With the statistics of its own training rows. */
  readonly target: Target;
  /** In the layout of the description's network. */
  readonly parameters: Numbers;
  /** y for the rows of its fold, [N, outputs], none by an epoch that it chose; absent where nothing validates. */
  readonly outputs?: Numbers | undefined;
  /** Epochs that it finished. */
  readonly epochs: number;
  readonly result: R;
}

export interface TrainMembersOptions<M extends TrainedMember> {
  readonly tasks: readonly MemberTask[];
  /** A network's problem, to ask the engine how many threads it can use; all are about as large. */
  readonly problem: Problem;
  readonly engine: Engine;
  /** The most threads; as many as the machine has when absent. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * @param options what to give `Engine.create`: how many threads, and whether apart from this one
   * @param rounds how many networks this thread's share still has to learn one after the other, this one included: of a
   * time that is left for all, one in so many parts is for this one
   */
  train(task: MemberTask, options: EngineOptions, rounds: number): Promise<M>;
}

/**
 * The trained networks in the order of the tasks. An aborted training leaves out those that never began, and those that were
 * ended in their first epoch where others came further.
 *
 * @throws what `train` throws, of the first task that failed
 */
export async function trainMembers<M extends TrainedMember>(options: TrainMembersOptions<M>): Promise<M[]> {
  const { tasks, problem, engine, signal } = options;
  const { useful, available } = engine.parallelism?.(problem) ?? { useful: 1, available: 1 };
  const machine = { useful, available: Math.min(available, options.threads ?? available) };
  const arrangement = arrange(tasks.length, machine);
  const { threads, sideBySide: limit } = arrangement;
  const results = await sideBySide(
    tasks.map((task, begun) => () => {
      const rounds = Math.ceil((tasks.length - begun) / limit);
      return options.train(task, { threads, apart: limit > 1 }, rounds);
    }),
    { limit, signal },
  );
  const trained = results.filter((member) => member !== undefined);
  if (trained.length === 0 && tasks.length > 0) return [await options.train(tasks[0], { threads }, 1)];
  const learned = trained.filter(({ epochs }) => epochs > 0);
  return learned.length > 0 ? learned : trained.slice(0, 1);
}
