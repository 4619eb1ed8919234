/**
 * The rows of a user's SELECT into the database; it may name files: `SELECT * FROM 'a.csv' JOIN 'b.parquet' USING (id)`.
 *
 * What such files hold, DuckDB decides by its own rules; ours apply to the columns that come out.
 */
import { DataError } from "../../errors.ts";
import { type Database, DatabaseError } from "./database.ts";
import { type Gathered, gather } from "./gather.ts";

/** What messages call a query. */
export const QUERY_SOURCE = "the SQL query";

/** @throws {DataError} with DuckDB's reason and the place in the query */
export async function stageQuery(database: Database, sql: string): Promise<Gathered> {
  if (sql.trim() === "") throw new DataError(`Cannot run ${QUERY_SOURCE}: it is empty. Expected a SELECT.`);
  // One thread, so that a query without ORDER BY gives its rows in the same order on every machine.
  await database.run("SET threads = 1");
  const statement = await database.describe(sql).catch((error: unknown) => {
    throw queryError(error, sql, 0);
  });
  if (statement.count !== 1 || !statement.isSelect) {
    const found = statement.count === 1 ? "another statement" : `${statement.count} statements`;
    throw new DataError(`Cannot run ${QUERY_SOURCE}: expected one SELECT, found ${found}.`);
  }
  if (statement.parameters > 0) {
    throw new DataError(`Cannot run ${QUERY_SOURCE}: it has a placeholder (? or $1). Write the value in its place.`);
  }
  requireDistinct(statement.columns);
  const before = `CREATE TEMP TABLE query(${statement.columns.map((_, at) => `c${at}`).join(", ")}) AS\n`;
  await database.run(before + sql).catch((error: unknown) => {
    throw queryError(error, sql, before.length);
  });
  const gathered = await gather(database, QUERY_SOURCE, "query", statement.columns);
  if (gathered.rows === 0) throw new DataError(`Cannot run ${QUERY_SOURCE}: it returns no rows.`);
  return gathered;
}

function requireDistinct(names: readonly string[]): void {
  if (new Set(names).size === names.length) return;
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  throw new DataError(
    `Cannot run ${QUERY_SOURCE}: two of its columns are named ${JSON.stringify(twice)}. ` +
      "Name the columns in the SELECT, with AS for one of them; or join with USING.",
  );
}

/** @param before how many characters of ours stand before the query */
function queryError(error: unknown, sql: string, before: number): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const unknown = /capable of reading the file ("[^"]*")/.exec(error.message)?.[1];
  if (unknown !== undefined) {
    return new DataError(
      `Cannot run ${QUERY_SOURCE}: the name of ${unknown} does not show what kind of file it is. Name the function that reads ` +
        "it, such as read_csv('data.txt'), read_json or read_parquet; export other kinds as one of these first.",
    );
  }
  const reason = error.message.replace(/[.!]?$/, ".");
  const file = /^ *file = (.+)$/m.exec(error.details)?.[1];
  const inFile = file === undefined ? "" : ` (in ${JSON.stringify(file)})`;
  return new DataError(`Cannot run ${QUERY_SOURCE}${placeIn(sql, error.position, before)}: ${reason}${inFile}`);
}

function placeIn(sql: string, position: number | undefined, before: number): string {
  if (position === undefined || position < before) return "";
  const lines = sql.slice(0, position - before).split("\n");
  return `, line ${lines.length}, column ${lines[lines.length - 1].length + 1}`;
}
