/**
 * One learning step of a trained model, traced: rows of a table become patterns as in training, and `traceStep` does
 * the rest.
 *
 * Knows the encoder and the target; which optimizer makes the step is the problem's business.
 */

import { encodedNames, encodeTable, tableForEncoder } from "../../data/encoder.ts";
import { type Target, targetReadings } from "../../data/encoding.ts";
import { column, tableFromRows } from "../../data/rows.ts";
import { type Cell, namesOf, type Row, type Table, tableKind } from "../../data/table.ts";
import { encodeTarget } from "../../data/target.ts";
import { outputNames, targetNames } from "../../data/targetNames.ts";
import { weightsOf } from "../../data/weightColumn.ts";
import { problemKind } from "../../engines/engine.ts";
import { DataError, nearest } from "../../errors.ts";
import { either, type Kinds, list, needed, number, oneOf, requireKind, requireOptions } from "../../kinds.ts";
import { meanOne } from "../../metrics/sampleWeights.ts";
import { type Model, modelKind } from "../../models/model.ts";
import type { Trace } from "./trace.ts";
import { type TraceOptions, traceStep } from "./traceStep.ts";

export interface ModelTraceOptions extends Pick<TraceOptions, "weights" | "step" | "rateFactor" | "keep"> {
  /** How the step is made; `problemOf(model.document)` is the problem that the model was trained on. */
  readonly problem: TraceOptions["problem"];
}

const modelTraceKinds = {
  problem: needed(problemKind),
  weights: list,
  step: number,
  rateFactor: number,
  keep: oneOf("all", "path"),
} as const satisfies Kinds<ModelTraceOptions>;

/**
 * Traces the training step of a model on some rows, all of them in one batch. A model that was trained with sample weights
 * weights them as in training, by the column if the rows have it, divided by the mean weight of the batch.
 *
 * @param rows with the columns of the encoder and those of the target
 * @throws {DataError} a column that is not there, a value of another type, a class that does not occur in the training rows,
 * weights that are missing, below 0 or all 0
 * @throws {DescriptionError | ShapeError | GradusError} as `traceStep`
 *
 * @example
 * import { train } from "gradus";
 * import { traceModel } from "gradus/explain";
 * import { problemOf } from "gradus/network";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", recipe: "plain", hidden: [3], epochs: 5 });
 * const trace = traceModel(model, rows.slice(0, 1), { problem: problemOf(model.document) });
 * trace.inputNames; // ["size", "garden"]
 */
export function traceModel(
  model: Pick<Model, "document" | "parameters">,
  rows: Table | readonly object[],
  options: ModelTraceOptions,
): Trace {
  requireKind("traceModel's model", model, modelKind);
  requireKind("traceModel's rows", rows, either(tableKind, list));
  requireOptions(options, modelTraceKinds, "traceModel");
  const { encoder, target, weights } = model.document;
  const { described, known } = isTable(rows)
    ? { described: rows, known: requireTargetTable(target, rows) }
    : // Interfaces have no index signature; what the rows hold is checked as they are read.
      tablesOf(model.document, rows as readonly Row[]);
  const sampleWeights = weights && batchWeights(known, weights.column);
  return traceStep({
    ...options,
    parameters: model.parameters,
    patterns: {
      inputs: encodeTable(encoder, described),
      desired: encodeTarget(target, known),
      ...(sampleWeights && { sampleWeights }),
    },
    inputNames: encodedNames(encoder).map(({ name }) => name),
    outputNames: outputNames(target),
  });
}

function isTable(rows: Table | readonly object[]): rows is Table {
  return !Array.isArray(rows);
}

function requireTargetTable(target: Target, table: Table): Table {
  requireTargets(target, namesOf(table.columns), `In ${table.source}: the table`);
  return table;
}

/** @returns a mean of 1; undefined where the rows have no such column. @throws {DataError} as `weightsOf` does */
function batchWeights(table: Table, name: string): Float64Array | undefined {
  if (!table.columns.some((column) => column.name === name)) return undefined;
  const { values } = column(table, name);
  if (Array.from<unknown>(values).every((value) => value === 0)) {
    throw new DataError(
      `In ${table.source}: ${values.length === 1 ? "the row has" : "all of the rows have"} a weight of 0 in ${JSON.stringify(name)}, so training leaves ${values.length === 1 ? "it" : "them"} out and makes no step. Trace other rows.`,
    );
  }
  return meanOne(weightsOf(table, name));
}

/** The encoder's columns of rows, and those that say what is true and how rows count. */
function tablesOf(
  { encoder, target, weights }: Model["document"],
  rows: readonly Row[],
): { described: Table; known: Table } {
  return { described: tableForEncoder(encoder, rows), known: targetTable(target, weights, rows) };
}

/** The target columns of rows and their weights; labels stay as they are written, which the target can read. */
function targetTable(target: Target, weights: Model["document"]["weights"], rows: readonly Row[]): Table {
  const isWeighted = weights !== undefined && rows.some((row) => Object.hasOwn(row, weights.column));
  const names = [...targetNames(target), ...(isWeighted ? [weights.column] : [])];
  const picked = rows.map((row, at) => {
    requireTargets(target, Object.keys(row), `In the given rows: row ${at + 1}`);
    return Object.fromEntries(names.map((name): [string, Cell] => [name, Object.hasOwn(row, name) ? row[name] : null]));
  });
  const readings = targetReadings(target);
  if (isWeighted) readings.set(weights.column, weights.reading);
  return tableFromRows(picked, { readings });
}

function requireTargets(target: Target, present: readonly string[], where: string): void {
  const absent = targetNames(target).find((name) => !present.includes(name));
  if (absent === undefined) return;
  const near = nearest(absent, present);
  const hint = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  throw new DataError(
    `${where} has no ${JSON.stringify(absent)}, the target.${hint} ` +
      "A trace compares the outputs with the target: add the column.",
  );
}
