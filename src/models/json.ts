/**
 * JSON that is not to be trusted, read into typed values: small checks that are put together into larger ones.
 *
 * A check takes any value and the place it stands in, and gives back the same thing typed, rebuilt from the fields it
 * knows: whatever else stands there is left behind. Knows nothing of models.
 */
import { ModelFileError, shown } from "../errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/**
 * A value as T, or a ModelFileError with the place, what was expected and what was found.
 *
 * @param where the place, for example `encoder.columns[2].scale`
 */
export type Check<T> = (value: unknown, where: string) => T;

/** Plain objects nest no deeper than this: what the checks call for themselves must not exhaust the stack. */
const DEEPEST = 64;

/** @throws {ModelFileError} always */
export function refuse(where: string, expected: string, value: unknown): never {
  throw new ModelFileError(`${where}: expected ${expected}, found ${brief(value)}.`);
}

export const text: Check<string> = (value, where) => (typeof value === "string" ? value : refuse(where, "text", value));

export const flag: Check<boolean> = (value, where) =>
  typeof value === "boolean" ? value : refuse(where, "true or false", value);

/** A number between limits, both included; any finite number when there are none. */
export function number(from = -Number.MAX_VALUE, to = Number.MAX_VALUE): Check<number> {
  const range = from === -Number.MAX_VALUE ? "" : ` of ${from} to ${to}`;
  return (value, where) =>
    typeof value === "number" && value >= from && value <= to ? value : refuse(where, `a finite number${range}`, value);
}

export const positive: Check<number> = (value, where) =>
  typeof value === "number" && value > 0 && value <= Number.MAX_VALUE
    ? value
    : refuse(where, "a finite number above 0", value);

/** A whole number of at least 0, small enough to be exact. */
export const count: Check<number> = (value, where) =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : refuse(where, "a whole number of at least 0", value);

export function oneOf<const Word extends string | number>(...words: readonly Word[]): Check<Word> {
  return (value, where) =>
    words.find((word) => word === value) ?? refuse(where, words.map((word) => brief(word)).join(" or "), value);
}

export function list<T>(item: Check<T>): Check<readonly T[]> {
  return (value, where) =>
    Array.isArray(value)
      ? value.map((element, index) => item(element, `${where}[${index}]`))
      : refuse(where, "a list", value);
}

/** A list in which nothing comes twice. */
export function distinct<T extends string | number | boolean>(item: Check<T>): Check<readonly T[]> {
  const items = list(item);
  return (value, where) => {
    const checked = items(value, where);
    const seen = new Set<T>();
    for (const element of checked) {
      if (seen.has(element)) throw new ModelFileError(`${where}: expected each once, found ${brief(element)} twice.`);
      seen.add(element);
    }
    return checked;
  };
}

/** Names and values of one kind, in the order they stand in. */
export function entries<T>(item: Check<T>): Check<ReadonlyMap<string, T>> {
  return (value, where) =>
    new Map(Object.entries(object(value, where)).map(([key, entry]) => [key, item(entry, `${where}.${key}`)]));
}

/** A field that may be absent. */
export interface Optional<T> {
  readonly optional: Check<T>;
}
export function optional<T>(check: Check<T>): Optional<T> {
  return { optional: check };
}

/** One check for each field of T, so that a field added to T does not compile until it is checked. */
export type FieldChecks<T> = {
  readonly [Key in keyof T]-?: undefined extends T[Key] ? Optional<Exclude<T[Key], undefined>> : Check<T[Key]>;
};

/** An object with the fields of T, in the checks' order; a field that is not known is left behind. */
export function fields<T extends object>(checks: FieldChecks<T>): Check<T> {
  return (value, where) => {
    const given = object(value, where);
    const checked: [string, unknown][] = [];
    for (const [key, check] of Object.entries<Check<unknown> | Optional<unknown>>(checks)) {
      const place = `${where}.${key}`;
      const present = Object.hasOwn(given, key);
      if (typeof check === "object" && !present) continue;
      if (!present) throw new ModelFileError(`${place} is missing.`);
      checked.push([key, (typeof check === "object" ? check.optional : check)(given[key], place)]);
    }
    return Object.fromEntries(checked) as T;
  };
}

/** An object whose `key` is the name of one of several kinds. */
export function variants<Key extends string, T extends { readonly [K in Key]: string }>(
  key: Key,
  checks: { readonly [Kind in T[Key]]: Check<Extract<T, { readonly [K in Key]: Kind }>> },
): Check<T> {
  const kinds = Object.keys(checks) as T[Key][];
  const kindOf = oneOf(...kinds);
  return (value, where) => {
    const kind = kindOf(object(value, where)[key], `${where}.${key}`);
    return (checks[kind] as Check<T>)(value, where);
  };
}

/** Any JSON object, for what is kept but not computed with; a field named `__proto__`, as a column may be, is one like others. */
export const plainObject: Check<JsonObject> = (value, where) => {
  const copy = (part: unknown, depth: number): Json => {
    if (depth > DEEPEST) throw new ModelFileError(`${where}: expected at most ${DEEPEST} levels, found more.`);
    if (Array.isArray(part)) return part.map((element) => copy(element, depth + 1));
    if (typeof part === "object" && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([key, entry]) => [key, copy(entry, depth + 1)]));
    }
    return part as Json;
  };
  return copy(object(value, where), 0) as JsonObject;
};

/**
 * What remains of a value when it is written as JSON: no functions, nothing undefined, and null for NaN and ±∞.
 *
 * @param value anything that JSON.stringify takes; without cycles
 */
export function plainJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function object(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return refuse(where, "an object with named fields", value);
}

/** A value in a message: on one line, and short whatever a file holds. */
function brief(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const whole = shown(value);
  return whole.length > 60 ? `${whole.slice(0, 60)}…` : whole;
}
