/**
 * The rows that a report judges a model by, with what the model says of them and what was true.
 *
 * They are the test's; else the validation's, with the answers that the training itself was judged by; else the training's own,
 * which flatter. Knows no metric.
 */
import type { ColumnEncoding } from "../data/encoding.ts";
import { joinRows, selectRows } from "../data/rows.ts";
import type { Table } from "../data/table.ts";
import { rowsWithTarget, trueValues } from "../data/target.ts";
import { targetNames } from "../data/targetNames.ts";
import { weightsOf, withoutWeightless } from "../data/weightColumn.ts";
import { memberCount } from "../models/document.ts";
import { type Model, responseTo } from "../models/model.ts";
import { random } from "../random.ts";
import type { AnsweredRows } from "../tabular/parts.ts";
import type { PageModel } from "../tabular/time/pageWork.ts";

/** The rows that training used, as tables; a part without rows is absent. */
export interface ReportParts {
  readonly training: Table;
  readonly validation?: Table | undefined;
  readonly test?: Table | undefined;
  /**
   * The validation rows with the predictions that evaluate the training; without them the model's own predictions are
   * shown, which are too optimistic.
   */
  readonly answered?: AnsweredRows | undefined;
}

export type PartName = "training" | "validation" | "test";

export interface HeldOut {
  readonly part: PartName;
  /** Whether the networks that answer learned from the rows, or were chosen by them: then the answers are too good. */
  readonly optimistic: boolean;
  /** Only rows whose targets are known. */
  readonly table: Table;
  /** What the model says: probabilities [N, K], or values in the targets' units [N, D]. */
  readonly responses: Float64Array;
  /** What was true: class indices [N], or values [N, D]. */
  readonly truth: ArrayLike<number>;
  /** [N], by which the rows count where the model was trained with weights and the table has them; all count alike when absent. */
  readonly sampleWeights?: Float64Array | undefined;
}

/** @throws {DataError} a column is missing, a label does not occur in the training rows */
export function heldOut(model: Model, parts: ReportParts): HeldOut {
  const { test, answered } = parts;
  if (test === undefined && answered !== undefined) {
    const table = joinRows(answered.tables);
    return {
      part: "validation",
      optimistic: false,
      table,
      responses: answered.responses,
      truth: truthOf(model, table),
      ...countingBy(model, table),
    };
  }
  const part = test ? "test" : parts.validation ? "validation" : "training";
  const table = withTargets(model, parts[part] ?? parts.training);
  return {
    part,
    optimistic: part !== "test",
    table,
    responses: responsesOf(model, table),
    truth: truthOf(model, table),
    ...countingBy(model, table),
  };
}

/** The weights that a table's rows count by, where the model was trained with some and the table has them. */
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

/** What a model says of every row: probabilities [N, K], or values in the targets' units [N, D]. */
export function responsesOf(model: Model, table: Table): Float64Array {
  return responseTo(model, table);
}

/** What was true in every row: class indices [N], or values [N, D]. */
export function truthOf(model: Model, table: Table): ArrayLike<number> {
  return trueValues(model.document.target, table);
}

/** The columns that any network of the model reads, each once, in the order of the first that reads it. */
export function columnsRead({ document }: Model): ColumnEncoding[] {
  const encoders = [document.encoder, ...(document.further ?? []).map(({ encoder }) => encoder)];
  const columns = encoders.flatMap((encoder) => encoder.columns);
  return columns.filter(({ name }, at) => columns.findIndex((column) => column.name === name) === at);
}

/** What a page has to know of a model's size. */
export function pageModel(model: Model): PageModel {
  return { columns: columnsRead(model).length, parameters: model.parameters.length * memberCount(model.document) };
}

/** At most so many of a number of rows, drawn without replacement, in ascending order. */
export function drawRows(rows: number, most: number, seed: number, purpose: string): Uint32Array {
  const drawn = random(seed, "report", purpose).permutation(rows);
  return drawn.subarray(0, most).sort();
}
