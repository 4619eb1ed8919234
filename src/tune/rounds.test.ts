import { expect, test } from "vitest";
import { halvingRungs } from "./halving.ts";
import { searchInRounds } from "./rounds.ts";
import { TimeBudget } from "./timeBudget.ts";
import type { TrialJob, TrialRecord } from "./trial.ts";
import type { Values } from "./tunable.ts";

const points = (count: number) =>
  Array.from({ length: count }, (_, trial): Values => (trial === 0 ? {} : { dropout: trial / 100 }));

/** Trials whose epochs take a tenth of a second each, on a clock that only they move; number 13 is the best. */
async function searched(seconds: number, fills = true) {
  let time = 0;
  const heard: number[] = [];
  const rungs = halvingRungs({ trials: 9, epochs: 90, reduction: 3, fewestEpochs: 10 });
  const outcome = await searchInRounds({
    trials: points(9),
    rungs,
    seed: 0,
    objective: "rmse",
    recorded: [],
    reduction: 3,
    budget: new TimeBudget({ seconds, rungs: rungs.length, now: () => time }),
    signal: undefined,
    ...(fills && { draw: points }),
    onRound: (trials) => heard.push(trials),
    train: (job: TrialJob): Promise<TrialRecord> => {
      time += job.epochs / 10;
      const scores = { rmse: Math.abs(job.trial - 13) + 1 / job.epochs };
      return Promise.resolve({ ...job, status: "finished", scores, bestEpoch: job.epochs, seconds: job.epochs / 10 });
    },
  });
  return { ...outcome, heard, took: time };
}

test("a search with time left after its trials draws further ones, which may be better", async () => {
  // The nine trials take 9 · 1 s + 4 · 3 s + 2 · 9 s = 39 s.
  const { best, heard, took, points: tried, trials } = await searched(120);
  expect(heard[0]).toBe(9);
  expect(tried.length).toBeGreaterThanOrEqual(18);
  expect(best).toMatchObject({ trial: 13, epochs: 90 });
  expect(took).toBeGreaterThan(0.75 * 120);
  expect(took).toBeLessThanOrEqual(120);
  expect(new Set(trials.map(({ trial, rung }) => `${trial} ${rung}`)).size).toBe(trials.length);
});

test("a search ends with its trials where the time does not allow more, or no more are wanted", async () => {
  expect(await searched(42)).toMatchObject({ heard: [], stopped: "finished", took: 39 });
  const asked = await searched(1000, false);
  expect(asked).toMatchObject({ heard: [], took: 39 });
  expect(asked.points).toHaveLength(9);
});
