/**
 * A model's predictions for rows with known targets, and their metrics. Does not know where the predictions come from.
 */
import type { RegressionTarget, Target, Task } from "../data/encoding.ts";
import { groupsOfAll } from "../data/groupColumn.ts";
import type { Table } from "../data/table.ts";
import { trueValues } from "../data/target.ts";
import { baselinePrediction } from "../data/targetNames.ts";
import { weightsOf } from "../data/weightColumn.ts";
import type { Numbers } from "../engines/engine.ts";
import { type ClassificationMetrics, classificationMetrics } from "../metrics/classificationMetrics.ts";
import { type MultilabelMetrics, multilabelMetrics } from "../metrics/multilabelMetrics.ts";
import { evaluateQuantiles, type QuantileMetrics } from "../metrics/quantileMetrics.ts";
import { type RegressionMetrics, regressionMetrics } from "../metrics/regressionMetrics.ts";
import type { Weighted } from "../metrics/sampleWeights.ts";
import { type WithBaseline, withBaseline } from "../metrics/withBaseline.ts";
import { type Model, responsesTo, responsesToAll } from "../models/model.ts";
import { alikeAtOnce } from "./ranks/alike.ts";
import type { CountedBy } from "./rowColumns.ts";

/** The metrics of a task. */
export type MetricsOf<T extends Task> = T extends "classification"
  ? ClassificationMetrics
  : T extends "multilabel"
    ? MultilabelMetrics
    : RegressionMetrics & Partial<QuantileMetrics>;

/** How the rows count. */
export interface Counting {
  /** [N], as the table has them; all rows have equal weight when absent. */
  readonly sampleWeights?: Float64Array | undefined;
  /** [N], each row's group as a number; each row is its own when absent. */
  readonly groups?: Float64Array | undefined;
  readonly countedBy?: CountedBy | undefined;
}

/** The predictions for some rows, and the true values. */
export interface Predictions extends Counting {
  readonly rows: number;
  /** Its statistics of training rows are all that the baseline knows. */
  readonly target: Target;
  /** [N, K] or [N, L], probabilities of classes or of labels, or [N, D], numbers in the targets' units. */
  readonly responses: Float64Array;
  /** [N, Q], the quantiles that the target has, ascending in each row. */
  readonly quantiles?: Float64Array | undefined;
  /** What is true: class indices [N], labels as 1 and 0 [N, L], or numbers in the targets' units [N, D]. */
  readonly desired: Numbers;
}

/**
 * A model's predictions for a table whose targets are all known, or for one rank's share of it.
 *
 * @param countedBy the sample weight column and the group column
 * @throws {DataError} a column of the encoder or of the target is missing, a label does not occur in the training rows; on every rank, of
 * those that share the rows
 */
export function predictionsOf(model: Model, table: Table, countedBy: CountedBy): Predictions {
  const { target } = model.document;
  const predict = () => ({ ...responsesTo(model, table), desired: trueValues(target, table) });
  const own = table.ranks === undefined ? predict() : alikeAtOnce(table.ranks, predict);
  return { rows: table.rows, target, ...own, ...countingOf(table, countedBy) };
}

/** The same on all threads, where the engine has them; the same predictions. @throws {DataError} as `predictionsOf` does */
export async function predictionsOfAll(model: Model, table: Table, countedBy: CountedBy): Promise<Predictions> {
  const { target } = model.document;
  const responses = await responsesToAll(model, table);
  return {
    rows: table.rows,
    target,
    ...responses,
    desired: trueValues(target, table),
    ...countingOf(table, countedBy),
  };
}

/** How a table's rows count. @throws {DataError} a column that is missing, or holds no weights or groups */
export function countingOf(table: Table, countedBy: CountedBy = {}): Counting {
  const { weights, group } = countedBy;
  if (weights === undefined && group === undefined) return {};
  return {
    ...(weights !== undefined && { sampleWeights: weightsOf(table, weights) }),
    ...(group !== undefined && { groups: groupsOfAll(table, group) }),
    countedBy,
  };
}

const metricsOfTask: {
  readonly [T in Task]: (
    responses: ArrayLike<number>,
    desired: ArrayLike<number>,
    width: number,
    options: Weighted,
  ) => MetricsOf<T>;
} = { classification: classificationMetrics, multilabel: multilabelMetrics, regression: regressionMetrics };

/** Predictions compared with those of the trivial baseline, which are the statistics of the training rows. */
export function evaluatePredictions<T extends Task>({
  target,
  responses,
  quantiles,
  desired,
  sampleWeights,
}: Pick<Predictions, "responses" | "quantiles" | "sampleWeights"> & {
  readonly target: Target & { readonly task: T };
  readonly desired: ArrayLike<number>;
}): WithBaseline<MetricsOf<T>> {
  const baseline = baselinePrediction(target);
  const metricsOf = metricsOfTask[target.task];
  const found = withBaseline(responses, baseline, (of) => metricsOf(of, desired, baseline.length, { sampleWeights }));
  const asked = target.task === "regression" ? (target as RegressionTarget).quantiles : undefined;
  if (quantiles === undefined || asked === undefined) return found;
  const own = evaluateQuantiles({ ...asked, predicted: quantiles, observed: desired, sampleWeights });
  return { model: { ...own.model, ...found.model }, baseline: { ...own.baseline, ...found.baseline } };
}
