/** What was wrong with how a call of the library ended: an error that is none of gradus' own, an answer that is not finite. */
import { GradusError } from "../../src/errors.ts";
import type { Call } from "./call.ts";
import { type Attempt, callersError } from "./wrongValues.ts";

/** A call that takes longer, in milliseconds, hangs. */
const LONGEST = 30_000;
/** Fields that are infinite where there is no limit, or undefined in figures: no answer of a network. */
const UNLIMITED: ReadonlySet<string> = new Set(["clipNorm", "deadline"]);

/** @returns in words; undefined for a typed error, the caller's own error and an answer that is finite and may be given */
export async function faultOf({ run, unchecked }: Call, { args, refused }: Attempt): Promise<string | undefined> {
  const begun = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = Symbol("late");
  const waited = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), LONGEST);
  });
  try {
    const answer = await Promise.race([(run as (...given: readonly unknown[]) => unknown)(...args), waited]);
    if (answer === late || performance.now() - begun > LONGEST) return `no answer within ${LONGEST} ms`;
    dispose(answer);
    if (refused) return "taken without a word";
    const place = unchecked ? undefined : notFinite(answer);
    return place && `not finite: ${place}`;
  } catch (error) {
    return errorFault(error);
  } finally {
    clearTimeout(timer);
  }
}

function errorFault(error: unknown): string | undefined {
  if (error === callersError) return undefined;
  if (!(error instanceof GradusError)) {
    return error instanceof Error ? (error.stack ?? "").split("\n").slice(0, 4).join(" | ") : String(error);
  }
  const raw =
    /is not a function|Cannot (?:read propert|convert|destructure)|is not iterable|fault in gradus|Invalid (?:array|typed)/;
  return raw.test(error.message) ? `the language's words: ${error.message}` : undefined;
}

function dispose(answer: unknown): void {
  const made = answer as { dispose?(): void; model?: { dispose(): void } } | null | undefined;
  if (typeof made?.dispose === "function") made.dispose();
  if (typeof made?.model?.dispose === "function") made.model.dispose();
}

/** Tables have NaN where a number is missing. */
function isTable(value: object): boolean {
  return "columns" in value && "source" in value;
}

/** The first number of an answer that is not finite, with its place. */
function notFinite(value: unknown, place = "answer", seen = new Set<unknown>()): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${place} is ${value}`;
  if (typeof value !== "object" || value === null || value instanceof Date || seen.has(value)) return undefined;
  seen.add(value);
  if (value instanceof Uint8Array || value instanceof Promise || isTable(value)) return undefined;
  for (const [key, part] of value instanceof Map ? value : Object.entries(value)) {
    if (UNLIMITED.has(key)) continue;
    const found = notFinite(part, `${place}.${key}`, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
