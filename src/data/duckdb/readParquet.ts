/** Parquet files into the database, with the types they have. */
import { DataError } from "../../errors.ts";
import { type Database, DatabaseError, identifier, literal } from "./database.ts";
import { cannotRead } from "./fileErrors.ts";
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
  const from = `read_parquet(${literal(await plainPath(file.path, scratch))}, hive_partitioning = false)`;
  try {
    const described = await database.rows(`SELECT column_name FROM (DESCRIBE FROM ${from})`);
    const names = described.map(([name]) => String(name));
    const wanted = names.filter(isWanted);
    const values = wanted.map((name, at) => `${identifier(name)} AS c${at}`);
    await database.run(`CREATE TEMP TABLE staged AS SELECT ${values.join(", ") || "1 AS c0"} FROM ${from}`);
    const gathered = await gather(database, file.name, "staged", wanted);
    if (gathered.rows === 0) throw new DataError(`${cannotRead(file.name)} it names columns but has no rows.`);
    return { names, gathered };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new DataError(
      `${cannotRead(file.name)} it is not a whole Parquet file. Get it again, or export it again. (${error.message})`,
    );
  }
}
