/** Words by their names: a list of names says where each stands. Knows no words. */

/** Where each name stands. */
export function placesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, place) => [name, place])) as Record<Name, number>;
}

/** Values by their names, in the names' order. */
export function inOrder<Name extends string, Value>(
  names: readonly Name[],
  values: Readonly<Record<Name, Value>>,
): Value[] {
  return names.map((name) => values[name]);
}
