/** CSV and TSV text to columns of numbers and text. */
import type { FileOptions, ReadSource } from "../readSource.ts";
import { cannotRead } from "./cannotRead.ts";
import { csvFaultError } from "./csvFaultError.ts";
import { type CsvLayout, csvLayout } from "./csvLayout.ts";
import { CsvRows } from "./csvRows.ts";
import { csvPart, csvSource } from "./csvSource.ts";
import { CsvSplitter } from "./csvSplitter.ts";
import { RECORDS_LOOKED_AT } from "./delimiter.ts";
import { feed, followed } from "./feed.ts";

/**
 * The columns of a CSV text, whose pieces are read once and as they come.
 *
 * @param name what messages call it
 * @param usual its delimiter, where the user names none and it is not to be found out
 * @throws {DataError} naming the line that is at fault
 */
export async function readCsv(
  name: string,
  pieces: AsyncIterable<string>,
  options: FileOptions,
  usual?: string,
): Promise<ReadSource> {
  const text = pieces[Symbol.asyncIterator]();
  try {
    return await readPieces(name, text, { ...options, usual });
  } finally {
    await text.return?.();
  }
}

export interface CsvReading extends FileOptions {
  readonly usual: string | undefined;
}

async function readPieces(name: string, text: AsyncIterator<string>, options: CsvReading): Promise<ReadSource> {
  const { layout, start } = await layoutOf(name, text, options);
  const rows = new CsvRows(name, layout, options, options.header !== false);
  const splitter = new CsvSplitter(
    layout.dialect,
    (record, fields, line) => {
      rows.take(record, fields, line);
      return true;
    },
    layout.line,
  );
  await feed(cannotRead(name), followed(start.slice(layout.from), text), (piece, last) => {
    const used = splitter.split(piece, last);
    if (splitter.fault !== undefined) throw csvFaultError(cannotRead(name), splitter.fault);
    return used;
  });
  return csvSource(name, layout, rows, [csvPart(rows, splitter.comments)], options);
}

/** The layout of a text, and how it begins. */
export async function layoutOf(
  name: string,
  text: AsyncIterator<string>,
  options: CsvReading,
): Promise<{ layout: CsvLayout; start: string; whole: boolean }> {
  const { start, whole } = await beginningOf(text, options.skip + RECORDS_LOOKED_AT + 1);
  const delimiter = options.delimiter ?? options.usual;
  const header = options.header !== false;
  return { layout: csvLayout(cannotRead(name), start, whole, { ...options, delimiter, header }), start, whole };
}

/** A beginning of fewer lines is not read on beyond so many characters. */
const LONGEST_BEGINNING = 64 * 2 ** 20;

/** How a text begins: as many lines as asked for, and the one after them, or all. */
async function beginningOf(text: AsyncIterator<string>, lines: number): Promise<{ start: string; whole: boolean }> {
  let start = "";
  while (true) {
    const next = await text.next();
    if (next.done === true) return { start, whole: true };
    start += next.value;
    const ends = start.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (ends > lines || start.length > LONGEST_BEGINNING) return { start, whole: false };
  }
}
