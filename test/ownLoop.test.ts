/** What one who trains networks of their own asks for: scores by name, given parameters, a training that goes on, folds. */
import { describe, expect, test } from "vitest";
import { scoreFor } from "../src/entries/network.ts";
import { DataError, ShapeError } from "../src/errors.ts";
import { createSession, dense, fit, foldRows, network, random } from "../src/index.ts";
import { enginesHere } from "./enginesHere.ts";

const draw = random(3, "data");
const inputs = Float32Array.from({ length: 80 }, () => draw.normal());
const desired = Float32Array.from({ length: 40 }, (_, n) => (inputs[2 * n] > inputs[2 * n + 1] ? 1 : 0));
const classifier = network({ inputs: 2, layers: [dense(4, { activation: "tanh" }), dense(2)] });
const problem = { network: classifier, loss: "crossEntropy", optimizer: "adam", batchSize: 8, seed: 5 } as const;

describe("a score by the name of a metric", () => {
  test("is that of scoreFor for the validation patterns, aliases too", async () => {
    const validation = { inputs: inputs.slice(0, 40), desired: desired.slice(0, 20) };
    const scored = async (score: "accuracy" | "log_loss" | ReturnType<typeof scoreFor>) => {
      using session = await createSession({ ...problem, engine: "reference" });
      return (await fit(session, { training: { inputs, desired }, validation, epochs: 3, score })).history;
    };
    for (const name of ["accuracy", "log_loss"] as const) {
      const score = scoreFor(name, { loss: "crossEntropy", outputs: 2, desired: validation.desired });
      expect(await scored(name)).toEqual(await scored(score));
    }
  });

  test("counts the validation rows by their weights", async () => {
    const optimizer = { name: "adam", learningRate: 0.05 } as const;
    using session = await createSession({ ...problem, optimizer, engine: "reference" });
    const validation = { inputs: [5, -5, -5, 5], desired: [1, 1], sampleWeights: [3, 1] };
    const training = { inputs, desired };
    const { history } = await fit(session, { training, validation, epochs: 20, score: "accuracy" });
    expect(history[19].score).toEqual({ name: "accuracy", value: 0.75 });
  });

  test("that is unknown, of another task or without validation is refused", async () => {
    using session = await createSession({ ...problem, engine: "reference" });
    const training = { inputs, desired };
    const options = (score: string) => ({ training, validation: training, epochs: 1, score: score as "accuracy" });
    await expect(fit(session, options("acurracy"))).rejects.toThrow('Did you mean "accuracy"?');
    await expect(fit(session, options("rmse"))).rejects.toThrow("Expected a metric that fits the loss crossEntropy");
    await expect(fit(session, { training, epochs: 1, score: "accuracy" })).rejects.toThrow(
      "score evaluates epochs on validation patterns, found none.",
    );
  });
});

describe.each(enginesHere)("given parameters, %s", (engine) => {
  test("are where a session starts, and with slots and step a training goes on to the same bits", async () => {
    const order = (epoch: number) => random(5, "shuffle", epoch).permutation(40);
    using whole = await createSession({ ...problem, engine });
    const patterns = whole.load({ inputs, desired });
    for (let epoch = 0; epoch < 2; epoch++) await whole.run(patterns, order(epoch));
    const { parameters, slots, step } = whole;
    const saved = { parameters: [...parameters], mean: [...slots.mean], square: [...slots.square], step };
    await whole.run(patterns, order(2));

    using resumed = await createSession({ ...problem, engine, seed: 9, parameters: saved.parameters });
    expect([...resumed.parameters]).toEqual(saved.parameters);
    resumed.slots.mean.set(saved.mean);
    resumed.slots.square.set(saved.square);
    resumed.step = saved.step;
    await resumed.run(resumed.load({ inputs, desired }), order(2));
    expect([...resumed.parameters]).toEqual([...whole.parameters]);
  });

  test("that are too few or not finite are refused", async () => {
    await expect(createSession({ ...problem, engine, parameters: [1, 2] })).rejects.toThrow(
      new ShapeError("Expected 22 parameters for this network, found 2."),
    );
    const broken = new Float32Array(22).fill(Number.NaN, 3);
    await expect(createSession({ ...problem, engine, parameters: broken })).rejects.toThrow(
      "Expected parameters to be finite numbers, found NaN at index 3 (counted from 0).",
    );
  });
});

describe("folds of rows", () => {
  const groups = Array.from({ length: 24 }, (_, row) => row % 6);

  test("keep whole groups together and have every row once", () => {
    const folds = foldRows(24, { folds: 3, seed: 1, groups });
    expect(folds.flatMap((fold) => [...fold]).sort((a, b) => a - b)).toEqual([...groups.keys()]);
    const places = groups.map((_, row) => folds.findIndex((fold) => fold.includes(row)));
    for (const [row, group] of groups.entries()) expect(places[row]).toBe(places[group]);
  });

  test("of too few groups, or of groups that are not one for each row, are refused", () => {
    expect(() => foldRows(24, { folds: 7, seed: 1, groups })).toThrow(
      new DataError("Too few groups for 7 folds: found 6 that can be left out. Use fewer folds, or add groups."),
    );
    expect(() => foldRows(24, { folds: 3, seed: 1, groups: [1, 2] })).toThrow(
      "Expected 24 groups, one for each row, found 2.",
    );
    expect(() => foldRows(24, { folds: 3, seed: 1, k: 3 } as { folds: number; seed: number })).toThrow(
      'Unknown option of foldRows "k".',
    );
  });
});
