/**
 * A file of text as pieces of text: unpacked, decoded, without a byte order mark, and no larger than allowed.
 *
 * Knows nothing of CSV or JSON.
 */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { GradusError } from "../../errors.ts";
import { decodedText, PIECE } from "../text/decodedText.ts";
import { gzipError } from "../text/gunzip.ts";
import { limited } from "../text/sizeLimit.ts";
import { fileError } from "./fileErrors.ts";
import type { SourceFile } from "./sourceFiles.ts";

/** A small file needs no buffer of a megabyte, nor does one whose size the system does not give. */
const SMALL_PIECE = 2 ** 16;

/**
 * The text of a file in pieces of about a megabyte, none of them empty. What is wrong with it is thrown while it is read.
 *
 * @param encoding as in `decoderOf`
 * @throws {DataError} as `decodedText`; damaged gzip, or too much
 */
export async function* textOf(file: SourceFile, encoding: string): AsyncGenerator<string> {
  try {
    yield* decodedText(file.name, bytesOf(file), encoding);
  } catch (error) {
    throw readError(file.name, error);
  }
}

/** A file's bytes, unpacked. */
async function* bytesOf({ name, path, size, gzipped, maxBytes }: SourceFile): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: size < SMALL_PIECE ? SMALL_PIECE : PIECE });
  const gunzip = gzipped ? createGunzip({ chunkSize: PIECE }) : undefined;
  if (gunzip !== undefined) file.on("error", (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    yield* limited<Buffer>(name, gunzip ?? file, maxBytes);
  } finally {
    file.destroy();
  }
}

/** What went wrong while reading, in one sentence. */
function readError(name: string, error: unknown): unknown {
  if (error instanceof GradusError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return code?.startsWith("Z_") ? gzipError(name, message) : fileError(name, error);
}
