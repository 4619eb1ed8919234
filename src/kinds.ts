/**
 * What kind an argument or an option is: text, a whole number, a list of texts, … Checked where a public function takes
 * it, so that a wrong one is named there and not by what fails later.
 *
 * A leaf beside errors.ts. Says nothing about ranges that depend on anything but the value itself.
 */
import { DescriptionError, requireKnown, shown, unknownName } from "./errors.ts";

/** One kind of value. */
export interface Kind {
  /** "a list of whole numbers of at least 1" */
  readonly expected: string;
  /** What was found where it is of another kind: "a function", "-1 as entry 2"; undefined for a value of this kind. */
  fault(value: unknown): string | undefined;
  /** Whether undefined is refused too; false when absent: an option that is not given. */
  readonly needed?: boolean;
}

/** The kind of all values for which a condition holds. */
export function kind(expected: string, holds: (value: unknown) => boolean): Kind {
  return { expected, fault: (value) => (holds(value) ? undefined : shown(value)) };
}

export const text = kind("text", (value) => typeof value === "string");
export const boolean = kind("true or false", (value) => typeof value === "boolean");
export const number = kind("a number", (value) => typeof value === "number" && !Number.isNaN(value));
export const finite = kind("a finite number", Number.isFinite);
export const func = kind("a function", (value) => typeof value === "function");
/** An object that is not null, a list or one of the language's own (Date, Map, Promise, …). */
export const object = kind("an object", isPlain);
/** Any value: for what the function checks by itself. */
export const anything: Kind = { expected: "a value", fault: () => undefined };
/** What gradus needs of an AbortSignal: the runtime's own fits, whose type is that of a DOM or of Node. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export const signal = kind(
  "an AbortSignal",
  (value) => typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value,
);

export const list = kind("a list", Array.isArray);
/** A list of numbers, or an array of them such as a Float32Array. NaN and Infinity are numbers here. */
export const numbers = numbersThat("a list of numbers");
/** The same without NaN and Infinity. */
export const finiteNumbers = numbersThat("a list of finite numbers", Number.isFinite);

/** Whether a value is an array whose memory was given to another thread, which leaves it without any. */
export function isDetached(value: unknown): boolean {
  if (!ArrayBuffer.isView(value) || value.byteLength > 0) return false;
  try {
    new Uint8Array(value.buffer);
    return false;
  } catch {
    return true;
  }
}

function numbersThat(expected: string, holds?: (value: number) => boolean): Kind {
  return {
    expected,
    fault: (value) => {
      const isTyped =
        ArrayBuffer.isView(value) &&
        "length" in value &&
        !(value instanceof BigInt64Array || value instanceof BigUint64Array);
      if (!isTyped && !Array.isArray(value)) return shown(value);
      if (isDetached(value)) return "an array whose memory was transferred";
      if (isTyped && holds === undefined) return;
      const list = value as ArrayLike<unknown>;
      // By position, because every passes over the holes of a list.
      for (let i = 0; i < list.length; i++) {
        const entry = list[i];
        if (typeof entry !== "number" || holds?.(entry) === false) return `${shown(entry)} as entry ${i + 1}`;
      }
      return;
    },
  };
}

/** A whole number in a range; the greatest is the greatest that float64 counts exactly when absent. */
export function whole(least: number, greatest = Number.MAX_SAFE_INTEGER): Kind {
  const range = greatest === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${greatest}`;
  return kind(
    `a whole number ${range}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= greatest,
  );
}

/** @param plural of the entries: "whole numbers" */
export function listOf(entry: Kind, plural: string): Kind {
  return {
    expected: `a list of ${plural}`,
    fault: (value) => {
      if (!Array.isArray(value)) return shown(value);
      // By position, because forEach and findIndex pass over or read differently the holes of a list.
      for (let i = 0; i < value.length; i++) {
        const found = entry.fault(value[i]);
        if (found !== undefined) return `${found} as entry ${i + 1}`;
      }
      return;
    },
  };
}

/** An object whose own values are all of one kind: `{ [column]: "category" }`. */
export function recordOf(entry: Kind, plural: string): Kind {
  return {
    expected: `an object of ${plural}`,
    fault: (value) => {
      if (!isPlain(value)) return shown(value);
      for (const [name, of] of Object.entries(value)) {
        const found = entry.fault(of);
        if (found !== undefined) return `${found} for ${shown(name)}`;
      }
      return;
    },
  };
}

/** An object that has at least these fields, each of its kind: a table, a model. */
export function withFields(expected: string, fields: Readonly<Record<string, Kind>>): Kind {
  return kind(
    expected,
    (value) =>
      typeof value === "object" &&
      value !== null &&
      Object.entries(fields).every(([name, of]) => of.fault((value as Record<string, unknown>)[name]) === undefined),
  );
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): Kind {
  return kind(words.map((word) => JSON.stringify(word)).join(" or "), (value) => words.includes(value as string));
}

/** A value of a kind, or none: for a field that may be absent. */
export function optional(of: Kind): Kind {
  return { ...of, fault: (value) => (value === undefined ? undefined : of.fault(value)) };
}

export function either(...kinds: readonly Kind[]): Kind {
  return kind(kinds.map(({ expected }) => expected).join(" or "), (value) =>
    kinds.some((of) => of.fault(value) === undefined),
  );
}

/** The same kind for an option that must be given. */
export function needed(of: Kind): Kind {
  return { ...of, needed: true };
}

/**
 * A copy of plain data, for what is read after a wait, when the caller may have changed it.
 *
 * @throws {DescriptionError} what holds functions or objects of another class than the language's own
 */
export function copyOf<T>(what: string, value: T): T {
  try {
    return structuredClone(value);
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause;
    throw new DescriptionError(`Expected ${what} to be plain data: ${cause.message}`, { cause });
  }
}

/** Options are flatter; what is nested deeper is no option and stays the caller's. */
const SNAPSHOT_LEVELS = 8;

/**
 * What a caller passes, or is passed, as it is now: lists and plain objects are copied, with those within them. Arrays of
 * numbers, functions, signals, models and all else that has a class of its own stay the same objects.
 *
 * @param shared fields that stay the caller's: tables and engines, which are large or known by identity
 */
export function snapshot<T>(value: T, ...shared: readonly (keyof T)[]): T {
  return copyPlain(value, shared, SNAPSHOT_LEVELS) as T;
}

function copyPlain(value: unknown, shared: readonly PropertyKey[], levels: number): unknown {
  if (levels === 0 || typeof value !== "object" || value === null) return value;
  // By position: the holes of a list stay undefined.
  if (Array.isArray(value)) return Array.from(value, (entry) => copyPlain(entry, [], levels - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, of]) => [name, shared.includes(name) ? of : copyPlain(of, [], levels - 1)]),
  );
}

/** "Expected train's hidden to be a list of whole numbers, found a function." */
export function requireKind(what: string, value: unknown, of: Kind): void {
  const found = of.fault(value);
  if (found !== undefined) throw new DescriptionError(`Expected ${what} to be ${of.expected}, found ${found}.`);
}

/** @throws {DescriptionError} unless a value is a name of a table: "Unknown activation "rleu". Did you mean "relu"? …" */
export function requireName(value: unknown, table: Readonly<Record<string, unknown>>, what: string): void {
  if (typeof value === "string" && Object.hasOwn(table, value)) return;
  throw new DescriptionError(unknownName(value, Object.keys(table), what));
}

/**
 * Checks the names of options and the kind of each that is given.
 *
 * @param kinds by name: a table next to the type of the options that is `satisfies Kinds<Options>`
 * @param what the function: "train"
 * @throws {DescriptionError} naming the first unknown name or the first option of a wrong kind
 */
export function requireOptions(options: unknown, kinds: Readonly<Record<string, Kind>>, what: string): void {
  requireKnown(options, kinds, what);
  for (const [name, of] of Object.entries(kinds)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined || of.needed === true) requireKind(`${what}'s ${name}`, value, of);
  }
}

/** A kind for each option of an interface: one left out or one too many is an error of types. */
export type Kinds<Options> = Readonly<Record<keyof Options & string, Kind>>;

function isPlain(value: unknown): value is object {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** The value of a text of JSON, where it is of a kind; undefined of any other text. */
export function fromJson<Value>(json: string, of: Kind): Value | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return of.fault(value) === undefined ? (value as Value) : undefined;
  } catch {
    return undefined;
  }
}
