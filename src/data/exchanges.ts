/** What ranks that share a table exchange, as plain data: every rank's, in the order of the ranks. */
import type { Collective } from "../distributed/collective.ts";

export { gatherData } from "../distributed/collective.ts";

const [utf8, text] = [new TextEncoder(), new TextDecoder()];

/** So much of each list is exchanged at once, in characters. */
const PIECE = 2 ** 20;

/**
 * Gives the items of all ranks' lists to the ranks that they are for, a piece of each list at a time, so that nobody has all of
 * them at once.
 *
 * @param ownerOf which rank an item is for; every rank when absent
 * @param take gets items that are for this rank, in the order of their list, and which rank's they are
 */
export function exchangeItems<Item>(
  ranks: Collective,
  items: Iterable<Item>,
  { what, ownerOf }: { readonly what: string; readonly ownerOf?: (item: Item) => number },
  take: (items: readonly Item[], from: number) => void,
): void {
  const left = items[Symbol.iterator]();
  const own = ownerOf === undefined ? 0 : ranks.rank;
  for (let more = true; more; ) {
    const parts: string[][] = Array.from({ length: ownerOf === undefined ? 1 : ranks.size }, () => []);
    let size = 0;
    let ended = false;
    while (size < PIECE && !ended) {
      const next = left.next();
      ended = next.done === true;
      if (next.done === true) continue;
      const item = JSON.stringify(next.value);
      parts[ownerOf?.(next.value) ?? 0].push(item);
      size += item.length;
    }
    more = false;
    for (const [from, bytes] of ranks.allGather(packed(parts, ended), what).entries()) {
      if (bytes[0] === 0) more = true;
      take(unpacked(bytes, own, parts.length), from);
    }
  }
}

/** Whether the list has ended, the length of each part in bytes, the parts. */
function packed(parts: readonly (readonly string[])[], ended: boolean): Uint8Array {
  const texts = parts.map((items) => utf8.encode(`[${items.join()}]`));
  const lengths = new DataView(new ArrayBuffer(1 + 4 * parts.length));
  lengths.setUint8(0, ended ? 1 : 0);
  for (const [at, { length }] of texts.entries()) lengths.setUint32(1 + 4 * at, length);
  const bytes = new Uint8Array(lengths.byteLength + texts.reduce((sum, { length }) => sum + length, 0));
  bytes.set(new Uint8Array(lengths.buffer));
  let at = lengths.byteLength;
  for (const part of texts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function unpacked<Item>(bytes: Uint8Array, part: number, parts: number): Item[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthOf = (at: number): number => view.getUint32(1 + 4 * at);
  let from = 1 + 4 * parts;
  for (let at = 0; at < part; at++) from += lengthOf(at);
  return JSON.parse(text.decode(bytes.subarray(from, from + lengthOf(part)))) as Item[];
}
