/** A search on a real table: it finds something, says so, and goes on from what was recorded with the same bits. */
import { expect, test } from "vitest";
import { readTable } from "../data/duckdb/readTable.ts";
import type { Engine } from "../engines/engine.ts";
import { DescriptionError, RunFailedError } from "../errors.ts";
import { reference } from "../reference/reference.ts";
import { train } from "../tabular/train.ts";
import { tune } from "./tune.ts";
import type { TuneOptions, TuneStart } from "./tuneOptions.ts";

const penguins = await readTable("examples/data/penguins.csv");

/** Six trials of 6 epochs, the best three of them with 12, the best with 24. */
const quick = {
  table: penguins,
  target: "species",
  recipe: "plain",
  trials: 6,
  epochs: 24,
  reduction: 2,
  space: { learningRate: "0.0001..0.02:log", hidden: "8,16x16", dropout: "0,0.1" },
  health: false,
} as const satisfies TuneOptions;

const whole = await tune(quick);

test("a search on the penguins finds settings at least as good as the recipe's, and its model predicts", () => {
  expect(whole.stopped).toBe("finished");
  expect(whole.rungs).toEqual([
    { epochs: 12, trials: 6 },
    { epochs: 24, trials: 3 },
  ]);
  const standing = whole.trials.find(({ trial, epochs }) => trial === 0 && epochs === 24);
  const [best, recipe] = [whole.best, standing].map((record) => record?.scores.accuracy ?? Number.NaN);
  expect(best).toBeGreaterThanOrEqual(recipe);
  expect(whole.report?.metrics).toMatchObject({ validation: { accuracy: best } });
  expect(whole.report?.metrics.test).toBeDefined();
  const [prediction] =
    whole.model?.predict([
      {
        species: null,
        island: "Biscoe",
        bill_length_mm: 50,
        bill_depth_mm: 15,
        flipper_length_mm: 220,
        body_mass_g: 5500,
        sex: "male",
        year: 2008,
      },
    ]) ?? [];
  expect(prediction).toMatchObject({ label: "Gentoo" });
});

test("what was recorded is not trained again, and best and model have the same bits", async () => {
  const bytes = whole.model?.toBytes();
  for (const kept of [4, whole.trials.length]) {
    const reusals: boolean[] = [];
    const again = await tune({
      ...quick,
      recorded: whole.trials.slice(0, kept),
      threads: 1,
      onTrial: (_record, reused) => void reusals.push(reused),
    });
    expect(reusals.filter((reused) => reused)).toHaveLength(kept);
    expect(again.best).toEqual({ ...whole.best, seconds: again.best.seconds });
    expect(again.model?.toBytes()).toEqual(bytes);
  }
});

test("the best is what train makes of the same settings", async () => {
  const { best } = whole;
  const { table, target, recipe, health } = quick;
  const { model } = await train({ table, target, recipe, health, ...best.values, epochs: best.epochs });
  expect(model.parameters).toEqual(whole.model?.parameters);
});

test("a setting that is given is fixed, and the others vary over the recipe's ranges", async () => {
  const { space: _space, ...options } = quick;
  let start: TuneStart | undefined;
  const stopped = new AbortController();
  const search = tune({
    ...options,
    hidden: [8],
    set: { dropout: "0..0.2" },
    signal: stopped.signal,
    onStart: (started) => {
      start = started;
      stopped.abort();
    },
  });
  await expect(search).rejects.toThrow(/Interrupted before the first trial was finished/);
  expect(start?.space).toMatchObject({ dropout: { type: "float", from: 0, to: 0.2 }, learningRate: { log: true } });
  expect(start?.space).not.toHaveProperty("hidden");
});

test("an interruption keeps the best so far and its model", async () => {
  const stopped = new AbortController();
  const {
    best,
    model,
    trials,
    stopped: why,
  } = await tune({
    ...quick,
    signal: stopped.signal,
    onTrial: ({ trial }) => {
      if (trial === 2) stopped.abort();
    },
  });
  expect(why).toBe("aborted");
  expect(trials).toHaveLength(3);
  expect(model?.document.provenance.epochs).toBeLessThanOrEqual(best.epochs);
  expect(best).toEqual({ ...whole.trials[best.trial], seconds: best.seconds });
});

test("trials that diverge are recorded and the search goes on; when all do, it fails and says why", async () => {
  const wild = {
    ...quick,
    optimizer: "sgd",
    schedule: "constant",
    epochs: 9,
    search: "random",
    reduction: undefined,
  } as const;
  const { trials, best } = await tune({ ...wild, trials: 3, space: { learningRate: "0.01,1e20" } });
  expect(trials.map(({ status }) => status).sort()).toEqual(["failed", "finished", "finished"]);
  expect(trials.find(({ status }) => status === "failed")?.message).toMatch(/diverged/);
  expect(best.values.learningRate).not.toBe(1e20);
  const hopeless = { ...wild, clipNorm: undefined, learningRate: 1e20, trials: 2, space: { dropout: "0,0.1" } };
  await expect(tune(hopeless)).rejects.toThrow(RunFailedError);
  await expect(tune(hopeless)).rejects.toThrow(/All 2 trials failed; the first: .*diverged/);
});

test.each<[Partial<TuneOptions>, RegExp]>([
  [{ validationFraction: 0 }, /validationFraction to be above 0/],
  [{ trials: 0 }, /trials to be a whole number/],
  [{ reduction: 1 }, /reduction to be a whole number of at least 2/],
  [{ search: "random" }, /Option reduction is only for halving/],
  [{ time: 0 }, /time to be a number of seconds above 0/],
  [{ metric: "rmse" }, /Unknown metric to search by for classification "rmse"/],
  [{ space: {} }, /at least one setting in the search space/],
  [{ dropout: 0.1 }, /dropout is in the search space and also fixed by option dropout\./],
  [
    { task: "regression", target: "body_mass_g", space: { labelSmoothing: "0,0.1" } },
    /labelSmoothing is in the search space, but is for classes/,
  ],
  [{ recipe: "realmpl" as never }, /Unknown recipe "realmpl"\. Did you mean "realmlp"/],
])("%j is refused before anything is trained", async (wrong, message) => {
  const search = tune({ ...quick, ...wrong, onTrial: () => expect.unreachable() });
  await expect(search).rejects.toThrow(DescriptionError);
  await expect(search).rejects.toThrow(message);
});

test("a time budget too short for one trial is an error that says so", async () => {
  const search = tune({ ...quick, epochs: 1e6, search: "random", reduction: undefined, time: 0.2, patience: 1e6 });
  await expect(search).rejects.toThrow(
    /^The time was too short for one trial of 1000000 epochs.*Give more time.*, or let trials have fewer epochs \(option epochs\)\.$/,
  );
});

test("a search of ten million trials that is ended before it begins ends at once", async () => {
  const signal = AbortSignal.abort();
  await expect(tune({ ...quick, trials: 1e7, signal })).rejects.toThrow("Interrupted before the first trial");
  const search = tune({ ...quick, trials: 1e7, signal, search: "random", reduction: undefined });
  await expect(search).rejects.toThrow("Interrupted before the first trial");
});

test("a search says before its first trial that it has to do without threads", async () => {
  let start: TuneStart | undefined;
  const engine: Engine = { ...reference, whyOneThread: async () => "this runtime has no shared memory" };
  await tune({
    ...quick,
    engine,
    trials: 2,
    epochs: 1,
    onStart: (found) => (start = found),
    onTrial: () => expect(start).toBeDefined(),
  });
  expect(start?.warnings.map(({ code }) => code)).toEqual(["engine-fallback"]);
  expect(start?.warnings[0].message).toBe("Training uses one thread: this runtime has no shared memory.");
  expect(whole.warnings).toEqual([]);
});

test("a trial whose preparation is interrupted makes no session and no record", async () => {
  const controller = new AbortController();
  let sessions = 0;
  const engine: Engine = {
    ...reference,
    create: (problem, options) => {
      sessions++;
      return reference.create(problem, options);
    },
  };
  const found = await tune({
    ...quick,
    engine,
    signal: controller.signal,
    epochs: 1,
    onTrial: ({ trial }) => {
      // Comes when the trial after it lets events have their turn.
      if (trial === 1) setTimeout(() => controller.abort(), 0);
      if (trial === 0) sessions = 0;
    },
  });
  expect(found.stopped).toBe("aborted");
  expect(found.trials.map(({ trial }) => trial)).toEqual([0, 1]);
  expect(sessions).toBe(1);
});
