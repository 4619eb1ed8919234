/**
 * How good a model is on a table with known targets: its metrics compared with those of the trivial baseline, and a verdict.
 *
 * The baseline knows what the training rows' target looked like and nothing else: class shares, or means. Both are in
 * the model's target description, so a model that comes from a file is evaluated as the one that was just trained.
 */
import type { Task } from "../data/encoding.ts";
import { NO_GROUP, NO_WEIGHTS } from "../data/remedies.ts";
import { selectRows } from "../data/rows.ts";
import { notesOf, type Table, type Warning } from "../data/table.ts";
import { rowsWithTarget } from "../data/target.ts";
import { targetNames } from "../data/targetNames.ts";
import { withoutWeightless } from "../data/weightColumn.ts";
import { either, type Kinds, kind, requireKind, requireOptions, text } from "../kinds.ts";
import type { WithBaseline } from "../metrics/withBaseline.ts";
import { clippedWarnings } from "../models/clippedPredictions.ts";
import { hasImportedBaseline, type ModelDocument, memberEncoders, type Verdict } from "../models/document.ts";
import { type Model, modelKind } from "../models/model.ts";
import { modelReadings } from "../models/modelReadings.ts";
import {
  type Against,
  comparePredictions,
  type OtherModel,
  otherPredictions,
  requireSameTarget,
  sharedRows,
  withWeight,
} from "./against.ts";
import { evaluatePredictions, type MetricsOf, type Predictions, predictionsOf } from "./predictions.ts";
import { requireCountingColumns } from "./rowColumns.ts";
import { type TableLike, tableOf } from "./tableLike.ts";
import { trainingWarnings } from "./trust.ts";
import { baselineWarnings, measureOf, verdictOf, verdictWarnings } from "./verdict.ts";
import { constantWarnings } from "./warnings/constantPredictions.ts";
import { learnedRowsWarnings, qualified, unknownRowsWarnings } from "./warnings/learnedRows.ts";
import { predictionWarnings } from "./warnings/predictionWarnings.ts";

/** A model evaluated on some rows; `task` decides which metrics. */
export type Evaluation<T extends Task = Task> = T extends Task
  ? WithBaseline<MetricsOf<T>> & {
      readonly task: T;
      readonly rows: number;
      /** The sample weight column; absent where all rows have equal weight. */
      readonly weights?: string;
      /** The group column, whose rows may depend on each other; absent where each row is its own group. */
      readonly group?: string;
      /** Whether the model is better than the baseline on these rows, by how much, how certain. */
      readonly verdict: Verdict;
      /** The same rows by another model, where one was given. */
      readonly against?: Against<MetricsOf<T>>;
      readonly warnings: readonly Warning[];
    }
  : never;

export interface EvaluateOptions {
  /**
   * The sample weight column; false for none. When absent that of the training, if the table has it: if it doesn't,
   * all rows have equal weight, with a warning.
   */
  readonly weights?: string | false | undefined;
  /**
   * The group column: rows of one group may depend on each other, which widens the verdict's interval; false for
   * none. When absent that of the training, if the table has it: if it doesn't, each row is its own group, with a
   * warning.
   */
  readonly group?: string | false | undefined;
  /**
   * Another model for the same target, to compare with on the same rows: `against` of the evaluation then says whether the model
   * is better or worse than it, by how much, with the confidence interval of the difference. Rows count if both models know
   * their target.
   */
  readonly against?: Model | undefined;
}

export const columnOrNone = either(
  text,
  kind("false", (value) => value === false),
);
const evaluateKinds = {
  weights: columnOrNone,
  group: columnOrNone,
  against: modelKind,
} as const satisfies Kinds<EvaluateOptions>;

/**
 * Evaluates a model on rows whose targets are known; rows without one, or of weight 0, are left out with a warning.
 *
 * Warnings: those of reading the table, `target-missing`, `weight-zero`, `weights-absent`, `group-absent`, `evaluated-on-training-rows` or `learned-online` and `learned-elsewhere`, those of `predictionWarnings`, `worse-than-baseline` or
 * `no-better-than-baseline`, `baseline-unknown`, `constant-predictions`, and the warnings of the model's training. `evaluated-on-training-rows` comes for
 * the other model too, where only that one has learned from the rows.
 *
 * @throws {DataError} a column of the encoder or of the target is missing, a label does not occur in the training
 * rows, or a weight is missing or below 0
 * @throws {DescriptionError} a column of weights or groups that is a target, or both at once; another model of another target
 *
 * @example
 * import { evaluate, train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * const { rows: evaluated, warnings } = evaluate(model, rows);
 * evaluated; // 40
 * warnings.map(({ code }) => code).includes("evaluated-on-training-rows"); // true
 */
export function evaluate(model: Model, rows: TableLike, options: EvaluateOptions = {}): Evaluation {
  requireKind("evaluate's model", model, modelKind);
  requireOptions(options, evaluateKinds, "evaluate");
  const { against, ...columns } = options;
  const tableFor = ({ document }: Model): Table => tableOf(rows, { readings: readingsFor(document, columns) });
  const table = tableFor(model);
  if (against === undefined) return evaluateTable(model, table, columns);
  requireSameTarget(model.document, against.document);
  return evaluateTable(model, table, columns, { model: against, table: tableFor(against) });
}

/** How a model reads a table to be evaluated on. */
function readingsFor(document: ModelDocument, { weights, group }: EvaluateOptions): ReturnType<typeof modelReadings> {
  const readings = modelReadings(document, true);
  if (typeof weights === "string" && !readings.has(weights)) readings.set(weights, { type: "number" });
  if (typeof group === "string" && !readings.has(group)) readings.set(group, { type: "text" });
  return readings;
}

/** The same of a table that was read, and of another model with the table as it reads it. */
export function evaluateTable(
  model: Model,
  table: Table,
  asked: Omit<EvaluateOptions, "against">,
  other?: OtherModel,
): Evaluation {
  return evaluationOf(model.document, evaluatedRows(model, table, asked, other));
}

/** What is to be said of rows, but for what their predictions are compared with: of rows that ranks share, that of all. */
export interface EvaluatedRows {
  /** For the rows that are here. */
  readonly predictions: Predictions;
  /** The same by another model. */
  readonly other?: Predictions;
  /** Whether the model was trained on some of the rows, and the other one. */
  readonly learned: { readonly own: boolean; readonly other: boolean };
  /** What messages call the rows. */
  readonly source: string;
  readonly warnings: readonly Warning[];
}

/** Predicts the rows of a table, or of a share of it, and finds what is to be warned of. @throws as `evaluate`; on every rank */
export function evaluatedRows(
  model: Model,
  table: Table,
  { weights: asked, group: askedGroup }: Omit<EvaluateOptions, "against">,
  other?: OtherModel,
): EvaluatedRows {
  const { document } = model;
  const { target } = document;
  const known = rowsWithTarget(table, targetNames(target));
  const rows = other === undefined ? known.rows : sharedRows(known.rows, table, other);
  const labelled = rows.length === table.rows ? table : selectRows(table, rows);
  const weighted = countingColumn("weights", document, labelled, asked);
  const together = countingColumn("group", document, labelled, askedGroup);
  const [weights, group] = [weighted.name, together.name];
  requireCountingColumns(labelled, { weights, group, targets: targetNames(target) });
  const counted = weights === undefined ? { table: labelled, warnings: [] } : withoutWeightless(labelled, weights);
  const { table: looked } = counted;
  const predictions = predictionsOf(model, looked, { weights, group });
  const learned = learnedRowsWarnings(document, looked, predictions.desired);
  const theirs = other && { ...other, table: withWeight(labelled, weights, selectRows(other.table, rows)) };
  const beside = theirs && otherPredictions(predictions, theirs);
  const used = [
    ...targetNames(target),
    ...[weights, group].filter((name) => name !== undefined),
    ...memberEncoders(document).flatMap(({ columns }) => columns.map(({ name }) => name)),
  ];
  return {
    predictions,
    ...(beside && { other: beside.predictions }),
    learned: { own: learned.length > 0, other: (beside?.warnings.length ?? 0) > 0 },
    source: looked.source,
    warnings: [
      ...notesOf([table], used),
      ...known.warnings,
      ...weighted.warnings,
      ...counted.warnings,
      ...together.warnings,
      ...learned,
      ...(learned.length > 0 ? [] : unknownRowsWarnings(document, looked)),
      ...(learned.length > 0 ? [] : (beside?.warnings ?? [])),
      ...predictionWarnings(model, looked),
    ],
  };
}

/** How good the predictions are. @param rows all of them, in one process */
export function evaluationOf(document: ModelDocument, rows: EvaluatedRows): Evaluation {
  const { predictions, other, learned, source } = rows;
  const { weights, group } = predictions.countedBy ?? {};
  const measure = measureOf(document);
  const isImported = hasImportedBaseline(document);
  const verdict = qualified(verdictOf(predictions, { of: "given", measure, isImported }), learned.own);
  const found = [
    ...rows.warnings,
    ...clippedWarnings(document, source, predictions.responses),
    ...verdictWarnings(verdict, document.target, isImported),
    ...baselineWarnings(document),
    ...constantWarnings(predictions),
  ];
  const warnings = [...found, ...trainingWarnings(document, found)];
  const evaluation = {
    task: document.task,
    rows: predictions.rows,
    ...(weights !== undefined && { weights }),
    ...(group !== undefined && { group }),
    verdict,
    ...(other && {
      against: {
        metrics: evaluatePredictions(other).model,
        verdict: qualified(comparePredictions(predictions, other, measure), learned.own, learned.other),
      },
    }),
    warnings,
    ...evaluatePredictions(predictions),
  };
  return evaluation as Evaluation; // the task of the target decides both
}

/** What evaluating without the training's column means. */
const withoutColumn = {
  weights: {
    code: "weights-absent",
    meaning: `the weight column of the training. Without it all rows have equal weight, so these metrics cannot be compared with those of the training: add the column, or, if that is what you want, ${NO_WEIGHTS}.`,
  },
  group: {
    code: "group-absent",
    meaning: `the group column of the training. Without it each row counts as its own group, so the confidence interval is too narrow if rows belong together: add the column, or, if they don't, ${NO_GROUP}.`,
  },
} as const;

/** The column of weights or of groups: that which was asked for, or the training's where the table has it. */
function countingColumn(
  which: "weights" | "group",
  document: ModelDocument,
  table: Table,
  asked: string | false | undefined,
): { readonly name?: string; readonly warnings: readonly Warning[] } {
  const name = asked ?? document[which]?.column;
  if (name === undefined || name === false) return { warnings: [] };
  if (asked !== undefined || table.columns.some((column) => column.name === name)) return { name, warnings: [] };
  const { code, meaning } = withoutColumn[which];
  const message = `In ${table.source}: no column ${JSON.stringify(name)}, ${meaning}`;
  return { warnings: [{ code, columns: [name], message }] };
}
