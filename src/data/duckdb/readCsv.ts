/** CSV and TSV files to columns of numbers and text. */
import { counted } from "../../counted.ts";
import { DataError } from "../../errors.ts";
import { commentOption, delimiterOption, optionName } from "../remedies.ts";
import type { Column, TextColumn, Warning } from "../table.ts";
import { CsvColumn } from "../text/csvColumns.ts";
import { csvFaultError } from "../text/csvFaultError.ts";
import { type CsvLayout, csvLayout } from "../text/csvLayout.ts";
import { CsvSplitter, type Fields, fieldText, isBlank } from "../text/csvSplitter.ts";
import { RECORDS_LOOKED_AT } from "../text/delimiter.ts";
import { feed } from "../text/feed.ts";
import { headerNotes } from "../text/headerNotes.ts";
import { cannotRead } from "./fileErrors.ts";
import type { FileOptions, ReadSource } from "./source.ts";
import type { SourceFile } from "./sourceFiles.ts";
import { type TextFile, textFile } from "./textFile.ts";

/** @throws {DataError} naming the line that is at fault */
export async function readCsv(file: SourceFile, options: FileOptions): Promise<ReadSource> {
  const text = textFile(file, options.encoding);
  const { start, whole } = await text.beginning(options.skip + RECORDS_LOOKED_AT + 1);
  const delimiter = options.delimiter ?? (file.format === "tsv" ? "\t" : undefined);
  const layout = csvLayout(cannotRead(file.name), start, whole, {
    ...options,
    delimiter,
    header: options.header !== false,
  });
  const reading = { file, text, layout, options };
  const columns = layout.names.map((name) => {
    return options.roleOf(name) === "skip" ? undefined : new CsvColumn(name, options.isText(name));
  });
  const copied = layout.names.map((name) => (options.isCopied(name) ? new CsvColumn(name, true) : undefined));
  const { rows, marked, comments } = await fill(reading, columns, copied);
  if (rows === 0) throw new DataError(`${cannotRead(file.name)} it has a header but no rows.`);
  const again = columns.map((column) => (column?.mixed ? new CsvColumn(column.name, true) : undefined));
  if (again.some((column) => column !== undefined)) await fill(reading, again);
  const finished: Column[] = columns.flatMap((column, at) => (again[at] ?? column)?.finish() ?? []);
  return {
    name: file.name,
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

interface Reading {
  readonly file: SourceFile;
  readonly text: TextFile;
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
  { file, text, layout, options }: Reading,
  columns: readonly (CsvColumn | undefined)[],
  copied: readonly (CsvColumn | undefined)[] = [],
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
        throw raggedError(file, layout, options, { record, fields, line });
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
  let before = layout.from;
  await feed(cannotRead(file.name), text.pieces(), (piece, last) => {
    if (piece.length < before) {
      before -= piece.length;
      return piece.length;
    }
    const used = splitter.split(before === 0 ? piece : piece.slice(before), last);
    if (splitter.fault !== undefined) throw csvFaultError(cannotRead(file.name), splitter.fault);
    const all = used + before;
    before = 0;
    return all;
  });
  return { rows, marked, comments: splitter.comments };
}

const NUMBER_SIGN = 0x23;

/** Note: `doubtful-delimiter`, where another one may be meant. */
function delimiterNotes({ dialect: { delimiter }, otherDelimiter: other }: CsvLayout): Warning[] {
  if (other === undefined) return [];
  const message =
    `The values are taken to be separated by ${JSON.stringify(delimiter)}, but ${JSON.stringify(other)} may separate them too. ` +
    `Give one of these options: ${delimiterOption(delimiter)} or ${delimiterOption(other)}.`;
  return [{ code: "doubtful-delimiter", columns: [], message }];
}

/** Note: `comment-like-rows`, where some rows begin with #; where most do, it is what their first column holds. */
function markedNotes({ count, line }: Marked, rows: number): Warning[] {
  if (count === 0 || 2 * count > rows) return [];
  const what = count === 1 ? `Line ${line} begins` : `${count} lines, the first of them line ${line}, begin`;
  const message = `${what} with # and ${count === 1 ? "is read as a row" : "are read as rows"}. If these are comments, leave them out: ${commentOption("#")}.`;
  return [{ code: "comment-like-rows", columns: [], message }];
}

/** The error for a line of another number of values than the first. */
function raggedError(
  { name }: SourceFile,
  { names, dialect, firstLine }: CsvLayout,
  { header, delimiter, comment }: FileOptions,
  { record, fields, line }: { record: string; fields: Fields; line: number },
): DataError {
  const wanted =
    header === false ? `line ${firstLine} has ${names.length}` : `the header names ${counted(names.length, "column")}`;
  const mark = /^[#%!;*]/.exec(fieldText(record, fields, 0))?.[0];
  const isComment =
    mark !== undefined && comment === undefined ? `, or leave out comments: ${commentOption(mark)}` : "";
  const guess =
    delimiter === undefined
      ? `, or give the delimiter if it is not ${JSON.stringify(dialect.delimiter)}: ${optionName("delimiter")}`
      : "";
  return new DataError(
    `${cannotRead(name)} line ${line} has ${counted(fields.count, "value")}, but ${wanted}. Correct the line${isComment}${guess}.`,
  );
}
