/** When the time of a training or a search begins to count: before its tables are read. Knows no table. */
import type { TrainOptions } from "./trainOptions.ts";

/** What was asked for, else now, in milliseconds of `performance.now()`; undefined where neither it nor a time was given. */
export function startOfTime({ startedAt, time }: Pick<TrainOptions, "startedAt" | "time">): number | undefined {
  return startedAt ?? (time === undefined ? undefined : performance.now());
}
