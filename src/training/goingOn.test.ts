/** A training that goes on where it was: parts of it give the bits of the whole. */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { createSession, type EngineName } from "../engines/factory.ts";
import { DescriptionError } from "../errors.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { random } from "../random.ts";
import { planBudget } from "./budget.ts";
import { DivergenceError } from "./divergence.ts";
import type { FitEvent } from "./events.ts";
import { fit, fitEvents } from "./fit.ts";
import type { FitOptions } from "./fitOptions.ts";
import { restore, snapshot } from "./snapshot.ts";

const draw = random(3, "points");
const pointsOf = (rows: number) => ({
  inputs: Float32Array.from({ length: 2 * rows }, draw.normal),
  desired: Float32Array.from({ length: rows }, draw.normal),
});
const [training, validation] = [pointsOf(26), pointsOf(9)];

const open = (optimizer: "momentum" | "adam" | "sgd", engine: EngineName = "wasm") =>
  createSession({
    network: network({ inputs: 2, layers: [dense(5, { activation: "tanh" }), dropout(0.4), dense(1)] }),
    loss: "meanSquaredError",
    optimizer: { name: optimizer, learningRate: 0.05 },
    batchSize: 4,
    seed: 11,
    engine,
  });

const ways: Readonly<Record<string, Partial<FitOptions>>> = {
  "shuffled rows": {},
  "rows in order": { shuffle: false },
  "a cosine schedule with a warm-up": { schedule: { name: "cosine", warmup: { epochs: 5.5 } } },
  "schedules of rate, decay and dropout": {
    schedule: "coslog4",
    decaySchedule: "flatCos",
    dropoutSchedule: "flatCos",
  },
  "epochs that are parts of a pass": { stepsPerEpoch: 4, schedule: "exponential" },
  "short batches dropped": { shortBatch: "drop" },
  "looks at the layers": { health: { every: 3 } },
  validation: { validation, restoreBest: false, score: "rmse" },
};

describe.each(enginesHere)("the engine %s", (engine) => {
  describe.each(["momentum", "adam"] as const)("with %s", (optimizer) => {
    test.each(Object.entries(ways))("10 epochs at once are 4 and then 6 to the bit: %s", async (_what, way) => {
      const options: FitOptions = { training, ...way, epochs: 10 };
      using whole = await open(optimizer, engine);
      const { history } = await fit(whole, options);

      using parts = await open(optimizer, engine);
      const first = await fit(parts, { ...options, lastEpoch: 4 });
      // Another session in its place, as after a reload.
      using later = await open(optimizer, engine);
      restore(later, snapshot(parts));
      const second = await fit(later, { ...options, firstEpoch: 5 });

      expect(snapshot(later)).toEqual(snapshot(whole));
      expect([first.epochs, second.epochs]).toEqual([4, 6]);
      expect(first.steps + second.steps).toBe(history[9].step);
      // Which epoch is the best so far is the one thing that a part can't know of what was before it.
      const course = (records: typeof history) => records.map(({ best: _best, ...record }) => record);
      expect(course([...first.history, ...second.history])).toEqual(course(history));
    });
  });
});

test("a training that its listener left after an epoch goes on after it", async () => {
  const options: FitOptions = { training, epochs: 6, schedule: "cosine" };
  using whole = await open("adam");
  await fit(whole, options);
  using parts = await open("adam");
  for await (const { event, epoch } of fitEvents(parts, options)) if (event === "epoch" && epoch === 2) break;
  await fit(parts, { ...options, firstEpoch: 3 });
  expect(snapshot(parts)).toEqual(snapshot(whole));
});

test("events of a part count its own steps in their share, and all epochs in their numbers", async () => {
  using session = await open("adam");
  const events: FitEvent[] = [];
  const onProgress = (event: FitEvent) => void events.push(event);
  await fit(session, { training, epochs: 10, firstEpoch: 3, lastEpoch: 6, onProgress });
  const of = events.filter(({ event }) => event === "epoch");
  expect(of.map(({ epoch, epochs, step, fraction }) => [epoch, epochs, step, fraction])).toEqual([
    [3, 10, 21, 0.25],
    [4, 10, 28, 0.5],
    [5, 10, 35, 0.75],
    [6, 10, 42, 1],
  ]);
});

test("patience and the best epoch begin anew, and a start that counts is the epoch before the first", async () => {
  using session = await open("sgd");
  const options: FitOptions = { training, validation, epochs: 100, earlyStopping: { patience: 2 } };
  const constant = { ...options, score: { name: "same", better: "lower", of: () => 1 } } as const;
  const { stopped, epochs, bestEpoch } = await fit(session, { ...constant, firstEpoch: 50 });
  expect([stopped, epochs, bestEpoch]).toEqual(["early", 3, 50]);
  const counted = await fit(session, { ...constant, firstEpoch: 50, startCounts: true });
  expect([counted.stopped, counted.epochs, counted.bestEpoch, counted.best]).toEqual(["early", 2, 49, undefined]);
});

test("a step that fails is numbered among the steps of all epochs", async () => {
  using session = await open("sgd");
  session.parameters.fill(1e25);
  const error: unknown = await fit(session, { training, epochs: 9, firstEpoch: 4 }).catch((reason) => reason);
  expect(error).toBeInstanceOf(DivergenceError);
  expect((error as DivergenceError).epoch).toBe(4);
  expect((error as DivergenceError).step).toBeGreaterThan(21);
  expect((error as DivergenceError).step).toBeLessThan(29);
});

test("an epoch that is not planned is refused, and a budget for a part", async () => {
  using session = await open("sgd");
  const fitting = (options: Partial<FitOptions>) => fit(session, { training, epochs: 10, ...options });
  await expect(fitting({ firstEpoch: 0 })).rejects.toThrow("firstEpoch to be a whole number from 1 to 10");
  await expect(fitting({ firstEpoch: 11 })).rejects.toThrow("epochs counts those before firstEpoch too, found 11");
  await expect(fitting({ firstEpoch: 1.5 })).rejects.toThrow(DescriptionError);
  await expect(fitting({ firstEpoch: 5, lastEpoch: 4 })).rejects.toThrow(
    "Expected lastEpoch to be a whole number from firstEpoch, 5, to epochs, 10, found 4.",
  );
  await expect(fitting({ lastEpoch: 11 })).rejects.toThrow(DescriptionError);
  await expect(fitting({ initial_epoch: 4 } as object)).rejects.toThrow('Did you mean "firstEpoch"?');
  const planning = planBudget(session, { training, epochs: 10, firstEpoch: 2 }, { seconds: 1 });
  await expect(planning).rejects.toThrow("Leave firstEpoch out");
});
