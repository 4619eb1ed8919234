/** The ladder and the climb, with trainings whose outcomes are known. */
import { expect, test, vi } from "vitest";
import { DataError, DescriptionError } from "../errors.ts";
import { halvingRungs, searches, survivors } from "./halving.ts";
import { compareScores, objectiveOf, requireScore } from "./objective.ts";
import { rankTrials, type SearchOptions, type SearchOutcome, search } from "./search.ts";
import { TimeBudget } from "./timeBudget.ts";
import type { TrialJob, TrialRecord } from "./trial.ts";
import type { Values } from "./tunable.ts";

test("27 trials of 81 epochs climb four rungs of the same cost each", () => {
  const rungs = halvingRungs({ trials: 27, epochs: 81, reduction: 3, fewestEpochs: 1 });
  expect(rungs).toEqual([
    { trials: 27, epochs: 3 }, // 27 · 3 = 81
    { trials: 9, epochs: 9 }, // 9 · 9 = 81
    { trials: 3, epochs: 27 },
    { trials: 1, epochs: 81 },
  ]);
});

test("no rung has fewer epochs than it may, nor more trials than the reduction leaves", () => {
  expect(halvingRungs({ trials: 30, epochs: 256, reduction: 3, fewestEpochs: 10 })).toEqual([
    { trials: 30, epochs: 28 }, // 256 / 9 = 28.4; 256 / 27 = 9.5 would round to 9
    { trials: 10, epochs: 85 },
    { trials: 3, epochs: 256 },
  ]);
  expect(halvingRungs({ trials: 2, epochs: 256, reduction: 3, fewestEpochs: 10 })).toEqual([
    { trials: 2, epochs: 256 },
  ]);
  expect(halvingRungs({ trials: 30, epochs: 5, reduction: 3, fewestEpochs: 10 })).toEqual([{ trials: 30, epochs: 5 }]);
  expect(searches.random({ trials: 30, epochs: 256, reduction: 3, fewestEpochs: 10 })).toEqual([
    { trials: 30, epochs: 256 },
  ]);
});

test.each([{ trials: 0 }, { trials: 1.5 }, { epochs: 0 }, { reduction: 1 }, { fewestEpochs: 0 }])(
  "a ladder of %j is refused",
  (wrong) => {
    const sound = { trials: 9, epochs: 90, reduction: 3, fewestEpochs: 10 };
    expect(() => halvingRungs({ ...sound, ...wrong })).toThrow(DescriptionError);
  },
);

test("the best go on, and the kept one with them wherever it stands", () => {
  expect(survivors([4, 2, 0, 1, 3], 2, 0)).toEqual([4, 2, 0]);
  expect(survivors([4, 0, 2, 1, 3], 2, 0)).toEqual([4, 0]);
  expect(survivors([4, 2, 1], 2, 0)).toEqual([4, 2]); // the kept one failed
});

test("scores compare in the metric's direction, equal accuracies by log loss", () => {
  expect(compareScores({ accuracy: 0.9 }, { accuracy: 0.8 }, "accuracy")).toBeLessThan(0);
  expect(compareScores({ rmse: 0.9 }, { rmse: 0.8 }, "rmse")).toBeGreaterThan(0);
  const even = { accuracy: 0.9, logLoss: 0.3 };
  expect(compareScores(even, { accuracy: 0.9, logLoss: 0.4 }, "accuracy")).toBeLessThan(0);
  expect(compareScores(even, even, "accuracy")).toBe(0);
  expect(() => requireScore({ accuracy: 1 }, "rocAuc")).toThrow(DataError);
});

test("the metric follows from the task, and one of the other task is refused", () => {
  expect(objectiveOf("classification", undefined)).toBe("accuracy");
  expect(objectiveOf("regression", undefined)).toBe("rmse");
  expect(objectiveOf("classification", "logLoss")).toBe("logLoss");
  expect(() => objectiveOf("regression", "logLoss")).toThrow(/Unknown metric .*"logLoss".*Known: rmse, mae, r2/);
});

/** A training whose error is known: |trial − 7|, and a little less with more epochs. */
const record = (job: TrialJob, seconds = 1): TrialRecord => ({
  ...job,
  status: "finished",
  scores: { rmse: Math.abs(job.trial - 7) + 1 / job.epochs },
  bestEpoch: job.epochs,
  seconds,
});

function options(changes: Partial<SearchOptions> = {}): SearchOptions {
  const rungs = halvingRungs({ trials: 9, epochs: 90, reduction: 3, fewestEpochs: 10 });
  return {
    trials: Array.from({ length: 9 }, (_, trial): Values => (trial === 0 ? {} : { dropout: trial / 10 })),
    rungs,
    seed: 0,
    objective: "rmse",
    recorded: [],
    budget: new TimeBudget({ rungs: rungs.length }),
    signal: undefined,
    train: (job) => Promise.resolve(record(job)),
    ...changes,
  };
}

const places = (trials: readonly TrialRecord[]) => trials.map(({ trial, epochs }) => `${trial}@${epochs}`);

test("the climb: all trials, then the best third, then the best of those; the recipe goes along", async () => {
  const { trials, best, stopped } = await search(options());
  expect(places(trials)).toEqual([
    ..."0@10 1@10 2@10 3@10 4@10 5@10 6@10 7@10 8@10".split(" "),
    ..."7@30 6@30 8@30 0@30".split(" "),
    ..."7@90 0@90".split(" "),
  ]);
  expect(best).toMatchObject({ trial: 7, epochs: 90 });
  expect(stopped).toBe("finished");
});

test("a search that goes on from records makes only the trainings that are missing, and ends the same", async () => {
  const whole = await search(options());
  for (const kept of [0, 1, 5, 9, 12, 14, 15]) {
    const train = vi.fn((job: TrialJob) => Promise.resolve(record(job)));
    const recorded = whole.trials.slice(0, kept);
    const again = await search(options({ recorded, train }));
    expect(again).toEqual(whole);
    expect(train).toHaveBeenCalledTimes(15 - kept);
  }
});

test("a failed trial goes no further and stops nothing; when all fail there is no best", async () => {
  const failing = (wrong: (trial: number) => boolean) => (job: TrialJob) =>
    Promise.resolve<TrialRecord>(
      wrong(job.trial) ? { ...record(job), status: "failed", scores: {}, message: "diverged" } : record(job),
    );
  const { best, trials } = await search(options({ train: failing((trial) => trial === 7) }));
  expect(best).toMatchObject({ trial: 6, epochs: 90 }); // |6 − 7| = |8 − 7|: of equals the one drawn first
  expect(trials.filter(({ trial }) => trial === 7)).toHaveLength(1);
  const none = await search(options({ train: failing(() => true) }));
  expect(none.best).toBeUndefined();
  expect(none.trials).toHaveLength(9);
});

test("an interruption ends the search with the best of the highest rung so far", async () => {
  const controller = new AbortController();
  const train = (job: TrialJob) => {
    if (job.epochs === 30 && job.trial === 8) controller.abort();
    return Promise.resolve(controller.signal.aborted ? undefined : record(job));
  };
  const { best, stopped, trials } = await search(options({ train, signal: controller.signal }));
  expect(stopped).toBe("aborted");
  expect(trials).toHaveLength(11); // nine, and 7 and 6 of the second rung
  expect(best).toMatchObject({ trial: 7, epochs: 30 });
});

/** A search in which an epoch takes a second of an imagined clock, with a budget of some seconds. */
async function timed(seconds: number): Promise<{ outcome: SearchOutcome; took: number }> {
  let clock = 100;
  const budget = new TimeBudget({ seconds, rungs: 3, now: () => clock });
  const train = (job: TrialJob) => {
    clock += job.epochs;
    return Promise.resolve(record(job, job.epochs));
  };
  const outcome = await search(options({ train, budget }));
  return { outcome, took: clock - 100 };
}

test("with a time budget each rung gets its share, and the next one takes as large a part of it", async () => {
  // Whole, it takes 90 + 120 + 180 s. Of 360, the lowest rung has 120 and needs 90; the second has until 240 and ends at
  // 210; the highest has room for one of its two.
  const { outcome, took } = await timed(360);
  expect(places(outcome.trials)).toEqual([
    ..."0@10 1@10 2@10 3@10 4@10 5@10 6@10 7@10 8@10".split(" "),
    ..."7@30 6@30 8@30 0@30".split(" "),
    "7@90",
  ]);
  expect(outcome).toMatchObject({ stopped: "time", best: { trial: 7, epochs: 90 } });
  expect(took).toBe(300);
});

test("time for a full training of the leader is kept back, though the rungs below get less for it", async () => {
  // Five fit the lowest rung's share of 60 s: a sixth would end at 61, with a tenth for caution. 99 s are kept back for the
  // full training, so nothing may end after 81: one of 30 epochs would end at 83, and its rung is skipped.
  const { outcome, took } = await timed(180);
  expect(places(outcome.trials)).toEqual([..."0@10 1@10 2@10 3@10 4@10".split(" "), "4@90"]);
  expect(outcome).toMatchObject({ stopped: "time", best: { epochs: 90 } });
  expect(took).toBe(140);
});

test("where there is no time for a full training, the rungs below have all of it", async () => {
  // Two fit a third of 80 s. The better of them goes on; the recipe would end at 83 s, a full training later still.
  const { outcome, took } = await timed(80);
  expect(places(outcome.trials)).toEqual(["0@10", "1@10", "1@30"]);
  expect(outcome).toMatchObject({ stopped: "time", best: { trial: 1, epochs: 30 } });
  expect(took).toBe(50);
});

test("a budget that suffices changes nothing", async () => {
  const budget = new TimeBudget({ seconds: 1000, rungs: 3, now: () => 0 });
  expect(await search(options({ budget }))).toEqual(await search(options()));
});

test("the ranking names each trial once: where it got furthest, the best first, failed ones last", async () => {
  const { trials } = await search(options());
  const failed: TrialRecord = { ...trials[1], rung: 2, status: "failed", scores: {}, message: "diverged" };
  const ranked = rankTrials([...trials, failed], "rmse");
  expect(places(ranked)).toEqual("7@90 0@90 6@30 8@30 5@10 4@10 3@10 2@10 1@10".split(" "));
});
