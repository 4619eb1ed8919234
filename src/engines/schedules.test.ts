/**
 * Two sessions, predictions and disposals at random moments, under two threads: seeded schedules give what the
 * same calls give one after the other, or a typed error.
 */
import { expect, test } from "vitest";
import { GradusError } from "../errors.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { type Random, random } from "../random.ts";
import { completeProblem, type LoadedPatterns, type Session } from "./engine.ts";
import { acquireRuntime, releaseRuntime } from "./wasm/runtime.ts";
import { WasmSession } from "./wasm/session.ts";
import { wasm } from "./wasm/wasm.ts";

/** All thousand with SCHEDULES=1000 in the environment. */
const SCHEDULES = Number(process.env.SCHEDULES ?? 100);
const CALLS = 6;

const problem = completeProblem({
  network: network({ inputs: 3, layers: [dense(9, { activation: "tanh" }), dropout(0.2), dense(2)] }),
  loss: "crossEntropy",
  optimizer: "adam",
  batchSize: 8,
});
const draw = random(1, "schedules");
const patterns = {
  inputs: Float32Array.from({ length: 20 * 3 }, () => draw.normal()),
  desired: Float32Array.from({ length: 20 }, () => draw.integer(2)),
};

/** A network this small would get one thread if it were asked for by the engine. */
async function open(threads: 1 | 2): Promise<Session> {
  if (threads === 1) return wasm.create(problem, { threads }) as Promise<Session>;
  return new WasmSession(
    problem,
    await acquireRuntime(true),
    { threads: 2, elsewhere: true },
    releaseRuntime,
  ) as Session;
}

type Call = (session: Session, loaded: LoadedPatterns) => unknown;

/** A call drawn by chance; the same draws give the same call. */
function drawCall({ integer }: Random): Call {
  const rows = Uint32Array.from({ length: 1 + integer(12) }, () => integer(20));
  switch (integer(10)) {
    case 0:
    case 1:
      return (s, p) => s.run(p, rows);
    case 2:
      return (s, p) => s.run(p, rows, { batchSize: 1 + (rows.length % 8) });
    case 3:
      return (s) => s.predict(patterns.inputs);
    case 4:
      return (s, p) => s.gradient(p, rows.subarray(0, 8));
    case 5:
      return (s) => s.update(0.5);
    case 6:
      return (s) => s.learn(patterns.inputs.subarray(0, 3), [1]);
    case 7:
      return (s, p) => s.evaluate(p, rows);
    case 8:
      return (s) => s.parameters.slice();
    default:
      return integer(4) === 0 ? (s) => s.dispose() : (_s, p) => p.dispose();
  }
}

/** @returns what each call gave, or the error that it threw; errors that aren't typed come through */
async function resultsOf(seed: number, threads: 1 | 2): Promise<unknown[]> {
  const draws = random(seed, "schedule");
  const sessions = [await open(threads), await open(threads)];
  const loaded = sessions.map((session) => session.load(patterns));
  const results: unknown[] = [];
  for (let i = 0; i < CALLS; i++) {
    const call = drawCall(draws);
    const which = draws.integer(2);
    const answer = (async () => call(sessions[which], loaded[which]))().catch((error: unknown) => {
      if (error instanceof GradusError) return error;
      throw error;
    });
    results.push(threads === 1 ? await answer : answer);
    if (draws.integer(3) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const ended = await Promise.all(results);
  const last = sessions.map((session) => {
    try {
      return session.parameters.slice();
    } catch (error) {
      return error;
    }
  });
  for (const session of sessions) session.dispose();
  return [...ended, ...last];
}

test("random schedules of two sessions give what calls one after the other give, or a typed error", async () => {
  let waiting = 0;
  for (let seed = 0; seed < SCHEDULES; seed++) {
    const [expected, found] = [await resultsOf(seed, 1), await resultsOf(seed, 2)];
    for (const [i, result] of found.entries()) {
      const isTold = result instanceof GradusError && /Await what it was asked for/.test(result.message);
      if (isTold) waiting++;
      else expect(result, `schedule ${seed}, result ${i}`).toEqual(expected[i]);
    }
  }
  expect(waiting).toBeGreaterThan(0);
}, 600_000);
