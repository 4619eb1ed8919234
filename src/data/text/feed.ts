/** Text in pieces for whoever can only use whole records of it. */
import { DataError } from "../../errors.ts";

/** A string can hold about twice as many characters. */
const LONGEST_RECORD = 2 ** 28;

/**
 * Gives a text to `take` as it comes, each time from the first character that it has not used.
 *
 * @param source how a message about it begins
 * @param take gets `last` when nothing follows; @returns how many characters it used, −1 to end
 * @throws {DataError} a record that does not end
 */
export async function feed(
  source: string,
  pieces: AsyncIterable<string>,
  take: (text: string, last: boolean) => number,
): Promise<void> {
  let text = "";
  let enough = 0;
  for await (const piece of pieces) {
    text += piece;
    if (text.length < enough) continue;
    const used = take(text, false);
    if (used < 0) return;
    text = text.slice(used);
    // A record of many pieces is not searched again with each of them.
    enough = used === 0 ? 2 * text.length : 0;
    requireShorter(source, text);
  }
  take(text, true);
}

/** @throws {DataError} the beginning of a record that does not end */
export function requireShorter(source: string, text: string): void {
  if (text.length <= LONGEST_RECORD) return;
  throw new DataError(
    `${source} one of its records is longer than ${LONGEST_RECORD / 2 ** 20} million characters. Check for a missing closing quote.`,
  );
}

/** A value, and those that come after it. */
export async function* followed<T>(first: T, others: AsyncIterator<T>): AsyncGenerator<T> {
  yield first;
  for (let next = await others.next(); next.done !== true; next = await others.next()) yield next.value;
}
