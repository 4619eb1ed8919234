/**
 * Where the records of a text begin, for the readers of its parts: those that begin in a part's range of bytes are its own.
 *
 * In the middle of a text that can't be seen: a line's end may stand inside quotes. So each reader supposes that a record
 * begins behind the first line's end of its range, reads up to the first record that begins behind its range, and tells where that is.
 * Where the reader before has found another place, the range is read again from there. The first range begins where the records do:
 * when all agree, every range begins where a record does, and each record is read by exactly one reader.
 *
 * Knows no format.
 */
import type { Part } from "../part.ts";
import { type ByteSource, bytesBetween } from "./byteSource.ts";

/** What was found in a range. */
export interface Attempt {
  /** Where a record was supposed to begin. */
  readonly start: number;
  /** Where the first record behind the range begins. */
  readonly end: number;
  /** How many lines end between these. */
  readonly lines: number;
  /** Why no records can be read from there; absent where they can. @param line the number of the line there, for messages */
  readonly fault?: (line: number) => Promise<unknown>;
}

/** The first record's place in bytes, and the number of its line. */
export interface Beginning {
  readonly from: number;
  readonly line: number;
}

/**
 * What a part's range holds once all agree, and the number of the line where its records begin. Every part's reader makes the same call.
 *
 * @param supposed where a record may begin in the range
 * @param attempt reads the range from a place
 * @throws what is wrong with the text, of the first part that has an error; each reader
 */
export async function agreedRange<Found extends Attempt>(
  { at, together }: Part,
  beginning: Beginning,
  supposed: number,
  attempt: (start: number) => Promise<Found>,
): Promise<{ found: Found; line: number }> {
  let found = await attempt(at === 0 ? beginning.from : supposed);
  while (true) {
    const { start, end, lines, fault } = found;
    const starts = startsOf(await together({ start, end, lines, failed: fault !== undefined }), beginning);
    const failed = starts.findIndex(({ isFault }) => isFault);
    if (failed === at) throw await fault?.(starts[at].line);
    if (failed >= 0) await together(null); // rejects
    const { isSure, place, line } = starts[at];
    if (starts[starts.length - 1].isSure) return { found, line };
    if (!isSure && place !== undefined && place !== start) found = await attempt(place);
  }
}

interface Start {
  /** Where a range has to begin by the range before; undefined where that could not be read. */
  readonly place: number | undefined;
  /** Whether all ranges up to this one agree. */
  readonly isSure: boolean;
  readonly isFault: boolean;
  /** The number of the line there, where it is sure. */
  readonly line: number;
}

/** Where each range has to begin. @param all what was found in each */
function startsOf(all: readonly (Omit<Attempt, "fault"> & { failed: boolean })[], { from, line }: Beginning): Start[] {
  let next: Omit<Start, "isFault"> = { place: from, isSure: true, line };
  return all.map(({ start, end, lines, failed }) => {
    const isSure = next.isSure && start === next.place;
    const own = { ...next, isSure, isFault: isSure && failed };
    next = { place: failed ? undefined : end, isSure, line: own.line + lines };
    return own;
  });
}

/** Few bytes at once, where only the rest of a record is wanted. */
export const REST = 2 ** 16;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Where the line begins that is the first to begin at a place or behind it. @param place above 0 */
export async function afterLine(source: ByteSource, place: number): Promise<number> {
  let at = place - 1;
  for await (const bytes of bytesBetween(source, at, source.size, REST)) {
    const end = bytes.findIndex((byte) => byte === LINE_FEED || byte === CARRIAGE_RETURN);
    if (end < 0) {
      at += bytes.length;
      continue;
    }
    const next = at + end + 1;
    if (bytes[end] === LINE_FEED) return next;
    const [following] = await source.read(next, Math.min(next + 1, source.size));
    return following === LINE_FEED ? next + 1 : next;
  }
  return source.size;
}

/** A place, or behind it where a character begins. UTF-8; in the other encodings that are read so, a byte is a character. */
export async function characterAt({ size, read }: ByteSource, place: number): Promise<number> {
  const bytes = await read(place, Math.min(place + 4, size));
  let at = place;
  for (const byte of bytes) {
    if (byte >> 6 !== 0b10) break;
    at++;
  }
  return at;
}
