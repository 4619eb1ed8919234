/** CSV and TSV text to columns of numbers and text. */
import { counted } from "../../counted.ts";
import { DataError } from "../../errors.ts";
import type { FileOptions, ReadSource } from "../readSource.ts";
import { optionName, valuedOption } from "../remedies.ts";
import type { Column, TextColumn, Warning } from "../table.ts";
import { cannotRead } from "./cannotRead.ts";
import { CsvColumn } from "./csvColumns.ts";
import { csvFaultError } from "./csvFaultError.ts";
import { type CsvLayout, csvLayout } from "./csvLayout.ts";
import { CsvSplitter, type Fields, fieldText, isBlank } from "./csvSplitter.ts";
import { RECORDS_LOOKED_AT } from "./delimiter.ts";
import { feed, followed } from "./feed.ts";
import { headerNotes } from "./headerNotes.ts";

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

interface CsvReading extends FileOptions {
  readonly usual: string | undefined;
}

async function readPieces(name: string, text: AsyncIterator<string>, options: CsvReading): Promise<ReadSource> {
  const { start, whole } = await beginningOf(text, options.skip + RECORDS_LOOKED_AT + 1);
  const delimiter = options.delimiter ?? options.usual;
  const layout = csvLayout(cannotRead(name), start, whole, {
    ...options,
    delimiter,
    header: options.header !== false,
  });
  const columns = layout.names.map((column) => {
    return options.roleOf(column) === "skip" ? undefined : new CsvColumn(column, options.isText(column));
  });
  const copied = layout.names.map((column) => (options.isCopied(column) ? new CsvColumn(column, true) : undefined));
  const pieces = followed(start.slice(layout.from), text);
  const { rows, marked, comments } = await fill({ name, pieces, layout, options }, columns, copied);
  if (rows === 0) throw new DataError(`${cannotRead(name)} it has a header but no rows.`);
  const finished: Column[] = columns.flatMap((column) => column?.finish() ?? []);
  return {
    name,
    rows,
    names: layout.names,
    columns: finished,
    copied: copied.flatMap((column) => column?.finish() ?? []) as TextColumn[],
    delimiter: layout.dialect.delimiter,
    points: new Map(columns.flatMap((column) => (column?.point === undefined ? [] : [[column.name, column.point]]))),
    comments,
    notes: [
      ...delimiterNotes(layout),
      ...(options.header === undefined ? headerNotes(layout.names, finished) : []),
      ...markedNotes(marked, rows),
    ],
  };
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

interface Reading {
  readonly name: string;
  /** From the first record on. */
  readonly pieces: AsyncIterable<string>;
  readonly layout: CsvLayout;
  readonly options: FileOptions;
}

/** The records that begin like a comment. */
interface Marked {
  readonly count: number;
  /** Of the first. */
  readonly line: number;
}

/**
 * Gives every record to the columns, in their order.
 *
 * @returns how many there are, and what was noticed of their lines
 */
async function fill(
  { name, pieces, layout, options }: Reading,
  columns: readonly (CsvColumn | undefined)[],
  copied: readonly (CsvColumn | undefined)[],
): Promise<{ rows: number; marked: Marked; comments: number }> {
  const width = layout.names.length;
  const passedOn = copied.flatMap((column, at) => (column === undefined ? [] : [{ column, at }]));
  let rows = 0;
  let marked: Marked = { count: 0, line: 0 };
  let inHeader = options.header !== false;
  const splitter = new CsvSplitter(
    layout.dialect,
    (record, fields, line) => {
      if (width > 1 && isBlank(record, fields)) return true;
      if (inHeader) {
        inHeader = false;
        return true;
      }
      // One empty value too many is only a delimiter at the end of the line.
      if (fields.count !== width && !(fields.count === width + 1 && fieldText(record, fields, width) === "")) {
        throw raggedError(name, layout, options, { record, fields, line });
      }
      for (let at = 0; at < width; at++) columns[at]?.add(record, fields, at);
      for (const { column, at } of passedOn) column.add(record, fields, at);
      if (record.charCodeAt(fields.starts[0]) === NUMBER_SIGN && fields.quoted[0] === 0) {
        marked = { count: marked.count + 1, line: marked.line || line };
      }
      rows++;
      return true;
    },
    layout.line,
  );
  await feed(cannotRead(name), pieces, (piece, last) => {
    const used = splitter.split(piece, last);
    if (splitter.fault !== undefined) throw csvFaultError(cannotRead(name), splitter.fault);
    return used;
  });
  return { rows, marked, comments: splitter.comments };
}

const NUMBER_SIGN = 0x23;

/** Note: `doubtful-delimiter`, where another one may be meant. */
function delimiterNotes({ dialect: { delimiter }, otherDelimiter: other }: CsvLayout): Warning[] {
  if (other === undefined) return [];
  const message =
    `The values are taken to be separated by ${JSON.stringify(delimiter)}, but ${JSON.stringify(other)} may separate them too. ` +
    `Give one of these options: ${valuedOption("delimiter", delimiter)} or ${valuedOption("delimiter", other)}.`;
  return [{ code: "doubtful-delimiter", columns: [], message }];
}

/** Note: `comment-like-rows`, where some rows begin with #; where most do, it is what their first column holds. */
function markedNotes({ count, line }: Marked, rows: number): Warning[] {
  if (count === 0 || 2 * count > rows) return [];
  const what = count === 1 ? `Line ${line} begins` : `${count} lines, the first of them line ${line}, begin`;
  const message = `${what} with # and ${count === 1 ? "is read as a row" : "are read as rows"}. If these are comments, leave them out: ${valuedOption("comment", "#")}.`;
  return [{ code: "comment-like-rows", columns: [], message }];
}

/** The error for a line of another number of values than the first. */
function raggedError(
  name: string,
  { names, dialect, firstLine }: CsvLayout,
  { header, delimiter, comment }: FileOptions,
  { record, fields, line }: { record: string; fields: Fields; line: number },
): DataError {
  const wanted =
    header === false ? `line ${firstLine} has ${names.length}` : `the header names ${counted(names.length, "column")}`;
  const mark = /^[#%!;*]/.exec(fieldText(record, fields, 0))?.[0];
  const isComment =
    mark !== undefined && comment === undefined ? `, or leave out comments: ${valuedOption("comment", mark)}` : "";
  const guess =
    delimiter === undefined
      ? `, or give the delimiter if it is not ${JSON.stringify(dialect.delimiter)}: ${optionName("delimiter")}`
      : "";
  return new DataError(
    `${cannotRead(name)} line ${line} has ${counted(fields.count, "value")}, but ${wanted}. Correct the line${isComment}${guess}.`,
  );
}
