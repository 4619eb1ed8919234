/** A call's arguments with other values at some of their places. The arguments themselves stay as they are. */
import type { Random } from "../../../src/random.ts";
import type { Call } from "../../apiCalls/call.ts";
import { BOXED_TEXT, drawnValue, type Thrown } from "./extremes.ts";

type Path = readonly (string | number)[];

export interface Changed {
  readonly args: readonly unknown[];
  /** "argument 1.hidden = a function", … */
  readonly described: readonly string[];
}

/** Options that ask for as much work as they say: a large number there is no mistake, and takes as long as it takes. */
const WORK: ReadonlySet<string> = new Set([
  "epochs",
  "trials",
  "repeats",
  "ensemble",
  "time",
  "seconds",
  "patience",
  "step",
]);

/** One to three places changed. @param known the options that each closed set of the call knows, by its argument */
export function changedArguments(
  draw: Random,
  call: Call,
  known: ReadonlyMap<number, readonly string[]>,
  thrown: Thrown,
): Changed {
  const { args, paths = [], pathOptions = [], work = [] } = call;
  if (args.length === 0) return { args: [drawnValue(draw, thrown)[1]], described: ["an argument too many"] };
  const described: string[] = [];
  let changed: readonly unknown[] = args;
  for (let left = draw.uniform() < 0.7 ? 1 : 2 + draw.integer(2); left > 0; left--) {
    const path = drawnPlace(draw, call, known);
    const [name, value] = drawnValue(draw, thrown);
    const key = String(path.at(-1));
    const asksForWork = WORK.has(key) || (path.length === 1 && work.includes(path[0] as number));
    if (asksForWork && typeof value === "number" && value > 3) continue;
    const isPath = (path.length === 1 && paths.includes(path[0] as number)) || pathOptions.includes(key);
    if (isPath && (typeof value === "string" || name === BOXED_TEXT)) continue;
    try {
      changed = replaced(changed, path, value) as readonly unknown[];
    } catch {
      continue; // in an object drawn before that throws whatever it is asked
    }
    described.push(`argument ${[Number(path[0]) + 1, ...path.slice(1)].join(".")} = ${name}`);
  }
  return { args: changed, described };
}

/** An argument, one of its options, or something in what is open. */
function drawnPlace(draw: Random, { args, open = [] }: Call, known: ReadonlyMap<number, readonly string[]>): Path {
  const at = draw.integer(args.length);
  const names = known.get(at);
  const path: (string | number)[] = [at];
  let value = args[at];
  if (names !== undefined && draw.uniform() < 0.95) {
    const name = names[draw.integer(names.length)];
    path.push(name);
    value = (value as Readonly<Record<string, unknown>>)[name];
  } else if (!open.includes(at)) return path;
  while (open.includes(at) && isOpen(value) && draw.uniform() < 0.75) {
    const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
    if (keys.length === 0) break;
    const key = keys[draw.integer(keys.length)];
    path.push(key);
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return path;
}

function isOpen(value: unknown): value is object {
  if (Array.isArray(value)) return true;
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** What is on the way is copied; where it ends early, because it was changed before, what is there is replaced. */
function replaced(root: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined || !isOpen(root)) return value;
  const copy = (Array.isArray(root) ? [...root] : { ...root }) as Record<string | number, unknown>;
  const part = replaced(copy[key], rest, value);
  // Assignment would set the prototype.
  Object.defineProperty(copy, key, { value: part, configurable: true, enumerable: true, writable: true });
  return copy;
}
