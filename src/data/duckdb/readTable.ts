/**
 * A table from files or from SQL: CSV, TSV, JSON, NDJSON and Parquet, gzipped or many at once.
 *
 * The way of a source: its files are found (`sourceFiles.ts`) and read, each to columns that have the types of the source:
 * text by our own readers (`readCsv.ts`, `readJson.ts`), Parquet and SQL by DuckDB (`readParquet.ts`, `readQuery.ts`,
 * `columnPlan.ts`, `fetchColumns.ts`), as `readers.ts` lists them. Several files become one (`concatenate.ts`), and that a table (`tableOfSource.ts`). Knows nothing of features, targets and models.
 */
import { DataError } from "../../errors.ts";
import { either, requireKind, requireOptions, snapshot, text, withFields } from "../../kinds.ts";
import { fileOptions, type ReadOptions, readOptionKinds } from "../readOptions.ts";
import type { FileOptions, ReadSource } from "../readSource.ts";
import { summaryOf } from "../sourceSummary.ts";
import type { Table } from "../table.ts";
import { tableOf } from "../tableOfSource.ts";
import { cannotRead } from "../text/cannotRead.ts";
import { concatenate } from "./concatenate.ts";
import { DatabaseError, withDatabase } from "./database.ts";
import { requireOptionsFor } from "./optionFormats.ts";
import { columnsOf, fileReaders } from "./readers.ts";
import { QUERY_SOURCE, stageQuery } from "./readQuery.ts";
import { findFiles } from "./sourceFiles.ts";
import { TemporaryFolder } from "./temporaryFolder.ts";

/** A path, a pattern of paths ("data/*.csv"), or a SELECT, which may name files itself. */
export type TableSource = string | { readonly sql: string };

/** The accepted kinds of `TableSource`. */
export const sourceKind = either(text, withFields("{ sql }", { sql: text }));

/**
 * Reads a table. CSV files begin with a line of column names, unless `header` is false. Rows keep the order of the source;
 * a pattern's files follow each other by name and have the same columns.
 *
 * @param from as `TableSource`; "-" is standard input
 * @throws {DataError} a source that cannot be read or holds what no table can, with file, line or row, and column
 * @throws {DescriptionError} an option that has no meaning, or none for the format of the source
 * @throws {GradusError} when the optional package @duckdb/node-api is missing, which Parquet, SQL and patterns need
 *
 * @example
 * import { readTable } from "gradus/node";
 *
 * const table = await readTable("penguins.csv", { types: { year: "category" }, missing: ["NA"] });
 * table.rows; // 344
 */
export async function readTable(from: TableSource, given: ReadOptions = {}): Promise<Table> {
  requireKind("the source of a table", from, sourceKind);
  requireOptions(given, readOptionKinds, "readTable");
  const source = snapshot(from);
  const options: ReadOptions = { ...snapshot(given), ...(given.readings && { readings: new Map(given.readings) }) };
  const file = fileOptions(options);
  if (typeof source !== "string") requireOptionsFor("sql", "the query", options);
  await using scratch = new TemporaryFolder();
  try {
    const sources =
      typeof source === "string"
        ? await readFiles(source, file, scratch, options)
        : [await withDatabase(async (database) => columnsOf(database, await stageQuery(database, source.sql), file))];
    const name = typeof source === "string" ? source : QUERY_SOURCE;
    return tableOf(concatenate(name, sources, sources.map(summaryOf)), sources, file, options);
  } catch (error) {
    // What no stage has a better word for: a disk or a memory that is full.
    if (!(error instanceof DatabaseError)) throw error;
    throw new DataError(`${cannotRead(typeof source === "string" ? source : QUERY_SOURCE)} ${error.message}.`);
  }
}

async function readFiles(
  source: string,
  file: FileOptions,
  scratch: TemporaryFolder,
  options: ReadOptions,
): Promise<ReadSource[]> {
  const files = await findFiles(source, { scratch, maxBytes: options.maxBytes });
  for (const { format, name } of files) requireOptionsFor(format, JSON.stringify(name), options);
  const read: ReadSource[] = [];
  for (const found of files) read.push(await fileReaders[found.format].read(found, file, scratch));
  return read;
}
