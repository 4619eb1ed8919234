/**
 * One training of a search, as it is recorded: the settings, the epochs and the result. Plain JSON.
 *
 * Knows nothing of how a search chooses and of where records are kept.
 */
import { finite, listOf, object, oneOf, recordOf, whole, withFields } from "../kinds.ts";
import type { Scores } from "./objective.ts";
import type { Values } from "./tunable.ts";

export interface TrialRecord {
  /** The trial's number; 0 is the unchanged recipe. */
  readonly trial: number;
  /** The settings that differ from the recipe and the fixed settings. */
  readonly values: Values;
  readonly seed: number;
  /** The rung, counted from 0, the lowest. */
  readonly rung: number;
  /** The maximum number of epochs of the training. */
  readonly epochs: number;
  readonly status: "finished" | "failed";
  /** The metrics of the validation rows; none for a failed trial. */
  readonly scores: Scores;
  /** The epoch whose parameters were evaluated; absent for a failed trial. */
  readonly bestEpoch?: number;
  /** Why it failed. */
  readonly message?: string;
  /** Seconds of wall-clock time. */
  readonly seconds: number;
}

export const recordKind = withFields("a trial's record", {
  trial: whole(0),
  values: object,
  seed: whole(0),
  rung: whole(0),
  epochs: whole(1),
  status: oneOf("finished", "failed"),
  scores: recordOf(finite, "finite numbers"),
  seconds: finite,
});
/** What a caller may give for trials of an earlier search. */
export const recordsKind = listOf(recordKind, "records of trials");

/** A training that is to be made. */
export type TrialJob = Pick<TrialRecord, "trial" | "values" | "seed" | "rung" | "epochs">;

/** What decides the outcome of a trial: the same key, the same bits. */
export function trialKey({ values, seed, epochs }: Pick<TrialRecord, "values" | "seed" | "epochs">): string {
  const sorted = Object.keys(values).sort();
  return JSON.stringify([sorted.map((name) => [name, values[name]]), seed, epochs]);
}
