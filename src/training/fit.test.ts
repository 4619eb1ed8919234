import { expect, test } from "vitest";
import { scriptedSession, three } from "../../test/scriptedSession.ts";
import { completeProblem, type Patterns } from "../engines/engine.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { random } from "../random.ts";
import { reference } from "../reference/reference.ts";
import { ChunkTimer, type Clock } from "./chunkTimer.ts";
import type { FitEvent } from "./events.ts";
import { fitEvents, fit as train } from "./fit.ts"; // linters take a train(…) in a test for a focused test
import type { FitOptions } from "./fitOptions.ts";
import type { Schedule } from "./schedules.ts";

const xor: Patterns = {
  inputs: Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1),
  desired: Float64Array.of(0, 1, 1, 0),
};

function xorSession(seed = 1) {
  return reference.create(
    completeProblem({
      network: network({ inputs: 2, layers: [dense(4, { activation: "tanh" }), dense(1, { activation: "logistic" })] }),
      loss: "halfSquaredError",
      optimizer: { name: "momentum", learningRate: 0.3 },
      seed,
    }),
  );
}

/** Patterns of y = sin x₀ − x₁. */
function wave(rows: number, seed: number): Patterns {
  const { uniform } = random(seed, "wave");
  const inputs = Float64Array.from({ length: rows * 2 }, () => 2 * uniform() - 1);
  const desired = Float64Array.from({ length: rows }, (_, n) => Math.sin(inputs[2 * n]) - inputs[2 * n + 1]);
  return { inputs, desired };
}

function waveSession(batchSize = 8) {
  return reference.create(
    completeProblem({
      network: network({ inputs: 2, layers: [dense(5, { activation: "tanh" }), dropout(0.2), dense(1)] }),
      loss: "meanSquaredError",
      optimizer: { name: "adam", learningRate: 0.02 },
      batchSize,
      seed: 3,
    }),
  );
}

/** A clock on which every chunk takes the given time, so that chunks come out long or short. */
function steadyClock(milliseconds: number): Clock {
  let time = 0;
  return {
    now: () => {
      time += milliseconds;
      return time;
    },
    pause: async () => {},
  };
}

test("XOR is learned pattern by pattern", async () => {
  const session = xorSession();
  const result = await train(session, { training: xor, epochs: 300 });
  expect([...session.predict(xor.inputs)].map(Math.round)).toEqual([...xor.desired]);
  expect(result).toMatchObject({ epochs: 300, steps: 1200, stopped: "finished", bestEpoch: 300 });
  expect(result.history[299].trainingLoss).toBeLessThan(0.005);
});

test("an epoch makes the very steps that the session's own run would, in the order of its seeded permutation", async () => {
  const fitted = waveSession();
  await train(fitted, { training: wave(20, 1), epochs: 2, seed: 9 });
  const stepped = waveSession();
  const patterns = stepped.load(wave(20, 1));
  for (const epoch of [1, 2]) stepped.run(patterns, random(9, "shuffle", epoch).permutation(20));
  expect(fitted.parameters).toEqual(stepped.parameters);
  expect(fitted.step).toBe(6); // 20 patterns are batches of 8, 8 and 4
});

test("the training loss of an epoch is the mean over patterns, short batches included", async () => {
  const session = waveSession(8);
  const { history } = await train(session, { training: wave(20, 1), epochs: 1, shuffle: false });
  const twin = waveSession(8);
  const [a, b, c] = twin.run(
    twin.load(wave(20, 1)),
    Uint32Array.from({ length: 20 }, (_, n) => n),
  );
  expect(history[0].trainingLoss).toBeCloseTo((8 * a + 8 * b + 4 * c) / 20, 14);
});

test("without shuffling, and in full-batch steps, patterns come in their own order", async () => {
  const plain = scriptedSession([]);
  await train(plain, { training: three, epochs: 1, shuffle: false });
  expect(plain.chunks.flatMap(({ rows }) => rows)).toEqual([0, 1, 2]);
  const two = { inputs: Float64Array.of(1, 2), desired: Float64Array.of(1, 2) };
  const full = scriptedSession([]);
  await train(full, { training: two, epochs: 2, batchSize: "all" });
  expect(full.chunks.map(({ rows }) => rows)).toEqual([
    [0, 1],
    [0, 1],
  ]);
});

test("the same seed gives the same bits, another seed others", async () => {
  const run = async (seed: number) => {
    const session = waveSession();
    const { history } = await train(session, { training: wave(30, 1), validation: wave(10, 2), epochs: 5, seed });
    return { history, parameters: session.parameters };
  };
  const first = await run(4);
  expect(await run(4)).toEqual(first);
  expect((await run(5)).parameters).not.toEqual(first.parameters);
});

test("the length of the chunks changes nothing", async () => {
  const run = async (milliseconds: number) => {
    const session = waveSession();
    const schedule: Schedule = { name: "cosine", warmup: { epochs: 1.5 } };
    const options: FitOptions = { training: wave(75, 1), validation: wave(9, 2), epochs: 6, schedule };
    const events: FitEvent[] = [];
    const iterator = fitEvents(session, options, new ChunkTimer(steadyClock(milliseconds)));
    let next = await iterator.next();
    for (; !next.done; next = await iterator.next()) events.push(next.value);
    return { result: next.value, parameters: session.parameters, events: events.length };
  };
  const long = await run(0); // whole epochs
  const short = await run(1000); // one step each, with progress between
  expect(short.events).toBeGreaterThan(long.events);
  expect(short.result).toEqual(long.result);
  expect(short.parameters).toEqual(long.parameters);
});

test("a schedule gives every step its own factor, over all epochs", async () => {
  const session = scriptedSession([]);
  const schedule: Schedule = { name: "step", every: 2, factor: 0.5, warmup: { epochs: 1 } };
  const { history } = await train(session, { training: three, batchSize: 1, epochs: 4, schedule });
  const factors = session.chunks.flatMap(({ options }) => [...Float64Array.from(options.rateFactors ?? [])]);
  expect(factors).toEqual([1 / 3, 2 / 3, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  expect(history.map(({ learningRate }) => learningRate)).toEqual([0.01, 0.01, 0.005, 0.005]);
});

test("a warm-up that ends within an epoch warms that epoch's first steps", async () => {
  const session = scriptedSession([]);
  const schedule: Schedule = { name: "constant", warmup: { epochs: 1.5 } };
  await train(session, { training: three, batchSize: 1, epochs: 3, schedule });
  const factors = session.chunks.map(({ options, rows }) => [
    ...Float64Array.from(options.rateFactors ?? rows.map(() => 1)),
  ]);
  expect(factors.flat()).toEqual([1, 2, 3, 4, 4.5, 4.5, 4.5, 4.5, 4.5].map((s) => s / 4.5)); // 1.5 epochs are 4.5 steps
});

test("training ends with the parameters of the best epoch, the earlier of equals", async () => {
  const session = scriptedSession([5, 3, 3, 4]); // two steps an epoch
  const result = await train(session, { training: three, validation: three, epochs: 4 });
  expect(result.bestEpoch).toBe(2);
  expect(result.best).toBe(result.history[1]);
  expect(result.history.map(({ best }) => best)).toEqual([true, true, false, false]);
  expect(session.parameters[0]).toBe(4);
});

test("the last parameters stay when the best are not to be restored", async () => {
  const session = scriptedSession([5, 3, 3, 4]);
  const result = await train(session, { training: three, validation: three, epochs: 4, restoreBest: false });
  expect(result.bestEpoch).toBe(2);
  expect(session.parameters[0]).toBe(8);
});

test("early stopping waits for as many epochs without a better one as its patience has", async () => {
  const session = scriptedSession([5, 4, 4.5, 3, 3.5, 3.2, 3.1, 1]);
  const options = { training: three, validation: three, epochs: 8 };
  const result = await train(session, { ...options, earlyStopping: { patience: 3 } });
  expect(result).toMatchObject({ stopped: "early", epochs: 7, bestEpoch: 4, steps: 14 });
  expect(session.parameters[0]).toBe(8);
});

test("a score judges epochs instead of the validation loss, in its own direction", async () => {
  const session = scriptedSession([1, 2, 3, 4]);
  // The outputs are the number of steps made, 2, 4, 6, 8: the score is highest at 6.
  const score = {
    name: "closeness",
    better: "higher",
    of: ([steps]: ArrayLike<number> & Iterable<number>) => 10 - Math.abs(steps - 6),
  } as const;
  const result = await train(session, { training: three, validation: three, epochs: 4, score });
  expect(result.bestEpoch).toBe(3);
  expect(result.history.map((record) => record.score)).toEqual(
    [6, 8, 10, 8].map((value) => ({ name: "closeness", value })),
  );
  expect(result.history.map(({ validationLoss }) => validationLoss)).toEqual([1, 2, 3, 4]);
});

test("a score that is no number stops training by its name", async () => {
  const session = scriptedSession([1]);
  const score = { name: "area", better: "higher", of: () => Number.NaN } as const;
  await expect(train(session, { training: three, validation: three, score })).rejects.toThrow(
    "The score area is not a number for the validation outputs of epoch 1.",
  );
  expect(session.live()).toBe(0);
});

test("an abort ends training within the epoch and keeps the best parameters", async () => {
  const session = scriptedSession([5, 3, 4, 4, 4, 4]);
  const controller = new AbortController();
  const result = await train(session, {
    training: three,
    validation: three,
    epochs: 100,
    signal: controller.signal,
    onProgress: ({ event, epoch }) => event === "epoch" && epoch === 4 && controller.abort(),
  });
  expect(result).toMatchObject({ stopped: "aborted", epochs: 4, steps: 8, bestEpoch: 2 });
  expect(session.parameters[0]).toBe(4);
  expect(session.live()).toBe(0);
});

test("an abort between chunks leaves the current parameters when no epoch was finished", async () => {
  const session = scriptedSession([]);
  const controller = new AbortController();
  const options: FitOptions = {
    training: three,
    validation: three,
    batchSize: 1,
    epochs: 2,
    signal: controller.signal,
  };
  const events = fitEvents(session, options, new ChunkTimer(steadyClock(1000)));
  expect((await events.next()).value).toMatchObject({
    event: "progress",
    epoch: 1,
    step: 1,
    epochs: 2,
    trainingLoss: 1,
  });
  controller.abort();
  const { value } = await events.next();
  expect(value).toMatchObject({ stopped: "aborted", epochs: 0, steps: 1, bestEpoch: 0, best: undefined, history: [] });
  expect(session.parameters[0]).toBe(1);
});

test("a signal that was aborted before training lets it make no step", async () => {
  const session = xorSession();
  const before = session.parameters.slice();
  const result = await train(session, { training: xor, signal: AbortSignal.abort() });
  expect(result).toMatchObject({ stopped: "aborted", epochs: 0, steps: 0 });
  expect(session.parameters).toEqual(before);
});

test("a timer can abort a training of short epochs", async () => {
  // Some seconds if nobody hears the timer: an end, should this fail.
  const result = await train(xorSession(), { training: xor, epochs: 50_000, signal: AbortSignal.timeout(20) });
  expect(result.stopped).toBe("aborted");
});

test("breaking out of the events frees the patterns and keeps the best parameters", async () => {
  const session = scriptedSession([5, 3, 4, 4]);
  for await (const { event, epoch } of fitEvents(session, { training: three, validation: three, epochs: 10 })) {
    expect(session.live()).toBe(2);
    if (event === "epoch" && epoch === 4) break;
  }
  expect(session.live()).toBe(0);
  expect(session.parameters[0]).toBe(4);
});

test("an error in onProgress ends training, frees the patterns and comes through", async () => {
  const session = scriptedSession([]);
  const broken = train(session, {
    training: three,
    onProgress: () => {
      throw new Error("The screen is gone.");
    },
  });
  await expect(broken).rejects.toThrow("The screen is gone.");
  expect(session.live()).toBe(0);
});

test("events tell how far training has come and how long it may take", async () => {
  const session = scriptedSession([]);
  let time = 0;
  const clock: Clock = { now: () => time, pause: async () => {} };
  const seen: FitEvent[] = [];
  for await (const event of fitEvents(session, { training: three, epochs: 4, health: false }, new ChunkTimer(clock))) {
    seen.push(event);
    time += 2000; // counts for the next epoch
  }
  expect(seen.map(({ event, fraction, seconds, secondsLeft }) => [event, fraction, seconds, secondsLeft])).toEqual([
    ["epoch", 1 / 4, 0, 0],
    ["epoch", 2 / 4, 2, 2],
    ["epoch", 3 / 4, 4, 4 / 3],
    ["epoch", 4 / 4, 6, 0],
  ]);
});

test("what a run came to holds nothing that the clock decides, and JSON carries it", async () => {
  const result = await train(xorSession(), { training: xor, validation: xor, epochs: 2 });
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  expect(Object.keys(result.history[0])).toEqual([
    "epoch",
    "step",
    "trainingLoss",
    "validationLoss",
    "learningRate",
    "best",
    "layers",
  ]);
});

test("wrong options are refused before anything is learned", () => {
  const session = waveSession(8);
  const start = (options: Partial<FitOptions>) => () => fitEvents(session, { training: wave(20, 1), ...options });
  expect(start({ epochs: 0 })).toThrow("Expected epochs to be a whole number of at least 1, found 0.");
  expect(start({ batchSize: 0 })).toThrow("Expected batchSize to be a whole number of at least 1, found 0.");
  expect(start({ batchSize: 9 })).toThrow("Expected a batchSize of at most 8, the problem's, found 9.");
  expect(start({ batchSize: "all" })).toThrow(
    "found all 20 patterns. Create the session for a problem with batchSize 20, or choose a smaller one here.",
  );
  expect(start({ seed: -1 })).toThrow("Expected seed to be a whole number of at least 0, found -1.");
  expect(start({ schedule: { name: "cosine", floor: 2 } })).toThrow("expected floor to be at least 0 and at most 1");
  expect(start({ earlyStopping: { patience: 3 } })).toThrow("earlyStopping evaluates epochs on validation patterns");
  expect(start({ restoreBest: true })).toThrow("Give validation or leave restoreBest out.");
  expect(start({ validation: wave(5, 1), earlyStopping: { patience: 0.5 } })).toThrow("the patience of earlyStopping");
  expect(start({ training: { inputs: new Float64Array(0), desired: new Float64Array(0) } })).toThrow(
    "Expected at least one training pattern, found none.",
  );
  expect(start({ training: { inputs: new Float64Array(3), desired: new Float64Array(2) } })).toThrow(
    "2 rows of 2 numbers",
  );
});

test("numbers that are not finite are named by their place before anything is learned", () => {
  const session = waveSession();
  const spoiled = (change: (patterns: { inputs: Float64Array; desired: Float64Array }) => void): Patterns => {
    const patterns = wave(4, 1);
    const copy = { inputs: Float64Array.from(patterns.inputs), desired: Float64Array.from(patterns.desired) };
    change(copy);
    return copy;
  };
  const training = spoiled(({ inputs }) => inputs.fill(Number.NaN, 5, 6));
  expect(() => fitEvents(session, { training })).toThrow(
    "Expected training inputs to be finite numbers, found NaN in row 2, column 1 (counted from 0).",
  );
  const validation = spoiled(({ desired }) => desired.fill(Number.POSITIVE_INFINITY, 3));
  expect(() => fitEvents(session, { training: wave(4, 1), validation })).toThrow(
    "Expected validation targets (desired) to be finite numbers, found Infinity in row 3, column 0",
  );
  const weighted = { ...wave(4, 1), sampleWeights: Float64Array.of(1, 1, Number.POSITIVE_INFINITY, 1) };
  expect(() => fitEvents(session, { training: weighted })).toThrow("Expected finite sample weights");
  session.parameters[3] = Number.NaN;
  expect(() => fitEvents(session, { training: wave(4, 1) })).toThrow(
    "Expected finite parameters to train from, found NaN in layers.0.weights.",
  );
});

test("decay and dropout move by schedules of their own, and are left alone without", async () => {
  const session = scriptedSession([]);
  const options: FitOptions = {
    training: three,
    batchSize: 1,
    epochs: 2,
    decaySchedule: "flatCos",
    dropoutSchedule: { name: "step", every: 1, factor: 0.5 },
  };
  await train(session, options);
  const factors = (name: "rateFactors" | "decayFactors" | "dropoutFactors") =>
    session.chunks.flatMap(({ options }) => [...Float64Array.from(options[name] ?? [])]);
  expect(factors("rateFactors")).toEqual([]);
  // Steps 3, 4, 5 of 6: ½ (1 + cos 0), ½ (1 + cos(π/3)), ½ (1 + cos(2π/3)).
  const expected = [1, 1, 1, 1, 3 / 4, 1 / 4];
  expect(factors("decayFactors").map((factor) => Number(factor.toFixed(12)))).toEqual(expected);
  expect(factors("dropoutFactors")).toEqual([1, 1, 1, 0.5, 0.5, 0.5]);
});

test("a short batch may wait for the next epoch's order", async () => {
  const session = waveSession(8);
  const options = { training: wave(20, 1), epochs: 2, seed: 9 };
  const { steps, history } = await train(session, { ...options, shortBatch: "drop" });
  const twin = waveSession(8);
  const patterns = twin.load(options.training);
  const losses = [1, 2].map((epoch) => {
    return twin.run(patterns, random(9, "shuffle", epoch).permutation(20).subarray(0, 16));
  });
  expect(steps).toBe(4);
  expect(session.parameters).toEqual(twin.parameters);
  expect(history.map(({ trainingLoss }) => trainingLoss)).toEqual(losses.map(([a, b]) => (a + b) / 2));
});

test("rows fewer than a batch are never dropped", async () => {
  const { steps } = await train(waveSession(8), { training: wave(5, 1), epochs: 3, shortBatch: "drop" });
  expect(steps).toBe(3);
});

test("an epoch may be limited to some steps, and schedules end with the last of them", async () => {
  const session = scriptedSession([]);
  const cosine: Schedule = { name: "cosine" };
  const options = { training: three, batchSize: 1, epochs: 2, stepsPerEpoch: 2, schedule: cosine, seed: 4 };
  const { steps } = await train(session, options);
  expect(steps).toBe(4);
  const passes = [1, 2].flatMap((pass) => [...random(4, "shuffle", pass).permutation(3)]);
  expect(session.chunks.flatMap(({ rows }) => rows)).toEqual(passes.slice(0, 4));
  const factors = session.chunks.flatMap(({ options }) => [...Float64Array.from(options.rateFactors ?? [])]);
  expect(factors).toEqual([0, 1, 2, 3].map((step) => (1 + Math.cos((Math.PI * step) / 4)) / 2));
});

test("every row has its turn before any has another, however few steps an epoch has", async () => {
  const session = scriptedSession([]);
  const rows = { inputs: new Float64Array(12), desired: new Float64Array(12) };
  await train(session, { training: rows, batchSize: 2, epochs: 6, stepsPerEpoch: 2, seed: 4 });
  const seen = session.chunks.flatMap((chunk) => [...chunk.rows]);
  expect(seen).toHaveLength(24);
  expect(new Set(seen.slice(0, 12)).size).toBe(12);
  expect(new Set(seen.slice(12)).size).toBe(12);
});

test("what would leave rows out for ever, and words that are none, are refused", () => {
  const session = waveSession(8);
  const start = (options: object) => () => fitEvents(session, { training: wave(20, 1), ...options });
  expect(start({ shortBatch: "drop", shuffle: false })).toThrow("found 4 of 20 rows that shortBatch or stepsPerEpoch");
  expect(start({ stepsPerEpoch: 1, shuffle: false })).toThrow("found 12 of 20 rows");
  expect(start({ stepsPerEpoch: 0 })).toThrow("Expected stepsPerEpoch to be a whole number of at least 1, found 0.");
  expect(start({ shortBatch: "lose" })).toThrow(`Expected fit's shortBatch to be "keep" or "drop", found "lose".`);
  expect(start({ ties: "first" })).toThrow(`Expected fit's ties to be "earliest" or "latest", found "first".`);
  expect(start({ startCounts: true })).toThrow("startCounts evaluates epochs on validation patterns, found none.");
  expect(start({ deadline: Number.NaN })).toThrow("Expected fit's deadline to be a number, found NaN.");
  const validated = { validation: wave(5, 1), earlyStopping: { patience: 3, factor: 0.5 } };
  expect(start(validated)).toThrow("Expected the factor of earlyStopping to be at least 1 and finite, found 0.5.");
});
