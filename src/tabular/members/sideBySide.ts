/**
 * Tasks that go on at the same time, at most so many of them. Knows nothing of what they do.
 */
import type { AbortSignalLike } from "../../kinds.ts";

export interface SideBySideOptions {
  /** The most that go on at the same time, at least 1. */
  readonly limit: number;
  /** When it is aborted no further task begins; those under way end as they see fit. */
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * Runs tasks, beginning them in their order.
 *
 * @returns the result of each of them, in their order and whatever order they ended in; undefined for a task that never
 * began, because the signal was aborted
 * @throws when tasks fail, and after those under way have ended: the error of the first that failed, in their order. No
 * task begins after one failed.
 */
export async function sideBySide<T>(
  tasks: readonly (() => Promise<T>)[],
  { limit, signal }: SideBySideOptions,
): Promise<(T | undefined)[]> {
  const results: (T | undefined)[] = tasks.map(() => undefined);
  const failures = new Map<number, unknown>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length && failures.size === 0 && !signal?.aborted) {
      const at = next++;
      try {
        results[at] = await tasks[at]();
      } catch (error) {
        failures.set(at, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, work));
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
  return results;
}
