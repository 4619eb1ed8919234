/**
 * JSON text to records: the objects of one list, or objects one after another, of which one a line is the usual form.
 *
 * Finds where each object begins and ends and what its members are; whole numbers that a double would round come out as
 * they are written. Knows no columns. What is at fault in a text that is no JSON, `jsonFault.ts` says.
 */
import { type JsonMember, PlainRecord } from "./plainRecord.ts";

export type JsonProblem =
  | { readonly kind: "invalid" }
  | { readonly kind: "no-object" }
  /** Lists and objects nested deeper than `MOST_LEVELS`. */
  | { readonly kind: "deep"; readonly line: number }
  | { readonly kind: "duplicate"; readonly line: number; readonly name: string };

/** Deeper nesting is not about a row. */
export const MOST_LEVELS = 500;

/** What may come next, besides spaces. */
type State = "start" | "value" | "value or ]" | "comma or ]" | "value or end" | "end";

export class JsonRecords {
  problem: JsonProblem | undefined;
  readonly #take: (members: readonly JsonMember[]) => string | undefined;
  readonly #plain = new PlainRecord();
  #state: State;
  #line = 1;

  /**
   * @param take gets the members of each object in their order, to be copied; @returns the name of one that comes twice
   * @param isWithin whether objects came before the text
   */
  constructor(take: (members: readonly JsonMember[]) => string | undefined, isWithin = false) {
    this.#take = take;
    this.#state = isWithin ? "value or end" : "start";
  }

  /** The number of the line that comes next, counted from 1. */
  get line(): number {
    return this.#line;
  }

  /**
   * Takes the whole records at the beginning of a text.
   *
   * @param most as many at most
   * @returns how much of it they are, with the spaces behind them; −1 where there is a problem
   */
  split(text: string, last: boolean, most = Number.POSITIVE_INFINITY): number {
    let at = 0;
    let taken = 0;
    while (this.problem === undefined && taken < most) {
      at = this.#space(text, at);
      if (at === text.length) {
        if (last && this.#state !== "value or end" && this.#state !== "end") this.problem = { kind: "invalid" };
        break;
      }
      const mark = text[at];
      const next = this.#afterMark(mark);
      if (next !== undefined) {
        this.#state = next;
        at++;
        continue;
      }
      if (this.#state === "comma or ]" || this.#state === "end") this.problem = { kind: "invalid" };
      else if (mark !== "{") this.problem = { kind: /["[\d\-tfn]/.test(mark) ? "no-object" : "invalid" };
      else {
        const end = this.#record(text, at);
        if (end < 0) {
          if (last) this.problem ??= { kind: "invalid" };
          break;
        }
        this.#state = this.#state === "start" || this.#state === "value or end" ? "value or end" : "comma or ]";
        at = end;
        taken++;
      }
    }
    return this.problem === undefined ? at : -1;
  }

  /** The state after a bracket or comma of the list; undefined where it is none. */
  #afterMark(mark: string): State | undefined {
    const state = this.#state;
    if (mark === "[" && state === "start") return "value or ]";
    if (mark === "]" && (state === "value or ]" || state === "comma or ]")) return "end";
    return mark === "," && state === "comma or ]" ? "value" : undefined;
  }

  #space(text: string, from: number): number {
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x0a) this.#line++;
      else if (code !== 0x20 && code !== 0x09 && code !== 0x0d) break;
    }
    return at;
  }

  /** @returns where the object ends that begins at a place; −1 where it does not end, or is none */
  #record(text: string, from: number): number {
    const line = this.#line;
    const plainEnd = this.#plain.read(text, from);
    if (plainEnd >= 0) return this.#taken(this.#plain.members, line) ? plainEnd : -1;
    const end = objectEnd(text, from);
    if (end === DEEP) this.problem = { kind: "deep", line };
    if (end < 0) return -1;
    const record = text.slice(from, end);
    if (!isJson(record)) {
      this.problem = { kind: "invalid" };
      return -1;
    }
    if (!this.#taken(membersOf(record), line)) return -1;
    this.#line += record.split("\n").length - 1;
    return end;
  }

  #taken(members: readonly JsonMember[], line: number): boolean {
    const twice = this.#take(members);
    if (twice !== undefined) this.problem = { kind: "duplicate", line, name: twice };
    return twice === undefined;
  }
}

const DEEP = -2;

/** Where an object ends; −1 where the text ends before it does, `DEEP` where it nests too deep. */
function objectEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at) - 1;
      if (at < 0) return -1;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > MOST_LEVELS) return DEEP;
    } else if (code === 0x7d || code === 0x5d) {
      if (--depth === 0) return at + 1;
    }
  }
  return -1;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Behind the quote that closes a text; 0 where none does. */
function stringEnd(text: string, from: number): number {
  let close = text.indexOf('"', from + 1);
  while (close >= 0 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - backslashes - 1) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The members of an object's valid text, in their order. */
function membersOf(text: string): JsonMember[] {
  const members: JsonMember[] = [];
  let at = text.indexOf('"', 1);
  while (at >= 0) {
    const nameEnd = stringEnd(text, at);
    const name = stringOf(text.slice(at, nameEnd));
    const start = afterSpace(text, text.indexOf(":", nameEnd) + 1);
    const first = text.charCodeAt(start);
    let end: number;
    if (first === QUOTE) end = stringEnd(text, start);
    else if (first === 0x7b || first === 0x5b) end = objectEnd(text, start);
    else end = scalarEnd(text, start);
    members.push(member(name, text.slice(start, end)));
    at = text.indexOf('"', end);
  }
  return members;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

function scalarEnd(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) !== 0x2c && text.charCodeAt(at) !== 0x7d && text.charCodeAt(at) > 0x20) at++;
  return at;
}

function stringOf(token: string): string {
  return token.includes("\\") ? String(JSON.parse(token)) : token.slice(1, -1);
}

function member(name: string, token: string): JsonMember {
  switch (token[0]) {
    case '"':
      return { name, kind: "text", value: stringOf(token) };
    case "{":
    case "[":
      return { name, kind: "nested", value: compact(token) };
    case "t":
    case "f":
      return { name, kind: "boolean", value: token === "true" };
    case "n":
      return { name, kind: "null", value: null };
    default: {
      const value = Number(token);
      return isRounded(token, value) ? { name, kind: "large", value: token } : { name, kind: "number", value };
    }
  }
}

/** Whether a whole number is written with digits that its double does not have. */
function isRounded(token: string, value: number): boolean {
  if (Number.isSafeInteger(value) || !Number.isFinite(value) || !/^-?\d+$/.test(token)) return false;
  return String(value) !== token && BigInt(value) !== BigInt(token);
}

/** JSON without the spaces between its parts, its numbers as they are written. */
function compact(text: string): string {
  return text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g, (_, quoted: string | undefined) => quoted ?? "");
}
