/**
 * CSV and TSV files into the database, every value as text.
 *
 * The header is read and the delimiter found out in `csvHeader.ts`, so that DuckDB has nothing to guess; when it refuses
 * a file, `csvFault.ts` says why.
 */
import { DataError } from "../../errors.ts";
import { findCsvFault } from "./csvFault.ts";
import { csvHeader } from "./csvHeader.ts";
import { type Database, DatabaseError, literal } from "./database.ts";
import { type PlainText, plainText } from "./plainText.ts";
import { cannotRead, exactPath, type SourceFile } from "./sourceFiles.ts";
import { type FileOptions, placeNames, type Staged } from "./staged.ts";
import { requireUtf8 } from "./textBlocks.ts";

/** @throws {DataError} naming the line that is at fault */
export async function stageCsv(
  database: Database,
  file: SourceFile,
  table: string,
  { encoding, delimiter, folder }: FileOptions,
): Promise<Staged> {
  const text = await plainText(file, encoding, folder);
  requireFirstLine(file, text);
  const header = csvHeader(file.path, text.start, delimiter ?? (file.format === "tsv" ? "\t" : undefined));
  const load: Load = {
    source: file.path,
    table,
    path: text.path,
    delimiter: header.delimiter,
    columns: header.names.length,
    delimiterGiven: delimiter !== undefined,
  };
  try {
    if (header.names.some((name) => name.includes("\uFFFD"))) await requireUtf8(load.source, load.path);
    await database.run(loading(load, true));
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await loadRefused(database, load, error);
  }
  const columns = placeNames(header.names);
  return { source: file.path, table, columns, decimalComma: header.delimiter === ";" };
}

interface Load {
  readonly source: string;
  readonly table: string;
  readonly path: string;
  readonly delimiter: string;
  readonly delimiterGiven: boolean;
  readonly columns: number;
}

function loading({ table, path, delimiter, columns }: Load, strict: boolean): string {
  const types = Array.from({ length: columns }, (_, at) => `c${at}: 'VARCHAR'`).join(", ");
  return `CREATE TEMP TABLE ${table} AS FROM read_csv(${literal(exactPath(path))},
    auto_detect = false, header = true, delim = ${literal(delimiter)}, quote = '"', escape = '"',
    strict_mode = ${strict}, compression = 'none', hive_partitioning = false, columns = {${types}})`;
}

/**
 * Throws what is wrong with a file that DuckDB has refused, or loads it after all.
 *
 * Its strict mode also refuses a mixture of \n and \r\n, which harms nobody. The other mode takes everything, so it
 * may only be used on a file that is known to be sound, and has to find as many records in it as were counted.
 */
async function loadRefused(database: Database, load: Load, refusal: DatabaseError): Promise<void> {
  await requireUtf8(load.source, load.path);
  const { fault, records } = await findCsvFault(load.path, load);
  switch (fault?.kind) {
    case "ragged":
      throw raggedError(load, fault.line, fault.found);
    case "unclosed":
      throw new DataError(
        `${cannotRead(load.source)} a quote (") opens in line ${fault.line} and is never closed. Close it, or take it away.`,
      );
    case "text-after-quote":
      throw new DataError(
        `${cannotRead(load.source)} the value in quotes that begins in line ${fault.line} is closed in line ${fault.closedLine}, but text follows it. Write quotes inside quotes twice: "".`,
      );
    case undefined:
      break;
    default:
      fault satisfies never;
  }
  await database.run(loading(load, false)).catch(() => {
    throw new DataError(`${cannotRead(load.source)} ${refusal.message}`);
  });
  const [[loaded]] = await database.rows(`SELECT count(*)::DOUBLE FROM ${load.table}`);
  if (loaded !== records - 1) throw new DataError(`${cannotRead(load.source)} ${refusal.message}`);
}

function raggedError({ source, columns, delimiter, delimiterGiven }: Load, line: number, found: number): DataError {
  const values = `${found} ${found === 1 ? "value" : "values"}`;
  const names = `${columns} ${columns === 1 ? "column" : "columns"}`;
  const guess = delimiterGiven ? "" : `, or name the delimiter if it is not ${JSON.stringify(delimiter)}: --delimiter`;
  return new DataError(
    `${cannotRead(source)} line ${line} has ${values}, but the header names ${names}. Mend the line${guess}.`,
  );
}

function requireFirstLine({ path }: SourceFile, { start, whole }: PlainText): void {
  if (whole || /[\n\r]/.test(start)) return;
  throw new DataError(
    `${cannotRead(path)} its first line is longer than 2 MB. Expected the names of the columns there.`,
  );
}
