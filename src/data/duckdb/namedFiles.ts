/** The files that a source of a table names, as far as is known without reading it. Node only. */
import { requireKind, text } from "../../kinds.ts";
import { glob, isPattern, isThere, matchesPattern } from "./glob.ts";
import { sourceKind, type TableSource } from "./readTable.ts";
import { STANDARD_INPUT } from "./sourceFiles.ts";

/**
 * The path itself, what a pattern matches, and of a query the files whose names or patterns stand in it in quotes.
 * Standard input is the file that it may come from.
 *
 * @returns paths of files that exist; a path that is no pattern also where it does not
 */
export async function namedFiles(source: TableSource): Promise<readonly string[]> {
  requireKind("namedFiles' source", source, sourceKind);
  const { files, patterns } = await namesIn(source);
  const paths = files.map((file) => (typeof source === "string" && STANDARD_INPUT.test(file) ? "/dev/stdin" : file));
  return patterns.length === 0 ? paths : [...paths, ...(await glob(patterns))];
}

/** The pattern of a source that matches a path, whether or not a file is there: reading the source again would read it. */
export async function patternOver(path: string, source: TableSource): Promise<string | undefined> {
  requireKind("patternOver's path", path, text);
  requireKind("patternOver's source", source, sourceKind);
  const { patterns } = await namesIn(source);
  for (const pattern of patterns) {
    // In a query, a text without these is hardly a pattern of files.
    if (typeof source !== "string" && !/[./]/.test(pattern)) continue;
    if (await matchesPattern(path, pattern)) return pattern;
  }
  return undefined;
}

async function namesIn(source: TableSource): Promise<{ files: string[]; patterns: string[] }> {
  const names = typeof source === "string" ? [source] : quoted(source.sql);
  const files: string[] = [];
  const patterns: string[] = [];
  for (const name of names) ((await isThere(name)) || !isPattern(name) ? files : patterns).push(name);
  return { files, patterns };
}

/** What stands in single or double quotes, which are doubled inside them. */
function quoted(sql: string): string[] {
  return [...sql.matchAll(/'((?:[^']|'')*)'|"((?:[^"]|"")*)"/g)].map(([, text, name]) =>
    text === undefined ? name.replaceAll('""', '"') : text.replaceAll("''", "'"),
  );
}
