/**
 * CSV text to records, as RFC 4180 says, with any delimiter: where each field of a record begins and ends.
 *
 * Lines end with \n, \r\n or \r, also mixed. Spaces around a field don't count; a quote is one only where a field begins.
 * Knows no columns and no types; text comes in pieces of any size.
 */

const QUOTE = 0x22;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The fields of one record, as places in the text that they were found in. The arrays are used again for the next record. */
export interface Fields {
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  /** 0: no quotes; 1: it stood in quotes, which are not part of it; 2: the same, and quotes in it are doubled. */
  quoted: Uint8Array;
}

/** Why a text is no CSV. */
export type CsvFault =
  /** A quote opens in `line`; the text ends before it is closed. */
  | { readonly kind: "unclosed"; readonly line: number }
  /** A quote opens in `line`; where it is closed, in `closedLine`, more text follows before the delimiter. */
  | { readonly kind: "text-after-quote"; readonly line: number; readonly closedLine: number };

export interface CsvDialect {
  /** One character. */
  readonly delimiter: string;
  /** Lines that begin with this character are left out; none when undefined. */
  readonly comment?: string | undefined;
}

/**
 * Takes a record. A blank line is a record with one empty field.
 *
 * @param line where it begins, counted from 1
 * @returns whether to go on
 */
export type TakeRecord = (text: string, fields: Fields, line: number) => boolean;

export class CsvSplitter {
  /** Set where splitting ended because the text is no CSV. */
  fault: CsvFault | undefined;
  /** Whether `take` ended the splitting, or a fault. */
  ended = false;
  /** How many lines were left out as comments. */
  comments = 0;
  readonly #delimiter: number;
  readonly #comment: number;
  readonly #take: TakeRecord;
  readonly #fields: Fields = {
    count: 0,
    starts: new Int32Array(64),
    ends: new Int32Array(64),
    quoted: new Uint8Array(64),
  };
  #line: number;

  /** @param line the number of the text's first line */
  constructor({ delimiter, comment }: CsvDialect, take: TakeRecord, line = 1) {
    this.#line = line;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#comment = comment === undefined ? -1 : comment.charCodeAt(0);
    this.#take = take;
  }

  /** The number of the line where the next record begins. */
  get line(): number {
    return this.#line;
  }

  /**
   * Splits the whole records at the beginning of a text.
   *
   * @param last whether nothing follows the text
   * @returns where the first record begins that is not whole; the next text must begin with it
   */
  split(text: string, last: boolean): number {
    let at = 0;
    while (at < text.length && !this.ended) {
      const line = this.#line;
      const isComment = text.charCodeAt(at) === this.#comment;
      const end = isComment ? lineEnd(text, at) : this.#record(text, at, last);
      if (this.ended) return at;
      const next = end < 0 ? -1 : afterLineEnd(text, end, last);
      if (next < 0) {
        this.#line = line;
        return at;
      }
      if (end < text.length) this.#line++;
      if (isComment) this.comments++;
      else this.ended = !this.#take(text, this.#fields, line);
      at = next;
    }
    return at;
  }

  /** Finds the fields of a record. @returns where the record ends; −1 where the text ends within it */
  #record(text: string, from: number, last: boolean): number {
    const fields = this.#fields;
    fields.count = 0;
    let at = from;
    while (true) {
      let start = at;
      while (text.charCodeAt(at) === SPACE && this.#delimiter !== SPACE) at++;
      const isQuoted = text.charCodeAt(at) === QUOTE;
      if (isQuoted) {
        start = at + 1;
        at = this.#quotedField(text, start, last);
        if (at < 0) return -1;
      } else {
        at = this.#fieldEnd(text, at);
        this.#add(start, at, 0);
      }
      if (at === text.length) return at;
      if (text.charCodeAt(at) !== this.#delimiter) return at;
      at++;
    }
  }

  /** Where the delimiter or the line's end is, from a place on. */
  #fieldEnd(text: string, from: number): number {
    const delimiter = this.#delimiter;
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === delimiter || code === LINE_FEED || code === CARRIAGE_RETURN) break;
    }
    return at;
  }

  /** @param start behind the quote that opens. @returns where the delimiter or the line's end is; −1 where there is none */
  #quotedField(text: string, start: number, last: boolean): number {
    const openedLine = this.#line;
    let doubled = false;
    let close = text.indexOf('"', start);
    while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) {
      doubled = true;
      close = text.indexOf('"', close + 2);
    }
    if (close < 0 && !last) return -1;
    if (close < 0) return this.#fail({ kind: "unclosed", line: openedLine });
    this.#line += lineEnds(text, start, close);
    let at = close + 1;
    while (text.charCodeAt(at) === SPACE && this.#delimiter !== SPACE) at++;
    if (at === text.length && !last) return -1;
    if (this.#fieldEnd(text, at) !== at) {
      return this.#fail({ kind: "text-after-quote", line: openedLine, closedLine: this.#line });
    }
    this.#add(start, close, doubled ? 2 : 1);
    return at;
  }

  #fail(fault: CsvFault): -1 {
    this.fault = fault;
    this.ended = true;
    return -1;
  }

  #add(start: number, end: number, quoted: number): void {
    const fields = this.#fields;
    if (fields.count === fields.starts.length) grow(fields);
    fields.starts[fields.count] = start;
    fields.ends[fields.count] = end;
    fields.quoted[fields.count] = quoted;
    fields.count++;
  }
}

/** The text of one field, without the spaces around it. */
export function fieldText(text: string, { starts, ends, quoted }: Fields, at: number): string {
  const field = text.slice(starts[at], ends[at]).trim();
  return quoted[at] === 2 ? field.replaceAll('""', '"') : field;
}

/** Whether a record is a line with nothing in it. */
export function isBlank(text: string, { count, starts, ends, quoted }: Fields): boolean {
  return count === 1 && quoted[0] === 0 && (starts[0] === ends[0] || text.slice(starts[0], ends[0]).trim() === "");
}

function grow(fields: Fields): void {
  for (const name of ["starts", "ends"] as const) {
    const larger = new Int32Array(2 * fields[name].length);
    larger.set(fields[name]);
    fields[name] = larger;
  }
  const quoted = new Uint8Array(2 * fields.quoted.length);
  quoted.set(fields.quoted);
  fields.quoted = quoted;
}

/** Where the line ends that a place is in. */
export function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || code === CARRIAGE_RETURN) return at;
  }
  return text.length;
}

/** Where the line after a line's end begins; −1 where it depends on the text that follows. */
export function afterLineEnd(text: string, end: number, last: boolean): number {
  if (end >= text.length) return last ? text.length : -1;
  if (text.charCodeAt(end) === LINE_FEED) return end + 1;
  if (end + 1 === text.length) return last ? end + 1 : -1;
  return text.charCodeAt(end + 1) === LINE_FEED ? end + 2 : end + 1;
}

/** How many lines end within a part of a text. */
export function lineEnds(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    const first = code === LINE_FEED && at > from && text.charCodeAt(at - 1) === CARRIAGE_RETURN;
    if ((code === LINE_FEED && !first) || code === CARRIAGE_RETURN) lines++;
  }
  return lines;
}
