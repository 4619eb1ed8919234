/**
 * A table from JSON text in memory or on its way: a list of objects, or objects one after another (NDJSON).
 *
 * Works in any runtime. The text is read as `readTable` reads a file, by the same code (`text/readJson.ts`, `tableOfSource.ts`).
 */
import { type AbortSignalLike, type Kinds, requireKind, requireOptions, signal, snapshot, text } from "../kinds.ts";
import { formOfName } from "./fileFormats.ts";
import { fileOptions, type ReadOptions, readOptionKinds } from "./readOptions.ts";
import type { Table } from "./table.ts";
import { tableOf } from "./tableOfSource.ts";
import { givenText, type TextSource, textSourceKind } from "./text/givenText.ts";
import { readJson } from "./text/readJson.ts";

/** Those of `readTable` that are not for CSV alone, and two more. `encoding` and `maxBytes` are for bytes. */
export interface JsonTableOptions extends Omit<ReadOptions, "delimiter" | "skip" | "comment" | "header"> {
  /** The table's name in messages; "the JSON text" when absent. One that ends in .ndjson or .jsonl: each line is an object. */
  readonly source?: string;
  /** Ends reading when it is aborted: the promise is rejected. */
  readonly signal?: AbortSignalLike;
}

const { delimiter, skip, comment, header, ...shared } = readOptionKinds;
const jsonTableOptionKinds = { ...shared, source: text, signal } as const satisfies Kinds<JsonTableOptions>;

/**
 * A table from JSON text, such as a file that was dropped on a page or the answer to a request. It has the types, values and
 * notes that `readTable` gives for a file of this text; gzip is found out. The text of a stream is kept until the table is there.
 *
 * @param given a string; a Uint8Array, which must not be changed until the promise is settled; or a stream, a list or an
 * iterable of either. Bytes are UTF-8 unless `encoding` says otherwise, and may be gzipped.
 * @throws {DataError} text that is no list of flat objects, with line and column, or column and row; damaged gzip
 * @throws {DescriptionError} an option that has no meaning
 * @throws {RunFailedError} reading was aborted
 *
 * @example
 * import { tableFromJson } from "gradus";
 *
 * const table = await tableFromJson('[{"size": 50, "sold": "2024-05-01"}, {"size": null}]');
 * table.columns.map(({ name, type }) => `${name}: ${type}`); // ["size: number", "sold: date"]
 */
export async function tableFromJson(given: TextSource, options: JsonTableOptions = {}): Promise<Table> {
  requireKind("the text of a table", given, textSourceKind);
  requireOptions(options, jsonTableOptionKinds, "tableFromJson");
  const { source = "the JSON text", signal: ending, ...copied } = snapshot(options);
  const settings = { ...copied, ...(options.readings && { readings: new Map(options.readings) }) };
  const file = fileOptions(settings);
  const { encoding, maxBytes } = settings;
  const parts = Array.isArray(given) ? [...given] : given;
  const pieces = repeatable(givenText(source, parts, { encoding, maxBytes, signal: ending }));
  const read = await readJson({ name: source, ofLines: formOfName(source).format === "ndjson", pieces }, file);
  return tableOf(read, [read], file, settings);
}

/** Pieces that can be read again from their beginning: those that have come are kept. */
function repeatable(pieces: AsyncIterable<string>): () => AsyncGenerator<string> {
  const iterator = pieces[Symbol.asyncIterator]();
  const kept: string[] = [];
  return async function* () {
    for (let at = 0; ; at++) {
      if (at === kept.length) {
        const next = await iterator.next();
        if (next.done) return;
        kept.push(next.value);
      }
      yield kept[at];
    }
  };
}
