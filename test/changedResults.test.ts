/**
 * Results of one function that another takes (a plan, a trace, trials, a report), with a part deep inside deleted or replaced:
 * the error is one of the library's, or there is an answer.
 *
 * Arguments and options of wrong kinds are the subject of test/wrongTypes.test.ts.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as gradus from "../src/node.ts";
import { type ApiCalls, apiCalls } from "./apiCalls/apiCalls.ts";
import type { Call } from "./apiCalls/call.ts";
import { faultOf } from "./apiCalls/faultOf.ts";

let api: ApiCalls;
beforeAll(async () => {
  api = await apiCalls();
});
afterAll(() => api.close());

const DELETED = Symbol("deleted");
const WRONG = [DELETED, null, "zzz", -1, [], [null], {}] as const;
/** Of a call, at most so many changes; of a slow one fewer. */
const MOST = 60;
const MOST_OF_SLOW = 6;
/** They take options of files, or the results of another function here. */
const OF_FILES: ReadonlySet<string> = new Set(["readTable", "readTableFor", "writeReport"]);

type Path = readonly (string | number)[];

/** The places within plain data; of a list its first and last entry, because the others are alike. */
function* placesIn(value: unknown, path: Path = []): Generator<Path> {
  if (Array.isArray(value)) {
    for (const at of new Set([0, value.length - 1])) {
      if (at in value) yield* placesWith(value[at], [...path, at]);
    }
  } else if (isPlain(value)) {
    for (const [name, part] of Object.entries(value)) yield* placesWith(part, [...path, name]);
  }
}

function* placesWith(value: unknown, path: Path): Generator<Path> {
  yield path;
  yield* placesIn(value, path);
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A copy that has another value at one place, or none. */
function changed(value: unknown, [first, ...rest]: Path, wrong: unknown): unknown {
  if (first === undefined) return wrong;
  const part = (value as Record<string | number, unknown>)[first];
  const made = rest.length === 0 ? wrong : changed(part, rest, wrong);
  if (Array.isArray(value))
    return made === DELETED ? value.toSpliced(Number(first), 1) : value.with(Number(first), made);
  const { [first]: _before, ...others } = value as Record<string | number, unknown>;
  return made === DELETED ? others : { ...others, [first]: made };
}

/** Changes of a call's results; options are results where they hold some. */
function changesOf({ args, open = [], options = [] }: Call): (readonly [at: number, path: Path, wrong: unknown])[] {
  return args.flatMap((arg, at) => {
    if (open.includes(at)) return [];
    const places = [...placesIn(arg)].filter((path) => path.length > (options.includes(at) ? 1 : 0));
    return places.flatMap((path) => WRONG.map((wrong) => [at, path, wrong] as const));
  });
}

/** At least 1, and no multiple of how many wrong values there are, so that places get different ones. */
function steps(most: number): number {
  return most % WRONG.length === 0 ? most + 1 : most;
}

test("a result whose parts were deleted or replaced gives the library's own error, which says what is wrong, or an answer", async () => {
  const faults: string[] = [];
  let tried = 0;
  for (const [name, call] of Object.entries(api.calls)) {
    if (OF_FILES.has(name)) continue;
    const changes = changesOf(call);
    const every = steps(Math.ceil(changes.length / (call.slow ? MOST_OF_SLOW : MOST)));
    for (let i = 0; i < changes.length; i += every) {
      const [at, path, wrong] = changes[i];
      const args = call.args.with(at, changed(call.args[at], path, wrong));
      const fault = await faultOf({ ...call, unchecked: true }, { where: "", args, refused: false });
      tried++;
      if (fault !== undefined) faults.push(`${name}, argument ${at + 1}, ${path.join(".")} ${String(wrong)}: ${fault}`);
    }
  }
  expect(tried).toBeGreaterThan(800);
  expect(faults).toEqual([]);
});

test("the error names the part that is missing or wrong, and the function that makes the result", async () => {
  const described = gradus.network({ inputs: 2, layers: [gradus.dense(2), gradus.dense(1)] });
  const problem = gradus.completeProblem({ network: described, loss: "huber" });
  const { update: _update, ...withoutUpdate } = gradus.makePlan(problem);
  expect(() => gradus.planText(withoutUpdate as gradus.Plan)).toThrow(
    new gradus.DescriptionError("Expected the plan that makePlan gives, unchanged, found undefined as plan.update."),
  );
  const parameters = gradus.initialParameters(described, 1);
  const patterns = gradus.drawPatterns(problem, 2, 1);
  const trace = gradus.traceStep({ problem, parameters, patterns });
  const [first, ...others] = trace.layers;
  const withoutOutput = { ...trace, layers: [{ ...first, output: null }, ...others] } as unknown as gradus.Trace;
  expect(() => gradus.traceExposition(withoutOutput)).toThrow(
    "Expected the trace that traceStep gives, unchanged, found null as trace.layers[0].output.",
  );
  const subject = gradus.derivation.subjectOf(described, parameters);
  const withoutLayout = { ...subject, layout: {} } as unknown as typeof subject;
  expect(() => gradus.derivation.forward(withoutLayout, Float64Array.of(1, 2))).toThrow(
    "Expected the subject that derivation.subjectOf gives, unchanged, found undefined as subject.layout.tensors.",
  );
});
