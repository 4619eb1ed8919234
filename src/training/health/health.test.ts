import { afterEach, describe, expect, test } from "vitest";
import { completeProblem, type Patterns, type ProblemOptions, type Session } from "../../engines/engine.ts";
import { createSession } from "../../engines/factory.ts";
import type { ActivationName } from "../../network/activations.ts";
import { dense, dropout } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { random } from "../../random.ts";
import { reference } from "../../reference/reference.ts";
import type { EpochEvent, FitEvent } from "../events.ts";
import { fit as learn } from "../fit.ts"; // linters take a fit(…) in a test for a focused test
import type { FitOptions } from "../fitOptions.ts";

/** Patterns of y = sin x₀ − x₁, inputs in [−1, 1). */
function wave(rows: number): Patterns {
  const { uniform } = random(5, "wave");
  const inputs = Float32Array.from({ length: rows * 2 }, () => 2 * uniform() - 1);
  const desired = Float32Array.from({ length: rows }, (_, n) => Math.sin(inputs[2 * n]) - inputs[2 * n + 1]);
  return { inputs, desired };
}

/** Networks of 2 inputs and 1 output, of which the tests plant the parameters. */
function problemOf(hidden: readonly ActivationName[], options: Partial<ProblemOptions> = {}) {
  const layers = hidden.map((activation) => dense(16, { activation }));
  return completeProblem({
    network: network({ inputs: 2, layers: [...layers, dense(1)] }),
    loss: "meanSquaredError",
    batchSize: 32,
    ...options,
  });
}

/** Sets the parameters of one kind in one layer. */
function plant(session: Session, layer: number, role: "weights" | "bias", value: (i: number) => number): void {
  const tensor = session.layout.tensors.find((found) => found.layer === layer && found.role === role);
  if (tensor === undefined) throw new Error(`no ${role} in layer ${layer}`);
  for (let i = 0; i < tensor.length; i++) session.parameters[tensor.offset + i] = value(i);
}

/** A short training whose parameters hardly change, measured in each epoch. */
const still = { optimizer: { name: "sgd", learningRate: 1e-9 } } as const;
const looking: FitOptions = { training: wave(96), epochs: 6, health: { every: 1 } };

describe("what lasts gives a sentence with its remedy:", () => {
  test("dead units, and how many of how many", async () => {
    using session = reference.create(problemOf(["relu", "relu"], still));
    plant(session, 0, "bias", (unit) => (unit < 7 ? -100 : 1));
    plant(session, 1, "bias", () => 10);
    const { warnings } = await learn(session, looking);
    expect(warnings).toEqual([
      {
        code: "dead-units",
        layer: 0,
        message:
          "Layer 0: 7 of 16 units are dead (they output 0 for every row that was checked). Lower the learning rate, or use leakyRelu or gelu.",
      },
    ]);
  });

  test("saturated units", async () => {
    using session = reference.create(problemOf(["tanh", "logistic"], still));
    plant(session, 1, "weights", () => 100);
    plant(session, 1, "bias", () => 300);
    const { warnings } = await learn(session, looking);
    expect(warnings).toMatchObject([{ code: "saturated-units", layer: 1 }]);
    expect(warnings[0].message).toMatch(/^Layer 1: 16 of 16 units are saturated .*Lower the learning rate/);
  });

  test("δ that vanish over ten logistic layers, in one sentence for all the layers", async () => {
    using session = reference.create(
      problemOf(
        Array.from({ length: 10 }, () => "logistic" as const),
        still,
      ),
    );
    const { warnings } = await learn(session, looking);
    expect(warnings).toMatchObject([{ code: "vanishing-gradients", layer: 0 }]);
    expect(warnings[0].message).toMatch(
      /^Layers 0, 1, .* vanish in the backward pass: their norm is .* Use fewer layers/,
    );
  });

  test.each(["identity", "relu"] as const)("δ that explode through large weights of %s layers", async (activation) => {
    using session = reference.create(
      problemOf([activation, activation, activation, activation], { ...still, clipNorm: 1 }),
    );
    for (let layer = 1; layer < 5; layer++) plant(session, layer, "weights", () => 2);
    const { warnings } = await learn(session, looking);
    expect(warnings).toMatchObject([{ code: "exploding-gradients", layer: 0 }]);
    expect(warnings[0].message).toMatch(/explode in the backward pass: .* Start from smaller weights/);
  });

  test("nothing of a network that learns well, whatever its activation", async () => {
    for (const activation of ["relu", "silu", "tanh", "logistic", "elu", "gelu"] as const) {
      using session = reference.create(
        problemOf([activation, activation], { optimizer: { name: "adam", learningRate: 0.01 } }),
      );
      const { warnings, history } = await learn(session, { ...looking, epochs: 60 });
      expect(history[59].trainingLoss).toBeLessThan(0.2 * history[0].trainingLoss);
      expect(warnings, activation).toEqual([]);
    }
  });

  test("nothing of trouble that passes before the last third of the epochs", async () => {
    using session = reference.create(problemOf(["relu"], still));
    plant(session, 0, "bias", () => -100);
    const onProgress = ({ event, epoch }: FitEvent): void => {
      if (event === "epoch" && epoch === 6) plant(session, 0, "bias", () => 1);
    };
    const { warnings } = await learn(session, { ...looking, epochs: 9, onProgress });
    expect(warnings).toEqual([]);
    using dead = reference.create(problemOf(["relu"], still));
    plant(dead, 0, "bias", () => -100);
    expect((await learn(dead, { ...looking, epochs: 9 })).warnings).toHaveLength(1);
  });

  test("nothing on the strength of a single look", async () => {
    using session = reference.create(problemOf(["relu"], still));
    plant(session, 0, "bias", () => -100);
    expect((await learn(session, { ...looking, epochs: 1 })).warnings).toEqual([]);
  });
});

describe("an epoch that is measured", () => {
  test("reports each layer with neurons, in numbers that JSON can represent", async () => {
    using session = reference.create(
      completeProblem({
        network: network({ inputs: 2, layers: [dense(5, { activation: "relu" }), dropout(0.2), dense(1)] }),
        loss: "meanSquaredError",
        optimizer: "adam",
        batchSize: 32,
      }),
    );
    const events: FitEvent[] = [];
    const result = await learn(session, { ...looking, epochs: 2, onProgress: (event) => events.push(event) });
    const layers = events.filter((event): event is EpochEvent => event.event === "epoch").map((event) => event.layers);
    expect(layers.map((found) => found?.map(({ layer, units, patterns }) => [layer, units, patterns]))).toEqual([
      [
        [0, 5, 32],
        [2, 1, 32],
      ],
      [
        [0, 5, 32],
        [2, 1, 32],
      ],
    ]);
    expect(result.history.map((record) => record.layers)).toEqual(layers);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    const [hidden, output] = layers[1] ?? [];
    expect(output.relativeNorm).toBe(1);
    expect(hidden.output.least).toBeGreaterThanOrEqual(0);
    expect(hidden.updateRatio).toBeGreaterThan(0);
    expect(hidden.updateRatio).toBeLessThan(0.1);
    const { least, quantiles, most } = hidden.inducedField;
    expect([least, ...quantiles, most]).toEqual([least, ...quantiles, most].toSorted((a, b) => a - b));
  });

  test("gives the numbers that one pattern's step has by hand", async () => {
    // v = 2 · 3 + 1 = 7, y = 7, d = 5: δ = −∂(½(d − y)²)/∂v = −2; ΔW = η δ x = 0.01 · (−2) · 3 = −0.06, a 0.03th of W = 2.
    using session = reference.create(
      completeProblem({
        network: network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] }),
        loss: "halfSquaredError",
        optimizer: { name: "sgd", learningRate: 0.01 },
      }),
    );
    const training = { inputs: Float64Array.of(3), desired: Float64Array.of(5) };
    const { history } = await learn(session, { training, epochs: 1, health: { every: 1 } });
    const all = (value: number) => ({ mean: value, deviation: 0, least: value, most: value });
    expect(history[0].layers).toMatchObject([
      { inducedField: all(7), output: all(7), localGradient: all(-2), localGradientNorm: 2, units: 1, patterns: 1 },
    ]);
    expect(history[0].layers?.[0].updateRatio).toBeCloseTo(0.03, 12);
  });

  test("sees 32 patterns of 256 units, however many there are, and δ of patterns, not of batches", async () => {
    const wide = (batchSize: number) =>
      completeProblem({
        network: network({ inputs: 2, layers: [dense(600, { activation: "tanh" }), dense(1)] }),
        loss: "meanSquaredError",
        optimizer: { name: "sgd", learningRate: 1e-9 },
        batchSize,
      });
    const norms: number[] = [];
    const deviations: number[] = [];
    for (const batchSize of [4, 8, 64]) {
      using session = reference.create(wide(batchSize));
      const { history } = await learn(session, { training: wave(64), epochs: 1, shuffle: false, health: { every: 1 } });
      const [hidden] = history[0].layers ?? [];
      expect(hidden).toMatchObject({ units: 256, patterns: 32 });
      norms.push(hidden.localGradientNorm);
      deviations.push(hidden.localGradient.deviation);
    }
    for (const norm of norms) expect(norm).toBeCloseTo(norms[0], 6);
    for (const deviation of deviations) expect(deviation).toBeCloseTo(deviations[0], 6);
  });

  test("comes when enough has been learned to pay for it, and five times in a training too short for that", async () => {
    const { penalties, ...problem } = problemOf(["tanh"], still);
    using session = await createSession({ ...problem, ...penalties, engine: "wasm" });
    const looked = async (rows: number) => {
      const { history } = await learn(session, { training: wave(rows), epochs: 320 });
      return history.filter(({ layers }) => layers !== undefined).map(({ epoch }) => epoch);
    };
    expect(await looked(8)).toEqual([64, 128, 192, 256, 320]);
    const often = await looked(8000);
    expect(often.length).toBeGreaterThan(5);
    expect(often.length).toBeLessThan(160);
  });
});

describe("looking changes no bit of the network", () => {
  const opened: Session[] = [];
  afterEach(() => {
    for (const session of opened.splice(0)) session.dispose();
  });

  async function outcome(
    engine: "reference" | "wasm",
    threads: number,
    batchSize: number,
    health: FitOptions["health"],
  ) {
    const units = threads > 1 ? 256 : 12;
    const session = await createSession({
      network: network({
        inputs: 2,
        layers: [dense(units, { activation: "silu" }), dropout(0.3), dense(units, { activation: "tanh" }), dense(1)],
      }),
      loss: "meanSquaredError",
      optimizer: "adamW",
      batchSize,
      engine,
      threads,
      seed: 3,
    });
    opened.push(session);
    const { history } = await learn(session, { training: wave(200), validation: wave(30), epochs: 3, health });
    const { parameters, gradients, slots, step } = session;
    return {
      losses: history.map(({ trainingLoss, validationLoss }) => [trainingLoss, validationLoss]),
      state: [parameters.slice(), gradients.slice(), ...Object.values(slots).map((slot) => slot.slice()), step],
      looks: history.filter(({ layers }) => layers !== undefined).length,
    };
  }

  test.each([
    ["reference", 1, 8],
    ["reference", 1, 64],
    ["wasm", 1, 1],
    ["wasm", 1, 8],
    ["wasm", 1, 64],
    ["wasm", 2, 64],
    ["wasm", 2, 24],
  ] as const)("of %s on %i threads with batches of %i", async (engine, threads, batchSize) => {
    const without = await outcome(engine, threads, batchSize, false);
    const looked = await outcome(engine, threads, batchSize, { every: 1 });
    expect([without.looks, looked.looks]).toEqual([0, 3]);
    expect(looked.losses).toEqual(without.losses);
    expect(looked.state).toEqual(without.state);
  });
});

test("an interval that is none is refused before anything is learned", async () => {
  using session = reference.create(problemOf(["relu"]));
  await expect(learn(session, { ...looking, health: { every: 0 } })).rejects.toThrow(
    "Expected health.every to be a whole number of at least 1, found 0.",
  );
});
