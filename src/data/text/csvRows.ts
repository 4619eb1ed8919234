/** The records of a CSV text as they come: to the columns, in their order, and what is noticed of their lines. */
import { counted } from "../../counted.ts";
import { DataError } from "../../errors.ts";
import type { FileOptions } from "../readSource.ts";
import { optionName, valuedOption } from "../remedies.ts";
import type { Warning } from "../table.ts";
import { cannotRead } from "./cannotRead.ts";
import { CsvColumn } from "./csvColumns.ts";
import type { CsvLayout } from "./csvLayout.ts";
import { type Fields, fieldText, isBlank } from "./csvSplitter.ts";

/** The records that begin like a comment. */
export interface Marked {
  readonly count: number;
  /** Of the first; 0 where there is none. */
  readonly line: number;
}

const NUMBER_SIGN = 0x23;

export class CsvRows {
  /** Those that are read, and those that are passed on; undefined for the others. */
  readonly columns: readonly (CsvColumn | undefined)[];
  readonly copied: readonly (CsvColumn | undefined)[];
  rows = 0;
  marked: Marked = { count: 0, line: 0 };
  readonly #name: string;
  readonly #layout: CsvLayout;
  readonly #options: FileOptions;
  #inHeader: boolean;

  /** @param inHeader whether the first record names the columns */
  constructor(name: string, layout: CsvLayout, options: FileOptions, inHeader: boolean) {
    this.#name = name;
    this.#layout = layout;
    this.#options = options;
    this.#inHeader = inHeader;
    this.columns = layout.names.map((column) =>
      options.roleOf(column) === "skip" ? undefined : new CsvColumn(column, options.isText(column)),
    );
    this.copied = layout.names.map((column) => (options.isCopied(column) ? new CsvColumn(column, true) : undefined));
  }

  /** Takes a record. @throws {DataError} another number of values than there are columns */
  take(record: string, fields: Fields, line: number): void {
    const width = this.#layout.names.length;
    if (width > 1 && isBlank(record, fields)) return;
    if (this.#inHeader) {
      this.#inHeader = false;
      return;
    }
    // One empty value too many is only a delimiter at the end of the line.
    if (fields.count !== width && !(fields.count === width + 1 && fieldText(record, fields, width) === "")) {
      throw raggedError(this.#name, this.#layout, this.#options, { record, fields, line });
    }
    for (let at = 0; at < width; at++) {
      this.columns[at]?.add(record, fields, at);
      this.copied[at]?.add(record, fields, at);
    }
    if (record.charCodeAt(fields.starts[0]) === NUMBER_SIGN && fields.quoted[0] === 0) {
      this.marked = { count: this.marked.count + 1, line: this.marked.line || line };
    }
    this.rows++;
  }
}

/** Note: `doubtful-delimiter`, where another one may be meant. */
export function delimiterNotes({ dialect: { delimiter }, otherDelimiter: other }: CsvLayout): Warning[] {
  if (other === undefined) return [];
  const message =
    `The values are taken to be separated by ${JSON.stringify(delimiter)}, but ${JSON.stringify(other)} may separate them too. ` +
    `Give one of these options: ${valuedOption("delimiter", delimiter)} or ${valuedOption("delimiter", other)}.`;
  return [{ code: "doubtful-delimiter", columns: [], message }];
}

/** Note: `comment-like-rows`, where some rows begin with #; where most do, it is what their first column holds. */
export function markedNotes({ count, line }: Marked, rows: number): Warning[] {
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
