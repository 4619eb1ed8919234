/**
 * Files of text as DuckDB reads them: not compressed, UTF-8, on the disk.
 *
 * What is none of these is copied into a temporary folder on the way. DuckDB could unpack gzip itself, but takes the
 * front half of a damaged file for the whole; and it knows few encodings. Knows nothing of CSV or JSON.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TextDecoder } from "node:util";
import { createGunzip } from "node:zlib";
import { DataError, DescriptionError } from "../../errors.ts";
import { cannotRead, fileError, type SourceFile } from "./sourceFiles.ts";

/** As much as one wants to know of a file before reading it; also the longest line DuckDB takes. */
const START = 2 * 1024 * 1024;

/** A file that can be read as it is, and how it begins. */
export interface PlainText {
  /** Where the text lies: the file itself or a copy. */
  readonly path: string;
  /** At most 2 MB, without a byte order mark; broken characters are U+FFFD. */
  readonly start: string;
  /** Whether that is the whole text. */
  readonly whole: boolean;
}

/**
 * The decoder of an encoding, or undefined for UTF-8, which needs none.
 *
 * @param encoding a name of the WHATWG encoding standard (utf-8, utf-16, windows-1252, shift_jis, …) or latin-1
 * @throws {DescriptionError} an unknown encoding
 */
export function decoderOf(encoding: string): TextDecoder | undefined {
  // The standard spells it without a hyphen, most people with one; both mean windows-1252, its superset.
  const label = encoding.trim().replace(/^latin-(?=\d)/i, "latin");
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(label, { fatal: true });
  } catch {
    throw new DescriptionError(
      `Unknown encoding ${JSON.stringify(encoding)}. Known are utf-8, utf-16, latin-1, windows-1252 and the others of the WHATWG encoding standard.`,
    );
  }
  return decoder.encoding === "utf-8" ? undefined : decoder;
}

/**
 * Makes a file plain.
 *
 * @param encoding as in `decoderOf`
 * @param folder where a copy may be put; the caller removes it
 * @throws {DataError} empty, damaged gzip, binary data, UTF-16 without saying so, text that is not in the encoding
 */
export async function plainText(file: SourceFile, encoding: string, folder: string): Promise<PlainText> {
  const decoder = decoderOf(encoding);
  let path = file.path;
  if (file.gzipped || !file.regular || decoder !== undefined) {
    path = await copyOf(file.path, folder, { gzipped: file.gzipped, decoder });
  }
  let bytes = await startOf(file.path, path);
  if (hasMark(bytes) && file.format.endsWith("json")) {
    // DuckDB's JSON reader, unlike its CSV reader, does not know byte order marks.
    path = await copyOf(path, folder, { skip: MARK.length });
    bytes = await startOf(file.path, path);
  }
  const start = new TextDecoder().decode(bytes);
  if (start.includes("\0")) {
    throw new DataError(
      `${cannotRead(file.path)} it holds binary data. Expected text (CSV, TSV, JSON) or a file named .parquet: export the table as one of these.`,
    );
  }
  return { path, start, whole: bytes.length < START };
}

/** UTF-8's byte order mark. */
const MARK = [0xef, 0xbb, 0xbf];

/** Whether bytes of UTF-8 begin with its byte order mark. */
export function hasMark(bytes: Uint8Array): boolean {
  return MARK.every((byte, at) => bytes[at] === byte);
}

interface CopyOptions {
  readonly gzipped?: boolean;
  readonly decoder?: TextDecoder;
  /** How many bytes to leave out at the beginning. */
  readonly skip?: number;
}

async function copyOf(from: string, folder: string, { gzipped, decoder, skip = 0 }: CopyOptions): Promise<string> {
  const path = join(await mkdtemp(join(folder, "copy-")), "text");
  async function* decoded(chunks: AsyncIterable<Buffer>): AsyncGenerator<string | Buffer> {
    for await (const chunk of chunks) yield decoder?.decode(chunk, { stream: true }) ?? chunk;
    yield decoder?.decode() ?? "";
  }
  const unpacked = gzipped ? createGunzip() : new PassThrough();
  try {
    await pipeline(createReadStream(from, { start: skip }), unpacked, decoded, createWriteStream(path));
    return path;
  } catch (error) {
    throw copyError(from, decoder?.encoding, error);
  }
}

function copyError(path: string, encoding: string | undefined, error: unknown): DataError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
    return new DataError(`${cannotRead(path)} it is not ${encoding} text. Name its encoding: --encoding.`);
  }
  if (code?.startsWith("Z_")) {
    return new DataError(
      `${cannotRead(path)} its gzip compression is damaged or cut short (${message}). Get it again.`,
    );
  }
  return fileError(path, error);
}

/** The first bytes. @throws {DataError} when there are none, or when they say that the text is UTF-16 */
async function startOf(name: string, path: string): Promise<Uint8Array> {
  const bytes = await firstBytes(path).catch((error: unknown) => {
    throw fileError(name, error);
  });
  if (bytes.length === 0) throw new DataError(`${cannotRead(name)} it is empty. Expected a table of data.`);
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : undefined;
  if (utf16 !== undefined) {
    throw new DataError(`${cannotRead(name)} it is UTF-16 text. Name its encoding: --encoding ${utf16}.`);
  }
  return bytes;
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(START) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
