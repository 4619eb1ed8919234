/**
 * A part of a CSV text whose bytes several readers divide among them: the records that begin in its range of bytes, as columns of the
 * types that one reader of the whole text gives them.
 *
 * Works in any runtime: bytes come from a source that reads anywhere.
 */
import type { Part } from "../part.ts";
import type { ReadSource } from "../readSource.ts";
import { afterLine, agreedRange, type Beginning, characterAt } from "./agreedRange.ts";
import { type ByteSource, bytesBetween, lengthInBytes, markLength } from "./byteSource.ts";
import type { CsvLayout } from "./csvLayout.ts";
import { attemptAt, type Range } from "./csvRange.ts";
import { csvPart, csvSource } from "./csvSource.ts";
import { CsvSplitter, isBlank, lineEnds } from "./csvSplitter.ts";
import { decodedText } from "./decodedText.ts";
import { type CsvReading, layoutOf } from "./readCsv.ts";

/**
 * The rows of one part. The reader of every part makes the same call.
 *
 * @param source in an encoding that can be divided
 * @throws {DataError} as `readCsv`
 */
export async function readCsvPart(source: ByteSource, part: Part, options: CsvReading): Promise<ReadSource> {
  const { layout, comments, ...beginning } = await beginningOf(source, options);
  const place = (at: number): Promise<number> => characterAt(source, Math.max(at, beginning.from));
  const [from, to] = [await place(part.from), await place(part.to)];
  const range: Range = { source, to, layout, options };
  const supposed = from === beginning.from ? from : await afterLine(source, from);
  const { found, line } = await agreedRange(part, beginning, supposed, (start) => attemptAt(range, start));
  const own = csvPart(found.rows, found.comments + (part.at === 0 ? comments : 0), line);
  return csvSource(source.name, layout, found.rows, await part.together(own), options);
}

/** Where the records begin, and how many lines before are comments. */
async function beginningOf(
  source: ByteSource,
  options: CsvReading,
): Promise<Beginning & { readonly layout: CsvLayout; readonly comments: number }> {
  const { name, size } = source;
  const { encoding } = options;
  const text = decodedText(name, bytesBetween(source, 0, size), encoding);
  try {
    const { layout, start, whole } = await layoutOf(name, text, options);
    const splitter = new CsvSplitter(
      layout.dialect,
      (record, fields) => layout.names.length > 1 && isBlank(record, fields),
    );
    const header = options.header === false ? 0 : splitter.split(start.slice(layout.from), whole);
    const before = start.slice(0, layout.from + header);
    return {
      layout,
      from: (await markLength(source)) + lengthInBytes(before, encoding),
      line: 1 + lineEnds(before, 0, before.length),
      comments: splitter.comments,
    };
  } finally {
    await text.return(undefined);
  }
}
