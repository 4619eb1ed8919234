/**
 * A file of text as pieces of text: unpacked, decoded, without a byte order mark, and no larger than allowed.
 *
 * It can be read from its beginning as often as one likes. Knows nothing of CSV or JSON.
 */
import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { TextDecoder } from "node:util";
import { createGunzip } from "node:zlib";
import { DataError, DescriptionError, GradusError } from "../../errors.ts";
import { encodingOption, optionName } from "../remedies.ts";
import { cannotRead, fileError } from "./fileErrors.ts";
import { invalidUtf8Line } from "./invalidUtf8.ts";
import { requireSize } from "./sizeLimit.ts";
import type { SourceFile } from "./sourceFiles.ts";

export interface TextFile {
  /** The whole text in pieces of about a megabyte, none of them empty. @throws {DataError} as `textFile` */
  pieces(): AsyncGenerator<string>;
  /**
   * How it begins: as many lines as asked for, and the one after them, or all.
   *
   * @throws {DataError} as `textFile`
   */
  beginning(lines: number): Promise<{ start: string; whole: boolean }>;
}

/** A beginning of fewer lines is not read on beyond so many characters. */
const LONGEST_BEGINNING = 64 * 2 ** 20;

const PIECE = 2 ** 20;
/** A small file needs no buffer of a megabyte, nor does one whose size the system does not tell. */
const SMALL_PIECE = 2 ** 16;

/**
 * The text of a file. What is wrong with it is thrown while it is read.
 *
 * @param encoding as in `decoderOf`
 * @throws {DataError} empty, damaged gzip, binary data, UTF-16 without saying so, text that is not in the encoding, too much
 */
export function textFile(file: SourceFile, encoding: string): TextFile {
  // A text whose beginning was all of it is not read again.
  let all: string | undefined;
  async function* pieces(): AsyncGenerator<string> {
    if (all === undefined) yield* piecesOf(file, encoding);
    else yield all;
  }
  return {
    pieces,
    async beginning(lines) {
      let start = "";
      for await (const piece of pieces()) {
        start += piece;
        const ends = start.match(/\r\n|\n|\r/g)?.length ?? 0;
        if (ends > lines || start.length > LONGEST_BEGINNING) return { start, whole: false };
      }
      all = start;
      return { start, whole: true };
    },
  };
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
      `Unknown encoding ${JSON.stringify(encoding)}. Known: utf-8, utf-16, latin-1, windows-1252 and the others of the WHATWG encoding standard.`,
    );
  }
  return decoder.encoding === "utf-8" ? undefined : decoder;
}

async function* piecesOf(file: SourceFile, encoding: string): AsyncGenerator<string> {
  const { name } = file;
  const decoder = decoderOf(encoding);
  let first = true;
  try {
    for await (const piece of decoder ? decoded(bytesOf(file), decoder) : utf8(file)) {
      if (first && piece.includes("\0")) throw binaryError(name);
      first = false;
      yield piece;
    }
  } catch (error) {
    throw readError(name, decoder?.encoding, error);
  }
  if (first) throw new DataError(`${cannotRead(name)} it is empty. Expected a table of data.`);
}

/** A file's bytes, unpacked; without UTF-8's byte order mark. */
async function* bytesOf({ name, path, size: found, gzipped, maxBytes }: SourceFile): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: found < SMALL_PIECE ? SMALL_PIECE : PIECE });
  const gunzip = gzipped ? createGunzip({ chunkSize: PIECE }) : undefined;
  if (gunzip !== undefined) file.on("error", (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    let size = 0;
    for await (const chunk of (gunzip ?? file) as AsyncIterable<Buffer>) {
      const isFirst = size === 0;
      size += chunk.length;
      requireSize(name, size, maxBytes);
      yield isFirst && hasMark(chunk) ? chunk.subarray(MARK.length) : chunk;
    }
  } finally {
    file.destroy();
  }
}

async function* utf8(file: SourceFile): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytesOf(file)) {
    if (rest.length === 0) requireNotUtf16(file.name, chunk);
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = wholeCharacters(bytes);
    rest = bytes.subarray(end);
    if (end > 0) yield await text(file, bytes.subarray(0, end));
  }
  if (rest.length > 0) yield await text(file, rest);
}

async function text(file: SourceFile, bytes: Buffer): Promise<string> {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  if (bytes.includes(0)) throw binaryError(file.name);
  const line = await invalidUtf8Line(bytesOf(file));
  throw new DataError(
    `${cannotRead(file.name)} line ${line} is not UTF-8 text. Give the encoding it was saved in, for example ${encodingOption("latin-1")}.`,
  );
}

/** How many bytes come before a character that the end may cut off. */
function wholeCharacters(bytes: Buffer): number {
  for (let at = bytes.length - 1; at >= 0 && at >= bytes.length - 3; at--) {
    if (bytes[at] < 0x80) return at + 1;
    if (bytes[at] >= 0xc0) return at; // begins a character of several bytes
  }
  return bytes.length;
}

async function* decoded(chunks: AsyncIterable<Buffer>, decoder: TextDecoder): AsyncGenerator<string> {
  for await (const chunk of chunks) {
    const piece = decoder.decode(chunk, { stream: true });
    if (piece !== "") yield piece;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

/** UTF-8's byte order mark. */
const MARK = [0xef, 0xbb, 0xbf];

/** Whether bytes of UTF-8 begin with its byte order mark. */
function hasMark(bytes: Uint8Array): boolean {
  return MARK.every((byte, at) => bytes[at] === byte);
}

function requireNotUtf16(name: string, bytes: Uint8Array): void {
  const [first, second] = bytes;
  if (Math.min(first, second) !== 0xfe || Math.max(first, second) !== 0xff) return;
  const encoding = first === 0xff ? "utf-16le" : "utf-16be";
  throw new DataError(`${cannotRead(name)} it is UTF-16 text. Give its encoding: ${encodingOption(encoding)}.`);
}

/** What went wrong while reading, in one sentence. */
function readError(name: string, encoding: string | undefined, error: unknown): unknown {
  if (error instanceof GradusError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
    return new DataError(
      `${cannotRead(name)} it is not ${encoding} text. Give its encoding: ${optionName("encoding")}.`,
    );
  }
  if (code?.startsWith("Z_")) {
    return new DataError(
      `${cannotRead(name)} its gzip compression is damaged or incomplete (${message}). Copy or download it again.`,
    );
  }
  return fileError(name, error);
}

function binaryError(name: string): DataError {
  return new DataError(
    `${cannotRead(name)} it holds binary data. Expected text (CSV, TSV, JSON) or a file named .parquet: export the table as one of these.`,
  );
}
