/**
 * How much a JSON text holds, counted without parsing it: JSON.parse of a few megabytes of brackets or names takes a second.
 *
 * What is no JSON is counted too, as well as it goes; parsing refuses it.
 */

export interface JsonSize {
  /** Members of all objects. */
  readonly members: number;
  /** Values, those inside others too, at most: an empty list or object counts as one with a value. */
  readonly values: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACE = 0x7b;

export function jsonSize(json: string): JsonSize {
  let members = 0;
  let values = 1;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) inText = !inText;
    else if (code === BACKSLASH) at++;
    else if (inText) continue;
    else if (code === COLON) members++;
    else if (code === COMMA || code === BRACKET || code === BRACE) values++;
  }
  return { members, values };
}
