/** Parquet files into the database, with the types they have. */
import { DataError } from "../../errors.ts";
import { type Database, DatabaseError, identifier, literal } from "./database.ts";
import { cannotRead, exactPath, type SourceFile } from "./sourceFiles.ts";
import type { Staged } from "./staged.ts";

/** @throws {DataError} a file that is damaged, cut short or no Parquet */
export async function stageParquet(database: Database, file: SourceFile, table: string): Promise<Staged> {
  try {
    await database.run(
      `CREATE TEMP TABLE ${table} AS FROM read_parquet(${literal(exactPath(file.path))}, hive_partitioning = false)`,
    );
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new DataError(
      `${cannotRead(file.path)} it is not a whole Parquet file. Get it again, or export it again. (${error.message})`,
    );
  }
  const columns = await database.rows(`SELECT column_name FROM (DESCRIBE ${table})`);
  return {
    source: file.path,
    table,
    columns: columns.map(([name]) => ({ name: String(name), id: identifier(String(name)) })),
    decimalComma: false,
  };
}
