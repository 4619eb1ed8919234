/**
 * Which character separates the values of a CSV text, found from its first records.
 *
 * Two things tell: that by it most records have equally many fields, as the first one has, and that no field has another
 * delimiter in it. Either alone is deceived: by a comma in every decimal number, or by one line that is damaged.
 */
import { type CsvDialect, CsvSplitter, fieldText, isBlank } from "./csvSplitter.ts";

/** On a tie in everything the earlier wins: commas stand inside numbers and texts more often than the others do. */
const DELIMITERS = ["\t", ";", "|", ","];

/** Enough records to choose a delimiter. */
export const RECORDS_LOOKED_AT = 20;

/** How much of its score a delimiter keeps by which all fields have another delimiter in them. */
const LEAST_CLEAN = 0.3;
/** How much of its score a delimiter keeps by which the line of names is unlike the others. */
const UNLIKE_NAMES = 0.5;
/** From this share of the best score on, another delimiter may be the one that is meant. */
const DOUBTFUL = 0.75;

export interface FoundDelimiter {
  readonly delimiter: string;
  /** Another one that may be meant. */
  readonly other?: string;
}

/** The delimiter; a comma when none makes two fields. @param text with the first record in its first line */
export function detectDelimiter(
  text: string,
  whole: boolean,
  { comment, header = true }: { readonly comment?: string | undefined; readonly header?: boolean } = {},
): FoundDelimiter {
  const found = DELIMITERS.map((delimiter) => scored(text, whole, { delimiter, comment }, header));
  const [best, second] = found
    .filter(({ width }) => width > 1)
    .sort((one, other) => other.score - one.score || other.width - one.width);
  if (best === undefined) return { delimiter: "," };
  const isDoubtful = second !== undefined && second.score >= DOUBTFUL * best.score;
  return { delimiter: best.delimiter, ...(isDoubtful && { other: second.delimiter }) };
}

interface Scored {
  readonly delimiter: string;
  readonly width: number;
  readonly score: number;
}

function scored(text: string, whole: boolean, dialect: CsvDialect, header: boolean): Scored {
  const { widths, clean } = lookAt(text, whole, dialect);
  const { width, share } = mostFrequent(widths);
  const agrees = widths[0] === width;
  const score = share * (LEAST_CLEAN + (1 - LEAST_CLEAN) * clean) * (header && !agrees ? UNLIKE_NAMES : 1);
  return { delimiter: dialect.delimiter, width, score: score + (agrees ? 0.5 / RECORDS_LOOKED_AT : 0) };
}

/** The number of fields that most records have, more than one if any has, and the share of the records that have it. */
export function mostFrequent(widths: readonly number[]): { width: number; share: number } {
  const counts = new Map<number, number>();
  for (const width of widths) if (width > 1) counts.set(width, (counts.get(width) ?? 0) + 1);
  let best = { width: 1, count: widths.length };
  for (const [width, count] of counts) if (best.width === 1 || count > best.count) best = { width, count };
  return { width: best.width, share: best.count / widths.length };
}

/**
 * The numbers of fields of the first records, less an empty one behind a delimiter that ends a line where the first record
 * has none, and −1 for a record that is none by this delimiter; and how many fields are clean, 0 to 1.
 */
function lookAt(text: string, whole: boolean, dialect: CsvDialect): { widths: number[]; clean: number } {
  const widths: number[] = [];
  let clean = 0;
  let fieldCount = 0;
  const splitter = new CsvSplitter(dialect, (record, fields) => {
    if (isBlank(record, fields)) return true;
    const { count, quoted } = fields;
    const isTrailing = count === widths[0] + 1 && fieldText(record, fields, count - 1) === "";
    widths.push(isTrailing ? count - 1 : count);
    for (let at = 0; at < count; at++) {
      clean += quoted[at] === 0 ? cleanness(fieldText(record, fields, at), dialect.delimiter) : 1;
    }
    fieldCount += count;
    return widths.length < RECORDS_LOOKED_AT;
  });
  splitter.split(text, whole);
  if (splitter.fault !== undefined) widths.push(-1);
  return { widths, clean: clean / Math.max(1, fieldCount) };
}

/** A number or money with commas: 1,5 or 1,234,567 or -2,50 €. */
const NUMBER_WITH_COMMAS = /^(?:[^\p{L}\d,]*\d{1,3}(?:,\d{3})+(?:\.\d+)?|[^\p{L},]*\d,\d+)[^\p{L}\d,]*$/u;

/** 1 for a field without another delimiter, 0 with one; a comma is none in a number or before a space, and half in a text. */
function cleanness(field: string, delimiter: string): number {
  if (DELIMITERS.some((other) => other !== "," && other !== delimiter && field.includes(other))) return 0;
  if (delimiter === "," || !field.includes(",") || NUMBER_WITH_COMMAS.test(field)) return 1;
  const commas = field.match(/,(?! )/g)?.length ?? 0;
  return Math.max(0, 1 - commas / 2);
}
