/**
 * Values as JavaScript: texts of a table become string literals that hold nothing but ASCII, so that no quote, line end, comment or tag of
 * theirs can end what they stand in.
 *
 * Knows nothing of models.
 */

/** A text as a literal: everything but printable ASCII escaped, and "<", with which the tags of a page begin. */
export function textLiteral(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]|</g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Numbers, truth values, texts, lists of them and objects whose names are ours. Numbers are finite; -0 is not 0. */
export type Literal = number | boolean | string | null | undefined | readonly Literal[] | LiteralObject;
export interface LiteralObject {
  readonly [name: string]: Literal;
}

/** @returns what evaluates to the value; an object's absent fields are left out */
export function literal(value: Literal): string {
  if (typeof value === "string") return textLiteral(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (isList(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).flatMap(([name, field]) =>
    field === undefined ? [] : [`${name}: ${literal(field)}`],
  );
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

/** A regular expression as a literal, ASCII alone. */
export function patternLiteral({ source, flags }: RegExp): string {
  const ascii = source.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `/${ascii}/${flags}`;
}
