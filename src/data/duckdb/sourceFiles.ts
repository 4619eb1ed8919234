/**
 * Which files a path or a pattern means, and what format each has: by its name, or by how it begins where the name does
 * not tell. Pipes become files, because a table may be read twice.
 */
import { constants, createReadStream, createWriteStream } from "node:fs";
import { access, open, readdir, stat, symlink } from "node:fs/promises";
import { basename, dirname, normalize, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gunzipSync, constants as zlib } from "node:zlib";
import { DataError, GradusError, nearest } from "../../errors.ts";
import { type FileFormat, formOfName } from "../fileFormats.ts";
import { cannotRead } from "../text/cannotRead.ts";
import { limited, MOST_UNSEEN_BYTES } from "../text/sizeLimit.ts";
import { fileError, folderError, MissingFileError } from "./fileErrors.ts";
import { glob, isPattern } from "./glob.ts";
import type { TemporaryFolder } from "./temporaryFolder.ts";

export interface SourceFile {
  /** What messages call it: the path as the user wrote it, or "standard input". */
  readonly name: string;
  /** Where its bytes can be read as often as one likes. */
  readonly path: string;
  /** In bytes, as it was found; 0 where the system does not give it. */
  readonly size: number;
  readonly format: FileFormat;
  /** Whether it is to be unpacked. */
  readonly gzipped: boolean;
  /** The most bytes that are read of its text, unpacked; any number when undefined. */
  readonly maxBytes: number | undefined;
}

export interface FindOptions {
  /** Where a pipe is put. */
  readonly scratch: TemporaryFolder;
  /** The user's value for `SourceFile.maxBytes`. */
  readonly maxBytes: number | undefined;
}

/**
 * The files, a pattern's in the order of their names (by code unit), which never changes from machine to machine.
 *
 * @param source a path, a pattern with *, ?, [a-z] or ** in it (a file of exactly that name goes first), or - for
 * standard input
 * @throws {DataError} nothing there, a folder, not readable, an address of the web
 */
export async function findFiles(source: string, options: FindOptions): Promise<SourceFile[]> {
  if (source === "-") return [await sourceFile(source, options)];
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source)) {
    throw new DataError(`${cannotRead(source)} only local files are read. Download it first, then give the file.`);
  }
  try {
    return [await sourceFile(source, options)];
  } catch (error) {
    const missing = error instanceof MissingFileError;
    if (!missing || !isPattern(source)) throw missing ? await noSuchFile(source) : error;
  }
  const paths = (await glob([source])).map((path) => normalize(path)).sort(byCodeUnit);
  if (paths.length === 0) {
    throw new DataError(`${cannotRead(source)} no file matches the pattern. Check it in the current folder.`);
  }
  return Promise.all(paths.map((path) => sourceFile(path, options)));
}

/** A path to the file that DuckDB, which would take *, ?, [, ~ and \\ for more than a name, takes for that file. */
export async function plainPath(path: string, scratch: TemporaryFolder): Promise<string> {
  if (!/[*?[~]/.test(path) && (sep === "\\" || !path.includes("\\"))) return path;
  const link = await scratch.place("file");
  await symlink(resolve(path), link);
  return link;
}

async function sourceFile(path: string, options: FindOptions): Promise<SourceFile> {
  if (STANDARD_INPUT.test(path)) return spooled(path, () => process.stdin, options);
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw folderError(path);
    await access(path, constants.R_OK);
    if (!found.isFile()) return await spooled(path, () => createReadStream(path), options);
    const form = formatByName(path) ?? (await formatByContent(path));
    const { size } = found;
    return {
      name: path,
      path,
      size,
      ...form,
      maxBytes: options.maxBytes ?? (form.gzipped ? MOST_UNSEEN_BYTES : undefined),
    };
  } catch (error) {
    throw error instanceof GradusError ? error : fileError(path, error);
  }
}

/** Names of standard input; /dev/stdin cannot be opened where it is a socket. */
export const STANDARD_INPUT = /^(-|\/dev\/stdin|\/dev\/fd\/0|\/proc\/self\/fd\/0)$/;

function onlyOnce(name: string): DataError {
  return new DataError(`${cannotRead(name)} it can be read only once. Save it to a file, and give that file.`);
}

/**
 * For what reads a path twice, before it opens it: a second reading of a pipe would wait for ever.
 *
 * @throws {DataError} standard input, a pipe or a device
 */
export async function requireReadTwice(path: string): Promise<void> {
  if (STANDARD_INPUT.test(path)) throw onlyOnce("standard input");
  const found = await stat(path).catch(() => undefined); // a glob, or a path whose reading says what is wrong
  if (found !== undefined && !found.isFile() && !found.isDirectory()) throw onlyOnce(path);
}

/** A pipe or a device, which can be read only once, as a file. Its format is what its content looks like. */
async function spooled(path: string, open: () => Readable, options: FindOptions): Promise<SourceFile> {
  const isInput = STANDARD_INPUT.test(path);
  const name = isInput ? "standard input" : path;
  const { scratch, maxBytes = MOST_UNSEEN_BYTES } = options;
  if (isInput && process.stdin.readableEnded) throw onlyOnce(name);
  const copy = await scratch.place("input");
  const file = createWriteStream(copy);
  await pipeline(open(), (chunks: AsyncIterable<Buffer>) => limited(name, chunks, maxBytes), file);
  return { name, path: copy, size: file.bytesWritten, ...(await formatByContent(copy)), maxBytes };
}

interface FileForm {
  readonly format: FileFormat;
  readonly gzipped: boolean;
}

/** Undefined where the name does not tell. */
function formatByName(path: string): FileForm | undefined {
  const { format, gzipped } = formOfName(path);
  if (gzipped && format === "parquet") {
    throw new DataError(
      `${cannotRead(path)} Parquet files are compressed already. Decompress it first: gunzip ${path}.`,
    );
  }
  if (format === undefined) return gzipped ? { format: "csv", gzipped } : undefined;
  return { format, gzipped };
}

/** By how the bytes begin: Parquet's and gzip's marks, and the brackets of JSON; everything else is taken for CSV. */
async function formatByContent(path: string): Promise<FileForm> {
  const bytes = await firstBytes(path);
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const unpacked = gzipped ? gunzipSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH }) : bytes;
  const start = unpacked.toString("latin1");
  if (start.startsWith("PAR1")) return { format: "parquet", gzipped };
  return { format: /^(\xef\xbb\xbf)?\s*(\[\s*[{\]]|\{\s*["}])/.test(start) ? "json" : "csv", gzipped };
}

const LOOKED_AT = 4096;

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(LOOKED_AT), position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
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
