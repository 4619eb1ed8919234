/**
 * What a function makes of another function's result: a plan, a trace, trials, a report. Its type promises what it has; where
 * a caller has deleted or replaced a part, the error of the language becomes one that names the part.
 *
 * A result is read as it is. Only after such an error is it read once more, with every part that is read recorded: that costs
 * nothing where nothing is wrong. A leaf.
 */
import { DescriptionError, isAllocationFailure, shown } from "./errors.ts";

/** A part of a result, and where it is: "trace.layers[0].output". */
interface Part {
  readonly path: string;
  readonly value: unknown;
}

/**
 * Reads results; what it takes must not change them.
 *
 * @param origin the function that makes them: "traceStep"
 * @param results by their names, which begin the paths in messages: `{ trace }`
 * @throws {DescriptionError} where a part is missing or of another type than the function gave it
 * @throws what `read` throws by itself
 */
export function readResults<Results extends object, Answer>(
  origin: string,
  results: Results,
  read: (results: Results) => Answer,
): Answer {
  try {
    return read(results);
  } catch (error) {
    if (!isOfLanguage(error)) throw error;
    const part = culprit(error, partsRead(results, read));
    const found = part === undefined ? "another one" : `${shown(part.value)} as ${part.path}`;
    const names = Object.keys(results).join(" and ");
    throw new DescriptionError(`Expected the ${names} that ${origin} gives, unchanged, found ${found}.`, {
      cause: error,
    });
  }
}

/** Limits of the runtime in the words of V8 and JavaScriptCore: texts, calls and collections that are too large. */
const LIMITS = /call stack|string length|string too long|maximum size exceeded/i;

/** What reading a value of another type ends in; a limit of memory or of the runtime says nothing about a value. */
function isOfLanguage(error: unknown): error is Error {
  if (error instanceof TypeError) return true;
  return error instanceof RangeError && !isAllocationFailure(error) && !LIMITS.test(error.message);
}

/** The parts in the order in which they are read. */
function partsRead<Results extends object>(results: Results, read: (results: Results) => unknown): readonly Part[] {
  const parts: Part[] = [];
  try {
    read(recorded(results, "", parts, new Map()) as Results);
  } catch {
    // The same error once more.
  }
  return parts;
}

/** A copy of plain data that records what is read of it; everything else as it is. */
function recorded(value: unknown, path: string, parts: Part[], known: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  if (known.has(value)) return known.get(value);
  // A copy, because a proxy of frozen data must give the data itself.
  const proxy = new Proxy(Array.isArray(value) ? [...value] : { ...value }, {
    get(target, name) {
      const part: unknown = Reflect.get(target, name);
      const isOwnOrMissing = Object.hasOwn(target, name) || !(name in target);
      if (typeof name === "symbol" || !isOwnOrMissing || (Array.isArray(target) && name === "length")) return part;
      const place = Array.isArray(target) ? `${path}[${name}]` : `${path}${path === "" ? "" : "."}${name}`;
      parts.push({ path: place, value: part });
      return recorded(part, place, parts, known);
    },
  });
  known.set(value, proxy);
  return proxy;
}

/** The part that was read last of those that the error may be about: it says whether it met undefined or null. */
function culprit({ message }: Error, parts: readonly Part[]): Part | undefined {
  const none = /\b(undefined|null)\b/.exec(message)?.[1];
  return parts.findLast(({ value }) => String(value) === none) ?? parts.at(-1);
}
