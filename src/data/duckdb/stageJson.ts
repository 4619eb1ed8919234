/**
 * JSON (one list of objects, or one object) and NDJSON (one object a line) into the database.
 *
 * DuckDB finds the types over the whole file; where a key holds values of several types, the column stays JSON. When it
 * refuses a file, `jsonFault.ts` says where it is at fault.
 */
import { readFile } from "node:fs/promises";
import { DataError } from "../../errors.ts";
import { type Database, DatabaseError, identifier, literal } from "./database.ts";
import { findJsonFault } from "./jsonFault.ts";
import { plainText } from "./plainText.ts";
import { cannotRead, exactPath, type SourceFile } from "./sourceFiles.ts";
import type { FileOptions, Staged } from "./staged.ts";
import { requireUtf8 } from "./textBlocks.ts";

/** @throws {DataError} naming the line and column that are at fault */
export async function stageJson(
  database: Database,
  file: SourceFile,
  table: string,
  { encoding, folder }: FileOptions,
): Promise<Staged> {
  const { path } = await plainText(file, encoding, folder);
  const format = file.format === "ndjson" ? "newline_delimited" : "auto";
  try {
    // Rare keys are columns too (field_appearance_threshold, map_inference_threshold). Dates stay text, by formats that
    // nothing has: which texts are dates is for the shared rule, and DuckDB would take 01-02-2024 for one of two days.
    await database.run(`CREATE TEMP TABLE ${table} AS FROM read_json(${literal(exactPath(path))},
      format = '${format}', records = true, sample_size = -1, field_appearance_threshold = 0,
      map_inference_threshold = -1, dateformat = 'none %Y', timestampformat = 'none %Y',
      compression = 'uncompressed', hive_partitioning = false)`);
  } catch (error) {
    throw error instanceof DatabaseError ? await refusedError(file, path, error) : error;
  }
  const columns = await database.rows(`SELECT column_name, column_type FROM (DESCRIBE ${table})`);
  if (columns.every(([, type]) => String(type).endsWith("[]"))) {
    throw new DataError(
      `${cannotRead(file.path)} it holds one object of lists. Expected a list of objects, one for each row: [{…}, {…}].`,
    );
  }
  return {
    source: file.path,
    table,
    columns: columns.map(([name]) => ({ name: String(name), id: identifier(String(name)) })),
    decimalComma: false,
  };
}

async function refusedError(file: SourceFile, path: string, refusal: DatabaseError): Promise<DataError> {
  await requireUtf8(file.path, path);
  const key = /duplicate key "(.*)"/.exec(refusal.details)?.[1];
  if (key !== undefined) {
    return new DataError(
      `${cannotRead(file.path)} one object has the key ${JSON.stringify(key)} twice. Rename one, or take it away.`,
    );
  }
  return syntaxError(file, await readFile(path, "utf8"), refusal);
}

function syntaxError(file: SourceFile, text: string, refusal: DatabaseError): DataError {
  const [fault, above] = file.format === "ndjson" ? ndjsonFault(text) : [findJsonFault(text), 0];
  if (fault !== undefined) {
    const { line, column, expected, found } = fault;
    return new DataError(
      `${cannotRead(file.path)} it is not valid JSON in line ${above + line}, column ${column}: expected ${expected}, found ${found}.`,
    );
  }
  if (/^\s*(\[\s*\]\s*)?$/.test(text)) return new DataError(`${cannotRead(file.path)} it holds no rows.`);
  if (/non-record/.test(refusal.details)) {
    return new DataError(
      `${cannotRead(file.path)} it holds values that are not objects. Expected an object for each row: [{"name": value, …}, …], or one a line.`,
    );
  }
  return new DataError(`${cannotRead(file.path)} ${refusal.message}`);
}

/** The first fault in a text whose every line is a value of its own, and the lines above. */
function ndjsonFault(text: string): [fault: ReturnType<typeof findJsonFault>, above: number] {
  const lines = text.split("\n");
  for (const [above, line] of lines.entries()) {
    const fault = findJsonFault(line);
    if (fault !== undefined) return [fault, above];
  }
  return [undefined, 0];
}
