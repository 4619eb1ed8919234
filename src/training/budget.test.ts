import { expect, test } from "vitest";
import { scriptedSession } from "../../test/scriptedSession.ts";
import { completeProblem, type LoadedPatterns, type Patterns, type RunOptions } from "../engines/engine.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { reference } from "../reference/reference.ts";
import { type BudgetOptions, planBudget } from "./budget.ts";
import { ChunkTimer } from "./chunkTimer.ts";
import { fitEvents } from "./fit.ts";
import type { FitOptions } from "./fitOptions.ts";

const hundred: Patterns = { inputs: new Float64Array(100), desired: new Float64Array(100) };
/** 50 steps an epoch: scripted sessions have batches of 2. */
const options: FitOptions = { training: hundred, validation: hundred, epochs: 256, health: false };

/** A session on a clock that its own work moves. */
function timed(stepMilliseconds: (step: number) => number, evaluationMilliseconds: number) {
  const session = scriptedSession(new Array<number>(1000).fill(1));
  const { run, evaluate } = session;
  let time = 5000;
  let steps = 0;
  Object.assign(session, {
    run(patterns: LoadedPatterns, rows: Uint32Array, runOptions: RunOptions = {}) {
      const count = Math.ceil(rows.length / (runOptions.batchSize ?? 1));
      for (let s = 0; s < count; s++) time += stepMilliseconds(steps++);
      return run(patterns, rows, runOptions);
    },
    evaluate() {
      time += evaluationMilliseconds;
      return evaluate();
    },
  });
  const plan = (budget: BudgetOptions, changes: Partial<FitOptions> = {}) =>
    planBudget(session, { ...options, ...changes }, budget, timer());
  const timer = (): ChunkTimer => new ChunkTimer({ now: () => time, pause: async () => {} });
  const fit = async (changes: Partial<FitOptions>) => {
    const events = fitEvents(session, { ...options, ...changes }, timer());
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
    }
  };
  return { session, plan, fit, now: () => time };
}

test("all epochs are planned where they fit", async () => {
  const { plan } = timed(() => 1, 10); // an epoch takes 60 ms, 256 of them 15.36 s
  const budget = await plan({ seconds: 60 });
  expect(budget).toMatchObject({ epochs: 256, stepsPerEpoch: 50, deadline: 65_000 });
  expect(budget.secondsPerStep).toBeCloseTo(0.001, 12);
  expect(budget.secondsPerEvaluation).toBeCloseTo(0.01, 12);
});

test("as many epochs are planned as fit into 92 % of the time less what measuring took", async () => {
  const { plan, now } = timed(() => 1, 10);
  const { epochs, stepsPerEpoch } = await plan({ seconds: 10 });
  const left = 9200 - (now() - 5000);
  expect(left).toBeGreaterThan(8300);
  const planned = epochs * (stepsPerEpoch + 10);
  expect(planned).toBeLessThanOrEqual(left);
  expect(planned).toBeGreaterThan(left - 2 * epochs); // whole steps leave a rest
});

test("time that has passed already counts", async () => {
  const { plan } = timed(() => 1, 10);
  const { epochs, stepsPerEpoch, deadline } = await plan({ seconds: 10, startedAt: 1000 });
  expect(deadline).toBe(11_000);
  expect(epochs * (stepsPerEpoch + 10)).toBeLessThanOrEqual(9200 - 4000);
});

test("of an epoch that does not fit, the steps that do are planned", async () => {
  const { plan, now } = timed(() => 100, 500); // an epoch takes 5.5 s
  const { epochs, stepsPerEpoch } = await plan({ seconds: 4 });
  expect(epochs).toBe(1);
  expect(stepsPerEpoch).toBe(Math.floor((3680 - (now() - 5000) - 500) / 100));
});

test("where no pass over the rows fits, its parts are planned as epochs, so that the best of them can be kept", async () => {
  const { plan, now } = timed(() => 100, 30); // a pass takes 5 s
  const { epochs, stepsPerEpoch } = await plan({ seconds: 4 });
  expect(epochs).toBe(10);
  expect(stepsPerEpoch).toBe(Math.floor(((3680 - (now() - 5000)) / 10 - 30) / 100));
});

test("parts of a pass come to no more passes than were asked for", async () => {
  const { plan } = timed(() => 100, 1);
  const { epochs, stepsPerEpoch } = await plan({ seconds: 60 }, { epochs: 12 });
  expect(epochs * stepsPerEpoch).toBeLessThanOrEqual(600);
  const { epochs: all } = await plan({ seconds: 600 }, { epochs: 2 });
  expect(all).toBe(2);
});

test("dear judgements are not bought with steps", async () => {
  const { plan } = timed(() => 1, 1000);
  const { epochs, stepsPerEpoch } = await plan({ seconds: 10.5 });
  expect(stepsPerEpoch).toBe(50);
  expect(epochs).toBe(6); // (9660 − about 2900 of measuring)/1050 = 6.4; a seventh would leave each a step
});

test("where nothing fits, one step is planned", async () => {
  const { plan } = timed(() => 100, 500);
  expect(await plan({ seconds: 0.1 })).toMatchObject({ epochs: 1, stepsPerEpoch: 1 });
});

test("where measuring took longer than the whole time, one step is planned, and no number below 0", async () => {
  const { plan } = timed(() => 1, 1000); // evaluating takes long, as on a machine that is busy
  expect(await plan({ seconds: 0.1, startedAt: -20_000 })).toMatchObject({ epochs: 1, stepsPerEpoch: 1 });
});

test("without an order of their own, epochs stay whole", async () => {
  const { plan } = timed(() => 100, 500);
  expect(await plan({ seconds: 4 }, { shuffle: false })).toMatchObject({ epochs: 1, stepsPerEpoch: 50 });
});

test("slow first steps are not taken for the pace", async () => {
  const { plan } = timed((step) => (step < 20 ? 20 : 1), 10);
  expect((await plan({ seconds: 20 })).secondsPerStep).toBeCloseTo(0.001, 12);
});

test("a training that was planned ends in time, with its schedule", async () => {
  const { plan, fit, now } = timed(() => 1, 10);
  const { epochs, stepsPerEpoch, deadline } = await plan({ seconds: 3 }, { startCounts: true });
  const result = await fit({ epochs, stepsPerEpoch, deadline, startCounts: true, schedule: "flatCos" });
  expect(result).toMatchObject({ stopped: "finished", epochs, steps: epochs * stepsPerEpoch });
  expect(now()).toBeLessThanOrEqual(5000 + 3000 * 0.92);
});

test("a machine that becomes slower than measured ends training at the deadline", async () => {
  const { plan, fit, now } = timed((step) => (step < 800 ? 1 : 2), 10);
  const { epochs, stepsPerEpoch, deadline } = await plan({ seconds: 3 });
  const result = await fit({ epochs, stepsPerEpoch, deadline });
  expect(result.stopped).toBe("time");
  expect(result.epochs).toBeGreaterThan(5);
  expect(now()).toBeLessThanOrEqual(deadline + 60); // a chunk's
});

test("measuring leaves no trace in the session: parameters, slots, steps and what dropout will silence", async () => {
  const make = () =>
    reference.create(
      completeProblem({
        network: network({ inputs: 1, layers: [dense(4, { activation: "tanh" }), dropout(0.5), dense(1)] }),
        loss: "meanSquaredError",
        optimizer: { name: "adamW", learningRate: 0.1 },
        batchSize: 4,
        seed: 2,
      }),
    );
  const training: Patterns = {
    inputs: Float64Array.from({ length: 30 }, (_, n) => n / 30),
    desired: Float64Array.from({ length: 30 }, (_, n) => Math.sin(n)),
  };
  const rows = Uint32Array.from({ length: 30 }, (_, n) => n);
  const [measured, twin] = [make(), make()];
  for (const session of [measured, twin]) session.run(session.load(training), rows);
  await planBudget(measured, { training, validation: training, epochs: 10 }, { seconds: 0.05 });
  expect(measured.step).toBe(twin.step);
  expect(measured.parameters).toEqual(twin.parameters);
  expect(measured.slots).toEqual(twin.slots);
  for (const session of [measured, twin]) session.run(session.load(training), rows);
  expect(measured.parameters).toEqual(twin.parameters);
});

test("patterns are freed, also where the score throws, and seconds are checked", async () => {
  const { session, plan } = timed(() => 1, 10);
  await plan({ seconds: 1 });
  expect(session.live()).toBe(0);
  const score = {
    name: "broken",
    better: "higher",
    of: () => {
      throw new Error("no score");
    },
  } as const;
  await expect(plan({ seconds: 1 }, { score })).rejects.toThrow("no score");
  expect(session.live()).toBe(0);
  await expect(plan({ seconds: 0 })).rejects.toThrow(
    "Expected the seconds of a budget to be above 0 and finite, found 0.",
  );
});
