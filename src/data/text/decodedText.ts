/**
 * Bytes to text in pieces: decoded, without a byte order mark, and surely text in its encoding.
 *
 * Works in any runtime. Knows neither where the bytes come from nor what the text means.
 */
import { DataError, DescriptionError } from "../../errors.ts";
import { formatTitles } from "../fileFormats.ts";
import { optionName, valuedOption } from "../remedies.ts";
import { cannotRead } from "./cannotRead.ts";
import { LineCount } from "./lineCount.ts";

/** The runtime's own, whose type is that of a DOM or of Node. */
type Decoder = InstanceType<typeof TextDecoder>;

/** How many bytes are best decoded at once; fewer where a text is shorter. */
export const PIECE = 2 ** 20;

/**
 * The decoder of an encoding, or undefined for UTF-8, which is decoded by `utf8`.
 *
 * @param encoding a name of the WHATWG encoding standard (utf-8, utf-16, windows-1252, shift_jis, …) or latin-1
 * @throws {DescriptionError} an unknown encoding
 */
export function decoderOf(encoding: string): Decoder | undefined {
  // The standard spells it without a hyphen, most people with one; both mean windows-1252, its superset.
  const label = encoding.trim().replace(/^latin-(?=\d)/i, "latin");
  let decoder: Decoder;
  try {
    decoder = new TextDecoder(label, { fatal: true });
  } catch {
    throw new DescriptionError(
      `Unknown encoding ${JSON.stringify(encoding)}. Known: utf-8, utf-16, latin-1, windows-1252 and the others of the WHATWG encoding standard.`,
    );
  }
  return decoder.encoding === "utf-8" ? undefined : decoder;
}

/**
 * The text of bytes, in pieces as they come, none of them empty.
 *
 * @param name what messages call the source
 * @param chunks in pieces of `PIECE` bytes where there are so many
 * @param encoding as in `decoderOf`
 * @throws {DataError} no bytes, binary data, UTF-16 without saying so, text that is not in the encoding
 */
export async function* decodedText(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<string> {
  yield* checkedText(name, partOfText(name, withoutMark(chunks), encoding));
}

/** The text of bytes from somewhere in a source, where a character begins. @param line the number of the line there */
export function partOfText(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
  line = 1,
): AsyncGenerator<string> {
  const decoder = decoderOf(encoding);
  return decoder ? decoded(name, chunks, decoder) : utf8(name, chunks, line);
}

/** The same pieces. @throws {DataError} no text, or binary data */
export async function* checkedText(name: string, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let first = true;
  for await (const piece of pieces) {
    if (first && piece.includes("\0")) throw binaryError(name);
    first = false;
    yield piece;
  }
  if (first) throw new DataError(`${cannotRead(name)} it is empty. Expected a table of data.`);
}

/** UTF-8's byte order mark. */
const MARK = [0xef, 0xbb, 0xbf];

async function* withoutMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of chunks) {
    yield first && MARK.every((byte, at) => chunk[at] === byte) ? chunk.subarray(MARK.length) : chunk;
    first = false;
  }
}

async function* utf8(name: string, chunks: AsyncIterable<Uint8Array>, line: number): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lines = new LineCount(line);
  let rest = new Uint8Array(0);
  let first = true;
  const textOf = (bytes: Uint8Array): string => {
    try {
      const text = decoder.decode(bytes);
      lines.add(text);
      return text;
    } catch {
      if (bytes.includes(0)) throw binaryError(name);
      const wrong = lines.lineOf(bytes, (part) => !isUtf8(part));
      throw new DataError(
        `${cannotRead(name)} line ${wrong} is not UTF-8 text. Give the encoding it was saved in, for example ${valuedOption("encoding", "latin-1")}.`,
      );
    }
  };
  for await (const chunk of chunks) {
    if (first) requireNotUtf16(name, chunk);
    first = false;
    const bytes = rest.length === 0 ? chunk : joined([rest, chunk]);
    const end = wholeCharacters(bytes);
    rest = bytes.slice(end);
    if (end > 0) yield textOf(bytes.subarray(0, end));
  }
  if (rest.length > 0) yield textOf(rest);
}

/** The same bytes in pieces of `PIECE`; only the last is shorter. */
export async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    while (size + chunk.length - from >= PIECE) {
      const end = from + PIECE - size;
      waiting.push(chunk.subarray(from, end));
      yield joined(waiting);
      waiting = [];
      size = 0;
      from = end;
    }
    if (from === chunk.length) continue;
    // A copy: who gives the chunk may use its memory again.
    waiting.push(chunk.slice(from));
    size += chunk.length - from;
  }
  if (size > 0) yield joined(waiting);
}

export function joined(parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** How many bytes come before a character that the end may cut off. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at >= 0 && at >= bytes.length - 3; at--) {
    if (bytes[at] < 0x80) return at + 1;
    if (bytes[at] >= 0xc0) return at; // begins a character of several bytes
  }
  return bytes.length;
}

async function* decoded(name: string, chunks: AsyncIterable<Uint8Array>, decoder: Decoder): AsyncGenerator<string> {
  const decode = (...chunk: Parameters<Decoder["decode"]>): string => {
    try {
      return decoder.decode(...chunk);
    } catch {
      throw new DataError(
        `${cannotRead(name)} it is not ${decoder.encoding} text. Give its encoding: ${optionName("encoding")}.`,
      );
    }
  };
  for await (const chunk of chunks) {
    const piece = decode(chunk, { stream: true });
    if (piece !== "") yield piece;
  }
  const rest = decode();
  if (rest !== "") yield rest;
}

function requireNotUtf16(name: string, bytes: Uint8Array): void {
  const [first, second] = bytes;
  if (Math.min(first, second) !== 0xfe || Math.max(first, second) !== 0xff) return;
  const encoding = first === 0xff ? "utf-16le" : "utf-16be";
  throw new DataError(
    `${cannotRead(name)} it is UTF-16 text. Give its encoding: ${valuedOption("encoding", encoding)}.`,
  );
}

function binaryError(name: string): DataError {
  return new DataError(
    `${cannotRead(name)} it holds binary data. Expected text (${formatTitles(", ", ({ text }) => text !== undefined)}) or a file named .parquet: export the table as one of these.`,
  );
}
