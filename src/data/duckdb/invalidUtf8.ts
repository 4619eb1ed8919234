/**
 * Where bytes are not UTF-8, by line.
 *
 * Only used when reading has failed, so it is written to be simple rather than fast. Lines end with \n, \r\n or \r.
 */
import { isUtf8 } from "node:buffer";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Bytes in blocks that end where a line ends; only the last may end elsewhere. */
async function* textBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    // A last \r may be the first half of \r\n: whether it is, the next chunk tells.
    const known = bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes;
    const end = Math.max(known.lastIndexOf(LINE_FEED), known.lastIndexOf(CARRIAGE_RETURN)) + 1;
    if (end > 0) yield bytes.subarray(0, end);
    rest = bytes.subarray(end);
  }
  if (rest.length > 0) yield rest;
}

/** The first line, counted from 1, that is not valid UTF-8; undefined when all are. */
export async function invalidUtf8Line(chunks: AsyncIterable<Buffer>): Promise<number | undefined> {
  let line = 1;
  for await (const block of textBlocks(chunks)) {
    // Valid blocks are by far the most; only in the other one are lines examined.
    const valid = isUtf8(block);
    let start = 0;
    for (const end of lineEnds(block)) {
      if (!valid && !isUtf8(block.subarray(start, end))) return line;
      start = end;
      line++;
    }
    if (!valid) return line;
  }
  return undefined;
}

/** Where the lines of a block end: the position after each one's last byte. */
function* lineEnds(block: Buffer): Generator<number> {
  for (let at = 0; at < block.length; at++) {
    const windows = block[at] === CARRIAGE_RETURN && block[at + 1] === LINE_FEED;
    if (block[at] === LINE_FEED || (block[at] === CARRIAGE_RETURN && !windows)) yield at + 1;
  }
}
