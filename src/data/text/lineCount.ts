/** The number of the line that a text has come to. Lines end with \n, \r\n or \r. */
import { lineEnds } from "./csvSplitter.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export class LineCount {
  /** Of what comes next, counted from 1. */
  #line: number;
  /** Whether the text so far ends with \r, whose line ends there also where \n follows. */
  #afterReturn = false;

  /** @param line of the text's beginning */
  constructor(line = 1) {
    this.#line = line;
  }

  add(text: string): void {
    if (text === "") return;
    const from = this.#afterReturn && text.charCodeAt(0) === LINE_FEED ? 1 : 0;
    this.#line += lineEnds(text, from, text.length);
    this.#afterReturn = text.charCodeAt(text.length - 1) === CARRIAGE_RETURN;
  }

  /** The number of the first line, of bytes that follow the text, for which a condition holds; of the last where for none. */
  lineOf(bytes: Uint8Array, holds: (line: Uint8Array) => boolean): number {
    let line = this.#line;
    let start = this.#afterReturn && bytes[0] === LINE_FEED ? 1 : 0;
    for (let at = start; at < bytes.length; at++) {
      const isEnd = bytes[at] === LINE_FEED || (bytes[at] === CARRIAGE_RETURN && bytes[at + 1] !== LINE_FEED);
      if (!isEnd) continue;
      if (holds(bytes.subarray(start, at))) return line;
      start = at + 1;
      line++;
    }
    return line;
  }
}
