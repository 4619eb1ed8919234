/** A value of each kind that a caller without types may give by mistake, and a call's arguments with one of them somewhere. */
import type { Call } from "./call.ts";

export type Named = readonly [name: string, value: unknown];

/** What the proxy below throws, whatever it is asked: a caller's own error. */
export const callersError = new Error("the caller's own");

const throwing = (): never => {
  throw callersError;
};

export const wrongValues: readonly Named[] = [
  ["undefined", undefined],
  ["null", null],
  ["NaN", Number.NaN],
  ["a negative number", -1],
  ["zero", 0],
  ["a fraction", 1.5],
  ["a huge number", 1e300],
  ["an empty text", ""],
  ["a text", "zzz"],
  ["an empty list", []],
  ["a list", [null]],
  // biome-ignore lint/suspicious/noSparseArray: a list with a hole is one of the kinds
  ["a list with a hole", [1, , 3]],
  ["a deep list", nested(3000)],
  ["an object", { zzz: 1 }],
  ["an object without a prototype", Object.assign(Object.create(null), { zzz: 1 })],
  ["a function", () => 1],
  ["a symbol", Symbol("zzz")],
  ["a bigint", 10n],
  ["a Date", new Date(Number.NaN)],
  ["a Map", new Map([["x", 1]])],
  ["a proxy that throws", new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing })],
  ["true", true],
];

function nested(depth: number): unknown {
  let list: unknown = [];
  for (let i = 0; i < depth; i++) list = [list];
  return list;
}

/** A call's arguments with one of them, or something in it, changed. */
export interface Attempt {
  /** "argument 1.layers[0].units is NaN" */
  readonly where: string;
  readonly args: readonly unknown[];
  /** Whether an answer would be silence about what can't be right. */
  readonly refused: boolean;
}

/** The options that a call's closed set knows, by the error of one that it doesn't. */
export async function knownOptions({ run, args }: Call, at: number): Promise<string[]> {
  const unknown = { ...(args[at] as object), zzz: undefined };
  try {
    await (run as (...given: unknown[]) => unknown)(...args.toSpliced(at, 1, unknown));
  } catch (error) {
    const [, known] = / Known: (.*)\.$/.exec(String(error)) ?? [];
    if (known !== undefined) return known.split(", ");
  }
  throw new Error(`Argument ${at + 1} takes unknown options.`);
}

/** Every attempt of a call, one wrong value each. @param deep whether what is within descriptions and options is changed too */
export async function* attempts(call: Call, deep: boolean): AsyncGenerator<Attempt> {
  const { args, open = [], options = [], paths = [], pathOptions = [] } = call;
  for (const [at, arg] of args.entries()) {
    const given = options.includes(at) ? withEvery(arg as object, await knownOptions(call, at)) : arg;
    const depth = open.includes(at) ? (deep ? Number.POSITIVE_INFINITY : 1) : options.includes(at) ? 1 : 0;
    for (const [where, value, wrong] of changed(given, `argument ${at + 1}`, depth)) {
      if (paths.includes(at) && typeof wrong === "string") continue;
      if (typeof wrong === "string" && pathOptions.some((name) => where.includes(`.${name} `))) continue;
      const own = (where.match(/[.[]/g) ?? []).length <= 1;
      const refused = own && options.includes(at) && typeof wrong === "symbol";
      yield { where, args: args.toSpliced(at, 1, value), refused };
    }
  }
}

/** Options with undefined for those that aren't given, so that each of them has a place. */
function withEvery(options: object, names: readonly string[]): object {
  return { ...Object.fromEntries(names.map((name) => [name, undefined])), ...options };
}

/** Every value in `root` down to a depth, one at a time, taken for a wrong one. */
export function* changed(
  root: unknown,
  where: string,
  depth: number,
): Generator<readonly [where: string, whole: unknown, wrong: unknown]> {
  for (const [name, value] of wrongValues) yield [`${where} is ${name}`, value, value];
  if (depth === 0 || typeof root !== "object" || root === null) return;
  if (Array.isArray(root)) {
    if (root.length === 0) return;
    for (const [place, part, value] of changed(root[0], `${where}[0]`, depth - 1)) {
      yield [place, [part, ...root.slice(1)], value];
    }
  } else if (Object.getPrototypeOf(root) === Object.prototype) {
    for (const [key, old] of Object.entries(root)) {
      for (const [place, part, value] of changed(old, `${where}.${key}`, depth - 1)) {
        yield [place, { ...root, [key]: part }, value];
      }
    }
  }
}
