/** How a table is read from a file or a text: the options that a caller may give, checked, and what follows from them for each column. */
import { DescriptionError, requireThat, requireWhole } from "../errors.ts";
import { boolean, either, type Kinds, listOf, number, object, oneOf, text } from "../kinds.ts";
import { type Missing, missingKind, requireMissing } from "./missingWords.ts";
import type { FileOptions } from "./readSource.ts";
import { optionName } from "./remedies.ts";
import { type ColumnRole, type ColumnRoles, type Reading, readingsKind } from "./table.ts";
import { requireDelimiter } from "./text/csvLayout.ts";
import { decoderOf } from "./text/decodedText.ts";

export interface ReadOptions {
  /** Types of columns, by name; "skip" leaves a column out. The types of all others are inferred. */
  readonly types?: ColumnRoles;
  /** The columns to read, in any order; all when absent. */
  readonly columns?: readonly string[];
  /** Columns to read in addition to `columns` if the table has them; none when absent. */
  readonly optionalColumns?: readonly string[] | undefined;
  /** Columns to copy unchanged, as the table's `copied`; none when absent. */
  readonly copy?: readonly string[] | "all" | undefined;
  /**
   * Texts that mean a missing value, besides the empty one, NA, N/A, NaN, nan, null, NULL and ?; "-999" means numbers too.
   * `{ only: ["?"] }`: no others than these and the empty one.
   */
  readonly missing?: Missing;
  /** The decimal sign of numbers that are written as text; detected when absent. */
  readonly decimal?: "." | ",";
  /** How to read each column, from the training of a model, instead of inferring it; columns without an entry are not read. */
  readonly readings?: ReadonlyMap<string, Reading>;
  /**
   * The delimiter of CSV files: one character; detected when absent. This option and those below are refused for
   * sources of other formats.
   */
  readonly delimiter?: string;
  /** The encoding of text files: utf-8 (the default), latin-1, utf-16 or another of the WHATWG encoding standard. */
  readonly encoding?: string;
  /** The number of lines before the header of a CSV file, such as a title; 0 when absent. */
  readonly skip?: number;
  /** Lines of a CSV file that begin with this character are skipped; none when absent. */
  readonly comment?: string;
  /** false if the first line of a CSV file is a row, not names; columns are then called column1, column2, …. true when absent. */
  readonly header?: boolean;
  /**
   * The maximum size of a text file, in bytes, uncompressed. When absent, 2 GB for gzip and pipes, and no limit for other
   * files.
   */
  readonly maxBytes?: number;
}

export const readOptionKinds = {
  types: object,
  columns: listOf(text, "column names"),
  optionalColumns: listOf(text, "column names"),
  copy: either(listOf(text, "column names"), oneOf("all")),
  missing: missingKind,
  decimal: text,
  readings: readingsKind,
  delimiter: text,
  encoding: text,
  skip: number,
  comment: text,
  header: boolean,
  maxBytes: number,
} as const satisfies Kinds<ReadOptions>;
/** How each file is read. @throws {DescriptionError} an option that has no meaning */
export function fileOptions(options: ReadOptions): FileOptions {
  requireMissing(options.missing, options.decimal);
  const wanted = options.columns && new Set([...options.columns, ...(options.optionalColumns ?? [])]);
  const roles = new Map(Object.entries(options.types ?? {}));
  const isWanted = (name: string): boolean => wanted?.has(name) ?? options.readings?.has(name) ?? true;
  const roleOf = (name: string): ColumnRole | undefined => (isWanted(name) ? roles.get(name) : "skip");
  const copies = options.copy === "all" ? true : new Set(options.copy);
  const isCopied = (name: string): boolean => copies === true || copies.has(name);
  const { encoding = "utf-8", delimiter, skip = 0, comment, header, maxBytes } = options;
  decoderOf(encoding);
  requireWhole("skip", skip, 0);
  if (maxBytes !== undefined) requireThat("maxBytes", maxBytes, maxBytes > 0, "a number of bytes above 0");
  if (comment !== undefined && !/^(?![\w"+.-])[!-~]$/.test(comment)) {
    throw new DescriptionError(
      `${optionName("comment", "Option")}: expected one character that begins no value, such as "#", found ${JSON.stringify(comment)}.`,
    );
  }
  const named = delimiter === undefined ? undefined : requireDelimiter(delimiter);
  const isText = (name: string): boolean => {
    const { type, decimal, thousands, unit } = options.readings?.get(name) ?? {};
    if (type !== undefined) return type !== "number" || (decimal ?? thousands ?? unit) !== undefined;
    const role = roleOf(name);
    return options.decimal === "," || (role !== undefined && role !== "number");
  };
  const mayLeaveOut = options.readings === undefined;
  return { encoding, delimiter: named, skip, comment, header, roleOf, mayLeaveOut, isText, isCopied };
}
