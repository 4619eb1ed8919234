/**
 * The rows that a report evaluates a model on, with the predictions and the true values.
 *
 * They are the test rows; else the validation rows, with the predictions that evaluated the training; else the training
 * rows, on which metrics are too optimistic. Knows no metric.
 */
import type { ColumnEncoding } from "../data/encoding.ts";
import { joinRows, selectRows } from "../data/rows.ts";
import type { Table } from "../data/table.ts";
import { rowsWithTarget, trueValues } from "../data/target.ts";
import { targetNames } from "../data/targetNames.ts";
import { weightsOf, withoutWeightless } from "../data/weightColumn.ts";
import { memberCount, memberEncoders } from "../models/document.ts";
import { type Model, responsesTo } from "../models/model.ts";
import { random } from "../random.ts";
import type { OutOfFoldRows } from "../tabular/fold.ts";
import type { PageModel } from "../tabular/time/pageWork.ts";

/** The rows that training used, as tables; a part without rows is absent. */
export interface ReportParts {
  readonly training: Table;
  readonly validation?: Table | undefined;
  readonly test?: Table | undefined;
  /**
   * The validation rows with out-of-fold predictions. When absent, the report uses the model's own predictions of the
   * validation rows, which are too optimistic.
   */
  readonly outOfFold?: OutOfFoldRows | undefined;
}

export type PartName = "training" | "validation" | "test";

export interface HeldOut {
  readonly part: PartName;
  /** Whether the networks were trained on these rows or chosen by them: then the predictions are too good. */
  readonly optimistic: boolean;
  /** Only rows whose targets are known. */
  readonly table: Table;
  /** The predictions: probabilities [N, K], or values in the targets' units [N, D]. */
  readonly responses: Float64Array;
  /** [N, Q], where the model predicts quantiles. */
  readonly quantiles?: Float64Array | undefined;
  /** The true values: class indices [N], or values [N, D]. */
  readonly truth: ArrayLike<number>;
  /** [N], the sample weights, if the model was trained with weights and the table has them; absent: all rows have equal weight. */
  readonly sampleWeights?: Float64Array | undefined;
}

/** @throws {DataError} a column is missing, a label does not occur in the training rows */
export function heldOut(model: Model, parts: ReportParts): HeldOut {
  const { test, outOfFold } = parts;
  if (test === undefined && outOfFold !== undefined) {
    const table = joinRows(outOfFold.tables);
    return {
      part: "validation",
      optimistic: false,
      table,
      responses: outOfFold.responses,
      ...(outOfFold.quantiles && { quantiles: outOfFold.quantiles }),
      truth: trueValues(model.document.target, table),
      ...countingBy(model, table),
    };
  }
  const part = test ? "test" : parts.validation ? "validation" : "training";
  const table = withTargets(model, parts[part] ?? parts.training);
  return {
    part,
    optimistic: part !== "test",
    table,
    ...responsesTo(model, table),
    truth: trueValues(model.document.target, table),
    ...countingBy(model, table),
  };
}

/** The sample weights of a table's rows, if the model was trained with weights and the table has them. */
export function countingBy(model: Model, table: Table): Pick<HeldOut, "sampleWeights"> {
  const weights = weightColumnIn(model, table);
  return weights === undefined ? {} : { sampleWeights: weightsOf(table, weights) };
}

/** The rows whose targets are all known, and whose weights are not 0. */
export function withTargets(model: Model, table: Table): Table {
  const { rows } = rowsWithTarget(table, targetNames(model.document.target));
  return withoutUncounted(model, rows.length === table.rows ? table : selectRows(table, rows));
}

/** The rows whose weights are not 0: all where the model was trained without weights or the table has none. */
export function withoutUncounted(model: Model, table: Table): Table {
  const weights = weightColumnIn(model, table);
  return weights === undefined ? table : withoutWeightless(table, weights).table;
}

function weightColumnIn({ document: { weights } }: Model, { columns }: Table): string | undefined {
  return columns.find(({ name }) => name === weights?.column)?.name;
}

/** The columns that any network of the model reads, each once, in the order of the first that reads it. */
export function columnsRead({ document }: Model): ColumnEncoding[] {
  const columns = memberEncoders(document).flatMap((encoder) => encoder.columns);
  return columns.filter(({ name }, at) => columns.findIndex((column) => column.name === name) === at);
}

/** The size of a model, as pages need it. */
export function pageModel(model: Model): PageModel {
  return { columns: columnsRead(model).length, parameters: model.parameters.length * memberCount(model.document) };
}

/** A sample of rows of a given maximum size, drawn without replacement, in ascending order. */
export function drawRows(rows: number, most: number, seed: number, purpose: string): Uint32Array {
  const drawn = random(seed, "report", purpose).permutation(rows);
  return drawn.subarray(0, most).sort();
}
