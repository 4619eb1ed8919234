/** The places of a JSON document, and the document with another value at one of them. */

export type Path = readonly (string | number)[];

/** What takes a field or an element away. */
export const REMOVED = Symbol("removed");

/** Every field and element, containers and what is in them; of a list longer than three the first, the middle and the last. */
export function placesOf(value: unknown, path: Path = []): Path[] {
  const own = path.length === 0 ? [] : [path];
  if (typeof value !== "object" || value === null) return own;
  const keys = Array.isArray(value) ? someOf(value.length) : Object.keys(value);
  return [...own, ...keys.flatMap((key) => placesOf((value as Record<string | number, unknown>)[key], [...path, key]))];
}

function someOf(length: number): number[] {
  return [...new Set(length > 3 ? [0, length >> 1, length - 1] : [...Array(length).keys()])];
}

export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce((part, key) => (part as Record<string | number, unknown>)[key], document);
}

/** A copy with another value at a place. */
export function withValue(document: object, path: Path, value: unknown): object {
  const copy = structuredClone(document);
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path[path.length - 1];
  if (value !== REMOVED) parent[key] = value;
  else if (Array.isArray(parent)) parent.splice(key as number, 1);
  else delete parent[key];
  return copy;
}
