/** The files that a source of a table names, as far as can be told without reading it. Node only. */
import { glob, isThere } from "./glob.ts";
import type { TableSource } from "./readTable.ts";

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
    if ((await isThere(name)) || !/[*?[]/.test(name)) files.push(name);
    else patterns.push(name);
  }
  if (patterns.length === 0) return files;
  return [...files, ...(await glob(patterns))];
}

/** What stands in single or double quotes, which are doubled inside them. */
function quoted(sql: string): string[] {
  return [...sql.matchAll(/'((?:[^']|'')*)'|"((?:[^"]|"")*)"/g)].map(([, text, name]) =>
    text === undefined ? name.replaceAll('""', '"') : text.replaceAll("''", "'"),
  );
}
