/**
 * How good the model of a training is: its metrics on test rows and on the rows that its networks did not learn from, the
 * verdict, and what gives reason to warn of it.
 */
import type { Table, Warning } from "../data/table.ts";
import { clippedWarnings } from "../models/clippedPredictions.ts";
import { hasImportedBaseline } from "../models/document.ts";
import { plainJson } from "../models/json.ts";
import { type Model, withDocument } from "../models/model.ts";
import type { FoldPart } from "./fold.ts";
import { calibrationReport } from "./members/calibrationReport.ts";
import { type FoldPredictions, pooled } from "./members/outOfFold.ts";
import { evaluatePredictions, type Predictions, predictionsOfAll } from "./predictions.ts";
import { foldReport, partMetrics, type Report, type ReportWarning } from "./report.ts";
import type { CountedBy } from "./rowColumns.ts";
import { keptWarnings } from "./trust.ts";
import { baselineWarnings, measureOf, verdictOf, verdictWarnings } from "./verdict.ts";
import { constantWarnings } from "./warnings/constantPredictions.ts";
import { qualified, qualifiedByUnknownRows } from "./warnings/learnedRows.ts";

/** With fewer test rows, the out-of-fold rows are evaluated. */
const ENOUGH_TEST_ROWS = 50;
/** The same of test rows in groups, which may depend on each other. */
const ENOUGH_TEST_GROUPS = 10;

const unitsOf = ({ rows, groups }: Predictions): number => (groups === undefined ? rows : new Set(groups).size);

export interface RowsToEvaluate {
  /** The predictions to validation rows, fold by fold. */
  readonly predictions: readonly FoldPredictions[];
  /** 1 where one part of the rows validates. */
  readonly folds: number;
  readonly test: FoldPart | undefined;
  /** The rows that were trained on: evaluated, without a verdict, where there are no others. */
  readonly learned: FoldPart;
  /** That the validation rows chose the options too, or an earlier epoch: then they give no verdict. */
  readonly chosen?: Warning | undefined;
  /** Whether a training before this one may have learned from rows that are held out now. */
  readonly learnedBefore?: boolean;
  /** The sample weight column and the group column. */
  readonly countedBy: CountedBy;
  /** Predictions for a part, where ranks share its rows. */
  predict?(model: Model, table: Table): Promise<Predictions>;
}

export type TrainingEvaluation = Pick<Report, "metrics" | "verdict" | "folds" | "calibration" | "warnings">;

/** @param model without metrics: they are found here */
async function evaluateTraining(
  model: Model,
  { predictions, folds, test, learned, chosen, learnedBefore = false, countedBy, ...shared }: RowsToEvaluate,
): Promise<TrainingEvaluation> {
  const { predict = (of, table) => predictionsOfAll(of, table, countedBy) } = shared;
  const validated = predictions.length > 0 ? pooled(predictions) : undefined;
  const tested = test && (await predict(model, test.table));
  const calibrated = tested && calibrationReport(model, tested);
  return {
    metrics: partMetrics({
      training: validated || tested ? undefined : evaluatePredictions(await predict(model, learned.table)),
      validation: validated && evaluatePredictions(validated),
      test: tested && evaluatePredictions(tested),
    }),
    ...verdictBy(model, { validated, tested, folds, chosen, learnedBefore }),
    ...(folds > 1 && validated && { folds: foldReport(predictions) }),
    ...(calibrated && { calibration: calibrated }),
  };
}

/**
 * A model with its evaluation, which its document then holds; disposed of where that fails.
 *
 * @param rows what it is evaluated on
 * @param known what there is to warn of already
 */
export async function evaluated(
  trained: Model,
  rows: (trained: Model) => RowsToEvaluate | Promise<RowsToEvaluate>,
  known: readonly ReportWarning[],
): Promise<TrainingEvaluation & { readonly model: Model }> {
  try {
    const { warnings: found, ...evaluation } = await evaluateTraining(trained, await rows(trained));
    const { metrics, verdict } = evaluation;
    const warnings = [...known, ...found];
    const document = {
      ...trained.document,
      metrics: plainJson(metrics),
      ...(verdict && { verdict }),
      ...keptWarnings(warnings),
    };
    return { ...evaluation, warnings, model: withDocument(trained, document) };
  } catch (error) {
    trained.dispose();
    throw error;
  }
}

interface EvaluatedRows {
  readonly validated: Predictions | undefined;
  readonly tested: Predictions | undefined;
  readonly folds: number;
  readonly chosen: Warning | undefined;
  readonly learnedBefore: boolean;
}

/** The verdict on the test rows, or, if they are few, on the out-of-fold rows; the choice does not depend on the predictions. */
function verdictBy(
  { document }: Model,
  { validated, tested, folds, chosen, learnedBefore }: EvaluatedRows,
): Pick<TrainingEvaluation, "verdict" | "warnings"> {
  const shown = tested ?? validated;
  if (shown === undefined) return { warnings: [] };
  const held = clippedWarnings(document, `the ${tested ? "test" : "validation"} rows`, shown.responses);
  const found = [...constantWarnings(shown), ...held];
  const few = tested === undefined || tested.rows < ENOUGH_TEST_ROWS || unitsOf(tested) < ENOUGH_TEST_GROUPS;
  const byFolds = chosen === undefined && few && validated !== undefined && (folds > 1 || tested === undefined);
  const predictions = byFolds ? validated : tested;
  if (predictions === undefined) return { warnings: [...(chosen ? [chosen] : []), ...found] };
  const measure = measureOf(document);
  const of = byFolds ? (folds > 1 ? "out-of-fold" : "validation") : "test";
  const isImported = hasImportedBaseline(document);
  const verdict = verdictOf(predictions, { of, measure, isImported, ...(of === "out-of-fold" && { folds }) });
  return {
    verdict: qualifiedByUnknownRows(qualified(verdict, learnedBefore), document),
    warnings: [...verdictWarnings(verdict, predictions.target, isImported), ...baselineWarnings(document), ...found],
  };
}
