/** Parquet files into the database, with the types they have. */
import { DataError } from "../../errors.ts";
import type { Part } from "../part.ts";
import { cannotRead } from "../text/cannotRead.ts";
import { type Database, DatabaseError, literal } from "./database.ts";
import { type Gathered, gather } from "./gather.ts";
import { plainPath, type SourceFile } from "./sourceFiles.ts";
import type { TemporaryFolder } from "./temporaryFolder.ts";

/** A part of a file, whose ends may lie near others. */
export interface FilePlace extends Part {
  /** In bytes. */
  readonly near: number;
}

/**
 * The columns that are wanted of a file.
 *
 * @param part of the file, in its bytes: that share of the rows is read, of the row groups that these are in
 * @returns also the names of all its columns
 * @throws {DataError} a file that is damaged, cut short or no Parquet; one without rows
 */
export async function stageParquet(
  database: Database,
  file: SourceFile,
  scratch: TemporaryFolder,
  { isWanted, part }: { isWanted: (name: string) => boolean; part: FilePlace | undefined },
): Promise<{ names: string[]; gathered: Gathered }> {
  const path = literal(await plainPath(file.path, scratch));
  try {
    const range = part && (await rowRange(database, path, file, part));
    if (range?.all === 0) throw withoutRows(file);
    const names = await topLevelNames(database, path);
    requireDistinct(file.name, names);
    const chosen = names.flatMap((name, at) => (isWanted(name) ? [at] : []));
    // By place: DuckDB renames columns whose names differ only in case.
    const places = [...names.map((_, at) => `p${at}`), ...(range ? ["place"] : [])].join(", ");
    const values = chosen.map((at, to) => `p${at} AS c${to}`).join(", ") || "1 AS c0";
    // DuckDB reads only the row groups in which such rows are.
    const rows = range ? ` WHERE place >= ${range.from} AND place < ${range.to}` : "";
    const from = `read_parquet(${path}, hive_partitioning = false, file_row_number = ${range !== undefined})`;
    await database.run(`CREATE TEMP TABLE staged AS SELECT ${values} FROM ${from} AS file(${places})${rows}`);
    const wanted = chosen.map((at) => names[at]);
    const gathered = await gather(database, file.name, "staged", wanted, range?.from);
    if (range === undefined && gathered.rows === 0) throw withoutRows(file);
    return { names, gathered };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new DataError(
      `${cannotRead(file.name)} it is not a complete Parquet file. Copy or download it again, or export it again. (${error.message})`,
    );
  }
}

const withoutRows = ({ name }: SourceFile): DataError =>
  new DataError(`${cannotRead(name)} it has a header but no rows.`);

/** The rows of a part, and how many the file has: its share of them, up to the end of a row group where one is near. */
async function rowRange(
  database: Database,
  path: string,
  { size }: SourceFile,
  { from, to, near }: FilePlace,
): Promise<{ from: number; to: number; all: number }> {
  const groups = await database.rows(
    `SELECT any_value(row_group_num_rows)::DOUBLE FROM parquet_metadata(${path}) GROUP BY row_group_id ORDER BY row_group_id`,
  );
  let all = 0;
  const ends = groups.map(([rows]) => {
    all += Number(rows);
    return all;
  });
  const rowAt = (place: number): number => {
    if (place === 0 || place === size) return place === 0 ? 0 : all;
    const row = Math.round((place / size) * all);
    return ends.find((end) => Math.abs(end - row) <= (near / size) * all) ?? row;
  };
  return { from: rowAt(from), to: rowAt(to), all };
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
