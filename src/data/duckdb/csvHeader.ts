/**
 * The beginning of a CSV text: its delimiter, found out, and the names of its columns.
 *
 * Reads the header itself because DuckDB renames columns of equal names without a word, and takes a first line that it
 * does not like for a title to be left out. Pure functions of text; the format is RFC 4180, with any delimiter.
 */
import { DataError, DescriptionError } from "../../errors.ts";
import { cannotRead } from "./sourceFiles.ts";

export interface CsvHeader {
  /** In the order of the file; a column without a name is called column1, column2, … by its place. */
  readonly names: readonly string[];
  readonly delimiter: string;
}

/** On a tie the earlier wins: commas stand inside numbers and texts more often than the others do. */
const DELIMITERS = ["\t", ";", "|", ","];

/** As many records tell delimiters apart. */
const RECORDS_LOOKED_AT = 20;

/**
 * The header of a CSV text.
 *
 * @param source what messages call the file
 * @param start the text's beginning, with the whole first record in it
 * @param delimiter when it is known
 * @throws {DataError} no first line, or two columns of one name
 */
export function csvHeader(source: string, start: string, delimiter = detectDelimiter(start)): CsvHeader {
  const [fields = []] = splitRecords(start, delimiter, 1);
  if (fields.every((field) => field === "")) {
    throw new DataError(`${cannotRead(source)} its first line is blank. Expected the names of the columns there.`);
  }
  const names = fields.map((field, at) => field || `column${at + 1}`);
  const places = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    const first = places.get(name);
    if (first !== undefined) {
      throw new DataError(
        `${cannotRead(source)} columns ${first + 1} and ${at + 1} have the same name, ${JSON.stringify(name)}. ` +
          "Rename one in line 1, or add a line of names if the file begins with its data.",
      );
    }
    places.set(name, at);
  }
  return { names, delimiter };
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
    `Option delimiter: expected one character such as "," ";" "|" or "\\t", found ${JSON.stringify(delimiter)}.`,
  );
}

/**
 * The delimiter by which most records have as many fields as the first; of several such, the one that makes most
 * fields. A comma when none makes two.
 */
export function detectDelimiter(start: string): string {
  let best = { delimiter: ",", agreement: 0, width: 1 };
  for (const delimiter of DELIMITERS) {
    const widths = splitRecords(start, delimiter, RECORDS_LOOKED_AT).map((fields) => fields.length);
    const width = widths[0] ?? 1;
    const agreement = widths.filter((other) => other === width).length / widths.length;
    const better = agreement > best.agreement || (agreement === best.agreement && width > best.width);
    if (width > 1 && better) best = { delimiter, agreement, width };
  }
  return best.delimiter;
}

/**
 * The first records of a text as their fields, without the spaces around them and without blank lines but a first one.
 *
 * Never fails: a quote that is not closed runs to the end of the text.
 */
export function splitRecords(text: string, delimiter: string, limit: number): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  let at = 0;
  while (at < text.length && records.length < limit) {
    const [field, end] = readField(text, at, delimiter);
    fields.push(field);
    at = end + 1;
    if (text[end] === delimiter) {
      // A delimiter at the very end has one more field after it, an empty one.
      if (at === text.length) fields.push("");
      else continue;
    }
    if (text[end] === "\r" && text[at] === "\n") at++;
    if (fields.length > 1 || fields[0] !== "" || records.length === 0) records.push(fields);
    fields = [];
  }
  return records;
}

/** One field from `from` on, and where the delimiter or the end of line after it stands. */
function readField(text: string, from: number, delimiter: string): [field: string, end: number] {
  let at = from;
  while (text[at] === " " && delimiter !== " ") at++;
  let quoted = "";
  let opened = false;
  if (text[at] === '"') {
    opened = true;
    at++;
    for (; at < text.length; at++) {
      if (text[at] === '"') {
        if (text[at + 1] !== '"') break;
        at++;
      }
      quoted += text[at];
    }
    at++;
  }
  const rest = at;
  while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") at++;
  const field = opened ? quoted + text.slice(rest, at).trimEnd() : text.slice(from, at);
  return [field.trim(), at];
}
