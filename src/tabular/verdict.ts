/**
 * How good a model is, in one sentence: better than the trivial baseline or not, by how much, how certain, on which rows.
 *
 * The statistics are `metrics/comparison.ts`'s business. Knows no commands.
 */

import { counted } from "../counted.ts";
import { LOG_LOSS_METRIC, optionName } from "../data/remedies.ts";
import type { Warning } from "../data/table.ts";
import { baselinePrediction, targetNames } from "../data/targetNames.ts";
import {
  type Comparison,
  compareClasses,
  compareNumbers,
  foldDependence,
  type Measure,
  ofClasses,
  ofLabels,
} from "../metrics/comparison.ts";
import { compareLabels } from "../metrics/labelComparison.ts";
import { compareQuantiles } from "../metrics/quantileComparison.ts";
import { hasImportedBaseline, type ModelDocument, type Verdict } from "../models/document.ts";
import { rounded } from "../rounded.ts";
import type { Predictions } from "./predictions.ts";

export interface VerdictOptions {
  /** What the rows are. */
  readonly of: Verdict["of"];
  /** What is compared: see `measureOf`. */
  readonly measure: Measure;
  /** How many folds the rows are of, each predicted by the networks trained on the others; 1 when absent. */
  readonly folds?: number;
  /** Whether nothing is known of the training rows, which the baseline usually knows; false when absent. */
  readonly isImported?: boolean;
}

/** What a model is compared by: what it was trained for, so that a model for rare classes isn't evaluated by common ones. */
export function measureOf({ task, target, provenance }: ModelDocument): Measure {
  const { metric, classWeights } = provenance.options;
  if (target.task === "regression") return target.quantiles === undefined ? "squaredError" : "pinball";
  if (metric === "logLoss" || metric === "brier" || metric === "rocAuc") return "logLoss";
  const alike = metric === "balancedAccuracy" || metric === "macroF1" || classWeights === "balanced";
  if (alike) return "balancedAccuracy";
  return task === "multilabel" ? "hammingLoss" : "accuracy";
}

/** @throws {ShapeError | DataError} as the metrics do */
export function verdictOf(
  predictions: Predictions,
  { of, measure, folds = 1, isImported = false }: VerdictOptions,
): Verdict {
  const found = compared(predictions, measure, foldDependence(folds));
  const { hindsight, widened, ...comparison } = found;
  const { weights, group } = predictions.countedBy ?? {};
  const sentence = sentenceOf(found, of, predictions, trivialPrediction(measure, predictions.target, isImported));
  const columns = { ...(weights !== undefined && { weights }), ...(group !== undefined && { group }) };
  return { of, ...comparison, ...columns, sentence };
}

/** Warning: `worse-than-baseline` or `no-better-than-baseline`. @param isImported as `verdictOf` has it */
export function verdictWarnings(verdict: Verdict, target: Predictions["target"], isImported = false): Warning[] {
  const columns = targetNames(target);
  const trivial = trivialPrediction(verdict.measure as Measure, target, isImported);
  if (verdict.conclusion === "worse") {
    const message =
      `The model is worse than ${trivial} of ${columns.join(", ")}: don't use it. Check that the columns are related to the target and are ` +
      `read correctly, give the training more rows or time, or try another recipe (${optionName("recipe")}).`;
    return [{ code: "worse-than-baseline", columns, message }];
  }
  if (verdict.conclusion !== "undecided") return [];
  const byProbabilities =
    verdict.measure === "accuracy"
      ? ` To compare the probabilities instead of the classes, train with ${LOG_LOSS_METRIC}.`
      : "";
  const message =
    `The model is not shown to be better than ${trivial} of ${columns.join(", ")}: don't rely on it. More rows make this more certain; ` +
    `better features or a longer training may improve the model.${byProbabilities}`;
  return [{ code: "no-better-than-baseline", columns, message }];
}

/** Warning: `baseline-unknown`, of a target whose distribution comes from a file of another program. */
export function baselineWarnings(document: ModelDocument): Warning[] {
  if (!hasImportedBaseline(document)) return [];
  const { target } = document;
  const constant =
    target.task === "regression" ? "the mean that the file scales its outputs by, or 0" : "equal shares of all classes";
  const message = `Of the training rows of the imported network nothing is known: the baseline predicts ${constant}, so the comparison with it is of little worth.`;
  return [{ code: "baseline-unknown", columns: [...targetNames(target)], message }];
}

function compared(
  { target, responses, quantiles, desired, sampleWeights, groups }: Predictions,
  measure: Measure,
  dependence: number,
): Comparison {
  const counts = { sampleWeights, groups, dependence };
  switch (target.task) {
    case "classification": {
      const { shares } = target;
      return compareClasses({
        measure: ofClasses(measure),
        probabilities: responses,
        classes: desired,
        shares,
        ...counts,
      });
    }
    case "multilabel": {
      const shares = baselinePrediction(target);
      return compareLabels({
        measure: ofLabels(measure),
        probabilities: responses,
        flags: desired,
        shares,
        ...counts,
      });
    }
    case "regression": {
      const { means, deviations } = target;
      if (quantiles !== undefined && target.quantiles !== undefined)
        return compareQuantiles({ predicted: quantiles, observed: desired, ...target.quantiles, ...counts });
      return compareNumbers({ predicted: responses, observed: desired, means, deviations, ...counts });
    }
    default:
      return target satisfies never;
  }
}

const CONSTANTS = { classification: "class", multilabel: "labels", regression: "number" } as const;

/** What the baseline does. */
function trivialPrediction(measure: Measure, target: Predictions["target"], isImported: boolean): string {
  if (isImported)
    return `always predicting the same ${measure === "logLoss" ? "probabilities" : CONSTANTS[target.task]}`;
  if (measure === "pinball") return "always predicting the quantiles of the training rows";
  if (target.task === "regression") return "always predicting the mean";
  if (target.task === "multilabel") {
    return `always predicting ${measure === "logLoss" ? "the labels' shares" : "the more frequent value of each label"}`;
  }
  if (measure === "logLoss") return "always predicting the class shares";
  const largest = target.shares.reduce((a, b) => Math.max(a, b));
  const tied = target.shares.filter((share) => share === largest).length > 1;
  return `always predicting ${tied ? "one of the most frequent classes" : "the most frequent class"}`;
}

const NAMES: Readonly<Record<Measure, string>> = {
  accuracy: "accuracy",
  balancedAccuracy: "balanced accuracy",
  hammingLoss: "Hamming loss",
  logLoss: "log loss",
  squaredError: "RMSE",
  pinball: "mean pinball loss",
};
const ROWS: Readonly<Record<Verdict["of"], string>> = {
  test: "test rows",
  validation: "validation rows",
  "out-of-fold": "out-of-fold rows",
  given: "rows",
};

function sentenceOf(comparison: Comparison, of: Verdict["of"], predictions: Predictions, trivial: string): string {
  const { conclusion } = comparison;
  const opening = { better: "Better than", undecided: "Not shown to be better than", worse: "Worse than" }[conclusion];
  return `${opening} ${trivial}: ${figuresOf(comparison, of, predictions)}.`;
}

/** "accuracy 0.9 vs. 0.5 on 40 test rows (difference 0.4, 95 % confidence interval 0.2 to 0.6)" */
export function figuresOf(
  comparison: Comparison,
  of: Verdict["of"],
  { target, countedBy = {} }: Pick<Predictions, "target" | "countedBy">,
): string {
  const { measure, rows, model, baseline } = comparison;
  const figures = `${NAMES[measure]} ${shown(model)} vs. ${shown(baseline)}${unitOf(target)}`;
  const weighted = countedBy.weights === undefined ? "" : `, weighted by ${countedBy.weights}`;
  const { group } = countedBy;
  const grouped = group === undefined ? "" : ` in ${counted(comparison.groups ?? rows, "group")} of ${group}`;
  const where = `on ${rows} ${rows === 1 ? ROWS[of].replace("rows", "row") : ROWS[of]}${grouped}${weighted}`;
  return `${figures} ${where}${differenceOf(comparison)}`;
}

/** Several targets are compared together, each in its own deviations: their units differ. */
function unitOf(target: Predictions["target"]): string {
  return target.task === "regression" && target.columns.length > 1 ? ", in standard deviations of the targets," : "";
}

function differenceOf({ measure, difference, interval, certainty, groups, ...marks }: Comparison): string {
  if (interval === undefined) return ", too few to decide";
  const lower = measure === "logLoss" || measure === "hammingLoss";
  const relative = measure === "squaredError" || measure === "pinball";
  const gain = measure === "squaredError" ? "squared error reduction" : lower || relative ? "reduction" : "difference";
  const text = relative ? percent : shown;
  const [low, high] = interval.map(text);
  const best = marks.hindsight ? "; its lower end compares with the best constant prediction for these rows" : "";
  const exact = marks.widened
    ? "; it reaches 0 because an exact sign test doesn't exclude that there is no difference"
    : "";
  return ` (${gain} ${text(difference)}, ${100 * certainty} % confidence interval${groups === undefined ? "" : " by groups"} ${low} to ${high}${best}${exact})`;
}

/** A share as a whole percentage; far below 0 its size says nothing more. */
function percent(share: number): string {
  if (share < -10) return "below −1000 %";
  return `${Math.round(100 * share)} %`.replace("-", "−");
}

/** Four significant digits, as the tables of metrics have. */
function shown(value: number): string {
  return String(rounded(value, 4)).replaceAll("-", "−");
}
