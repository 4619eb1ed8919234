/** The main job with tables from files and SQL; Node only. */

import { readTable, type TableSource } from "../../data/duckdb/readTable.ts";
import { readTableShare } from "../../data/duckdb/readTableShare.ts";
import type { ReadOptions } from "../../data/readOptions.ts";
import { optionName } from "../../data/remedies.ts";
import { readingsOf, type Table } from "../../data/table.ts";
import { targetNames } from "../../data/targetNames.ts";
import type { Collective } from "../../distributed/collective.ts";
import { DescriptionError } from "../../errors.ts";
import { type Kinds, object, requireOptions, snapshot } from "../../kinds.ts";
import type { Model } from "../../models/model.ts";
import { type CheckpointOptions, checkpointKinds, checkpointOf } from "../checkpoints/files/checkpointOptions.ts";
import type { KnownOptions, KnownTarget, ModelOf } from "../modelOf.ts";
import { requireShareable } from "../ranks/shareable.ts";
import { type SharesPurpose, trainOnShares } from "../ranks/trainOnShares.ts";
import { namedSettings } from "../recipe.ts";
import type { TrainPurpose } from "../request.ts";
import { rolesToRead } from "../rowColumns.ts";
import { requireNoneSkipped } from "../skipped.ts";
import { isTable, requireUnread, type TableLike, tableOf } from "../tableLike.ts";
import { type TrainResult, trainTable } from "../train.ts";
import { startOfTime, type TrainOptions, trainOptionKinds } from "../trainOptions.ts";
import { withRemediesAnew } from "../warmStart/remedyAnew.ts";
import {
  goesOn,
  readingsGoingOn,
  requireWarmStartOptions,
  type TablesGoingOn,
  type WarmStartOptions,
} from "../warmStart/warmStartOptions.ts";

/** A table in memory; a path or a glob of CSV, TSV, JSON, NDJSON or Parquet files; or a query. */
export type AnyTable = TableLike | TableSource;

export interface FileTrainOptions extends TrainOptions<AnyTable> {
  /**
   * A folder that keeps the state of the training, so that the same call goes on where an interrupted one was and comes to the same
   * model, bit for bit. Not together with a `time`, whose plan depends on the clock. Nothing is kept when absent.
   */
  readonly checkpoint?: string | CheckpointOptions;
  /** How to read files: delimiter, encoding, words for missing values, …. */
  readonly read?: ReadOptions;
}

/** As `FileTrainOptions`, with a model to go on from. */
export interface FileWarmStartOptions
  extends WarmStartOptions<AnyTable>,
    Pick<FileTrainOptions, "checkpoint" | "read"> {}

/** Of how files are read. */
export const readKinds = { read: object } as const;
const fileTrainOptionKinds = {
  ...trainOptionKinds,
  ...readKinds,
  ...checkpointKinds,
} as const satisfies Kinds<FileTrainOptions>;

/**
 * Trains a model on a table from a file, a query or memory.
 *
 * With a `time`, the training is planned to end within it: it counts from `startedAt`, includes reading the tables, and a page
 * (`writeReport`) where `report` is true.
 *
 * @throws {DataError} a table that cannot be read or learned from, with file, line, column
 * @throws {DescriptionError} a setting that is unknown or out of range; a checkpoint of another training, with what differs
 * @throws {DivergedError} the loss or a parameter became infinite or NaN; the error has the last good model
 * @throws {OutOfMemoryError} a network or rows that don't fit into the memory
 * @throws {RunFailedError} a `time` too short to create the network, a thread that stopped; `DivergedError` and
 * `OutOfMemoryError` are such errors too
 * @throws {GradusError} outputs that are not finite for the rows that evaluate the model, with the row
 *
 * @example
 * import { train } from "gradus/node";
 *
 * const { model, report } = await train({
 *   table: "penguins.csv",
 *   target: "species",
 *   task: "classification",
 *   epochs: 5,
 *   folds: 1,
 * });
 * console.log(report.metrics.test?.accuracy);
 * model.predict({
 *   island: "Biscoe",
 *   bill_length_mm: 50,
 *   bill_depth_mm: 15.2,
 *   flipper_length_mm: 221,
 *   body_mass_g: 5500,
 *   sex: "male",
 *   year: 2008,
 * }).label; // "Gentoo"
 */
export async function train<const Options extends FileTrainOptions | FileWarmStartOptions>(
  given: Options &
    KnownTarget<Options> &
    KnownOptions<Options, Options extends { readonly from: Model } ? FileWarmStartOptions : FileTrainOptions>,
): Promise<TrainResult<ModelOf<Options>>> {
  // What the model is follows from the options as they were written.
  return trainOnFiles(given) as Promise<unknown> as Promise<TrainResult<ModelOf<Options>>>;
}

/**
 * The same with the ranks that train the model's networks, each of which reads the tables.
 *
 * @throws as `train`, and {JobEnded} on a rank that isn't the first, at the end
 */
export async function trainOnFiles(
  given: FileTrainOptions | FileWarmStartOptions,
  { team }: Pick<TrainPurpose, "team"> = {},
): Promise<TrainResult> {
  if (goesOn(given)) {
    requireWarmStartOptions(given, { ...readKinds, ...checkpointKinds });
    const options = snapshot<FileWarmStartOptions>(given, "table", "test", "oldTest", "engine", "from");
    const { read: _read, checkpoint, ...rest } = namedSettings(options);
    const purpose = { checkpoint: checkpointOf(checkpoint, {}), team };
    return await withRemediesAnew(async () => trainTable({ ...rest, ...(await readTablesGoingOn(options)) }, purpose));
  }
  requireOptions(given, fileTrainOptionKinds, "train");
  const options = snapshot<FileTrainOptions>(given, "table", "test", "engine");
  const { read: _read, checkpoint, ...rest } = namedSettings(options);
  const purpose = { checkpoint: checkpointOf(checkpoint, options), team };
  const startedAt = startOfTime(options);
  const { table, test } = await readTables(options);
  return await trainTable({ ...rest, startedAt, table, test }, purpose);
}

/**
 * Trains a model on a table of which each rank reads a part: all train one network, and every rank makes this call with the same options.
 *
 * @returns the same model on every rank
 * @throws {DescriptionError} options that ranks which share a table can't have, on every rank; else as `train`
 */
export async function trainOnFileShares(
  given: FileTrainOptions,
  ranks: Collective,
  purpose: Pick<SharesPurpose, "syncEvery" | "hasPage"> = {},
): Promise<TrainResult> {
  requireOptions(given, fileTrainOptionKinds, "train");
  const options = snapshot<FileTrainOptions>(given, "table", "test", "engine");
  const { read: _read, checkpoint, table: _table, test: _test, ...rest } = namedSettings(options);
  requireShareable(options);
  const place = ranks.rank === 0 ? checkpointOf(checkpoint, options) : undefined;
  const tables = await readShares(options, ranks);
  return await trainOnShares({ ...rest, ...tables }, ranks, { ...purpose, checkpoint: place });
}

/** This rank's shares of the tables. */
async function readShares(
  options: FileTrainOptions,
  ranks: Collective,
): Promise<{ table: Table; test: Table | undefined }> {
  requireNoneSkipped(options);
  requireReadOnce(options);
  const { read = {}, types, missing = read.missing, decimal = read.decimal } = options;
  const [path, test] = [options.table, options.test].map((source) => {
    if (source === undefined || typeof source === "string") return source;
    throw new DescriptionError(
      "Ranks can share the rows of files alone. Give a path or a pattern (of a query's rows, write a file by DuckDB: COPY (SELECT …) TO 'table.parquet'), or let every rank read the whole table.",
    );
  });
  const roles = rolesToRead(types ?? read.types, options);
  const table = await readTableShare(path as string, ranks, { ...read, missing, decimal, types: roles });
  if (test === undefined) return { table, test };
  const { types: _types, columns: _columns, decimal: _decimal, missing: _missing, ...asWritten } = read;
  return { table, test: await readTableShare(test, ranks, { ...asWritten, readings: readingsOf(table) }) };
}

/** Reads the tables of a training that goes on from a model, as the model reads them. @throws {DataError} as `readTable` */
async function readTablesGoingOn(options: FileWarmStartOptions): Promise<TablesGoingOn> {
  const { from, table, test, oldTest, read = {} } = options;
  const ofModel = (["types", "columns", "decimal", "missing", "readings"] as const).find(
    (name) => read[name] !== undefined,
  );
  if (ofModel !== undefined) {
    throw new DescriptionError(
      `${optionName(ofModel, "Option")} is not for a training that goes on from a model, which has its own way to read its columns. Leave it out.`,
    );
  }
  requireReads(read, [table, test, oldTest]);
  const readings = readingsGoingOn(from);
  const { encoder, target } = from.document;
  const columns = [...new Set([...encoder.columns.map(({ name }) => name), ...targetNames(target)])];
  const optionalColumns = [...readings.keys()].filter((name) => !columns.includes(name));
  const readFor = async (source: AnyTable): Promise<Table> =>
    isSource(source)
      ? await readTable(source, { ...read, readings, columns, optionalColumns })
      : tableOf(source, { readings });
  // What is in memory is taken now: the caller may change it while files are read.
  const [tested, old] = [test, oldTest].map((source) => (source && !isSource(source) ? copyOf(source) : source));
  return {
    table: await readFor(table),
    test: tested === undefined ? undefined : await readFor(tested),
    oldTest: old === undefined ? undefined : await readFor(old),
  };
}

/** Reads what has to be read: a table to learn from, and one to test on as that was read. @throws {DataError} as `readTable` */
export async function readTables(
  options: Pick<
    FileTrainOptions,
    "table" | "test" | "target" | "features" | "types" | "missing" | "decimal" | "split" | "weights" | "group" | "read"
  >,
): Promise<{ table: Table; test: Table | undefined }> {
  requireNoneSkipped(options);
  requireReadOnce(options);
  const { read = {}, types, missing = read.missing, decimal = read.decimal } = options;
  requireUnread({ missing, decimal }, options.table);
  // What is in memory is taken now: the caller may change it while files are read.
  const test = options.test && (isSource(options.test) ? options.test : copyOf(options.test));
  const roles = rolesToRead(types ?? read.types, options);
  const table = isSource(options.table)
    ? await readTable(options.table, { ...read, missing, decimal, types: roles })
    : tableOf(options.table, { types: roles, missing, decimal });
  if (test === undefined) return { table, test };
  const readings = readingsOf(table);
  const { types: _types, columns: _columns, decimal: _decimal, missing: _missing, ...asWritten } = read;
  return {
    table,
    test: isSource(test) ? await readTable(test, { ...asWritten, readings }) : tableOf(test, { readings }),
  };
}

/** Rows or columns that a caller's changes don't reach; tables of readers don't change. */
function copyOf(table: TableLike): TableLike {
  if (typeof table !== "object" || table === null || isTable(table)) return table; // for the reader to refuse, or as it is
  if (!Array.isArray(table))
    return Object.fromEntries(Object.entries(table).map(([name, list]) => [name, copied(list)])) as TableLike;
  return table.map(copied) as TableLike;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>);
  return Object.prototype.toString.call(value) === "[object Object]" ? { ...(value as object) } : value;
}

/** @throws {DescriptionError} options of reading where nothing is read, or two values for one of them */
function requireReadOnce(
  options: Pick<FileTrainOptions, "table" | "test" | "types" | "missing" | "decimal" | "read">,
): void {
  const { read = {}, table, test } = options;
  requireReads(read, [table, test]);
  const twice = (["types", "missing", "decimal"] as const).find(
    (name) => options[name] !== undefined && read[name] !== undefined,
  );
  if (twice === undefined) return;
  throw new DescriptionError(`${optionName(twice, "Option")} is given twice, once within read. Leave one out.`);
}

/** @throws {DescriptionError} options of reading where no table is read from a file or a query */
export function requireReads(read: object, tables: readonly (AnyTable | undefined)[]): void {
  const given = Object.entries(read).find(([, value]) => value !== undefined);
  if (given === undefined || tables.some((table) => table !== undefined && isSource(table))) return;
  throw new DescriptionError(
    `${optionName(given[0], "Option")} has no effect: no table is read from a file or a query. Leave it out.`,
  );
}

/** Whether a table has yet to be read. */
export function isSource(table: AnyTable): table is TableSource {
  return (
    typeof table === "string" ||
    (typeof table === "object" && table !== null && "sql" in table && typeof table.sql === "string")
  );
}
