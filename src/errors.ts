/**
 * The errors a user can cause. Each message says what was being done, what was expected, what was found, where, and
 * how to mend it; callers show the message alone. Anything that is not a `GradusError` is a bug of ours.
 *
 * A leaf: every folder may import it, and it imports nothing.
 */

/** Base of every error with a message for the caller, who mostly caused it. */
export class GradusError extends Error {
  override name = "GradusError";
}

/** What was asked for was right, and failed while it ran: a thread died, training diverged, a check found an error. */
export class RunFailedError extends GradusError {
  override name = "RunFailedError";
}

/** A description (network, loss, optimizer, option) has a wrong name or a value out of range. */
export class DescriptionError extends GradusError {
  override name = "DescriptionError";
}

/** A matrix or a vector has another shape than the place it is used in. */
export class ShapeError extends GradusError {
  override name = "ShapeError";
}

/** A table cannot be read, or holds what a network cannot learn from. */
export class DataError extends GradusError {
  override name = "DataError";
}

/** A model file is damaged, is not a model, or was written by a newer version. */
export class ModelFileError extends GradusError {
  override name = "ModelFileError";
}

/**
 * A list of words closest to the one that was written, for "did you mean" remedies.
 *
 * @returns the candidate with the smallest edit distance, or undefined when none is near: more than 40 % of the word's
 * letters (of a short word more than 2, or all) would have to change
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.min(word.length - 1, Math.max(2, Math.floor(word.length * 0.4)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** A value as a message shows it: text in quotes, and NaN and Infinity by their names, which JSON lacks. */
export function shown(value: unknown): string {
  return typeof value === "number" || typeof value === "bigint"
    ? String(value)
    : (JSON.stringify(value) ?? String(value));
}

/** @throws {DescriptionError} unless the condition holds: "Expected clipNorm to be above 0, found -1." */
export function requireThat(what: string, found: number, holds: boolean, expected: string): void {
  if (!holds) throw new DescriptionError(`Expected ${what} to be ${expected}, found ${found}.`);
}

/** @throws {DescriptionError} unless a number is whole and large enough */
export function requireWhole(what: string, found: number, least: number): void {
  requireThat(what, found, Number.isSafeInteger(found) && found >= least, `a whole number of at least ${least}`);
}

/** Looks a name up in a table of entries, or throws with the nearest name as the remedy. */
export function lookUp<Entry>(table: Readonly<Record<string, Entry>>, name: string, what: string): Entry {
  if (Object.hasOwn(table, name)) return table[name];
  throw new DescriptionError(unknownName(name, Object.keys(table), what));
}

/** "unknown activation "rleu"; did you mean "relu"? Known: …" */
export function unknownName(name: unknown, known: readonly string[], what: string): string {
  const near = typeof name === "string" ? nearest(name, known) : undefined;
  const hint = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  return `Unknown ${what} ${shown(name)}.${hint} Known: ${known.join(", ")}.`;
}
