/** Reading the table whose rows a model is to predict: the columns it needs, as the types it learned them in; Node only. */

import { readTable, type TableSource } from "../../data/duckdb/readTable.ts";
import { readTableShare } from "../../data/duckdb/readTableShare.ts";
import { type Missing, recordedMissing } from "../../data/missingWords.ts";
import { type ReadOptions, readOptionKinds } from "../../data/readOptions.ts";
import { quotedNames, type Reading, type Table } from "../../data/table.ts";
import { targetNames } from "../../data/targetNames.ts";
import type { Collective } from "../../distributed/collective.ts";
import { DataError } from "../../errors.ts";
import { boolean, type Kinds, requireKind, requireOptions } from "../../kinds.ts";
import type { ModelDocument } from "../../models/document.ts";
import { type Model, modelKind } from "../../models/model.ts";
import { modelReadings } from "../../models/modelReadings.ts";
import { columnOrNone, type EvaluateOptions } from "../evaluate.ts";

/** `weights` and `group` as in `evaluate`. */
export interface ReadForOptions
  extends Omit<ReadOptions, "types" | "columns" | "optionalColumns" | "decimal" | "readings">,
    Pick<EvaluateOptions, "weights" | "group"> {
  /**
   * Whether to read the target too, and the weight and group columns if there are any, to evaluate the model; false when
   * absent.
   */
  readonly withTarget?: boolean;
}

const {
  types: _types,
  columns: _columns,
  optionalColumns: _optional,
  decimal: _decimal,
  readings: _readings,
  ...readKinds
} = readOptionKinds;
export const readForKinds = {
  ...readKinds,
  withTarget: boolean,
  weights: columnOrNone,
  group: columnOrNone,
} as const satisfies Kinds<ReadForOptions>;

/**
 * Reads a table with the column types of the model instead of inferred ones: "007" stays text if the column was text in
 * training.
 *
 * @throws {DataError} a source that cannot be read, lacks a column of the model, or holds another type in one
 *
 * @example
 * import { readTableFor, train } from "gradus/node";
 *
 * const { model } = await train({ table: "penguins.csv", target: "species", epochs: 2, folds: 1 });
 * const table = await readTableFor(model, "penguins.csv");
 * model.predictTable(table).length; // 344
 */
export async function readTableFor(model: Model, source: TableSource, options: ReadForOptions = {}): Promise<Table> {
  requireKind("readTableFor's model", model, modelKind);
  requireOptions(options, readForKinds, "readTableFor");
  return requirePlaces(model, await readTable(source, readingFor(model, options)), options);
}

/**
 * The same of this rank's share of a table, with the notes and errors that one process has for the whole. Every rank makes the same call.
 *
 * @throws {DataError} as `readTableFor` and `readTableShare`
 */
export async function readShareFor(
  model: Model,
  path: string,
  ranks: Collective,
  options: ReadForOptions = {},
): Promise<Table> {
  return requirePlaces(model, await readTableShare(path, ranks, readingFor(model, options)), options);
}

/** How a model's columns are read. */
function readingFor(model: Model, options: ReadForOptions): ReadOptions {
  const { withTarget = false, missing, weights, group, ...read } = options;
  const found = modelReadings(model.document, withTarget);
  const inputs = modelReadings(model.document, false);
  const optional: string[] = [];
  const kept: Pick<ModelDocument, "weights" | "group"> = withTarget ? model.document : {};
  for (const { asked, own, type } of [
    { asked: weights, own: kept.weights?.column, type: "number" },
    { asked: group, own: kept.group?.column, type: "text" },
  ] as const) {
    const removable = own !== undefined && !inputs.has(own);
    // One that is asked for has to be there; the model's is read where it is there.
    if (removable && asked === undefined) optional.push(own);
    if (removable && asked === false) found.delete(own);
    if (typeof asked === "string" && !found.has(asked)) found.set(asked, { type });
  }
  const readings = new Map([...found].map(([name, reading]) => [name, withMissing(reading, missing)]));
  const columns = [...readings.keys()].filter((name) => !optional.includes(name));
  return { ...read, readings, columns, optionalColumns: optional };
}

/**
 * Columns without names are known by their places, so a table that lacks one, or has one more, may have others there.
 *
 * @returns the table
 * @throws {DataError} other columns than those of training, unless only the targets are missing, after all others
 */
function requirePlaces({ document }: Model, table: Table, { header }: ReadForOptions): Table {
  const { columns: trained } = document.provenance;
  if (header !== false || trained === undefined || !trained.every((name, at) => name === `column${at + 1}`))
    return table;
  const { source, columns, unread = [] } = table;
  const found = columns.length + unread.length;
  if (found === trained.length) return table;
  const { target } = document;
  const targets = new Set<string>(targetNames(target));
  if (found < trained.length && trained.slice(found).every((name) => targets.has(name))) return table;
  throw new DataError(
    `In ${source}: ${found} columns without names, but the model was trained with ${trained.length}. Expected the same columns at the same places; the values of ${quotedNames([...targets])} may be empty.`,
  );
}

/** The words of training, and those of the caller: besides them, or in their place. */
function withMissing(reading: Reading, missing: Missing | undefined): Reading {
  const given = recordedMissing(missing);
  if (given.missing === undefined) return reading;
  return given.missingOnly
    ? { ...reading, ...given }
    : { ...reading, missing: [...(reading.missing ?? []), ...given.missing] };
}
