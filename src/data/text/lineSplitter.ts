/**
 * Bytes as they come to lines of text in UTF-8, each with its number; a line that is none is given as what is wrong with it.
 *
 * Holds no more than one line and what came last, so that a stream may go on for ever. Knows neither where the bytes come from nor what a
 * line means.
 */
import { joined } from "./decodedText.ts";

/** A line without its end, or what is wrong with it. */
export type Line = { readonly number: number } & ({ readonly text: string } | { readonly fault: string });

/** Nobody writes a row of so many bytes; a stream without line ends would fill the memory. */
const LONGEST_LINE = 2 ** 24;
const LINE_END = 0x0a;
const MARK = [0xef, 0xbb, 0xbf];

export class LineSplitter {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The beginning of a line whose end has not come, and how long it is; its bytes are let go where it is too long. */
  #open: Uint8Array[] = [];
  #length = 0;
  #number = 0;

  /** The lines that end in a chunk. */
  add(chunk: Uint8Array): Line[] {
    const end = chunk.lastIndexOf(LINE_END) + 1;
    if (end === 0) {
      this.#keep(chunk);
      return [];
    }
    const first = chunk.indexOf(LINE_END);
    this.#keep(chunk.subarray(0, first));
    const lines = [this.#take()];
    if (end > first + 1) this.#whole(chunk.subarray(first + 1, end - 1), lines);
    this.#keep(chunk.subarray(end));
    return lines;
  }

  /** The last line, where no end came after it. */
  finish(): Line[] {
    return this.#length === 0 ? [] : [this.#take()];
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    // A copy: who gives the chunk may use its memory again.
    if (this.#length <= LONGEST_LINE) this.#open.push(bytes.slice());
    else this.#open = [];
  }

  /** The line that is open. */
  #take(): Line {
    const [bytes, length] = [joined(this.#open), this.#length];
    this.#open = [];
    this.#length = 0;
    const number = ++this.#number;
    if (length > LONGEST_LINE) {
      return { number, fault: `it is ${length} bytes long, more than ${LONGEST_LINE / 2 ** 20} MiB` };
    }
    const hasMark = number === 1 && MARK.every((byte, at) => bytes[at] === byte);
    return this.#decoded(hasMark ? bytes.subarray(MARK.length) : bytes, number);
  }

  /** Lines one after the other, without the end of the last. */
  #whole(bytes: Uint8Array, lines: Line[]): void {
    try {
      for (const text of this.#decoder.decode(bytes).split("\n")) lines.push({ number: ++this.#number, text });
    } catch {
      for (let from = 0; from <= bytes.length; ) {
        const at = bytes.indexOf(LINE_END, from);
        const end = at < 0 ? bytes.length : at;
        lines.push(this.#decoded(bytes.subarray(from, end), ++this.#number));
        from = end + 1;
      }
    }
  }

  #decoded(bytes: Uint8Array, number: number): Line {
    try {
      return { number, text: this.#decoder.decode(bytes) };
    } catch {
      return { number, fault: "it is not UTF-8 text" };
    }
  }
}
