/**
 * The tables of one or several files as one relation, still with the source's own types of numbers and dates.
 *
 * Several files must have the same columns; their order may differ, the first file's holds.
 */
import { DataError } from "../../errors.ts";
import type { Warning } from "../table.ts";
import type { Database } from "./database.ts";
import { cannotRead } from "./sourceFiles.ts";
import type { Staged } from "./staged.ts";

/** The view that `gather` makes. */
export const GATHERED = "gathered";

export interface Gathered {
  /** What messages call the whole. */
  readonly source: string;
  readonly rows: number;
  /** Whether text in it may be numbers with a decimal comma. */
  readonly decimalComma: boolean;
  readonly columns: readonly GatheredColumn[];
  readonly notes: readonly Warning[];
  /** The file of a row and its number in it, both for messages; undefined when there is only one file. */
  fileOf(row: number): { readonly source: string; readonly row: number } | undefined;
}

export interface GatheredColumn {
  readonly name: string;
  /** Its SQL identifier in the view. */
  readonly id: string;
  /** DuckDB's name of its type. */
  readonly type: string;
}

/**
 * Makes the view over the staged tables. Whatever is not of a plain type is text in it: nested values as their JSON.
 *
 * @throws {DataError} columns whose names differ between files, and a file or query without rows
 * @throws {DatabaseError} types that differ between files and have none in common
 */
export async function gather(database: Database, source: string, staged: readonly Staged[]): Promise<Gathered> {
  const [first] = staged;
  const selects: string[] = [];
  const counts: number[] = [];
  for (const file of staged) {
    const places = placesIn(first, file);
    counts.push(await countRows(database, file));
    const types = await typesOf(database, file.table);
    const values = places.map((place, at) => `${plain(file.columns[place].id, types[place])} AS c${at}`);
    selects.push(`SELECT ${values.join(", ")} FROM ${file.table}`);
  }
  await database.run(`CREATE TEMP VIEW ${GATHERED} AS ${selects.join(" UNION ALL ")}`);
  const types = await typesOf(database, GATHERED);
  return {
    source,
    rows: counts.reduce((sum, count) => sum + count, 0),
    decimalComma: staged.every((file) => file.decimalComma),
    columns: first.columns.map(({ name }, at) => ({ name, id: `c${at}`, type: types[at] })),
    notes: staged.flatMap(({ notes = [] }) => notes),
    fileOf: (row) => (staged.length === 1 ? undefined : placeOf(row, staged, counts)),
  };
}

/** The SQL expression of a column as a number, truth value, date or text: as it is, if it is one of these. */
function plain(id: string, type: string): string {
  if (/^(STRUCT|MAP|UNION|VARIANT)\b|\]$/.test(type)) return `CAST(to_json(${id}) AS VARCHAR)`;
  if (type === "JSON") return `(${id} ->> '$')`; // a JSON text without its quotes, null as NULL
  return /^(ENUM|UUID|"NULL")/.test(type) ? `CAST(${id} AS VARCHAR)` : id;
}

async function typesOf(database: Database, table: string): Promise<string[]> {
  const types = await database.rows(`SELECT column_type FROM (DESCRIBE ${table})`);
  return types.map(([type]) => String(type));
}

/** Where a file has the columns of the first: their indices in the first file's order. */
function placesIn(first: Staged, file: Staged): number[] {
  const places = new Map(file.columns.map(({ name }, at) => [name, at]));
  const known = new Set(first.columns.map(({ name }) => name));
  const lacking = first.columns.find(({ name }) => !places.has(name))?.name;
  const added = file.columns.find(({ name }) => !known.has(name))?.name;
  if (lacking === undefined && added === undefined) return first.columns.flatMap(({ name }) => places.get(name) ?? []);
  const difference =
    lacking === undefined ? `has the column ${JSON.stringify(added)}` : `lacks the column ${JSON.stringify(lacking)}`;
  throw new DataError(
    `${cannotRead(file.source)} it ${difference}, unlike ${JSON.stringify(first.source)}, which it is read with. ` +
      "Expected the same columns in every file.",
  );
}

async function countRows(database: Database, { table, source }: Staged): Promise<number> {
  const [[count]] = await database.rows(`SELECT count(*)::DOUBLE FROM ${table}`);
  if (count === 0) throw new DataError(`${cannotRead(source)} it names columns but has no rows.`);
  return Number(count);
}

/** Columns in groups for one query each: DuckDB's time to plan a query grows with the square of its columns. */
export function* inGroups<Item>(columns: readonly Item[]): Generator<readonly Item[]> {
  const size = 200;
  for (let from = 0; from < columns.length; from += size) yield columns.slice(from, from + size);
}

function placeOf(row: number, staged: readonly Staged[], counts: readonly number[]): { source: string; row: number } {
  let before = 0;
  let file = 0;
  while (row >= before + counts[file]) before += counts[file++];
  return { source: staged[file].source, row: row - before };
}
