/**
 * A table from files or from SQL: CSV, TSV, JSON, NDJSON and Parquet, gzipped or many at once.
 *
 * The way of a source: its files are found (`sourceFiles.ts`) and read, each to columns that have the types of the source:
 * text by our own readers (`readCsv.ts`, `readJson.ts`), Parquet and SQL by DuckDB (`readParquet.ts`, `readQuery.ts`,
 * `columnPlan.ts`, `fetchColumns.ts`). Several files become one (`concatenate.ts`), and text is read by the one rule for values
 * (`readColumns.ts`). Knows nothing of features, targets and models.
 */
import { DataError, DescriptionError, requireThat, requireWhole } from "../../errors.ts";
import {
  boolean,
  either,
  type Kinds,
  listOf,
  number,
  object,
  oneOf,
  requireKind,
  requireOptions,
  snapshot,
  text,
  withFields,
} from "../../kinds.ts";
import { type Missing, missingKind, requireMissing } from "../missingWords.ts";
import { readColumns } from "../readColumns.ts";
import type { FileOptions, ReadSource } from "../readSource.ts";
import { NO_HEADER, optionName } from "../remedies.ts";
import {
  type ColumnRole,
  type ColumnRoles,
  type Reading,
  readingsKind,
  requireRoles,
  type Table,
  unknownColumns,
  type Warning,
} from "../table.ts";
import { cannotRead } from "../text/cannotRead.ts";
import { requireDelimiter } from "../text/csvLayout.ts";
import { decoderOf } from "../text/decodedText.ts";
import { readCsv } from "../text/readCsv.ts";
import { planColumns } from "./columnPlan.ts";
import { concatenate } from "./concatenate.ts";
import { copiedColumns } from "./copiedColumns.ts";
import { type Database, DatabaseError, withDatabase } from "./database.ts";
import { fetchColumns } from "./fetchColumns.ts";
import type { Gathered } from "./gather.ts";
import { requireOptionsFor } from "./optionFormats.ts";
import { readJson } from "./readJson.ts";
import { stageParquet } from "./readParquet.ts";
import { QUERY_SOURCE, stageQuery } from "./readQuery.ts";
import { findFiles, type SourceFile } from "./sourceFiles.ts";
import { TemporaryFolder } from "./temporaryFolder.ts";
import { textOf } from "./textFile.ts";

/** A path, a pattern of paths ("data/*.csv"), or a SELECT, which may name files itself. */
export type TableSource = string | { readonly sql: string };

export interface ReadOptions {
  /** Types of columns, by name; "skip" leaves a column out. The types of all others are inferred. */
  readonly types?: ColumnRoles;
  /** The columns to read, in any order; all when absent. */
  readonly columns?: readonly string[];
  /** Columns to read in addition to `columns` if the table has them; none when absent. */
  readonly optionalColumns?: readonly string[] | undefined;
  /** Columns to copy unchanged, as the table's `copied`; none when absent. */
  readonly copy?: readonly string[] | "all" | undefined;
  /**
   * Texts that mean a missing value, besides the empty one, NA, N/A, NaN, nan, null, NULL and ?; "-999" means numbers too.
   * `{ only: ["?"] }`: no others than these and the empty one.
   */
  readonly missing?: Missing;
  /** The decimal sign of numbers that are written as text; detected when absent. */
  readonly decimal?: "." | ",";
  /** How to read each column, from the training of a model, instead of inferring it; columns without an entry are not read. */
  readonly readings?: ReadonlyMap<string, Reading>;
  /**
   * The delimiter of CSV files: one character; detected when absent. This option and those below are refused for
   * sources of other formats.
   */
  readonly delimiter?: string;
  /** The encoding of text files: utf-8 (the default), latin-1, utf-16 or another of the WHATWG encoding standard. */
  readonly encoding?: string;
  /** The number of lines before the header of a CSV file, such as a title; 0 when absent. */
  readonly skip?: number;
  /** Lines of a CSV file that begin with this character are skipped; none when absent. */
  readonly comment?: string;
  /** false if the first line of a CSV file is a row, not names; columns are then called column1, column2, …. true when absent. */
  readonly header?: boolean;
  /**
   * The maximum size of a text file, in bytes, uncompressed. When absent, 2 GB for gzip and pipes, and no limit for other
   * files.
   */
  readonly maxBytes?: number;
}

export const readOptionKinds = {
  types: object,
  columns: listOf(text, "column names"),
  optionalColumns: listOf(text, "column names"),
  copy: either(listOf(text, "column names"), oneOf("all")),
  missing: missingKind,
  decimal: text,
  readings: readingsKind,
  delimiter: text,
  encoding: text,
  skip: number,
  comment: text,
  header: boolean,
  maxBytes: number,
} as const satisfies Kinds<ReadOptions>;
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
  const { types = {}, columns } = options;
  const wanted = columns && new Set([...columns, ...(options.optionalColumns ?? [])]);
  requireMissing(options.missing, options.decimal);
  const roles = new Map(Object.entries(types));
  const isWanted = (name: string): boolean => wanted?.has(name) ?? options.readings?.has(name) ?? true;
  const roleOf = (name: string): ColumnRole | undefined => (isWanted(name) ? roles.get(name) : "skip");
  const copies = options.copy === "all" ? true : new Set(options.copy);
  const isCopied = (name: string): boolean => copies === true || copies.has(name);
  const file = fileOptions(options, roleOf, isCopied);
  if (typeof source !== "string") requireOptionsFor("sql", "the query", options);
  await using scratch = new TemporaryFolder();
  try {
    const sources =
      typeof source === "string"
        ? await readFiles(source, file, scratch, options)
        : [await withDatabase(async (database) => columnsOf(database, await stageQuery(database, source.sql), file))];
    return tableOf(sources, typeof source === "string" ? source : QUERY_SOURCE, roleOf, options);
  } catch (error) {
    // What no stage has a better word for: a disk or a memory that is full.
    if (!(error instanceof DatabaseError)) throw error;
    throw new DataError(`${cannotRead(typeof source === "string" ? source : QUERY_SOURCE)} ${error.message}.`);
  }
}

type RoleOf = FileOptions["roleOf"];

/** @throws {DescriptionError} an option that has no meaning */
function fileOptions(options: ReadOptions, roleOf: RoleOf, isCopied: FileOptions["isCopied"]): FileOptions {
  const { encoding = "utf-8", delimiter, skip = 0, comment, header, maxBytes } = options;
  decoderOf(encoding);
  requireWhole("skip", skip, 0);
  if (maxBytes !== undefined) requireThat("maxBytes", maxBytes, maxBytes > 0, "a number of bytes above 0");
  if (comment !== undefined && !/^(?![\w"+.-])[!-~]$/.test(comment)) {
    throw new DescriptionError(
      `${optionName("comment", "Option")}: expected one character that begins no value, such as "#", found ${JSON.stringify(comment)}.`,
    );
  }
  const named = delimiter === undefined ? undefined : requireDelimiter(delimiter);
  const isText = (name: string): boolean => {
    const { type, decimal, thousands, unit } = options.readings?.get(name) ?? {};
    if (type !== undefined) return type !== "number" || (decimal ?? thousands ?? unit) !== undefined;
    const role = roleOf(name);
    return options.decimal === "," || (role !== undefined && role !== "number");
  };
  const mayLeaveOut = options.readings === undefined;
  return { encoding, delimiter: named, skip, comment, header, roleOf, mayLeaveOut, isText, isCopied };
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
  for (const found of files) read.push(await readFile(found, file, scratch));
  return read;
}

async function readFile(file: SourceFile, options: FileOptions, scratch: TemporaryFolder): Promise<ReadSource> {
  switch (file.format) {
    case "csv":
    case "tsv":
      return readCsv(file.name, textOf(file, options.encoding), options, file.format === "tsv" ? "\t" : undefined);
    case "json":
    case "ndjson":
      return readJson(file, options);
    case "parquet":
      return withDatabase(async (database) => {
        const isWanted = (name: string): boolean => options.roleOf(name) !== "skip" || options.isCopied(name);
        const { names, gathered } = await stageParquet(database, file, scratch, isWanted);
        return { ...(await columnsOf(database, gathered, options)), names };
      });
    default:
      return file.format satisfies never;
  }
}

/** The columns of what is in the database. */
async function columnsOf(database: Database, gathered: Gathered, options: FileOptions): Promise<ReadSource> {
  const { source, rows, columns } = gathered;
  const names = columns.map(({ name }) => name);
  const plans = await planColumns(database, gathered, options);
  const read = await fetchColumns(database, gathered, plans);
  const copied = await copiedColumns(database, gathered, options.isCopied);
  return { name: source, rows, names, columns: read, copied, notes: [] };
}

function tableOf(sources: readonly ReadSource[], name: string, roleOf: RoleOf, options: ReadOptions): Table {
  const { types = {}, columns, copy } = options;
  const whole = concatenate(name, sources);
  const { rows, names, copied, notes } = whole;
  const known = new Set(names);
  const unknown = (columns ?? []).filter((wanted) => !known.has(wanted));
  if (unknown.length > 0) {
    const { message } = unknownColumns(whole.name, unknown, names, columns);
    throw new DataError(message + headerHint(whole, unknown, options));
  }
  requireRoles(whole.name, names, types);
  const unused = columns && Object.keys(types).find((typed) => !columns.includes(typed) && types[typed] !== "skip");
  if (unused !== undefined) {
    throw new DescriptionError(
      `${optionName("types", "Option")} has no effect on ${JSON.stringify(unused)}, which is not among the columns to read. Leave it out there.`,
    );
  }
  const uncopied = copy === "all" ? [] : (copy ?? []).filter((wanted) => !known.has(wanted));
  if (uncopied.length > 0) throw unknownColumns(whole.name, uncopied, names);
  const { missing, decimal, readings } = options;
  const roles = new Map(names.map((each) => [each, roleOf(each)]));
  const found = inFile(sources, () => readColumns(whole, { roles, missing, decimal, readings }));
  const all = [...notes, ...found.notes, ...commentNotes(sources, options)];
  const taken = new Set(found.columns.map((column) => column.name));
  const unread = names.filter((column) => !taken.has(column));
  return {
    source: whole.name,
    rows,
    columns: found.columns,
    ...(unread.length > 0 && { unread }),
    ...(copy && { copied }),
    ...(all.length > 0 && { notes: all }),
  };
}

/** Note: `option-without-effect`, where no line of a table to learn from begins with the sign of comments. */
function commentNotes(sources: readonly ReadSource[], { comment, readings }: ReadOptions): Warning[] {
  if (comment === undefined || readings !== undefined) return [];
  if (sources.some(({ comments = 0 }) => comments > 0)) return [];
  const message = `No line begins with ${JSON.stringify(comment)}, so ${optionName("comment")} has no effect.`;
  return [{ code: "option-without-effect", columns: [], message }];
}

/** Where columns are missing: the options by which a CSV file's first line may be read otherwise. */
function headerHint(
  { delimiter }: ReadSource,
  unknown: readonly string[],
  { header, skip = 0, columns = [] }: ReadOptions,
): string {
  if (delimiter === undefined) return "";
  if (header === false) {
    const named = unknown.some((name) => !/^column\d+$/.test(name));
    return named ? ` If the first line names the columns, leave out ${NO_HEADER}.` : "";
  }
  if (unknown.every((name) => /^column\d+$/.test(name))) {
    return ` If no line names the columns, read it with ${NO_HEADER}.`;
  }
  const all = unknown.length === columns.length;
  if (all && skip > 0) return ` If its names are not in line ${skip + 1}, change ${optionName("skip")}.`;
  return all
    ? ` If its names are in a later line, read it with ${optionName("skip")}, or ${optionName("comment")} for lines of comments.`
    : "";
}

/** Names the file beside the row, where there are several. @throws {DataError} what `read` throws, with the file */
function inFile<T>(sources: readonly ReadSource[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DataError) || sources.length === 1) throw error;
    const row = Number(/ in row (\d+)[.,;:]/.exec(error.message)?.[1]);
    if (Number.isNaN(row)) throw error;
    const place = placeOf(row - 1, sources);
    throw new DataError(`${error.message} (Row ${row} is row ${place.row + 1} of ${place.source}.)`);
  }
}

/** The file of a row, and its number in it. */
function placeOf(row: number, sources: readonly ReadSource[]): { source: string; row: number } {
  let before = 0;
  let file = 0;
  while (row >= before + sources[file].rows) before += sources[file++].rows;
  return { source: sources[file].name, row: row - before };
}
