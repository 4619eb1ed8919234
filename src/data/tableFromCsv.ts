/**
 * A table from CSV text in memory or on its way: a string, bytes, or a stream of either.
 *
 * Works in any runtime. The text is read as `readTable` reads a file, by the same code (`text/readCsv.ts`, `tableOfSource.ts`).
 */
import { type AbortSignalLike, type Kinds, requireKind, requireOptions, signal, snapshot, text } from "../kinds.ts";
import { fileOptions, type ReadOptions, readOptionKinds } from "./readOptions.ts";
import type { Table } from "./table.ts";
import { tableOf } from "./tableOfSource.ts";
import { givenText, type TextSource, textSourceKind } from "./text/givenText.ts";
import { readCsv } from "./text/readCsv.ts";

/**
 * Those of `readTable`, and two more. `encoding` and `maxBytes` are for bytes; without a `maxBytes`, 2 GB are read of gzip and of
 * streams.
 */
export interface CsvTableOptions extends ReadOptions {
  /** The table's name in messages; "the CSV text" when absent. */
  readonly source?: string;
  /** Ends reading when it is aborted: the promise is rejected. */
  readonly signal?: AbortSignalLike;
}

const csvTableOptionKinds = { ...readOptionKinds, source: text, signal } as const satisfies Kinds<CsvTableOptions>;

/**
 * A table from CSV text, such as a file that was dropped on a page (`file.stream()`) or the answer to a request
 * (`response.body`). It has the types, values and notes that `readTable` gives for a file of this text. Delimiter, line ends,
 * decimal signs and gzip are found out. Of a stream, only what is not read yet is kept as text.
 *
 * @param given a string; a Uint8Array, which must not be changed until the promise is settled; or a stream, a list or an
 * iterable of either. Bytes are UTF-8 unless `encoding` says otherwise, and may be gzipped.
 * @throws {DataError} text that is no table of CSV, with line and column; bytes that are not in the encoding; damaged gzip
 * @throws {DescriptionError} an option that has no meaning
 * @throws {RunFailedError} reading was aborted
 *
 * @example
 * import { tableFromCsv } from "gradus";
 *
 * const table = await tableFromCsv("size;price\n50;1,5\n60;NA\n", { source: "flats.csv" });
 * table.rows; // 2
 * table.columns.map(({ name, type }) => `${name}: ${type}`); // ["size: number", "price: number"]
 * table.columns[1].values; // [1.5, NaN]
 */
export async function tableFromCsv(given: TextSource, options: CsvTableOptions = {}): Promise<Table> {
  requireKind("the text of a table", given, textSourceKind);
  requireOptions(options, csvTableOptionKinds, "tableFromCsv");
  const parts = Array.isArray(given) ? [...given] : given;
  const { source = "the CSV text", signal: ending, ...copied } = snapshot(options);
  const settings = { ...copied, ...(options.readings && { readings: new Map(options.readings) }) };
  const file = fileOptions(settings);
  const { encoding, maxBytes } = settings;
  const pieces = givenText(source, parts, { encoding, maxBytes, signal: ending });
  const read = await readCsv(source, pieces, file);
  return tableOf(read, [read], file, settings);
}
