/**
 * What a Parquet file or a query holds, as one table in the database whose columns are numbers, truth values, dates or
 * text; lists and objects are their JSON, and marked as nested.
 */
import type { Database } from "./database.ts";

/** The table that `gather` makes. */
export const GATHERED = "gathered";

export interface Gathered {
  /** What messages call it: a path, or "the SQL query". */
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly GatheredColumn[];
}

export interface GatheredColumn {
  readonly name: string;
  /** Its SQL identifier in the table. */
  readonly id: string;
  /** DuckDB's name of its type. */
  readonly type: string;
  /** The first list or object among its values, and its row counted from 1. */
  readonly nested?: { readonly found: "a list" | "an object"; readonly row: number } | undefined;
}

/**
 * Makes the table of the columns of another, which is gone then.
 *
 * @param names of its columns, which are called c0, c1, … there: SQL ignores the case of names
 * @param before how many rows of the source come before these
 * @throws {DatabaseError} a disk or a memory that is full
 */
export async function gather(
  database: Database,
  source: string,
  table: string,
  names: readonly string[],
  before = 0,
): Promise<Gathered> {
  await database.run(`DROP TABLE IF EXISTS ${GATHERED}`);
  const types = await typesOf(database, table);
  const nested = await nestedValues(database, table, types, before);
  const values = types.map((type, at) => plain(`c${at}`, type));
  if (values.every((value, at) => value === `c${at}`)) {
    await database.run(`ALTER TABLE ${table} RENAME TO ${GATHERED}`);
  } else {
    const named = values.map((value, at) => `${value} AS c${at}`);
    await database.run(`CREATE TEMP TABLE ${GATHERED} AS SELECT ${named.join(", ")} FROM ${table}`);
    await database.run(`DROP TABLE ${table}`);
  }
  const [[rows]] = await database.rows(`SELECT count(*)::DOUBLE FROM ${GATHERED}`);
  const plainTypes = await typesOf(database, GATHERED);
  return {
    source,
    rows: Number(rows),
    columns: names.map((name, at) => ({ name, id: `c${at}`, type: plainTypes[at], nested: nested.get(at) })),
  };
}

const NESTED = /^(STRUCT|MAP|UNION|VARIANT)\b|\]$/;

/** The first list or object of each column that has one, by the place of the column. */
async function nestedValues(
  database: Database,
  table: string,
  types: readonly string[],
  before: number,
): Promise<Map<number, GatheredColumn["nested"]>> {
  const found = new Map<number, GatheredColumn["nested"]>();
  for (const [at, type] of types.entries()) {
    if (type !== "JSON" && !NESTED.test(type)) continue;
    const kind = `json_type(to_json(c${at}))`;
    const isNested = `${kind} IN ('ARRAY', 'OBJECT')`;
    const [first] = await database.rows(
      `SELECT rowid::DOUBLE, ${kind} FROM ${table} WHERE ${isNested} ORDER BY rowid LIMIT 1`,
    );
    if (first === undefined) continue;
    found.set(at, { found: first[1] === "ARRAY" ? "a list" : "an object", row: before + Number(first[0]) + 1 });
  }
  return found;
}

/** The SQL expression of a column as a number, truth value, date or text: as it is, if it is one of these. */
function plain(id: string, type: string): string {
  if (NESTED.test(type)) return `CAST(to_json(${id}) AS VARCHAR)`;
  if (type === "JSON") return `(${id} ->> '$')`; // a JSON text without its quotes, null as NULL
  return /^(ENUM|UUID|"NULL")/.test(type) ? `CAST(${id} AS VARCHAR)` : id;
}

async function typesOf(database: Database, table: string): Promise<string[]> {
  const types = await database.rows(`SELECT column_type FROM (DESCRIBE ${table})`);
  return types.map(([type]) => String(type));
}

/** Columns in groups for one query each: DuckDB's time to plan a query grows with the square of its columns. */
export function* inGroups<Item>(columns: readonly Item[]): Generator<readonly Item[]> {
  const size = 200;
  for (let from = 0; from < columns.length; from += size) yield columns.slice(from, from + size);
}
