/**
 * Two models on the same rows: which is the better one, by how much, how certain, in one sentence.
 *
 * The statistics are `metrics/modelComparison.ts`'s business.
 */

import { selectRows } from "../data/rows.ts";
import type { Table, Warning } from "../data/table.ts";
import { rowsWithTarget } from "../data/target.ts";
import { outputNames, targetNames } from "../data/targetNames.ts";
import { weightsOf } from "../data/weightColumn.ts";
import { DataError, DescriptionError } from "../errors.ts";
import { type Comparison, type Measure, ofClasses, ofLabels } from "../metrics/comparison.ts";
import {
  compareClassModels,
  compareLabelModels,
  compareNumberModels,
  compareQuantileModels,
} from "../metrics/modelComparison.ts";
import type { ModelDocument, Verdict } from "../models/document.ts";
import type { Model } from "../models/model.ts";
import { type MetricsOf, type Predictions, predictionsOf } from "./predictions.ts";
import { alikeAtOnce } from "./ranks/alike.ts";
import { figuresOf } from "./verdict.ts";
import { learnedRowsWarnings } from "./warnings/learnedRows.ts";

/** A model compared with another one on the same rows, as a verdict; `against` is the other model's measure. */
export interface ModelComparison extends Omit<Verdict, "of" | "baseline"> {
  readonly against: number;
}

/** A model to compare with, and the rows as it reads them. */
export interface OtherModel {
  readonly model: Model;
  readonly table: Table;
}

/** @throws {DescriptionError} models of another task, of other targets or of other quantiles */
export function requireSameTarget({ task, target }: ModelDocument, other: ModelDocument): void {
  const described = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(", ");
  const predicted = (of: ModelDocument["target"]): readonly string[] =>
    of.task === "regression" ? outputNames(of) : targetNames(of);
  const [own, theirs] = [predicted(target), predicted(other.target)];
  if (task === other.task && own.length === theirs.length && own.every((name, at) => name === theirs[at])) return;
  throw new DescriptionError(
    `The models cannot be compared: expected the other one to predict ${described(own)} (${task}) too, found ${described(theirs)} (${other.task}). ` +
      "Give a model that was trained for the same target.",
  );
}

/**
 * Numbers of the rows whose targets both models know, ascending.
 *
 * @throws {DataError} tables of different lengths
 */
export function sharedRows(known: Uint32Array, table: Table, { model, table: theirs }: OtherModel): Uint32Array {
  checked(table, () => {
    if (theirs.rows === table.rows) return;
    throw new DataError(
      `The two models need the same rows: reading ${table.source} a second time gave ${theirs.rows} rows instead of ${table.rows}. Give a file that does not change.`,
    );
  });
  const shared = new Set(rowsWithTarget(theirs, targetNames(model.document.target)).rows);
  return known.filter((row) => shared.has(row));
}

/** The rows of a table that weigh more than 0. @param weights the column; all rows count alike when absent */
export function withWeight(table: Table, weights: string | undefined, other: Table): Table {
  if (weights === undefined) return other;
  const values = weightsOf(table, weights);
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row).filter((row) => values[row] > 0);
  return rows.length === table.rows ? other : selectRows(other, rows);
}

/**
 * The other model's predictions to the same rows.
 *
 * @param own predictions to the rows of the table, which has the same rows
 * @throws {DataError} a column that the other model needs is missing, a label does not occur in its training rows, or the rows
 * have other targets
 */
export function otherPredictions(
  own: Predictions,
  { model, table }: OtherModel,
): { predictions: Predictions; warnings: Warning[] } {
  const found = predictionsOf(model, table, {});
  checked(table, () => requireSameTruth(own, found, table));
  const predictions = { ...found, sampleWeights: own.sampleWeights, groups: own.groups, countedBy: own.countedBy };
  const warnings = learnedRowsWarnings(model.document, table, found.desired).map(({ message, ...warning }) => ({
    ...warning,
    message: `The other model: ${message}`,
  }));
  return { predictions, warnings };
}

/** A check of the rows that are here: where it fails on one of the ranks that share them, it fails on all. */
function checked({ ranks }: Table, check: () => void): void {
  if (ranks === undefined) check();
  else alikeAtOnce(ranks, check);
}

/** What is true of a row, whatever the order of a model's classes. */
function truthOf({ target, desired }: Predictions): (at: number) => unknown {
  return target.task === "classification" ? (at) => String(target.classes[desired[at]]) : (at) => desired[at];
}

function requireSameTruth(own: Predictions, other: Predictions, { source }: Table): void {
  const [truth, otherTruth] = [truthOf(own), truthOf(other)];
  for (let at = 0; at < own.desired.length; at++) {
    if (Object.is(truth(at), otherTruth(at))) continue;
    throw new DataError(
      `In ${source}: the two models read different targets: ${String(truth(at))} and ${String(otherTruth(at))} in the same row. ` +
        "If the rows come from a query, give it an ORDER BY; otherwise give the target as text.",
    );
  }
}

/** @param own the model's predictions @param other those of the other model to the same rows */
export function comparePredictions(own: Predictions, other: Predictions, measure: Measure): ModelComparison {
  const found = compared(own, other, measure);
  const { baseline, widened: _widened, ...comparison } = found;
  const { weights, group } = own.countedBy ?? {};
  const columns = { ...(weights !== undefined && { weights }), ...(group !== undefined && { group }) };
  const opening = {
    better: "Better than the other model",
    undecided: "Neither model is shown to be better",
    worse: "Worse than the other model",
  }[comparison.conclusion];
  const sentence = `${opening}: ${figuresOf(found, "given", own)}.`;
  return { ...comparison, against: baseline, ...columns, sentence };
}

function compared(own: Predictions, other: Predictions, measure: Measure): Comparison {
  const { target, sampleWeights, groups } = own;
  const counts = { sampleWeights, groups };
  const responses = [own.responses, other.responses] as const;
  switch (target.task) {
    case "classification": {
      const [mine, theirs] = [own, other].map((of) => ({ probabilities: of.responses, classes: of.desired }));
      return compareClassModels(ofClasses(measure), [mine, theirs], counts);
    }
    case "multilabel": {
      const labels = target.labels.length;
      return compareLabelModels(ofLabels(measure), responses, { flags: own.desired, labels, ...counts });
    }
    case "regression":
      if (own.quantiles !== undefined && other.quantiles !== undefined && target.quantiles !== undefined) {
        const { levels } = target.quantiles;
        return compareQuantileModels([own.quantiles, other.quantiles], { observed: own.desired, levels, ...counts });
      }
      return compareNumberModels(responses, { observed: own.desired, deviations: target.deviations, ...counts });
    default:
      return target satisfies never;
  }
}

/** What an evaluation has of another model. */
export interface Against<Metrics extends MetricsOf<ModelDocument["task"]> = MetricsOf<ModelDocument["task"]>> {
  /** The other model's metrics on the same rows. */
  readonly metrics: Metrics;
  /** Whether the model is better than the other one, by how much, how certain. */
  readonly verdict: ModelComparison;
}
