/** A training that was interrupted between any two steps goes on to the bits of one that never was. */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { createSession, type EngineName } from "../engines/factory.ts";
import { batchNorm, dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import type { OptimizerLike } from "../optimizers/optimizers.ts";
import { random } from "../random.ts";
import { ChunkTimer } from "./chunkTimer.ts";
import { DivergenceError } from "./divergence.ts";
import type { EpochEvent, FitResult } from "./events.ts";
import { drained, resumableEvents } from "./fit.ts";
import type { FitOptions } from "./fitOptions.ts";
import type { FitState, StateKeeper } from "./fitState.ts";
import { KeptOutputs, type KeptOutputsState } from "./keptOutputs.ts";

const draw = random(3, "points");
const pointsOf = (rows: number) => ({
  inputs: Float32Array.from({ length: 2 * rows }, draw.normal),
  desired: Float32Array.from({ length: rows }, draw.normal),
});
const [training, validation] = [pointsOf(26), pointsOf(9)];

const open = (engine: EngineName, optimizer: OptimizerLike = { name: "adam", learningRate: 0.05 }) =>
  createSession({
    network: network({
      inputs: 2,
      layers: [dense(5, { activation: "relu" }), batchNorm(), dropout(0.4), dense(1)],
    }),
    loss: "meanSquaredError",
    optimizer,
    batchSize: 4,
    seed: 11,
    engine,
  });

const ways: Readonly<Record<string, Partial<FitOptions>>> = {
  "no validation": { schedule: { name: "cosine", warmup: { epochs: 2.5 } } },
  "rows in order, layers checked in each epoch": { shuffle: false, health: { every: 1 } },
  "epochs that are parts of a pass, the start counts": {
    validation,
    stepsPerEpoch: 4,
    startCounts: true,
    decaySchedule: "flatCos",
    dropoutSchedule: "flatCos",
  },
  "early stopping by a metric": { validation, score: "rmse", earlyStopping: { patience: 3 }, ties: "latest" },
};

/** A clock that stands still: each chunk is so many times as long as the one before. */
const timer = () => new ChunkTimer({ now: () => 0, pause: async () => {} });

interface Kept {
  readonly fit: FitState;
  readonly outputs: KeptOutputsState;
}

/** Trains from a state, and collects the states on the way. */
async function train(engine: EngineName, way: Partial<FitOptions>, from?: Kept) {
  using session = await open(engine);
  const outputs = new KeptOutputs(200, from?.outputs);
  const states: Kept[] = [];
  const keeper: StateKeeper = {
    from: from?.fit,
    due: true,
    keep: async (fit) => void states.push({ fit, outputs: outputs.state }),
  };
  const watched = way.validation && { onOutputs: (y: Float32Array | Float64Array) => outputs.add(y) };
  const options: FitOptions = { training, epochs: 8, ...way, ...watched };
  const result: FitResult = await drained(resumableEvents(session, options, keeper, timer()));
  return { result, parameters: session.parameters.slice(), looks: outputs.looks, states };
}

describe.each(enginesHere)("the engine %s", (engine) => {
  test.each(Object.entries(ways))("every state leads to the same result: %s", async (_what, way) => {
    const { states, ...whole } = await train(engine, way);
    expect(states.length).toBeGreaterThan(5);
    for (const state of states) {
      const { states: _further, ...resumed } = await train(engine, way, state);
      expect(resumed).toEqual(whole);
    }
    expect(states.at(-1)?.fit.stopped).toBe(whole.result.stopped);
  });
});

test("an aborted training keeps its last state, which leads to the result of one that was not", async () => {
  const { states: _states, ...whole } = await train("wasm", { validation });
  const controller = new AbortController();
  let evaluations = 0;
  const ending: Partial<FitOptions> = {
    validation,
    signal: controller.signal,
    score: {
      name: "loss",
      better: "lower",
      of: () => {
        if (++evaluations === 4) controller.abort();
        return 1;
      },
    },
  };
  const aborted = await train("wasm", ending);
  expect(aborted.result.stopped).toBe("aborted");
  const { fit } = aborted.states.at(-1) as Kept;
  expect(fit.stopped).toBeUndefined();
  expect(fit.position).toMatchObject({ epoch: 5, step: 0 });
  expect(whole.result.epochs).toBe(8);
});

test("a training that diverges after it went on is explained as one that was not interrupted", async () => {
  const unsteady = { name: "sgd", learningRate: 30 } as const;
  const states: FitState[] = [];
  const diverge = async (from?: FitState): Promise<DivergenceError> => {
    using session = await open("wasm", unsteady);
    const keeper: StateKeeper = { from, due: from === undefined, keep: async (state) => void states.push(state) };
    const events = resumableEvents(session, { training, epochs: 50 }, keeper, timer());
    return await drained(events).catch((error) => error);
  };
  const whole = await diverge();
  expect(whole).toBeInstanceOf(DivergenceError);
  const kept = states.filter(({ steps }) => steps > 0);
  expect(kept.length).toBeGreaterThan(0);
  for (const state of kept) {
    const resumed = await diverge(state);
    expect([resumed.message, resumed.step, resumed.parameters]).toEqual([whole.message, whole.step, whole.parameters]);
  }
});

test("of a training that goes on, the time left is reckoned from the steps that it makes itself", async () => {
  const { states } = await train("wasm", {});
  const half = states.find(({ fit }) => fit.position.epoch === 5) as Kept;
  using session = await open("wasm");
  let time = 0;
  const clock = { now: () => time++, pause: async () => {} };
  const keeper: StateKeeper = { from: half.fit, due: false, keep: async () => {} };
  const events = resumableEvents(session, { training, epochs: 8 }, keeper, new ChunkTimer(clock));
  const { value } = await events.next();
  await events.return(undefined as never);
  const { step, seconds, secondsLeft } = value as EpochEvent;
  expect(step).toBe(35); // of 56
  expect(secondsLeft).toBeCloseTo((seconds * (56 - 35)) / (35 - half.fit.steps));
});
