/**
 * Two sessions, predictions and disposals at random moments, under two threads: seeded schedules give what the
 * same calls give one after the other, or a typed error, and each ends.
 *
 * A seed decides the calls and the pauses between them; how far the threads have come by then is up to the machine.
 */
import os from "node:os";
import { isDeepStrictEqual } from "node:util";
import { expect, test, vi } from "vitest";
import { GradusError } from "../errors.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { initialParameters } from "../network/parameters.ts";
import { type Random, random } from "../random.ts";
import { completeProblem, type LoadedPatterns, type Session } from "./engine.ts";
import { acquireRuntime, type Runtime } from "./memory/runtime.ts";
import { MemorySession } from "./memory/session.ts";
import { devicesWith } from "./wasm/device.ts";
import { trainingKernels } from "./wasm/generated/trainingKernels.ts";

const SCHEDULES = 1000;
const CALLS = 7;
/** A schedule that takes longer hangs: most take a few milliseconds. */
const MOST_SECONDS = 60;
const ROWS = 20;

const problem = completeProblem({
  network: network({
    inputs: 3,
    layers: [dense(9, { activation: "tanh" }), dropout(0.2), dense(7, { activation: "tanh" }), dense(2)],
  }),
  loss: "crossEntropy",
  optimizer: "adam",
  batchSize: 8,
});
const draw = random(1, "schedules");
/** Those that sessions begin with, and those that are loaded when the first are disposed of. */
const [patterns, others] = [0, 1].map(() => ({
  inputs: Float32Array.from({ length: ROWS * 3 }, () => draw.normal()),
  desired: Float32Array.from({ length: ROWS }, () => draw.integer(2)),
}));
const starting = Float32Array.from(initialParameters(problem.network, problem.seed));

/** A session with patterns loaded into it. */
interface Seat {
  session: Session;
  loaded: LoadedPatterns;
}

/**
 * Two seats, which serve one schedule after the other. A runtime that a session has given back is the first to be taken
 * again: work that goes on in it would meet that of the next session.
 */
class Stage {
  readonly threads: 1 | 2;
  readonly seats: Seat[] = [];
  /** When both seats have a session. */
  ready: Promise<void> = Promise.resolve();
  readonly #runtimes: readonly Runtime[];
  readonly #unused: Runtime[];

  private constructor(threads: 1 | 2, runtimes: readonly Runtime[]) {
    this.threads = threads;
    this.#runtimes = runtimes;
    this.#unused = [...runtimes];
  }

  static async prepare(threads: 1 | 2): Promise<Stage> {
    const runtimes = await Promise.all(
      [0, 1, 2].map(() => acquireRuntime(devicesWith(trainingKernels), threads === 2)),
    );
    await Promise.all(runtimes.map((runtime) => runtime.threads?.start(threads)));
    const stage = new Stage(threads, runtimes);
    for (const which of [0, 1]) stage.seats[which] = stage.#open();
    return stage;
  }

  /** Brings both seats back to how they were when they were opened. */
  restore(): void {
    for (const [which, { session, loaded }] of this.seats.entries()) {
      try {
        session.parameters.set(starting);
        for (const array of [session.gradients, ...Object.values(session.slots)]) array.fill(0);
        session.step = 0;
        loaded.dispose();
        this.seats[which] = { session, loaded: session.load(patterns) };
      } catch {
        this.seats[which] = this.#open(); // it was disposed
      }
    }
  }

  /** Disposes of a seat's session, whatever it is at, and opens another one, once the work is done where no runtime is unused. */
  reopen(seat: Seat, work: readonly unknown[]): void {
    seat.session.dispose();
    if (this.#unused.length > 0) Object.assign(seat, this.#open());
    else this.ready = Promise.all(work).then(() => void Object.assign(seat, this.#open()));
  }

  /** Ends the threads too, those that hang among them. @returns how many runtimes were given back */
  dispose(): number {
    for (const { session } of this.seats) session.dispose();
    const unused = this.#unused.length;
    for (const runtime of this.#runtimes) runtime.threads?.dispose();
    return unused;
  }

  /** A network this small would get one thread if it were asked for by the engine. */
  #open(): Seat {
    const runtime = this.#unused.pop();
    if (runtime === undefined) throw new Error("Every runtime is in use.");
    const options = { threads: this.threads, inWorkers: this.threads > 1 };
    const session = new MemorySession(problem, runtime, options, (own) => this.#unused.push(own)) as Session;
    return { session, loaded: session.load(patterns) };
  }
}

type Call = (seat: Seat, stage: Stage, work: readonly unknown[]) => unknown;

/** Calls with what they are given changed as soon as they have returned. */
const run = (rows: Uint32Array, factors: Float64Array, batchSize: number): Call => {
  return ({ session, loaded }) => {
    const given = { rows: rows.slice(), rateFactors: factors.slice() };
    const answer = session.run(loaded, given.rows, { batchSize, rateFactors: given.rateFactors });
    given.rows.fill(4_000_000);
    given.rateFactors.fill(1e9);
    return answer;
  };
};
const predict = (count: number): Call => {
  return ({ session }) => {
    const inputs = patterns.inputs.slice(0, 3 * count);
    const answer = session.predict(inputs);
    inputs.fill(0);
    return answer;
  };
};
const gradient = (rows: Uint32Array): Call => {
  return ({ session, loaded }) => {
    const given = rows.slice(0, problem.batchSize);
    const answer = session.gradient(loaded, given);
    given.fill(4_000_000);
    return answer;
  };
};
const evaluate = (rows: Uint32Array): Call => {
  return ({ session, loaded }) => {
    const given = rows.slice();
    const answer = session.evaluate(loaded, given);
    given.fill(4_000_000);
    return answer;
  };
};
const loadOthers: Call = (seat) => {
  seat.loaded.dispose();
  seat.loaded = seat.session.load(others); // instead of the first, as soon as that is free
};

/** A call drawn by chance; the same draws give the same call. */
function drawCall({ integer, uniform }: Random): Call {
  const count = 1 + integer(integer(4) === 0 ? 120 : 12);
  const rows = Uint32Array.from({ length: count }, () => integer(ROWS));
  const batchSize = 1 + integer(problem.batchSize);
  const factors = Float64Array.from({ length: Math.ceil(count / batchSize) }, uniform);
  switch (integer(18)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return run(rows, factors, batchSize);
    case 5:
      return predict(1 + integer(ROWS));
    case 6:
    case 7:
      return gradient(rows);
    case 8:
    case 9:
      return ({ session }) => session.update(0.5);
    case 10:
      return ({ session }) => session.learn(patterns.inputs.subarray(0, 3), [1]);
    case 11:
      return evaluate(rows);
    case 12:
      return ({ session }) => [session.parameters.slice(), session.gradients.slice(), session.step];
    case 13:
      return ({ session }) => Object.values(session.signals(1)).map((signal) => signal.slice?.() ?? signal);
    case 14:
    case 15:
      return loadOthers;
    case 16:
      return integer(3) === 0 ? ({ session }) => session.dispose() : ({ loaded }) => loaded.dispose();
    default:
      return (seat, stage, work) => stage.reopen(seat, work);
  }
}

/** Lets a moment pass, drawn by chance: none, one for what has just ended, one for the threads, or until a call has ended. */
async function drawPause({ integer }: Random, last: unknown): Promise<void> {
  switch (integer(6)) {
    case 0:
      return await new Promise((resolve) => setImmediate(resolve));
    case 1:
      for (const until = performance.now() + 0.01 * integer(10); performance.now() < until; );
      return;
    case 2:
      await last;
      return;
    default:
      return;
  }
}

/** @returns what each call gave, or the error that it threw; errors that aren't typed come through */
async function resultsOf(seed: number, stage: Stage): Promise<unknown[]> {
  const draws = random(seed, "schedule");
  stage.restore();
  const results: unknown[] = [];
  for (let i = 0; i < CALLS; i++) {
    await stage.ready;
    const call = drawCall(draws);
    const seat = stage.seats[draws.integer(2)];
    const answer = (async () => call(seat, stage, results))().catch((error: unknown) => {
      if (error instanceof GradusError) return error;
      throw error;
    });
    results.push(stage.threads === 1 ? await answer : answer);
    await drawPause(draws, answer);
  }
  const ended = await Promise.all(results);
  await stage.ready;
  const last = stage.seats.map(({ session }) => {
    try {
      return [session.parameters.slice(), session.step];
    } catch (error) {
      return error;
    }
  });
  return [...ended, ...last];
}

/** What a schedule gives. @throws where it doesn't end */
async function resultsInTime(seed: number, stage: Stage): Promise<unknown[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Schedule ${seed} hangs.`)), 1000 * MOST_SECONDS);
  });
  return await Promise.race([resultsOf(seed, stage), late]).finally(() => clearTimeout(timer));
}

test("random schedules of two sessions give what calls one after the other give, or a typed error", async () => {
  // As on one core, threads that wait sleep soon: while other tests run beside this one, they would spin for seconds.
  vi.spyOn(os, "availableParallelism").mockReturnValue(1);
  const [alone, together] = [await Stage.prepare(1), await Stage.prepare(2)];
  let waiting = 0;
  let givenBack = 0;
  try {
    for (let seed = 0; seed < SCHEDULES; seed++) {
      const [expected, found] = [await resultsOf(seed, alone), await resultsInTime(seed, together)];
      for (const [i, result] of found.entries()) {
        if (result instanceof GradusError && /Await what it was asked for/.test(result.message)) waiting++;
        else if (!isDeepStrictEqual(result, expected[i])) {
          expect(result, `schedule ${seed}, result ${i}`).toEqual(expected[i]);
        }
      }
    }
  } finally {
    givenBack = together.dispose();
    alone.dispose();
  }
  expect(givenBack, "runtimes that were given back").toBe(3);
  expect(waiting).toBeGreaterThan(0);
});
