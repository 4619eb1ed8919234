/**
 * What a search optimizes: one metric of the validation rows, by name.
 *
 * Knows nothing of searching.
 */

import { type AliasOf, nameOf } from "../aliases.ts";
import type { Task } from "../data/encoding.ts";
import { DataError } from "../errors.ts";
import { type MetricName, metricFor, metrics } from "../metrics/metricTable.ts";

/** The Brier score chooses epochs, and is not among the metrics of a report. */
export type ObjectiveName = Exclude<MetricName, "brier">;
/** Its name or an alias of it. */
export type ObjectiveLike = ObjectiveName | AliasOf<"metric", ObjectiveName>;

export const objectiveNames = (Object.keys(metrics) as MetricName[]).filter((name) => name !== "brier");

const standard: Readonly<Record<Task, ObjectiveName>> = {
  classification: "accuracy",
  multilabel: "hammingLoss",
  regression: "rmse",
};

/** Metric by name; only the plain numbers of a report, so that a journal can carry them. */
export type Scores = Readonly<Partial<Record<ObjectiveName, number>>>;

/**
 * The metric to search by; the task's own when none is named.
 *
 * @throws {DescriptionError} a metric that is unknown or of another task
 */
export function objectiveOf(task: Task, name: string | undefined): ObjectiveName {
  if (name === undefined) return standard[task];
  const suitable = objectiveNames.filter((known) => metricFor(metrics[known], task) !== undefined);
  const table = Object.fromEntries(suitable.map((known) => [known, true])) as Record<ObjectiveName, true>;
  return nameOf("metric", table, name, `metric to search by for ${task}`);
}

/** A report's metrics of one part, as scores. */
export function scoresOf(part: object): Scores {
  const numbers = Object.entries(part).filter(([name, value]) => isObjective(name) && typeof value === "number");
  return Object.fromEntries(numbers);
}

export function isObjective(name: string): name is ObjectiveName {
  return objectiveNames.some((known) => known === name);
}

/** @throws {DataError} when the validation rows leave the metric undefined */
export function requireScore(scores: Scores, name: ObjectiveName): number {
  const score = scores[name];
  if (score !== undefined) return score;
  throw new DataError(
    `${metrics[name].label} is undefined on the validation rows, because all of them have the same target. Use another metric, or more validation rows.`,
  );
}

/** Negative where a is better than b, 0 where neither is: for sorting, the best first. Equal classifiers by log loss. */
export function compareScores(a: Scores, b: Scores, name: ObjectiveName): number {
  const difference = requireScore(a, name) - requireScore(b, name);
  if (difference !== 0) return metrics[name].better === "lower" ? difference : -difference;
  return (a.logLoss ?? 0) - (b.logLoss ?? 0);
}
