/**
 * How good a model is on a table with known answers: its metrics beside those of the trivial baseline.
 *
 * The baseline knows what the training rows' target looked like and nothing else: class shares, or means. Both are in
 * the model's target description, so a model that comes from a file is judged as the one that was just trained.
 */

import type { Target, Task } from "../data/encoding.ts";
import { selectRows } from "../data/rows.ts";
import { notesOf, type Table, type Warning } from "../data/table.ts";
import { encodeTarget, observedNumbers, rowsWithTarget } from "../data/target.ts";
import type { Model } from "../models/model.ts";
import { modelReadings } from "../models/modelReadings.ts";
import { type ClassificationMetrics, judgeClassification } from "../training/metrics/classificationMetrics.ts";
import type { Judged } from "../training/metrics/judged.ts";
import { judgeRegression, type RegressionMetrics } from "../training/metrics/regressionMetrics.ts";
import { type TableLike, tableOf } from "./tableLike.ts";
import { answerWarnings } from "./warnings/answerWarnings.ts";

/** What a task is judged by. */
export type MetricsOf<T extends Task> = T extends "classification" ? ClassificationMetrics : RegressionMetrics;

/** A model judged on some rows; `task` tells which metrics. */
export type Evaluation<T extends Task = Task> = T extends Task
  ? Judged<MetricsOf<T>> & { readonly task: T; readonly rows: number; readonly warnings: readonly Warning[] }
  : never;

/**
 * Judges a model on rows whose targets are known; rows without one are passed over with a warning.
 *
 * @throws {DataError} a column of the encoder or of the target is missing, a label was never seen in training
 */
export function evaluate(model: Model, rows: TableLike): Evaluation {
  const table = tableOf(rows, { readings: modelReadings(model.document, true) });
  const known = rowsWithTarget(table, targetNames(model.document.target));
  const looked = known.rows.length === table.rows ? table : selectRows(table, known.rows);
  const answers = model.task === "regression" ? model.values(looked) : model.probabilities(looked);
  const { target, further = [] } = model.document;
  const encoders = [model.document, ...further].map((member) => member.encoder);
  const used = [...targetNames(target), ...encoders.flatMap(({ columns }) => columns.map(({ name }) => name))];
  const warnings = [...notesOf([table], used), ...known.warnings, ...answerWarnings(model, looked, answers)];
  return { rows: known.rows.length, warnings, ...judge(target, looked, answers) };
}

type Judgement = Evaluation extends infer E ? (E extends Evaluation ? Omit<E, "rows" | "warnings"> : never) : never;

/** The names of a target's columns. */
export function targetNames(target: Target): readonly string[] {
  return target.task === "classification" ? [target.column] : target.columns;
}

/** @param answers [N, K] probabilities or [N, D] values, as the target's task asks for */
function judge(target: Target, table: Table, answers: Float64Array): Judgement {
  if (target.task === "classification") {
    const classes = encodeTarget(target, table);
    return { task: target.task, ...judgeClassification({ probabilities: answers, classes, shares: target.shares }) };
  }
  const observed = observedNumbers(target, table);
  return { task: target.task, ...judgeRegression({ predicted: answers, observed, means: target.means }) };
}
