/**
 * How good a model is on a table with known answers: its metrics beside those of the trivial baseline, and a verdict.
 *
 * The baseline knows what the training rows' target looked like and nothing else: class shares, or means. Both are in
 * the model's target description, so a model that comes from a file is judged as the one that was just trained.
 */
import type { Task } from "../data/encoding.ts";
import { selectRows } from "../data/rows.ts";
import { notesOf, type Warning } from "../data/table.ts";
import { rowsWithTarget } from "../data/target.ts";
import { requireKind } from "../kinds.ts";
import type { Verdict } from "../models/document.ts";
import { type Model, modelKind } from "../models/model.ts";
import { modelReadings } from "../models/modelReadings.ts";
import type { WithBaseline } from "../training/metrics/withBaseline.ts";
import { answersOf, evaluateAnswers, type MetricsOf } from "./answers.ts";
import { type TableLike, tableOf } from "./tableLike.ts";
import { targetNames } from "./targetNames.ts";
import { trainingWarnings } from "./trust.ts";
import { measureOf, verdictOf, verdictWarnings } from "./verdict.ts";
import { answerWarnings } from "./warnings/answerWarnings.ts";
import { constantWarnings } from "./warnings/constantAnswers.ts";
import { learnedRowsWarnings } from "./warnings/learnedRows.ts";

/** A model judged on some rows; `task` tells which metrics. */
export type Evaluation<T extends Task = Task> = T extends Task
  ? WithBaseline<MetricsOf<T>> & {
      readonly task: T;
      readonly rows: number;
      /** Whether the model is better than the baseline on these rows, by how much, how certain. */
      readonly verdict: Verdict;
      readonly warnings: readonly Warning[];
    }
  : never;

/**
 * Judges a model on rows whose targets are known; rows without one are left out with a warning.
 *
 * Warnings: those of reading the table, `target-missing`, `evaluated-on-training-rows`, those of `answerWarnings`, `worse-than-baseline` or
 * `no-better-than-baseline`, `constant-answers`, and what the model's training warned of.
 *
 * @throws {DataError} a column of the encoder or of the target is missing, a label was never seen in training
 */
export function evaluate(model: Model, rows: TableLike): Evaluation {
  requireKind("evaluate's model", model, modelKind);
  const table = tableOf(rows, { readings: modelReadings(model.document, true) });
  const { document } = model;
  const { target, further = [] } = document;
  const known = rowsWithTarget(table, targetNames(target));
  const looked = known.rows.length === table.rows ? table : selectRows(table, known.rows);
  const answers = answersOf(model, looked);
  const verdict = verdictOf(answers, { of: "given", measure: measureOf(document.task, document.provenance.options) });
  const encoders = [document, ...further].map((member) => member.encoder);
  const used = [...targetNames(target), ...encoders.flatMap(({ columns }) => columns.map(({ name }) => name))];
  const found = [
    ...notesOf([table], used),
    ...known.warnings,
    ...learnedRowsWarnings(document, looked, answers.desired),
    ...answerWarnings(model, looked, answers.responses),
    ...verdictWarnings(verdict, target),
    ...constantWarnings(answers),
  ];
  const warnings = [...found, ...trainingWarnings(document, found)];
  const evaluation = { task: document.task, rows: answers.rows, verdict, warnings, ...evaluateAnswers(answers) };
  return evaluation as Evaluation; // the task of the target decides both
}
