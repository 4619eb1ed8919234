/** Parquet files into the database, with the types they have. */
import { DataError } from "../../errors.ts";
import { cannotRead } from "../text/cannotRead.ts";
import { type Database, DatabaseError, literal } from "./database.ts";
import { type Gathered, gather } from "./gather.ts";
import { plainPath, type SourceFile } from "./sourceFiles.ts";
import type { TemporaryFolder } from "./temporaryFolder.ts";

/**
 * The columns that are wanted of a file.
 *
 * @returns also the names of all its columns
 * @throws {DataError} a file that is damaged, cut short or no Parquet; one without rows
 */
export async function stageParquet(
  database: Database,
  file: SourceFile,
  scratch: TemporaryFolder,
  isWanted: (name: string) => boolean,
): Promise<{ names: string[]; gathered: Gathered }> {
  const path = literal(await plainPath(file.path, scratch));
  const from = `read_parquet(${path}, hive_partitioning = false)`;
  try {
    const names = await topLevelNames(database, path);
    requireDistinct(file.name, names);
    const chosen = names.flatMap((name, at) => (isWanted(name) ? [at] : []));
    // By place: DuckDB renames columns whose names differ only in case.
    const places = names.map((_, at) => `p${at}`).join(", ");
    const values = chosen.map((at, to) => `p${at} AS c${to}`).join(", ") || "1 AS c0";
    await database.run(`CREATE TEMP TABLE staged AS SELECT ${values} FROM ${from} AS file(${places})`);
    const wanted = chosen.map((at) => names[at]);
    const gathered = await gather(database, file.name, "staged", wanted);
    if (gathered.rows === 0) throw new DataError(`${cannotRead(file.name)} it has a header but no rows.`);
    return { names, gathered };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new DataError(
      `${cannotRead(file.name)} it is not a complete Parquet file. Copy or download it again, or export it again. (${error.message})`,
    );
  }
}

/** The names as the file has them, without those of the parts of nested columns. */
async function topLevelNames(database: Database, path: string): Promise<string[]> {
  const [, ...elements] = await database.rows(`SELECT name, num_children FROM parquet_schema(${path})`);
  const names: string[] = [];
  // The elements stand in depth-first order; as many as `within` belong to the column before.
  let within = 0;
  for (const [name, children] of elements) {
    if (within > 0) within--;
    else names.push(String(name));
    within += Number(children ?? 0);
  }
  return names;
}

/** @throws {DataError} */
function requireDistinct(source: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new DataError(
        `${cannotRead(source)} two of its columns are named ${JSON.stringify(name)}. Rename one of them in the program that writes the file.`,
      );
    }
    seen.add(name);
  }
}
