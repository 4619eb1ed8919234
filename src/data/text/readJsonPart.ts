/**
 * A part of a text of JSON objects, one a line (NDJSON), whose bytes several readers divide among them: the objects that begin in its range of
 * bytes, as columns of the types that one reader of the whole text gives them.
 *
 * Works in any runtime: bytes come from a source that reads anywhere.
 */
import { DataError } from "../../errors.ts";
import type { Part } from "../part.ts";
import type { FileOptions, ReadSource } from "../readSource.ts";
import { type Attempt, afterLine, agreedRange, characterAt, REST } from "./agreedRange.ts";
import { type ByteSource, bytesBetween, lengthInBytes, markLength } from "./byteSource.ts";
import { cannotRead } from "./cannotRead.ts";
import { decodedText, partOfText } from "./decodedText.ts";
import { feed, requireShorter } from "./feed.ts";
import type { JsonColumns } from "./jsonColumns.ts";
import { JsonRecords } from "./jsonRecords.ts";
import { type JsonText, jsonColumns, jsonSource, problemError } from "./readJson.ts";

/**
 * The rows of one part. The reader of every part makes the same call.
 *
 * @param source in an encoding that can be divided
 * @throws {DataError} as `readJson`; a list
 */
export async function readJsonPart(source: ByteSource, part: Part, options: FileOptions): Promise<ReadSource> {
  const { name, size } = source;
  const text = (): AsyncGenerator<string> => decodedText(name, bytesBetween(source, 0, size), options.encoding);
  await requireNoList(name, text());
  const from = await markLength(source);
  const to = await characterAt(source, Math.max(part.to, from));
  const range: Range = { source, from, to, options, text: { name, ofLines: true, pieces: text } };
  const place = await characterAt(source, Math.max(part.from, from));
  const supposed = place === from ? from : (await afterSpace(source, await afterLine(source, place))).at;
  const { found } = await agreedRange(part, { from, line: 1 }, supposed, (start) => attemptAt(range, start));
  return jsonSource(name, found.columns, await part.together(found.columns.content), options);
}

/** @throws {DataError} a list, in whose middle nothing shows where an object of it begins; as `decodedText` */
async function requireNoList(name: string, text: AsyncIterable<string>): Promise<void> {
  for await (const piece of text) {
    const first = /[^ \t\r\n]/.exec(piece)?.[0];
    if (first === undefined) continue;
    if (first !== "[") return;
    throw new DataError(
      `${cannotRead(name)} a JSON list cannot be divided. Expected an object in each line: write it as NDJSON.`,
    );
  }
}

interface Range {
  readonly source: ByteSource;
  /** Where the text begins. */
  readonly from: number;
  /** The range's end, where a character begins. */
  readonly to: number;
  readonly options: FileOptions;
  /** The whole text, for messages. */
  readonly text: JsonText;
}

interface JsonAttempt extends Attempt {
  readonly columns: JsonColumns;
}

/** @param line the number of the line where it begins, for messages */
async function attemptAt(range: Range, start: number, line = 1): Promise<JsonAttempt> {
  const { source, from, to, options, text } = range;
  const columns = jsonColumns(options);
  if (start >= to) return { start, end: start, lines: 0, columns };
  const records = new JsonRecords((members) => columns.add(members), start > from);
  const failed = (fault: Attempt["fault"]): JsonAttempt => ({ start, end: start, lines: 0, columns, fault });
  try {
    let rest = "";
    const pieces = partOfText(source.name, bytesBetween(source, start, to), options.encoding, line);
    await feed(cannotRead(source.name), pieces, (piece, last) => {
      const used = records.split(piece, last && to === source.size);
      if (last && used >= 0) rest = piece.slice(used);
      return used;
    });
    const end = rest === "" ? to : await endOfRecord(range, rest, records);
    const { problem } = records;
    if (problem !== undefined) {
      return failed((at) =>
        problemError(text, "line" in problem ? { ...problem, line: problem.line + at - 1 } : problem),
      );
    }
    const next = await afterSpace(source, end);
    return { start, end: next.at, lines: records.line - 1 + next.lines, columns };
  } catch (error) {
    return failed(async (at) => (at === line ? error : (await attemptAt(range, start, at)).fault?.(at)));
  }
}

/** Reads on to the end of the record that the range's end cuts. @param rest how it begins. @returns where it ends */
async function endOfRecord(
  { source, to, options: { encoding } }: Range,
  rest: string,
  records: JsonRecords,
): Promise<number> {
  const pieces = partOfText(source.name, bytesBetween(source, to, source.size, REST), encoding);
  let text = rest;
  for (let last = false; ; ) {
    const piece = await pieces.next();
    if (piece.done === true) last = true;
    else text += piece.value;
    const used = records.split(text, last, 1);
    if (used !== 0 || last) return to + lengthInBytes(text.slice(rest.length, used), encoding);
    requireShorter(cannotRead(source.name), text);
  }
}

const LINE_FEED = 0x0a;
const SPACES = new Set([0x20, 0x09, 0x0d, LINE_FEED]);

/** The first place at or behind another that is no space, and how many lines end between them. */
async function afterSpace(source: ByteSource, from: number): Promise<{ at: number; lines: number }> {
  let at = from;
  let lines = 0;
  for await (const bytes of bytesBetween(source, from, source.size, REST)) {
    for (const byte of bytes) {
      if (!SPACES.has(byte)) return { at, lines };
      if (byte === LINE_FEED) lines++;
      at++;
    }
  }
  return { at, lines };
}
