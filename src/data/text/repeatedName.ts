/**
 * Names that come twice in an object of a JSON text, where JSON.parse keeps the last value and reports nothing.
 *
 * The usual text has none, and is counted only: as many colons outside texts as its value has members.
 */
import { jsonSize } from "./jsonSize.ts";

export interface RepeatedName {
  readonly name: string;
  /** Where the text is a list: which of its values has it, counted from 1. */
  readonly item?: number;
}

/** @param value what JSON.parse made of the text */
export function repeatedName(json: string, value: unknown): RepeatedName | undefined {
  return jsonSize(json).members === membersIn(value) ? undefined : firstRepeated(json);
}

/** With those of the objects inside it; a loop, as JSON.parse takes deeper nesting than calls can. */
function membersIn(value: unknown): number {
  let count = 0;
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== "object" || next === null) continue;
    const values: readonly unknown[] = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) count += values.length;
    for (const inner of values) if (typeof inner === "object" && inner !== null) left.push(inner);
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
      const name: string = text.includes("\\") ? JSON.parse(text) : text.slice(1, -1);
      if (open.at(-1)?.has(name)) return open[0] === undefined ? { name, item } : { name };
      open.at(-1)?.add(name);
    }
  }
  return undefined;
}
