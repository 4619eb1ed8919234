/**
 * The errors a user can cause. Each message says what was being done, what was expected, what was found, where, and
 * how to mend it; callers show the message alone. Anything that is not a `GradusError` is a bug of ours.
 *
 * A leaf: every folder may import it, and it imports only the table of other libraries' names.
 */
import { optionSuggestions, type Suggestion } from "./fieldNames.ts";

/** Base of every error with a message for the caller, who mostly caused it. */
export class GradusError extends Error {
  override name = "GradusError";
}

/** A valid call that failed while it ran: a thread stopped, training diverged, a check found an error. */
export class RunFailedError extends GradusError {
  override name = "RunFailedError";
}

/** Not enough memory. */
export class OutOfMemoryError extends RunFailedError {
  override name = "OutOfMemoryError";
  /** How many bytes were needed, at least. */
  readonly bytes: number;

  /** @param what a noun with its verb: "a network of 12 parameters takes" */
  constructor(
    what: string,
    bytes: number,
    remedy = "Choose a smaller network or batch or fewer rows, or allow more memory.",
  ) {
    super(`Out of memory: ${what} ${sizeText(bytes)}, more than available. ${remedy}`);
    this.bytes = bytes;
  }
}

/** Whether memory was refused; JavaScript throws a RangeError, as it does where a number is out of range. */
export function isAllocationFailure(error: unknown): boolean {
  return error instanceof RangeError && /alloca|invalid typed array length|array buffer|memory/i.test(error.message);
}

/** 1536 → "1.5 KB (1536 bytes)" */
function sizeText(bytes: number): string {
  const power = Math.min(5, Math.max(0, Math.floor(Math.log2(bytes) / 10)));
  const short = Number((bytes / 1024 ** power).toPrecision(3));
  return power === 0 ? `${bytes} bytes` : `${short} ${["", "KB", "MB", "GB", "TB", "PB"][power]} (${bytes} bytes)`;
}

/** What an engine computed is NaN or infinite: numbers too large for it, or a training that diverged. */
export class NotFiniteError extends RunFailedError {
  override name = "NotFiniteError";
  /** Which numbers: the outputs of a prediction, the losses of steps, or what a step has made of a session. */
  readonly what: "outputs" | "losses" | "gradients" | "parameters";
  /** NaN, Infinity or −Infinity. */
  readonly value: number;
  /** Its index among those numbers. */
  readonly index: number;
  /** Of a loss: the process that has the rows that it is of, where several train together and it is known. */
  readonly rank: number | undefined;

  /** @param where `place`: a phrase, "in row 2, output 0", counted from 0; `remedy`: sentences */
  constructor(
    what: NotFiniteError["what"],
    value: number,
    index: number,
    { place, remedy, rank }: { readonly place: string; readonly remedy: string; readonly rank?: number | undefined },
  ) {
    super(`Expected finite ${what}, found ${value} ${place} (counted from 0). ${remedy}`);
    this.what = what;
    this.value = value;
    this.index = index;
    this.rank = rank;
  }
}

/** What work gives, or its error where that is about numbers that are not finite: who trains finds the likely cause first. */
export async function unlessNotFinite<Result>(work: () => Result | Promise<Result>): Promise<Result | NotFiniteError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotFiniteError) return error;
    throw error;
  }
}

/** A description (network, loss, optimizer, option) has a wrong name or a value out of range. */
export class DescriptionError extends GradusError {
  override name = "DescriptionError";
}

/** A matrix or a vector has the wrong shape. */
export class ShapeError extends GradusError {
  override name = "ShapeError";
}

/** Where in a table something is wrong. */
export interface DataPlace {
  /** The columns, such as those that a row lacks. */
  readonly columns?: readonly string[];
  /** The row, counted from 1. */
  readonly row?: number;
}

/** A table or a row cannot be read, or has values that a network cannot be trained on. */
export class DataError extends GradusError {
  override name = "DataError";
  /** The columns that the error is about, as the caller names them; absent where it is about no single columns. */
  declare readonly columns?: readonly string[];
  /** The row that the error is about, counted from 1; absent where it is about no single row. */
  declare readonly row?: number;

  constructor(message: string, { columns, row, ...options }: DataPlace & ErrorOptions = {}) {
    super(message, options);
    if (columns !== undefined) this.columns = columns;
    if (row !== undefined) this.row = row;
  }
}

/** A model file is damaged, is not a model, or was written by a newer version. */
export class ModelFileError extends GradusError {
  override name = "ModelFileError";
}

/** A file that `loadKernels` was given can't be fetched, is damaged, or holds other kernels. */
export class KernelFileError extends GradusError {
  override name = "KernelFileError";
}

/** How many pairs of letters may be compared for a hint, which takes some 20 ms: names may come from a file or a request. */
export const COMPARED_LETTERS = 1e6;

/**
 * A list of words closest to the one that was written, for "did you mean" remedies.
 *
 * @returns the candidate with the smallest edit distance, or undefined when none is near: more than 40 % of the word's
 * letters (of a short word more than 1, or all) would have to change; two letters in each other's place are one change. Of very many
 * candidates the first ones alone are looked at, until `letters` pairs are compared.
 */
export function nearest(word: string, candidates: Iterable<string>, letters = COMPARED_LETTERS): string | undefined {
  const limit = Math.min(word.length - 1, Math.max(1, Math.floor(word.length * 0.4)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  let compared = 0;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    compared += candidate.length * word.length;
    if (compared > letters) break;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance with transpositions (optimal string alignment), one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1, swapped ? before[j - 2] + 1 : Number.POSITIVE_INFINITY));
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}

/** The longest text, the longest JSON of a list or an object, and the most entries of one, that a message shows. */
const SHOWN_LENGTH = 200;
const SHOWN_JSON_LENGTH = 100;
const SHOWN_ENTRIES = 20;

/**
 * A value as a message shows it, short whatever it is: text in quotes, numbers by their names (NaN, Infinity, 7n), small
 * lists and plain objects as JSON, large objects by their names ("an object with source, rows, columns"), everything else by
 * its kind ("a function", "a Date", "a list of 1000").
 */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shortened(value));
  if (typeof value === "bigint") return `${shortened(String(value))}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const size = Object.keys(value).length;
  if (Array.isArray(value)) return (size <= SHOWN_ENTRIES && jsonOf(value)) || `a list of ${value.length}`;
  const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
  if (tag !== "Object") return `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`;
  return (size <= SHOWN_ENTRIES && jsonOf(value)) || objectWithNames(Object.keys(value));
}

/** At most four names, which is enough to recognize what was given. */
function objectWithNames(names: readonly string[]): string {
  return `an object with ${shortened(names.slice(0, 4).join(", "))}${names.length > 4 ? ", …" : ""}`;
}

function shortened(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}

/** A value as JSON if that is short; undefined where it is long, or JSON can't write it: bigints, circles. */
function jsonOf(value: object): string | undefined {
  try {
    const text = JSON.stringify(value, (_, entry) => (typeof entry === "function" ? "function" : entry));
    return text.length <= SHOWN_JSON_LENGTH ? text : undefined;
  } catch {
    return;
  }
}

/** @throws {DescriptionError} unless the condition holds: "Expected clipNorm to be above 0, found -1." */
export function requireThat(what: string, found: unknown, holds: boolean, expected: string): void {
  if (!holds) throw new DescriptionError(`Expected ${what} to be ${expected}, found ${shown(found)}.`);
}

/**
 * What engines ask of a number above 0, as they compute with float32, where 1e-50 is 0 and 1e300 infinite.
 *
 * @returns undefined for one that float32 holds
 */
export function float32Range(value: number): string | undefined {
  const rounded = Math.fround(value);
  if (rounded === 0) return "at least 1.4e-45, the smallest number that float32 holds";
  return rounded === Number.POSITIVE_INFINITY ? "at most 3.4e+38, the largest number that float32 holds" : undefined;
}

/** @throws {DescriptionError} a number above 0 that float32 doesn't hold */
export function requireFloat32(what: string, found: number): void {
  const expected = float32Range(found);
  requireThat(what, found, expected === undefined, expected ?? "");
}

/** @throws {DescriptionError} unless a number is whole and large enough */
export function requireWhole(what: string, found: unknown, least: number): void {
  requireThat(
    what,
    found,
    Number.isSafeInteger(found) && (found as number) >= least,
    `a whole number of at least ${least}`,
  );
}

/**
 * What to use instead of an option's name in another library.
 *
 * @param known the options that there are
 * @returns undefined where no library has it, or where nothing here is like it
 */
export function optionSuggestion(name: PropertyKey, known: readonly string[]): Suggestion | undefined {
  if (typeof name !== "string" || !Object.hasOwn(optionSuggestions, name)) return;
  return optionSuggestions[name].find(({ name: ours }) => ours === undefined || known.includes(ours));
}

/** The same as a sentence: " Did you mean "learningRate"? …" */
export function optionHint(name: PropertyKey, known: readonly string[]): string | undefined {
  const suggestion = optionSuggestion(name, known);
  return suggestion && suggestionText(suggestion);
}

/** " Did you mean "relu"? …" */
export function suggestionText({ name, note }: Suggestion): string {
  return `${name === undefined ? "" : ` Did you mean ${JSON.stringify(name)}?`}${note === undefined ? "" : ` ${note}`}`;
}

/**
 * Refuses options that a function does not know, undefined ones too: what is not known is not ignored.
 *
 * @param names its keys are the names: a table next to the type of the options that is `satisfies Record<keyof …, …>`, so
 * that the two can't differ. `requireOptions` of kinds.ts checks what kind each option is as well.
 * @param what the function: "train"
 * @throws {DescriptionError} with the nearest name and all that are known; options that are no object
 */
export function requireKnown(
  options: unknown,
  names: Readonly<Record<string, unknown>>,
  what: string,
): asserts options is object {
  if (Object.prototype.toString.call(options) !== "[object Object]") {
    throw new DescriptionError(`Expected the options of ${what} to be an object, found ${shown(options)}.`);
  }
  for (const name of Reflect.ownKeys(options as object)) {
    if (typeof name === "string" && Object.hasOwn(names, name)) continue;
    const known = Object.keys(names);
    const isModel = name === "document" && known.includes("model");
    const hint = isModel ? " A model is given as an option: { model }." : optionHint(name, known);
    throw new DescriptionError(unknownName(name, known, `option of ${what}`, hint));
  }
}

/** Looks a name up in a table of entries, or throws with the nearest name as the remedy. */
export function lookUp<Entry>(table: Readonly<Record<string, Entry>>, name: string, what: string): Entry {
  if (typeof name === "string" && Object.hasOwn(table, name)) return table[name];
  throw new DescriptionError(unknownName(name, Object.keys(table), what));
}

/** "Unknown activation "rleu". Did you mean "relu"? Known: …"; the hint is found from the nearest name when absent. */
export function unknownName(name: unknown, known: readonly string[], what: string, hint?: string): string {
  const isText = (value: unknown): boolean => typeof value === "string";
  requireThat("the known names", known, Array.isArray(known) && known.every(isText), "a list of texts");
  requireThat("what the name is of", what, isText(what), "text");
  requireThat("the hint", hint, hint === undefined || isText(hint), "text");
  return `Unknown ${what} ${shown(name)}.${hint ?? nearHint(name, known)} Known: ${known.join(", ")}.`;
}

/** " Did you mean …?" with the nearest name; "" where none is near. */
export function nearHint(name: unknown, known: readonly string[]): string {
  const near = typeof name === "string" ? nearest(name, known) : undefined;
  return near === undefined ? "" : suggestionText({ name: near });
}
