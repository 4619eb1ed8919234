/**
 * The first place where a text is not JSON (RFC 8259), with what should stand there.
 *
 * Looks only when DuckDB has refused a file, whose messages count bytes from places they do not name. Several values
 * one after another are allowed, as in NDJSON. Pure function of text.
 */

export interface JsonFault {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  /** The character there, or "the end". */
  readonly found: string;
}

const SPACE = /[ \t\r\n]*/y;
const TOKEN =
  /[{}[\],:]|"[^"\\\n\r\t]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\n\r\t]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** What may come next. */
type State =
  | "a value"
  | "a value or ]"
  | "a name in quotes"
  | "a name in quotes or }"
  | '":"'
  | '"," or ]'
  | '"," or }';

/** The first fault; undefined when the text is valid. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ("[" | "{")[] = [];
  let state: State = "a value";
  let at = 0;
  while (true) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    if (at >= text.length && open.length === 0 && state === "a value") return undefined;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const next: State | undefined = token === undefined ? undefined : step(state, token, open);
    if (token === undefined || next === undefined) return faultAt(text, at, state);
    state = next;
    at += token.length;
  }
}

/** The state after a token, or undefined where the token may not stand; keeps the brackets that are open. */
function step(state: State, token: string, open: ("[" | "{")[]): State | undefined {
  switch (state) {
    case "a value or ]":
      if (token === "]") return close(open);
      return startValue(token, open);
    case "a value":
      return startValue(token, open);
    case "a name in quotes or }":
      if (token === "}") return close(open);
      return token.startsWith('"') ? '":"' : undefined;
    case "a name in quotes":
      return token.startsWith('"') ? '":"' : undefined;
    case '":"':
      return token === ":" ? "a value" : undefined;
    case '"," or ]':
      if (token === "]") return close(open);
      return token === "," ? "a value" : undefined;
    case '"," or }':
      if (token === "}") return close(open);
      return token === "," ? "a name in quotes" : undefined;
    default:
      return state satisfies never;
  }
}

function startValue(token: string, open: ("[" | "{")[]): State | undefined {
  if (token === "[" || token === "{") {
    open.push(token);
    return token === "[" ? "a value or ]" : "a name in quotes or }";
  }
  return /^[\]},:]/.test(token) ? undefined : afterValue(open);
}

function close(open: ("[" | "{")[]): State {
  open.pop();
  return afterValue(open);
}

function afterValue(open: ("[" | "{")[]): State {
  if (open.length === 0) return "a value";
  return open[open.length - 1] === "[" ? '"," or ]' : '"," or }';
}

function faultAt(text: string, at: number, expected: string): JsonFault {
  const lines = text.slice(0, at).split("\n");
  const found = at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0)) : "the end";
  return { line: lines.length, column: lines[lines.length - 1].length + 1, expected, found };
}
