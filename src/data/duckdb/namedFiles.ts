/** The files that a source of a table names, as far as can be told without reading it. Node only. */
import { stat } from "node:fs/promises";
import { literal, withDatabase } from "./database.ts";
import type { TableSource } from "./readTable.ts";
import { withTemporaryFolder } from "./temporaryFolder.ts";

/**
 * The path itself, what a pattern matches, and of a query the files whose names or patterns stand in it in quotes.
 *
 * @returns paths of files that exist; a path that is no pattern also where it does not
 */
export async function namedFiles(source: TableSource): Promise<readonly string[]> {
  const names = typeof source === "string" ? [source] : quoted(source.sql);
  const files: string[] = [];
  const patterns: string[] = [];
  for (const name of names) {
    const there = await stat(name).then(
      () => true,
      () => false,
    );
    if (there || !/[*?[]/.test(name)) files.push(name);
    else patterns.push(name);
  }
  if (patterns.length === 0) return files;
  const matches = await withTemporaryFolder((folder) =>
    withDatabase(folder, async (database) => {
      const found = patterns.map((pattern) => database.rows(`SELECT file FROM glob(${literal(pattern)})`));
      return (await Promise.all(found)).flat();
    }),
  );
  return [...files, ...matches.map(([file]) => String(file))];
}

/** What stands in single or double quotes, which are doubled inside them. */
function quoted(sql: string): string[] {
  return [...sql.matchAll(/'((?:[^']|'')*)'|"((?:[^"]|"")*)"/g)].map(([, text, name]) =>
    text === undefined ? name.replaceAll('""', '"') : text.replaceAll("''", "'"),
  );
}
