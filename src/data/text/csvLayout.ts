/**
 * The beginning of a CSV text: where its records begin, its delimiter, found out, and the names of its columns.
 *
 * Pure functions of text. What is in the columns is for others.
 */
import { counted } from "../../counted.ts";
import { DataError, DescriptionError } from "../../errors.ts";
import { NO_HEADER, optionName, valuedOption } from "../remedies.ts";
import { csvFaultError } from "./csvFaultError.ts";
import { afterLineEnd, type CsvDialect, CsvSplitter, fieldText, isBlank, lineEnd } from "./csvSplitter.ts";
import { detectDelimiter, mostFrequent, RECORDS_LOOKED_AT } from "./delimiter.ts";

/** What the user set for a CSV text; everything else is found out. */
export interface CsvOptions {
  readonly delimiter?: string | undefined;
  /** As many lines come before the header. */
  readonly skip: number;
  readonly comment?: string | undefined;
  /** Whether the first record names the columns. */
  readonly header: boolean;
}

export interface CsvLayout {
  readonly dialect: CsvDialect;
  /** In the order of the file; a column without a name is called column1, column2, … by its place. */
  readonly names: readonly string[];
  /** How many characters come before the records, of which the first is the header if there is one. */
  readonly from: number;
  /** The number of the line there, counted from 1. */
  readonly line: number;
  /** The line of the first record that is no blank line. */
  readonly firstLine: number;
  /** Another delimiter that may be meant, where the one that was found is in doubt. */
  readonly otherDelimiter?: string;
}

/** A first line that is not for readers but for spreadsheets: sep=; */
const SEPARATOR_LINE = /^"?sep=([^\w\r\n"])"?[ ,;\t]*(?:\r\n|\n|\r|$)/i;

/**
 * The layout of a CSV text.
 *
 * @param source how messages about it begin
 * @param start the text's beginning, with the whole first record in it
 * @param whole whether that is the whole text
 * @throws {DataError} no first record, one that is unlike all others, or two columns of one name
 */
export function csvLayout(source: string, start: string, whole: boolean, options: CsvOptions): CsvLayout {
  const { comment, header } = options;
  const { from, line, separator } = beginning(start, options);
  const text = start.slice(from);
  const said = options.delimiter ?? separator;
  const { delimiter, other } =
    said === undefined ? detectDelimiter(text, whole, { comment, header }) : { delimiter: said };
  const dialect = { delimiter, comment };
  if (comment === delimiter) {
    throw new DescriptionError(
      `${optionName("comment", "Option")}: ${JSON.stringify(comment)} is the delimiter. Expected another character.`,
    );
  }
  if (text === "") throw new DataError(`${source} it has no lines besides those that are skipped.`);
  const looked = { limit: RECORDS_LOOKED_AT, line, firstMayBeBlank: header };
  const [first, ...others] = recordsOf(text, whole, dialect, looked);
  if (first === undefined) throw firstRecordError(source, { text, whole, line }, dialect);
  if (header && first.fields.every((field) => field === "")) {
    throw blankError(source, first, others);
  }
  requireLikeOthers(source, first, others, options);
  const names = first.fields.map((field, at) => (header && field) || `column${at + 1}`);
  requireDistinct(source, names, first.line);
  return { dialect, names, from, line, firstLine: first.line, ...(other && { otherDelimiter: other }) };
}

/** The names are expected in the first line; the remedy names all lines that come before them. */
function blankError(source: string, first: CsvRecord, others: readonly CsvRecord[]): DataError {
  const named = others.find(({ fields }) => fields.some((field) => field !== ""));
  const lines = named === undefined ? first.line : named.line - 1;
  const what = lines === first.line ? "its first line is blank" : `its lines up to ${lines} are blank`;
  return new DataError(
    `${source} ${what}. Expected the column names there: skip such lines, ${valuedOption("skip", lines)}.`,
  );
}

/** Why a text has no first record. */
function firstRecordError(
  source: string,
  { text, whole, line }: { text: string; whole: boolean; line: number },
  dialect: CsvDialect,
): DataError {
  const splitter = new CsvSplitter(dialect, () => false, line);
  splitter.split(text, whole);
  if (splitter.fault !== undefined) return csvFaultError(source, splitter.fault);
  if (whole) return new DataError(`${source} it has only blank lines and comments.`);
  return new DataError(`${source} its first line is longer than ${Math.floor(text.length / 1e6)} million characters.`);
}

/** Where the records begin: after the lines to skip, and after a line that only names the delimiter. */
function beginning(
  start: string,
  { skip }: CsvOptions,
): { from: number; line: number; separator?: string | undefined } {
  let from = 0;
  let line = 1;
  while (line <= skip && from < start.length) {
    from = afterLineEnd(start, lineEnd(start, from), true);
    line++;
  }
  const [named, separator] = SEPARATOR_LINE.exec(start.slice(from, from + 20)) ?? [];
  return named === undefined ? { from, line } : { from: from + named.length, line: line + 1, separator };
}

/**
 * The delimiter as the user gave it: one ASCII character; \t may be spelled out.
 *
 * @throws {DescriptionError} anything else, or a character that has another meaning
 */
export function requireDelimiter(delimiter: string): string {
  const character = delimiter === "\\t" ? "\t" : delimiter;
  // Tab and the printable characters, less letters, digits and the quote.
  if (/^[\t -~]$/.test(character) && !/[\w".]/.test(character)) return character;
  throw new DescriptionError(
    `${optionName("delimiter", "Option")}: expected one character that is no letter, digit, quote, point or underscore, such as "," ";" "|" or "\\t", found ${JSON.stringify(delimiter)}.`,
  );
}

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it begins, counted from 1. */
  readonly line: number;
}

/** The first records of a text as their fields, without blank lines. Ends where the text is no CSV. */
export function recordsOf(
  text: string,
  whole: boolean,
  dialect: CsvDialect,
  { limit, line = 1, firstMayBeBlank = true }: { limit: number; line?: number; firstMayBeBlank?: boolean },
): CsvRecord[] {
  const records: CsvRecord[] = [];
  const take = (part: string, fields: Parameters<typeof fieldText>[1], at: number): boolean => {
    if ((records.length > 0 || !firstMayBeBlank) && isBlank(part, fields)) return true;
    records.push({
      fields: Array.from({ length: fields.count }, (_, field) => fieldText(part, fields, field)),
      line: at,
    });
    return records.length < limit;
  };
  new CsvSplitter(dialect, take, line).split(text, whole);
  return records;
}

/** @throws {DataError} where the records after the first agree with each other, and not with it */
function requireLikeOthers(
  source: string,
  first: CsvRecord,
  others: readonly CsvRecord[],
  { comment, header }: CsvOptions,
): void {
  const found = first.fields.length;
  const { width, share } = mostFrequent(others.map(({ fields }) => fields.length));
  const agrees = others.length >= 2 && share > 0.5 && width > 1;
  // One empty value too many is only a delimiter at the end of a line.
  const trailing = others.every(({ fields }) => fields.length !== width || fields[width - 1] === "");
  if (!agrees || width === found || (width === found + 1 && trailing)) return;
  const next = others.find(({ fields }) => fields.length === width)?.line ?? first.line + 1;
  const mark = /^[#%!;*]/.exec(first.fields[0])?.[0];
  const skip = valuedOption("skip", next - 1);
  const remedy =
    mark !== undefined && comment === undefined
      ? `If lines that begin with ${mark} are comments: ${valuedOption("comment", mark)}. Otherwise skip the lines before line ${next}: ${skip}.`
      : `If the ${header ? "names of the columns are" : "values begin"} in line ${next}, skip the lines before it: ${skip}${header ? `; if no line names the columns: ${skip} and ${NO_HEADER}` : ""}.`;
  throw new DataError(
    `${source} line ${first.line} has ${counted(found, "value")}, but the lines after it have ${width}. ${remedy}`,
  );
}

function requireDistinct(source: string, names: readonly string[], line: number): void {
  const places = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    const first = places.get(name);
    if (first !== undefined) {
      throw new DataError(
        `${source} columns ${first + 1} and ${at + 1} have the same name, ${JSON.stringify(name)}. ` +
          `Rename one in line ${line}; or, if the file has no header, read it with ${NO_HEADER}.`,
      );
    }
    places.set(name, at);
  }
}
