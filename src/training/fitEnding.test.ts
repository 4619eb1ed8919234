import { expect, test } from "vitest";
import { scriptedSession, three } from "../../test/scriptedSession.ts";
import type { LoadedPatterns, Patterns, RunOptions } from "../engines/engine.ts";
import { ChunkTimer, type Clock } from "./chunkTimer.ts";
import { fitEvents, fit as train } from "./fit.ts"; // linters take a train(…) in a test for a focused test
import type { FitOptions } from "./fitOptions.ts";

test("of equal epochs the latest is the best where that is asked for", async () => {
  const session = scriptedSession([5, 3, 3, 4]);
  const result = await train(session, { training: three, validation: three, epochs: 4, ties: "latest" });
  expect(result.bestEpoch).toBe(3);
  expect(result.history.map(({ best }) => best)).toEqual([true, true, true, false]);
  expect(session.parameters[0]).toBe(6);
});

test("the starting parameters may stay the best, and an epoch that beats them takes their place", async () => {
  const options: FitOptions = { training: three, validation: three, epochs: 2, startCounts: true };
  const unbeaten = scriptedSession([1, 3, 2]); // the first is the start's
  const result = await train(unbeaten, options);
  expect(result).toMatchObject({ bestEpoch: 0, best: undefined, start: { validationLoss: 1 }, epochs: 2 });
  expect(result.history.map(({ best, validationLoss }) => [best, validationLoss])).toEqual([
    [false, 3],
    [false, 2],
  ]);
  expect(unbeaten.parameters[0]).toBeCloseTo(0);
  const beaten = scriptedSession([3, 4, 2]);
  expect(await train(beaten, options)).toMatchObject({ bestEpoch: 2, start: { validationLoss: 3 } });
  expect(beaten.parameters[0]).toBe(4);
  expect(await train(scriptedSession([3, 3, 4]), { ...options, ties: "latest" })).toMatchObject({ bestEpoch: 1 });
});

test("a start that cannot be judged is no candidate", async () => {
  const session = scriptedSession([Number.POSITIVE_INFINITY, 3, 4]);
  const options: FitOptions = { training: three, validation: three, epochs: 2, startCounts: true };
  const result = await train(session, options);
  expect(result).toMatchObject({ bestEpoch: 1 });
  expect(result).not.toHaveProperty("start");
});

test("patience may grow with the best epoch", async () => {
  const losses = [5, 4, 3, ...new Array<number>(20).fill(6)];
  const options: FitOptions = { training: three, validation: three, epochs: 23 };
  const result = await train(scriptedSession(losses), { ...options, earlyStopping: { patience: 3, factor: 2 } });
  expect(result).toMatchObject({ stopped: "early", epochs: 9, bestEpoch: 3 }); // 2 · 3 + 3
});

/** A clock that the session's own work moves: a step takes 10 ms, a judgement 30. */
function workingClock(session: ReturnType<typeof scriptedSession>): Clock {
  let time = 1000;
  const { run, evaluate } = session;
  Object.assign(session, {
    run(patterns: LoadedPatterns, rows: Uint32Array, options: RunOptions = {}) {
      time += 10 * Math.ceil(rows.length / (options.batchSize ?? 1));
      return run(patterns, rows, options);
    },
    evaluate() {
      time += 30;
      return evaluate();
    },
  });
  return { now: () => time, pause: async () => {} };
}

async function resultOf(events: ReturnType<typeof fitEvents>) {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

test("training ends at its deadline with the best so far", async () => {
  const session = scriptedSession([5, 3, 4, 2]);
  const timer = new ChunkTimer(workingClock(session));
  // An epoch of three steps takes 60 ms; the third ends at 1180, the fourth could not be judged by 1239.
  const options: FitOptions = { training: three, validation: three, batchSize: 1, epochs: 100, deadline: 1239 };
  const result = await resultOf(fitEvents(session, options, timer));
  expect(result).toMatchObject({ stopped: "time", epochs: 3, bestEpoch: 2 });
  expect(timer.now).toBeLessThanOrEqual(1239);
  expect(session.parameters[0]).toBe(6);
  expect(session.live()).toBe(0);
});

test("a first epoch that the deadline cuts short is judged where it stands", async () => {
  const session = scriptedSession([5]);
  const fifty: Patterns = { inputs: new Float64Array(50), desired: new Float64Array(50) };
  const timer = new ChunkTimer(workingClock(session));
  const options: FitOptions = { training: fifty, validation: three, batchSize: 1, epochs: 1, deadline: 1015 };
  const result = await resultOf(fitEvents(session, { ...options, schedule: "cosine" }, timer));
  // One step, then a chunk of six: 1070.
  expect(result).toMatchObject({ stopped: "time", epochs: 1, bestEpoch: 1, steps: 7 });
  expect(result.history[0]).toMatchObject({ trainingLoss: 1, validationLoss: 5, step: 7 });
  expect(result.history[0].learningRate).toBeCloseTo(0.01 * ((1 + Math.cos((Math.PI * 6) / 50)) / 2), 15);
});

test("a deadline that is over before training lets it make no step", async () => {
  const session = scriptedSession([5]);
  const timer = new ChunkTimer(workingClock(session));
  const result = await resultOf(fitEvents(session, { training: three, validation: three, deadline: 1000 }, timer));
  expect(result).toMatchObject({ stopped: "time", epochs: 0, steps: 0, bestEpoch: 0, best: undefined });
});
