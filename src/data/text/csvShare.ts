/**
 * One rank's share of a CSV text whose bytes several ranks divide among them: the records that begin in its range of bytes.
 *
 * Where a record begins cannot be seen in the middle of a text: a line's end may stand inside quotes. So each rank supposes that one
 * begins behind the first line's end of its range, reads up to the first record that begins behind its range, and tells where that is.
 * Where the rank before has found another place, the range is read again from there. The first range begins where the records do:
 * when all agree, every range begins where a record does, and each record is read by exactly one rank.
 *
 * Works in any runtime: bytes come from a source that reads anywhere.
 */
import { type Collective, gatherData } from "../../distributed/collective.ts";
import { DataError } from "../../errors.ts";
import type { ReadSource } from "../readSource.ts";
import type { Column, TextColumn } from "../table.ts";
import { type ByteSource, bytesBetween, lengthInBytes, requireDivisible } from "./byteSource.ts";
import { cannotRead } from "./cannotRead.ts";
import { type CsvContent, joinedContent } from "./csvColumns.ts";
import type { CsvLayout } from "./csvLayout.ts";
import { type Attempt, afterLine, attemptAt, type Range } from "./csvRange.ts";
import { delimiterNotes, type Marked, markedNotes } from "./csvRows.ts";
import { CsvSplitter, isBlank, lineEnds } from "./csvSplitter.ts";
import { decodedText } from "./decodedText.ts";
import { headerNotes, looksLikeValue } from "./headerNotes.ts";
import { type CsvReading, layoutOf } from "./readCsv.ts";

/** Where the records begin. */
interface Beginning {
  readonly layout: CsvLayout;
  /** In bytes. */
  readonly from: number;
  /** The number of the line there. */
  readonly line: number;
  /** How many lines before are comments. */
  readonly comments: number;
}

/**
 * The rows of this rank. Every rank makes the same call.
 *
 * @throws {DataError} as `readCsv`, on every rank; bytes that cannot be divided
 */
export async function readCsvShare(source: ByteSource, ranks: Collective, options: CsvReading): Promise<ReadSource> {
  requireDivisible(source.name, options.encoding);
  const beginning = await beginningOf(source, options);
  const [from, to] = [await placeOf(source, beginning, ranks, 0), await placeOf(source, beginning, ranks, 1)];
  const range: Range = { source, to, layout: beginning.layout, options };
  let own = await attemptAt(range, ranks.rank === 0 ? from : await afterLine(source, from), 1);
  while (true) {
    const { start, end, lines, error } = own;
    const all = gatherData(ranks, { start, end, lines, failed: error !== undefined }, "where records begin");
    const starts = startsOf(all, beginning);
    const failed = all.findIndex((one, rank) => one.failed && starts[rank].isSure);
    if (failed >= 0) {
      // Again, now that the number of its first line is known.
      const again = failed === ranks.rank ? (await attemptAt(range, start, starts[failed].line)).error : undefined;
      throw sameError(ranks, again);
    }
    const { isSure, place, line } = starts[ranks.rank];
    if (starts[ranks.size - 1].isSure) return together(ranks, beginning, range, own, line);
    if (!isSure && place !== undefined && place !== start) own = await attemptAt(range, place, 1);
  }
}

interface Start {
  /** Where a range has to begin by the range before; undefined where that could not be read. */
  readonly place: number | undefined;
  /** Whether all ranges up to this one agree. */
  readonly isSure: boolean;
  /** The number of the line there, where it is sure. */
  readonly line: number;
}

/** Where each range has to begin. @param all what the ranks found */
function startsOf(
  all: readonly (Pick<Attempt, "start" | "end" | "lines"> & { failed: boolean })[],
  { from, line }: Beginning,
): Start[] {
  let next: Start = { place: from, isSure: true, line };
  return all.map(({ start, end, lines, failed }) => {
    const own: Start = { ...next, isSure: next.isSure && start === next.place };
    next = { place: failed ? undefined : end, isSure: own.isSure, line: own.line + lines };
    return own;
  });
}

async function beginningOf(source: ByteSource, options: CsvReading): Promise<Beginning> {
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
    const mark = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await source.read(0, 3)) === "\ufeff" ? 3 : 0;
    return {
      layout,
      from: mark + lengthInBytes(before, encoding),
      line: 1 + lineEnds(before, 0, before.length),
      comments: splitter.comments,
    };
  } finally {
    await text.return(undefined);
  }
}

/** Where the range of a rank begins, or of one behind it: equal parts of the bytes, cut where a character begins. */
async function placeOf(
  { size, read }: ByteSource,
  { from }: Beginning,
  ranks: Collective,
  behind: number,
): Promise<number> {
  let place = from + Math.floor(((size - from) * (ranks.rank + behind)) / ranks.size);
  const bytes = await read(place, Math.min(place + 4, size));
  // Of UTF-8; in the other encodings that are read so, a byte is a character.
  for (let at = 0; at < bytes.length && isContinuation(bytes[at]); at++) place++;
  return place;
}

const isContinuation = (byte: number): boolean => byte >> 6 === 0b10;

/** What the ranks' rows are together. @param line the number of the line where this rank's begin */
function together(
  ranks: Collective,
  { layout, comments }: Beginning,
  { source: { name }, options }: Range,
  { rows, comments: own }: Attempt,
  line: number,
): ReadSource {
  const { columns, copied, marked } = rows;
  const parts = gatherData(
    ranks,
    {
      rows: rows.rows,
      comments: own,
      marked: { count: marked.count, line: marked.count === 0 ? 0 : marked.line + line - 1 },
      contents: columns.map((column): CsvContent | null => column?.content ?? null),
    },
    "what columns hold",
  );
  const all = parts.reduce((sum, part) => sum + part.rows, 0);
  if (all === 0) throw new DataError(`${cannotRead(name)} it has a header but no rows.`);
  const contents = columns.map((_, at) => joinedContent(parts.flatMap((part) => part.contents[at] ?? [])));
  const finished = columns.flatMap((column, at): Column[] =>
    column === undefined ? [] : [column.finish(contents[at])],
  );
  const looks = gatherData(ranks, finished.map(looksLikeValue), "names like values");
  const doLook = new Set(finished.filter((_, at) => looks.some((own) => own[at])));
  const points = columns.flatMap((column, at) => {
    const { point } = contents[at];
    return column === undefined || point === undefined ? [] : [[column.name, point] as const];
  });
  return {
    name,
    rows: rows.rows,
    names: layout.names,
    columns: finished,
    copied: copied.flatMap((column) => column?.finish() ?? []) as TextColumn[],
    delimiter: layout.dialect.delimiter,
    points: new Map(points),
    comments: parts.reduce((sum, part) => sum + part.comments, comments),
    notes: [
      ...delimiterNotes(layout),
      ...(options.header === undefined ? headerNotes(layout.names, finished, (column) => doLook.has(column)) : []),
      ...markedNotes(joinedMarks(parts.map((part) => part.marked)), all),
    ],
    share: { ranks, before: parts.slice(0, ranks.rank).reduce((sum, part) => sum + part.rows, 0), all },
  };
}

function joinedMarks(marks: readonly Marked[]): Marked {
  return {
    count: marks.reduce((sum, { count }) => sum + count, 0),
    line: marks.find(({ count }) => count > 0)?.line ?? 0,
  };
}

/** The error of the one rank that has it, for all. */
function sameError(ranks: Collective, own: unknown): unknown {
  const messages = gatherData(ranks, own === undefined ? null : (own as Error).message, "an error");
  return own ?? new DataError(messages.find((message) => message !== null) ?? "");
}
