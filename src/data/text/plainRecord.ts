/**
 * The members of a JSON object that is written as programs mostly write rows: flat, in one line, no text with an escape, no
 * number with an exponent or more than 15 digits.
 *
 * Such an object is checked and read in one pass over its characters, at a fraction of the time of any other;
 * `jsonRecords.ts` reads the others.
 */
import { OTHER, plainNumber } from "./plainNumber.ts";

/** A member of an object: `nested` and `large` are text, of a list or an object and of a whole number beyond 2⁵³. */
export interface JsonMember {
  readonly name: string;
  readonly kind: "number" | "boolean" | "text" | "nested" | "large" | "null";
  readonly value: number | boolean | string | null;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSED = 0x7d;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

export class PlainRecord {
  /** Those of the object that was read last; the objects in the list are used again for the next. */
  readonly members: Writable<JsonMember>[] = [];

  /** @param from where the object opens. @returns where it ends; −1 where it is not written so, or does not end, or is none */
  read(text: string, from: number): number {
    const { members } = this;
    let at = from + 1;
    for (let count = 0; ; count++) {
      at = afterSpaces(text, at);
      if (text.charCodeAt(at) !== QUOTE) return -1;
      // Objects mostly have the same names in the same order.
      const usual = members[count];
      const isUsual = usual !== undefined && isNamed(text, at + 1, usual.name);
      const nameEnd = isUsual ? at + 1 + usual.name.length : plainTextEnd(text, at + 1);
      if (nameEnd < 0) return -1;
      const member = usual ?? { name: "", kind: "null", value: null };
      if (usual === undefined) members.push(member);
      if (!isUsual) member.name = text.slice(at + 1, nameEnd);
      at = afterSpaces(text, nameEnd + 1);
      if (text.charCodeAt(at) !== COLON) return -1;
      at = readValue(text, afterSpaces(text, at + 1), member);
      if (at < 0) return -1;
      at = afterSpaces(text, at);
      const mark = text.charCodeAt(at++);
      if (mark === COMMA) continue;
      members.length = count + 1;
      return mark === CLOSED ? at : -1;
    }
  }
}

/** Whether a text in quotes that begins at a place is a name; names of members have neither quotes nor backslashes. */
function isNamed(text: string, from: number, name: string): boolean {
  return text.charCodeAt(from + name.length) === QUOTE && text.startsWith(name, from);
}

/** @returns where the value ends; −1 where it is none of the plain kinds */
function readValue(text: string, at: number, member: Writable<JsonMember>): number {
  switch (text.charCodeAt(at)) {
    case QUOTE: {
      const end = plainTextEnd(text, at + 1);
      if (end < 0) return -1;
      member.kind = "text";
      member.value = text.slice(at + 1, end);
      return end + 1;
    }
    case 0x74: // t
      return readWord(text, at, member, "boolean", "true", true);
    case 0x66: // f
      return readWord(text, at, member, "boolean", "false", false);
    case 0x6e: // n
      return readWord(text, at, member, "null", "null", null);
    default:
      return readNumber(text, at, member);
  }
}

function readWord(
  text: string,
  at: number,
  member: Writable<JsonMember>,
  kind: JsonMember["kind"],
  word: string,
  value: boolean | null,
): number {
  if (!text.startsWith(word, at)) return -1;
  member.kind = kind;
  member.value = value;
  return at + word.length;
}

function readNumber(text: string, from: number, member: Writable<JsonMember>): number {
  let end = from;
  while (end < text.length && !endsNumber(text.charCodeAt(end))) end++;
  const value = end === from ? OTHER : plainNumber(text, from, end);
  if (value === OTHER) return -1;
  member.kind = "number";
  member.value = value;
  return end;
}

function endsNumber(code: number): boolean {
  return code === COMMA || code === CLOSED || code <= SPACE;
}

/** Where the quote is that closes a text; −1 where it has an escape, or what JSON does not allow, or does not end. */
function plainTextEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH || code < SPACE) return -1;
  }
  return -1;
}

function afterSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}
