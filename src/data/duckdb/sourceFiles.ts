/**
 * Which files a path or a pattern means, and what format each has by its name.
 *
 * Looks at names and the file system, never into a file.
 */
import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { basename, dirname, normalize } from "node:path";
import { DataError, nearest } from "../../errors.ts";
import { type Database, literal } from "./database.ts";

export type Format = "csv" | "tsv" | "json" | "ndjson" | "parquet";

export interface SourceFile {
  readonly path: string;
  readonly format: Format;
  /** Whether the name ends in .gz. */
  readonly gzipped: boolean;
  /** false for pipes and devices, which can be read only once. */
  readonly regular: boolean;
}

const formats: Readonly<Record<string, Format>> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
  parquet: "parquet",
  pq: "parquet",
};

/**
 * The files, a pattern's in the order of their names (by code unit), which never changes from machine to machine.
 *
 * @param source a path, or a pattern with *, ?, [a-z] or ** in it; a file of exactly that name goes first
 * @throws {DataError} nothing there, a folder, not readable, an address of the web
 */
export async function findFiles(database: Database, source: string): Promise<SourceFile[]> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source)) {
    throw new DataError(`${cannotRead(source)} only local files are read. Download it first, then name the file.`);
  }
  try {
    return [await sourceFile(source)];
  } catch (error) {
    const missing = error instanceof MissingFileError;
    if (!missing || !/[*?[]/.test(source)) throw missing ? await noSuchFile(source) : error;
  }
  const matches = await database.rows(`SELECT file FROM glob(${literal(source)})`);
  const paths = matches.map(([file]) => normalize(String(file))).sort(byCodeUnit);
  if (paths.length === 0) {
    throw new DataError(`${cannotRead(source)} no file matches the pattern. Check it from the folder you are in.`);
  }
  return Promise.all(paths.map(sourceFile));
}

/** The path as DuckDB must see it: the characters of patterns stand for themselves in brackets. */
export function exactPath(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

/** The beginning of every message about a source. */
export function cannotRead(source: string): string {
  return `Cannot read ${JSON.stringify(source)}:`;
}

/** What an error of the file system means for whoever named the file. */
export function fileError(path: string, error: unknown): DataError {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new MissingFileError(`${cannotRead(path)} there is no such file.`);
    case "EACCES":
    case "EPERM":
      return new DataError(`${cannotRead(path)} you may not read it. Change its permissions (chmod u+r), or copy it.`);
    case "EISDIR":
      return folderError(path);
    default:
      return new DataError(`${cannotRead(path)} ${message}.`);
  }
}

class MissingFileError extends DataError {}

function folderError(path: string): DataError {
  const pattern = JSON.stringify(`${path.replace(/\/+$/, "")}/*.csv`);
  return new DataError(`${cannotRead(path)} it is a folder. Name a file in it, or several by a pattern: ${pattern}.`);
}

async function sourceFile(path: string): Promise<SourceFile> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw folderError(path);
    await access(path, constants.R_OK);
    return { path, ...formatOf(path), regular: found.isFile() };
  } catch (error) {
    throw error instanceof DataError ? error : fileError(path, error);
  }
}

/** By the last extension before .gz; what has another one is taken for CSV. */
function formatOf(path: string): { format: Format; gzipped: boolean } {
  const gzipped = /\.gz$/i.test(path);
  const extension = /\.([^./\\]+)$/.exec(gzipped ? path.slice(0, -3) : path)?.[1].toLowerCase() ?? "";
  const format = Object.hasOwn(formats, extension) ? formats[extension] : "csv";
  if (gzipped && format === "parquet") {
    throw new DataError(`${cannotRead(path)} Parquet files compress themselves. Unpack it first: gunzip ${path}.`);
  }
  return { format, gzipped };
}

async function noSuchFile(path: string): Promise<DataError> {
  const folder = dirname(path);
  try {
    const near = nearest(basename(path), await readdir(folder));
    const hint = near === undefined ? "Check the path" : `Did you mean ${JSON.stringify(near)}?`;
    return new DataError(`${cannotRead(path)} there is no such file. ${near === undefined ? `${hint}.` : hint}`);
  } catch {
    return new DataError(`${cannotRead(path)} there is no folder ${JSON.stringify(folder)}.`);
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
