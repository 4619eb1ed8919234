/**
 * The CSV records that begin in a range of bytes, read from a place where one is supposed to begin. Whether that is so, and what
 * other ranges hold, is `agreedRange.ts`'s business.
 */
import { type Attempt, REST } from "./agreedRange.ts";
import { type ByteSource, bytesBetween, lengthInBytes } from "./byteSource.ts";
import { cannotRead } from "./cannotRead.ts";
import { csvFaultError } from "./csvFaultError.ts";
import type { CsvLayout } from "./csvLayout.ts";
import { CsvRows } from "./csvRows.ts";
import { afterLineEnd, CsvSplitter, lineEnd } from "./csvSplitter.ts";
import { partOfText } from "./decodedText.ts";
import { feed, requireShorter } from "./feed.ts";
import type { CsvReading } from "./readCsv.ts";

export interface Range {
  readonly source: ByteSource;
  /** Its end, where a character begins. */
  readonly to: number;
  readonly layout: CsvLayout;
  readonly options: CsvReading;
}

export interface CsvAttempt extends Attempt {
  readonly comments: number;
  readonly rows: CsvRows;
}

const CARRIAGE_RETURN = 0x0d;

/** @param line the number of the line where it begins, for messages */
export async function attemptAt(range: Range, start: number, line = 1): Promise<CsvAttempt> {
  const { source, to, layout, options } = range;
  const rows = new CsvRows(source.name, layout, options, false);
  if (start >= to) return { start, end: start, lines: 0, comments: 0, rows };
  const splitter = new CsvSplitter(
    layout.dialect,
    (record, fields, at) => {
      rows.take(record, fields, at);
      return true;
    },
    line,
  );
  const split = (text: string, last: boolean): number => {
    const used = splitter.split(text, last);
    if (splitter.fault !== undefined) throw csvFaultError(cannotRead(source.name), splitter.fault);
    return used;
  };
  try {
    let rest = "";
    const pieces = partOfText(source.name, bytesBetween(source, start, to), options.encoding, line);
    await feed(cannotRead(source.name), pieces, (text, last) => {
      if (!last || to === source.size) return split(text, last);
      const used = split(text, false);
      rest = text.slice(used);
      return used;
    });
    const end = rest === "" ? to : await endOfRecord(range, rest, split);
    return { start, end, lines: splitter.line - line, comments: splitter.comments, rows };
  } catch (error) {
    const fault = async (at: number): Promise<unknown> =>
      at === line ? error : (await attemptAt(range, start, at)).fault?.(at);
    return { start, end: start, lines: 0, comments: 0, rows, fault };
  }
}

/** Reads on to the end of the record that the range's end cuts. @param rest how it begins. @returns where the next one begins */
async function endOfRecord(
  { source, to, options: { encoding } }: Range,
  rest: string,
  split: (text: string, last: boolean) => number,
): Promise<number> {
  const pieces = partOfText(source.name, bytesBetween(source, to, source.size, REST), encoding);
  let text = rest;
  let ended = false;
  // A record ends with one of the lines: line by line, so that no other record is taken.
  let looked = rest.endsWith("\r") ? rest.length - 1 : rest.length;
  while (true) {
    const at = lineEnd(text, looked);
    if (at + 1 >= text.length && !ended) {
      const piece = await pieces.next();
      if (piece.done === true) ended = true;
      else text += piece.value;
      requireShorter(cannotRead(source.name), text);
      continue;
    }
    const next = afterLineEnd(text, at, ended);
    const last = ended && next === text.length;
    // That a line ends with \r alone, the next character shows.
    const shown = text.charCodeAt(at) === CARRIAGE_RETURN && next === at + 1 ? next + 1 : next;
    const used = split(text.slice(0, shown), last);
    if (used > 0 || last) return to + lengthInBytes(text.slice(rest.length, used), encoding);
    looked = next;
  }
}
