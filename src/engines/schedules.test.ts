/**
 * Two sessions, predictions and disposals at random moments, under two threads: seeded schedules give what the
 * same calls give one after the other, or a typed error.
 */
import { expect, test } from "vitest";
import { GradusError } from "../errors.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { initialParameters } from "../network/parameters.ts";
import { type Random, random } from "../random.ts";
import { completeProblem, type LoadedPatterns, type Session } from "./engine.ts";
import { acquireRuntime, releaseRuntime } from "./wasm/runtime.ts";
import { WasmSession } from "./wasm/session.ts";
import { wasm } from "./wasm/wasm.ts";

const SCHEDULES = 1000;
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

const starting = Float32Array.from(initialParameters(problem.network, problem.seed));

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

/** Two sessions that serve one schedule after the other; what one schedule disposed of is opened again for the next. */
class Pair {
  readonly #threads: 1 | 2;
  readonly #sessions: (Session | undefined)[] = [undefined, undefined];

  constructor(threads: 1 | 2) {
    this.#threads = threads;
  }

  /** Both as they are when they have just been opened. */
  async fresh(): Promise<Session[]> {
    return Promise.all(
      this.#sessions.map(async (known, which) => {
        const session = known ?? (await open(this.#threads));
        this.#sessions[which] = session;
        session.parameters.set(starting);
        for (const array of [session.gradients, ...Object.values(session.slots)]) array.fill(0);
        session.step = 0;
        return session;
      }),
    );
  }

  /** The parameters that each came to, or why there are none. */
  ended(): unknown[] {
    return this.#sessions.map((session, which) => {
      try {
        return session?.parameters.slice();
      } catch (error) {
        this.#sessions[which] = undefined;
        return error;
      }
    });
  }

  dispose(): void {
    for (const session of this.#sessions) session?.dispose();
  }
}

/** @returns what each call gave, or the error that it threw; errors that aren't typed come through */
async function resultsOf(seed: number, threads: 1 | 2, pair: Pair): Promise<unknown[]> {
  const draws = random(seed, "schedule");
  const sessions = await pair.fresh();
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
  const last = pair.ended();
  for (const own of loaded) own.dispose();
  return [...ended, ...last];
}

test("random schedules of two sessions give what calls one after the other give, or a typed error", async () => {
  const [alone, together] = [new Pair(1), new Pair(2)];
  let waiting = 0;
  for (let seed = 0; seed < SCHEDULES; seed++) {
    const [expected, found] = [await resultsOf(seed, 1, alone), await resultsOf(seed, 2, together)];
    for (const [i, result] of found.entries()) {
      const isTold = result instanceof GradusError && /Await what it was asked for/.test(result.message);
      if (isTold) waiting++;
      else expect(result, `schedule ${seed}, result ${i}`).toEqual(expected[i]);
    }
  }
  alone.dispose();
  together.dispose();
  expect(waiting).toBeGreaterThan(0);
}, 600_000);
