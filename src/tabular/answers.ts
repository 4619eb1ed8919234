/**
 * A model's answers to rows with known targets, and how they are judged. Knows nothing of where the answers come from.
 */
import type { Target, Task } from "../data/encoding.ts";
import type { Table } from "../data/table.ts";
import { trueValues } from "../data/target.ts";
import type { Numbers } from "../engines/engine.ts";
import { type Model, responseToAll } from "../models/model.ts";
import { type ClassificationMetrics, evaluateClassification } from "../training/metrics/classificationMetrics.ts";
import { evaluateRegression, type RegressionMetrics } from "../training/metrics/regressionMetrics.ts";
import type { WithBaseline } from "../training/metrics/withBaseline.ts";

/** What a task is judged by. */
export type MetricsOf<T extends Task> = T extends "classification" ? ClassificationMetrics : RegressionMetrics;

/** The answers to some rows, and what is true of them. */
export interface Answers {
  readonly rows: number;
  /** Its statistics of training rows are all that the baseline knows. */
  readonly target: Target;
  /** [N, outputs]: probabilities, or numbers in the targets' units. */
  readonly responses: Float64Array;
  /** What is true: class indices [N], or numbers in the targets' units [N, D]. */
  readonly desired: Numbers;
}

/**
 * A model's answers to a table whose targets are all known.
 *
 * @throws {DataError} a column of the encoder or of the target is missing, a label was never seen in training
 */
export function answersOf(model: Model, table: Table): Answers {
  return answersFrom(model, table, model.task === "classification" ? model.probabilities(table) : model.values(table));
}

/** The same on all threads, where the engine has them; the same answers. @throws {DataError} as `answersOf` does */
export async function answersOfAll(model: Model, table: Table): Promise<Answers> {
  return answersFrom(model, table, await responseToAll(model, table));
}

function answersFrom(model: Model, table: Table, responses: Float64Array): Answers {
  const { target } = model.document;
  return { rows: table.rows, target, responses, desired: trueValues(target, table) };
}

/** Answers judged beside the trivial baseline, which knows the statistics of training rows. */
export function evaluateAnswers({ target, responses, desired }: Omit<Answers, "rows">): WithBaseline<MetricsOf<Task>> {
  return target.task === "classification"
    ? evaluateClassification({ probabilities: responses, classes: desired, shares: target.shares })
    : evaluateRegression({ predicted: responses, observed: desired, means: target.means });
}
