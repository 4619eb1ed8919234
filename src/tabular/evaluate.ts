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
import { unseenWarnings } from "../data/unseen.ts";
import type { Model } from "../models/model.ts";
import { type ClassificationMetrics, judgeClassification } from "../training/metrics/classificationMetrics.ts";
import type { Judged } from "../training/metrics/judged.ts";
import { judgeRegression, type RegressionMetrics } from "../training/metrics/regressionMetrics.ts";
import { type TableLike, tableOf } from "./tableLike.ts";

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
  const table = tableOf(rows);
  const known = rowsWithTarget(table, targetNames(model.document.target));
  const judged = judge(model, known.rows.length === table.rows ? table : selectRows(table, known.rows));
  const { encoder, target } = model.document;
  const encoders = [encoder, ...(model.document.further ?? []).map((member) => member.encoder)];
  const used = [...targetNames(target), ...encoders.flatMap(({ columns }) => columns.map(({ name }) => name))];
  const warnings = [...notesOf([table], used), ...known.warnings, ...unseenWarnings(encoder, table)];
  return { rows: known.rows.length, warnings, ...judged };
}

type Judgement = Evaluation extends infer E ? (E extends Evaluation ? Omit<E, "rows" | "warnings"> : never) : never;

/** The names of a target's columns. */
export function targetNames(target: Target): readonly string[] {
  return target.task === "classification" ? [target.column] : target.columns;
}

function judge(model: Model, table: Table): Judgement {
  const { target } = model.document;
  if (model.task === "classification" && target.task === "classification") {
    const classes = encodeTarget(target, table);
    const judged = judgeClassification({ probabilities: model.probabilities(table), classes, shares: target.shares });
    return { task: target.task, ...judged };
  }
  if (model.task === "regression" && target.task === "regression") {
    const observed = observedNumbers(target, table);
    return { task: target.task, ...judgeRegression({ predicted: model.values(table), observed, means: target.means }) };
  }
  throw new Error(`a ${model.task} model with a ${target.task} target`); // modelFromBytes never makes one
}
