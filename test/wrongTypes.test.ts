/**
 * Every public function, called with each of its arguments and options of a wrong kind: an error that names it, or an
 * answer; never one of the language's own errors.
 *
 * What is within descriptions and options is changed by the fuzzer (`npm run fuzz -- --only api`), which takes longer.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as gradus from "../src/node.ts";
import { type ApiCalls, apiCalls } from "./apiCalls/apiCalls.ts";
import type { Call } from "./apiCalls/call.ts";
import { faultOf } from "./apiCalls/faultOf.ts";
import { attempts } from "./apiCalls/wrongValues.ts";

let api: ApiCalls;
beforeAll(async () => {
  api = await apiCalls();
});
afterAll(() => api.close());

const DEEP = process.env.API_DEEP !== undefined;
/** Of a slow call, one in so many attempts; no divisor of how many wrong values there are, so that places get different ones. */
const PART = 5;

/** Public functions, those of the namespace `derivation` and of `searches` among them; errors are for the library to make. */
const functions = [
  ...Object.entries(gradus)
    .filter(([, value]) => typeof value === "function" && !(value.prototype instanceof Error))
    .map(([name]) => name),
  ...Object.keys(gradus.derivation).map((name) => `derivation.${name}`),
  ...Object.keys(gradus.searches).map((name) => `searches.${name}`),
];

test("every public function has a call that its wrong arguments are tried on", () => {
  expect(functions.filter((name) => !Object.hasOwn(api.calls, name))).toEqual([]);
});

/** Tables of entries and lists of names. Formulas in them take what the library has checked, and check nothing. */
const data = [
  ...["activations", "initialisations", "layerKinds", "losses", "metrics", "optimizers", "recipes", "schedules"],
  ...["engineNames", "objectiveNames", "precisions", "recipeSpaces", "tunable", "version"],
];

test("everything public is a function, a namespace of functions, or known data", () => {
  const others = Object.entries(gradus).flatMap(([name, value]) => (typeof value === "function" ? [] : [name]));
  expect(others.filter((name) => !["derivation", "searches", ...data].includes(name))).toEqual([]);
});

async function faultsOf(call: Call): Promise<string[]> {
  // Not judged but awaited: a good call that is refused would hide that its wrong ones are refused for another reason.
  await (call.run as (...given: readonly unknown[]) => unknown)(...call.args);
  const faults: string[] = [];
  let at = 0;
  for await (const attempt of attempts(call, DEEP)) {
    if (call.slow && !DEEP && at++ % PART !== 0) continue;
    const found = await faultOf(call, attempt);
    if (found !== undefined) faults.push(`${attempt.where}: ${found}`);
  }
  return faults;
}

describe("a wrong argument or option is named, or works", () => {
  test.each(functions)("%s", async (name) => {
    expect(await faultsOf(api.calls[name])).toEqual([]);
  });

  test("the methods of what they return", async () => {
    for (const [name, call] of Object.entries(api.calls)) {
      if (!functions.includes(name)) expect.soft([name, await faultsOf(call)]).toEqual([name, []]);
    }
  });
});
