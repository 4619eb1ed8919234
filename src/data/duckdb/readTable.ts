/**
 * A table from files or from SQL: CSV, TSV, JSON, NDJSON and Parquet, gzipped or many at once.
 *
 * The way of a source: its files are found (`sourceFiles.ts`), each is put into a DuckDB database in memory
 * (`stageCsv.ts`, `stageJson.ts`, `stageParquet.ts`, `stageQuery.ts`), they become one relation (`gather.ts`), whose
 * columns are planned (`columnPlan.ts`), fetched (`fetchColumns.ts`) and, where they are text, taken for what they say
 * (`../inference.ts`). Knows nothing of features, targets and models.
 */
import { DataError, DescriptionError } from "../../errors.ts";
import { inferColumn, refineColumn } from "../inference.ts";
import { type Column, type ColumnRole, type ColumnRoles, requireRoles, type Table, unknownColumns } from "../table.ts";
import { planColumns } from "./columnPlan.ts";
import { copiedColumns } from "./copiedColumns.ts";
import { requireDelimiter } from "./csvHeader.ts";
import { type Database, DatabaseError, withDatabase } from "./database.ts";
import { fetchColumns, hasInfinity } from "./fetchColumns.ts";
import { type Gathered, gather } from "./gather.ts";
import { decoderOf } from "./plainText.ts";
import { cannotRead, findFiles, type SourceFile } from "./sourceFiles.ts";
import { stageCsv } from "./stageCsv.ts";
import type { FileOptions, Staged } from "./staged.ts";
import { stageJson } from "./stageJson.ts";
import { stageParquet } from "./stageParquet.ts";
import { QUERY_SOURCE, stageQuery } from "./stageQuery.ts";
import { withTemporaryFolder } from "./temporaryFolder.ts";

/** A path, a pattern of paths ("data/*.csv"), or a SELECT, which may name files itself. */
export type TableSource = string | { readonly sql: string };

export interface ReadOptions {
  /** Types of columns, by name, where they should not be inferred; "skip" leaves a column out. */
  readonly types?: ColumnRoles;
  /** The columns to read, in any order; all when absent. */
  readonly columns?: readonly string[];
  /** Columns to pass on as they are written, as the table's `copied`; none when absent. */
  readonly copy?: readonly string[] | "all" | undefined;
  /** Texts that mean a missing value, besides the empty one, NA, N/A, NaN, nan, null, NULL and ?; "-999" means numbers too. */
  readonly missing?: readonly string[];
  /** What separates the values of CSV files: one character; found out when absent. */
  readonly delimiter?: string;
  /** Of text files: utf-8 (the default), latin-1, utf-16 or another of the WHATWG encoding standard. */
  readonly encoding?: string;
}

/**
 * Reads a table. CSV files begin with a line of column names. Rows keep the order of the source; a pattern's files
 * follow each other by name and have the same columns.
 *
 * @throws {DataError} a source that cannot be read or holds what no table can, with file, line or row, and column
 * @throws {DescriptionError} an option that has no meaning
 * @throws {GradusError} when the optional package @duckdb/node-api is missing
 */
export async function readTable(source: TableSource, options: ReadOptions = {}): Promise<Table> {
  const delimiter = options.delimiter === undefined ? undefined : requireDelimiter(options.delimiter);
  const encoding = options.encoding ?? "utf-8";
  const decoder = decoderOf(encoding);
  if (typeof source !== "string" && (delimiter !== undefined || decoder !== undefined)) {
    throw new DescriptionError(
      "Options delimiter and encoding are for files; in a query, give them to read_csv('…', delim = …, encoding = …).",
    );
  }
  try {
    return await withTemporaryFolder((folder) =>
      withDatabase(folder, async (database) => {
        const gathered =
          typeof source === "string"
            ? await gatherFiles(database, source, { delimiter, encoding, folder })
            : await gather(database, QUERY_SOURCE, [await stageQuery(database, source.sql, "query")]);
        return tableOf(database, gathered, options);
      }),
    );
  } catch (error) {
    // What no stage has a better word for: types of several files that do not fit, a disk or a memory that is full.
    if (!(error instanceof DatabaseError)) throw error;
    throw new DataError(`${cannotRead(typeof source === "string" ? source : QUERY_SOURCE)} ${error.message}.`);
  }
}

async function gatherFiles(database: Database, source: string, options: FileOptions): Promise<Gathered> {
  const staged: Staged[] = [];
  for (const [at, file] of (await findFiles(database, source)).entries()) {
    staged.push(await stageFile(database, file, `file${at}`, options));
  }
  return gather(database, source, staged);
}

function stageFile(database: Database, file: SourceFile, table: string, options: FileOptions): Promise<Staged> {
  switch (file.format) {
    case "csv":
    case "tsv":
      return stageCsv(database, file, table, options);
    case "json":
    case "ndjson":
      return stageJson(database, file, table, options);
    case "parquet":
      return stageParquet(database, file, table);
    default:
      return file.format satisfies never;
  }
}

async function tableOf(database: Database, gathered: Gathered, options: ReadOptions): Promise<Table> {
  const { source, rows } = gathered;
  const { types = {}, missing = [], columns } = options;
  const names = gathered.columns.map(({ name }) => name);
  const known = new Set(names);
  const unknown = (columns ?? []).filter((name) => !known.has(name));
  if (unknown.length > 0) throw unknownColumns(source, unknown, names, columns);
  requireRoles(source, names, types);
  const wanted = new Set(columns ?? names);
  const roles = new Map(Object.entries(types));
  for (const name of names) if (!wanted.has(name)) roles.set(name, "skip");
  const plans = await planColumns(database, gathered, { roles, missing });
  const read = await fetchColumns(database, gathered, plans);
  const refinedColumns = read.map((column) => refined(gathered, column, roles.get(column.name)));
  const copied = options.copy === undefined ? undefined : await copiedColumns(database, gathered, options.copy);
  const notes = gathered.notes.length > 0 ? gathered.notes : undefined;
  return { source, rows, columns: refinedColumns, ...(copied && { copied }), ...(notes && { notes }) };
}

/** A column as its role or its text says it is. @throws {DataError} naming row and value, and of several files, the file */
function refined(gathered: Gathered, column: Column, role: ColumnRole | undefined): Column {
  const { name } = column;
  try {
    // The shared rule names the first infinite number; it is asked only where there is one.
    if (hasInfinity(column)) return inferColumn(gathered.source, name, column.values, "number");
    return refineColumn(gathered, column, role);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const row = Number(/ in row (\d+)[.,;:]/.exec(error.message)?.[1]);
    const place = Number.isNaN(row) ? undefined : gathered.fileOf(row - 1);
    if (place === undefined) throw error;
    throw new DataError(`${error.message} (Row ${row} is row ${place.row + 1} of ${place.source}.)`);
  }
}
