/**
 * Names of activations, losses, optimizers, … from a caller: an alias becomes the name it stands for, here and nowhere
 * else, so that descriptions, reports and model files have one name for one thing.
 *
 * The names themselves are in `fieldNames.ts`. Knows no table of entries.
 */
import { DescriptionError, nearHint, suggestionText, unknownName } from "./errors.ts";
import { type AliasKind, aliases, suggestions } from "./fieldNames.ts";

/** The aliases of some names. */
export type AliasOf<Kind extends AliasKind, Name extends string> = {
  [Alias in keyof (typeof aliases)[Kind]]: (typeof aliases)[Kind][Alias] extends Name ? Alias : never;
}[keyof (typeof aliases)[Kind]];

/** A description whose name may be an alias too. */
export type Aliased<Kind extends AliasKind, Description extends { readonly name: string }> = Description extends unknown
  ? Omit<Description, "name"> & { readonly name: Description["name"] | AliasOf<Kind, Description["name"]> }
  : never;

/**
 * The name that a caller means.
 *
 * @param table its keys are the names
 * @param what for messages: "activation in layer 0 (dense)"
 * @throws {DescriptionError} an unknown name, with what to use in its place
 */
export function nameOf<Name extends string>(
  kind: AliasKind,
  table: Readonly<Record<Name, unknown>>,
  given: unknown,
  what: string = kind,
): Name {
  const name = canonicalName(kind, given);
  if (isIn(table, name)) return name;
  throw unknown(kind, table, given, what);
}

/**
 * Refuses what is no name of a table, and aliases too: of a description that is complete.
 *
 * @throws {DescriptionError} as `nameOf` does
 */
export function requireNameOf<Name extends string>(
  kind: AliasKind,
  table: Readonly<Record<Name, unknown>>,
  given: unknown,
  what: string = kind,
): asserts given is Name {
  if (!isIn(table, given)) throw unknown(kind, table, given, what);
}

/** The name that an alias stands for; anything else as it is. */
export function canonicalName<Kind extends AliasKind, Given>(
  kind: Kind,
  given: Given,
): Exclude<Given, AliasOf<Kind, string>> {
  const named: Readonly<Record<string, string>> = aliases[kind];
  return (typeof given === "string" && Object.hasOwn(named, given) ? named[given] : given) as never;
}

function isIn<Name extends string>(table: Readonly<Record<Name, unknown>>, given: unknown): given is Name {
  return typeof given === "string" && Object.hasOwn(table, given);
}

function unknown(kind: AliasKind, table: object, given: unknown, what: string): DescriptionError {
  const known = Object.keys(table);
  if (given === undefined) return new DescriptionError(`The ${what} has no name. Known: ${known.join(", ")}.`);
  return new DescriptionError(unknownName(given, known, what, hintOf(kind, given, known)));
}

/**
 * The same of a description, or of what may be one: a name, or an object with a name.
 *
 * @returns what was given where it has no alias
 */
export function canonicalDescription(kind: AliasKind, given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("name" in given)) return canonicalName(kind, given);
  const name: unknown = canonicalName(kind, given.name);
  return name === given.name ? given : { ...given, name };
}

/** " Did you mean …?", whether it is another library's name or one that is misspelt. */
function hintOf(kind: AliasKind, given: unknown, known: readonly string[]): string {
  const canonical: unknown = canonicalName(kind, given);
  if (canonical !== given) return known.includes(String(canonical)) ? suggestionText({ name: String(canonical) }) : "";
  const table = suggestions[kind];
  const suggestion = typeof given === "string" && Object.hasOwn(table, given) ? table[given] : undefined;
  if (suggestion && (suggestion.name === undefined || known.includes(suggestion.name)))
    return suggestionText(suggestion);
  const fitting = Object.entries(aliases[kind]).flatMap(([alias, name]) => (known.includes(name) ? [alias] : []));
  return nearHint(given, [...known, ...fitting]);
}
