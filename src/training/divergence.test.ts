import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { completeProblem, type Patterns, type ProblemOptions, type Session } from "../engines/engine.ts";
import { createSession } from "../engines/factory.ts";
import { GradusError, NotFiniteError } from "../errors.ts";
import { batchNorm, dense, dropout, type Layer, layerNorm } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { type OptimizerName, optimizers } from "../optimizers/optimizers.ts";
import { random } from "../random.ts";
import { reference } from "../reference/reference.ts";
import { ChunkTimer } from "./chunkTimer.ts";
import { DivergenceError } from "./divergence.ts";
import { fitEvents, fit as train } from "./fit.ts";
import type { FitOptions } from "./fitOptions.ts";
import { Rewind } from "./rewind.ts";
import { completeSchedule, scheduleFactor } from "./schedules.ts";

/** Patterns of d = x₀ − 2 x₁, each input and response multiplied by a scale. */
function line(rows: number, inputScale = 1, desiredScale = 1): Patterns {
  const { uniform } = random(1, "line");
  const plain = Float64Array.from({ length: 2 * rows }, () => 2 * uniform() - 1);
  const desired = Float64Array.from({ length: rows }, (_, n) => (plain[2 * n] - 2 * plain[2 * n + 1]) * desiredScale);
  return { inputs: plain.map((x) => x * inputScale), desired };
}

const hidden = network({ inputs: 2, layers: [dense(3, { activation: "relu" }), dense(1)] });

function session(options: Partial<ProblemOptions> = {}) {
  return reference.create(completeProblem({ network: hidden, loss: "halfSquaredError", batchSize: 4, ...options }));
}

async function divergence(of: Session, options: FitOptions, timer?: ChunkTimer): Promise<DivergenceError> {
  try {
    for await (const _ of fitEvents(of, options, timer));
  } catch (error) {
    if (error instanceof DivergenceError) return error;
    throw error;
  }
  throw new Error("Training did not diverge.");
}

test("a learning rate far too high is named with the step, the layer, the growth and the remedy", async () => {
  const diverging = session({ optimizer: { name: "momentum", learningRate: 1e6 } });
  const error = await divergence(diverging, { training: line(20), epochs: 50 });
  expect(error).toBeInstanceOf(GradusError);
  expect(error.name).toBe("DivergenceError");
  expect(error.step).toBeGreaterThan(1);
  expect(error.epoch).toBe(Math.ceil(error.step / 5));
  expect(error.layer.kind).toBe("dense");
  expect(error.message).toMatch(
    /^Training diverged at step \d+, in epoch \d+: (the loss became (NaN|Infinity)|a parameter became larger than float32 can represent), first in layer [01] \(dense\)\. The likely cause: the learning rate 1000000 is too high: the largest parameter went from \S+ to \S+ in (one step|\d+ steps)\. Try a learning rate of 1, or clip the gradient \(clipNorm 1\)\. The network has the parameters from just before that step\.$/,
  );
});

test("the session goes back to the last good state, optimizer included, and the next step is the one that fails", async () => {
  const options = { optimizer: { name: "momentum", learningRate: 1e6 } } as const;
  const diverging = session(options);
  const { step, epoch, parameters } = await divergence(diverging, { training: line(20), epochs: 50 });
  // The same steps by hand: all are sound until the one that was named.
  const twin = session(options);
  const patterns = twin.load(line(20));
  const orders = Array.from({ length: epoch }, (_, e) => [...random(0, "shuffle", e + 1).permutation(20)]).flat();
  const losses = twin.run(patterns, Uint32Array.from(orders.slice(0, 4 * (step - 1))));
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(diverging.parameters).toEqual(twin.parameters);
  expect(diverging.slots).toEqual(twin.slots);
  expect(diverging.step).toBe(step - 1);
  expect(parameters).toEqual(twin.parameters);
  const failing = Uint32Array.from(orders.slice(4 * (step - 1), 4 * step));
  twin.run(patterns, failing);
  expect(twin.parameters.every((value) => Number.isFinite(Math.fround(value)))).toBe(false);
});

test("going back, every step is made again with its own factors of decay and dropout", async () => {
  const wide = network({ inputs: 2, layers: [dense(6, { activation: "relu" }), dropout(0.5), dense(1)] });
  const options = { network: wide, optimizer: { name: "adamW", learningRate: 1e-3, weightDecay: 0.5 } } as const;
  const schedule = { name: "step", every: 5, factor: 1e300 } as const;
  const diverging = session(options);
  const training = line(20);
  const schedules = { schedule, decaySchedule: "flatCos", dropoutSchedule: "flatCos" } as const;
  const { step } = await divergence(diverging, { training, epochs: 8, ...schedules });
  expect(step).toBeGreaterThan(22); // the factors have left 1 after half of 40 steps
  const twin = session(options);
  const orders = Array.from({ length: 8 }, (_, e) => [...random(0, "shuffle", e + 1).permutation(20)]).flat();
  const factorsOf = (name: "flatCos" | typeof schedule): Float64Array =>
    Float64Array.from({ length: step - 1 }, (_, s) => {
      return scheduleFactor(completeSchedule(name), { step: s, steps: 40, stepsPerEpoch: 5 });
    });
  twin.run(twin.load(training), Uint32Array.from(orders.slice(0, 4 * (step - 1))), {
    rateFactors: factorsOf(schedule),
    decayFactors: factorsOf("flatCos"),
    dropoutFactors: factorsOf("flatCos"),
  });
  expect(diverging.parameters).toEqual(twin.parameters);
  expect(diverging.slots).toEqual(twin.slots);
});

test("neither long chunks nor copies of the state change what is found", async () => {
  // The rate grows tenfold an epoch: some epochs are sound, and copies of the state are made on the way.
  const options = { training: line(1000), epochs: 20, schedule: { name: "exponential", factor: 10 } } as const;
  const run = (milliseconds: number) => {
    let time = 0;
    const now = (): number => {
      time += milliseconds;
      return time;
    };
    const problem = { optimizer: { name: "sgd", learningRate: 1e-6 }, batchSize: 50 } as const;
    return divergence(session(problem), options, new ChunkTimer({ now, pause: async () => {} }));
  };
  const [long, short] = [await run(0), await run(1000)];
  expect(long.step).toBeGreaterThan(4096 / 50); // a copy is made after 4,096 patterns
  expect(long.likelyCause).toMatch(/^the learning rate, \S+ at that step, is too high/);
  expect(short.message).toBe(long.message);
  expect(short.parameters).toEqual(long.parameters);
  expect(short.history).toEqual(long.history);
});

test("the best epoch's parameters are kept where they are to be restored", async () => {
  const diverging = session({ optimizer: { name: "sgd", learningRate: 0.01 }, batchSize: 20 });
  const kept: Float64Array[] = [];
  const error = await train(diverging, {
    training: line(20),
    validation: line(20),
    epochs: 100,
    schedule: { name: "exponential", factor: 5 },
    onProgress: (event) => {
      if (event.event === "epoch" && event.best) kept.push(diverging.parameters.slice());
    },
  }).catch((caught: unknown) => caught);
  if (!(error instanceof DivergenceError)) throw error;
  expect(error.bestEpoch).toBe(error.history.findLast(({ best }) => best)?.epoch);
  expect(error.parameters).toEqual(kept.at(-1));
  expect(diverging.parameters).toEqual(kept.at(-1));
  expect(error.message).toContain(`The network has the parameters of the best epoch, ${error.bestEpoch}.`);
});

test("the layer is the first whose signals are not finite", async () => {
  const weights = (value: number, units: number, inputs: number) => ({
    initialisation: { weights: Array.from({ length: units }, () => new Array<number>(inputs).fill(value)) },
  });
  const steep = network({
    inputs: 2,
    layers: [dense(2, weights(1e160, 2, 2)), dense(2, weights(1e160, 2, 2)), dense(1, weights(1, 1, 2))],
  });
  const ones = { inputs: Float64Array.of(1, 1), desired: Float64Array.of(1) };
  const error = await divergence(session({ network: steep }), { training: ones });
  // Layer 0 puts out 2e160, layer 1 twice their product with 1e160: beyond 1.8e308.
  expect(error).toMatchObject({ step: 1, epoch: 1, layer: { index: 1, kind: "dense" } });
  expect(error.likelyCause).toBe("the initial parameters are too large: they reach 1e+160");
});

test("inputs out of scale are named by their place", async () => {
  const training = line(20, 1e7);
  const largest = training.inputs.findIndex((x) => Math.abs(x) === Math.max(...training.inputs.map(Math.abs)));
  const error = await divergence(session({ batchSize: 20 }), { training, epochs: 100 });
  expect(error.likelyCause).toContain("the training inputs are not scaled: they reach 9960000");
  expect(error.likelyCause).toContain(`in row ${Math.floor(largest / 2)}, column ${largest % 2}, both counted from 0`);
  expect(error.remedy).toBe("Scale each input to about −3 … 3, or use a much lower learning rate.");
});

test("desired responses out of scale are named by their place", async () => {
  const optimizer = { name: "sgd", learningRate: 0.1 } as const;
  const linear = network({ inputs: 2, layers: [dense(3), dense(1)] });
  const error = await divergence(session({ network: linear, optimizer }), { training: line(20, 1, 1e6), epochs: 100 });
  expect(error.likelyCause).toMatch(
    /^the targets \(desired\) of the training patterns are not scaled: they reach \S+ in row/,
  );
  expect(error.remedy).toContain("Standardize the targets");
});

test("a parameter that overflows in the last update is found as well", async () => {
  const optimizer = { name: "sgd", learningRate: 1e308 } as const;
  const ones = { inputs: Float64Array.of(1, 1), desired: Float64Array.of(1e3) };
  const single = network({ inputs: 2, layers: [dense(1)] });
  const error = await divergence(session({ network: single, optimizer }), { training: ones, epochs: 1 });
  expect(error).toMatchObject({ step: 1, layer: { index: 0, kind: "dense" } });
  expect(error.message).toContain("a parameter became larger than float32 can represent");
  expect(error.likelyCause).toContain("the learning rate 1e+308 is too high");
});

test("the layer that broke is found with the dropout of the step that broke", async () => {
  // The product of the weights overflows where the input is kept, as by the factor 0; the full rate drops it.
  const own = network({
    inputs: 1,
    layers: [dropout(0.9), dense(1, { bias: false, activation: "relu" }), dense(1, { bias: false })],
  });
  const broken = session({ network: own, batchSize: 1, seed: 3, optimizer: { name: "sgd", learningRate: 1e-3 } });
  const training = { inputs: Float64Array.of(1), desired: Float64Array.of(1) };
  broken.parameters.set([1e200, 1e200]);
  const steps = new Rewind(broken, broken.load(training), 1);
  const factors = { rateFactors: undefined, decayFactors: undefined, dropoutFactors: Float64Array.of(0) };
  const rows = Uint32Array.of(0);
  expect(() => broken.run(broken.load(training), rows, factors)).toThrow(NotFiniteError);
  steps.record({ epoch: 1, rows, counts: [1], factors }, 1);
  expect(await steps.failure()).toMatchObject({ step: 1, layer: 2 });
});

test("a validation loss that overflows is blamed on the validation patterns", async () => {
  const validation = line(3, 1e30); // its square is none in float32
  const single = await createSession({ network: hidden, loss: "halfSquaredError", batchSize: 4, engine: "wasm" });
  const error = await divergence(single, { training: line(8), validation, epochs: 2 });
  expect(error).toMatchObject({ step: 2, epoch: 1, layer: { index: 1 }, bestEpoch: undefined });
  expect(error.message).toContain("the validation loss is not finite");
  expect(error.likelyCause).toContain("the validation inputs are not scaled");
});

test("a session with running statistics goes back to before the step that failed, with them", async () => {
  const normalised = network({ inputs: 2, layers: [dense(3), batchNorm(), dense(1)] });
  const diverging = session({ network: normalised, optimizer: { name: "sgd", learningRate: 1e30 } });
  const { step } = await divergence(diverging, { training: line(20), epochs: 50 });
  const twin = session({ network: normalised, optimizer: { name: "sgd", learningRate: 1e30 } });
  const patterns = twin.load(line(20));
  const order = random(0, "shuffle", 1).permutation(20);
  expect(step).toBeLessThanOrEqual(5);
  twin.run(patterns, order.subarray(0, 4 * (step - 1)));
  expect(diverging.parameters).toEqual(twin.parameters);
});

test("a rate that only learns badly is no divergence", async () => {
  const crossEntropy = network({ inputs: 2, layers: [dense(2)] });
  const classes = { inputs: line(10).inputs, desired: Float64Array.from({ length: 10 }, (_, n) => n % 2) };
  const optimizer = { name: "sgd", learningRate: 1e6 } as const;
  const wild = session({ network: crossEntropy, loss: "crossEntropy", optimizer });
  await expect(train(wild, { training: classes, epochs: 5 })).resolves.toMatchObject({ stopped: "finished" });
});

describe.each(enginesHere)("the engine %s", (engine) => {
  test.each(Object.keys(optimizers) as OptimizerName[])(
    "%s by a rate that no float32 holds diverges, whatever the schedule and whether the best epoch is restored",
    async (name) => {
      for (const schedule of ["constant", "cosine", { name: "step", every: 2, factor: 1e300 }] as const) {
        for (const restoreBest of [false, true]) {
          const optimizer = { name, learningRate: typeof schedule === "string" ? 1e300 : 1e10 };
          const wild = await createSession({
            network: hidden,
            loss: "halfSquaredError",
            batchSize: 4,
            engine,
            optimizer,
          });
          const validation = restoreBest ? { validation: line(5) } : {};
          const error = await divergence(wild, { training: line(8), epochs: 3, schedule, restoreBest, ...validation });
          expect(error.parameters.every((value) => Number.isFinite(Math.fround(value)))).toBe(true);
          expect(error.message).toMatch(/Try a learning rate of 1, or clip the gradient/);
        }
      }
    },
  );
});

test.each<[Partial<ProblemOptions>, string, string]>([
  [{ optimizer: { name: "adamW", learningRate: 0.01, weightDecay: 1e6 } }, "weightDecay 1000000", "weightDecay 10"],
  [{ optimizer: { name: "sgd", learningRate: 0.01 }, l2: 1e6 }, "l2 1000000", "l2 10"],
  [{ optimizer: { name: "sgd", learningRate: 0.01 }, l1: 1e8 }, "l1 100000000", "l1 1"],
  [{ optimizer: { name: "nesterov", learningRate: 0.01 }, l2: 1e6 }, "l2 1000000", "l2 10"],
  [{ optimizer: { name: "nesterov", learningRate: 0.01 }, l1: 1e8 }, "l1 100000000", "l1 1"],
])(
  "a penalty as in %j, by itself enough to diverge, is named as the cause, and not the learning rate",
  async (options, cause, remedy) => {
    const { message } = await divergence(session(options), { training: line(20), epochs: 400 });
    expect(message).toContain(`The likely cause: option ${cause} is too large for the learning rate 0.01`);
    expect(message).toContain(`Try option ${remedy} or less.`);
  },
);

describe.each(["rmsProp", "adam", "adamW"] as const)("%s, which divides by the root of a mean square", (name) => {
  const options = { network: network({ inputs: 2, layers: [dense(1)] }), loss: "huber", batchSize: 4 } as const;
  const optimizer = { name, learningRate: 0.01 };

  test("a penalty whose square float32 can't hold, with which steps would be 0, is refused", () => {
    for (const penalty of [{ l1: 1e22 }, { l2: 1e22 }]) {
      expect(() => completeProblem({ ...options, ...penalty, optimizer })).toThrow(
        `with ${name} to be at most 1e18, because float32 does not hold the squared gradient beyond that, found 1e+22.`,
      );
    }
  });

  test("a gradient whose square float32 can't hold is a divergence, and not steps of 0", async () => {
    using unscaled = await createSession({ ...options, optimizer, engine: "wasm" });
    const inputs = Float64Array.from({ length: 16 }, (_, i) => (i + 1) * 1e24);
    const desired = new Float64Array(8);
    const of = await divergence(unscaled, { training: { inputs, desired }, epochs: 3 });
    expect(of.message).toContain("of the gradient became larger than float32 can represent, with which steps are 0");
    expect(of.likelyCause).toContain("the training inputs are not scaled");
    using weighted = await createSession({ ...options, optimizer, engine: "wasm" });
    const training = { inputs: inputs.map((x) => x / 1e24), desired, sampleWeights: new Float64Array(8).fill(1e24) };
    const { likelyCause, remedy } = await divergence(weighted, { training, epochs: 3 });
    expect(likelyCause).toBe("the gradient is too large to be squared in float32");
    expect(remedy).toContain("clipNorm 1");
  });
});

test("settings that are 0 or infinite in float32, where they would mean something else, are refused", () => {
  const options = { network: network({ inputs: 2, layers: [dense(1)] }), loss: "huber" } as const;
  const cases: readonly [Partial<ProblemOptions>, string][] = [
    [{ optimizer: { name: "sgd", learningRate: 1e-50 } }, "sgd: expected learningRate to be at least 1.4e-45"],
    [{ optimizer: { name: "adam", epsilon: 1e-50 } }, "adam: expected epsilon to be at least 1.4e-45"],
    [{ optimizer: { name: "adam", epsilon: 1e300 } }, "adam: expected epsilon to be at most 3.4e+38"],
    [{ clipNorm: 1e-46 }, "Expected clipNorm to be at least 1.4e-45"],
    [{ loss: { name: "huber", delta: 1e-46 } }, "Expected huber's delta to be at least 1.4e-45"],
    [{ loss: { name: "quantile", quantiles: [1e-50] } }, "Expected each quantile to be at least 1.4e-45"],
    [{ loss: { name: "quantile", quantiles: [1 - 1e-15] } }, "Expected each quantile to be at most 0.99999994"],
  ];
  for (const [setting, message] of cases) expect(() => completeProblem({ ...options, ...setting })).toThrow(message);
  const layers: readonly [Layer, string][] = [
    [layerNorm({ epsilon: 1e-50 }), "layer 0 (layerNorm): epsilon to be at least 1.4e-45"],
    [layerNorm({ epsilon: 1e300 }), "layer 0 (layerNorm): epsilon to be at most 3.4e+38"],
    [batchNorm({ epsilon: 1e-50 }), "layer 0 (batchNorm): epsilon to be at least 1.4e-45"],
    [batchNorm({ momentum: 1e-60 }), "layer 0 (batchNorm): momentum to be at least 1.4e-45"],
  ];
  for (const [layer, message] of layers) {
    expect(() => network({ inputs: 2, layers: [layer, dense(1)] })).toThrow(message);
  }
});

test("a rate of 0 in the failing step is not named as too high", async () => {
  const diverging = session({ optimizer: { name: "momentum", learningRate: 1e6 } });
  const { message } = await divergence(diverging, { training: line(20), epochs: 50, schedule: { name: "cosine" } });
  expect(message).not.toContain(", 0 at that step");
});
