/**
 * Names that come twice in an object of a JSON text, where JSON.parse keeps the last value and reports nothing.
 *
 * The usual text has none, and is counted only: as many colons outside texts as its value has members.
 */

export interface RepeatedName {
  readonly name: string;
  /** Where the text is a list: which of its values has it, counted from 1. */
  readonly item?: number;
}

/** @param value what JSON.parse made of the text */
export function repeatedName(json: string, value: unknown): RepeatedName | undefined {
  return writtenMembers(json) === membersIn(value) ? undefined : firstRepeated(json);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

function writtenMembers(json: string): number {
  let count = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) inText = !inText;
    else if (code === BACKSLASH) at++;
    else if (code === COLON && !inText) count++;
  }
  return count;
}

/** With those of the objects inside it; a loop, as JSON.parse takes deeper nesting than calls can. */
function membersIn(value: unknown): number {
  let count = 0;
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) count += Object.keys(next).length;
    for (const inner of Object.values(next)) if (typeof inner === "object" && inner !== null) left.push(inner);
  }
  return count;
}

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\],]/g;

function firstRepeated(json: string): RepeatedName | undefined {
  /** The names of the objects that are open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let item = 1;
  for (const [token, text, colon] of json.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === "," && open.length === 1) item++;
    else if (colon !== undefined) {
      const name: string = JSON.parse(text);
      if (open.at(-1)?.has(name)) return open[0] === undefined ? { name, item } : { name };
      open.at(-1)?.add(name);
    }
  }
  return undefined;
}
