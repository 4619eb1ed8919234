/** The two RealMLP recipes as layers and settings: what is published, and what is chosen where nothing is. */
import { expect, test } from "vitest";
import type { EncodedInput } from "../../data/encoding.ts";
import { DescriptionError } from "../../errors.ts";
import { layerWidths } from "../../network/network.ts";
import { parameterLayout } from "../../network/parameters.ts";
import type { TaskSize } from "../recipe.ts";
import { plain } from "./plain.ts";
import { realmlp, realmlpS, small } from "./realmlp.ts";

const number = (name: string): EncodedInput => ({ name, kind: "number" });
const flag = (name: string): EncodedInput => ({ name, kind: "flag" });
const code = (name: string, cardinality: number): EncodedInput => ({ name, kind: "code", cardinality });

/** Codes stand between the numbers, as columns do in a table. */
const inputs = [number("a"), code("b", 12), flag("c"), number("d"), code("e", 30)];
const size: TaskSize = { task: "classification", rows: 5000, inputs, outputs: 3, folds: 1 };
const regression: TaskSize = { ...size, task: "regression", outputs: 1 };

test("the whole recipe embeds codes, then numbers where the embedding has put them, scales, and has three layers of 256", () => {
  const { network } = realmlp.decide(size, {});
  expect(network.layers.map(({ kind }) => kind)).toEqual([
    "embedding",
    "periodic",
    "scale",
    ...Array.from({ length: 3 }, () => ["dense", "parametricActivation", "dropout"]).flat(),
    "dense",
  ]);
  // 3 inputs that are no codes and 2 vectors of 8; 3 more for each of the 2 numbers.
  expect(layerWidths(network).slice(0, 5)).toEqual([5, 19, 25, 25, 256]);
  expect(network.layers[0]).toMatchObject({
    columns: [
      { column: 1, cardinality: 12 },
      { column: 4, cardinality: 30 },
    ],
    dimension: 8,
  });
  expect(network.layers[1]).toMatchObject({ columns: [0, 2], frequencies: 16, units: 3, deviation: 0.1 });
  expect(network.layers[4]).toMatchObject({ activation: "selu" });
  expect(network.layers[5]).toEqual({ kind: "dropout", rate: 0.15 });
});

test("tensors learn and decay by the published factors", () => {
  const { network } = realmlp.decide(size, {});
  const factors = Object.fromEntries(
    parameterLayout(network).tensors.map(({ name, rate, decay }) => [name, [rate, decay]]),
  );
  expect(factors["layers.0.weights"]).toEqual([1, 1]);
  for (const role of ["frequencies", "phases", "weights", "bias"]) {
    expect(factors[`layers.1.${role}`], role).toEqual([0.1, 0.01]);
  }
  expect(factors["layers.2.scale"]).toEqual([6, 36]);
  // Weights learn at 1/√25 and 1/√256 of the rate, and decay at the whole of it.
  expect(factors["layers.3.weights"]).toEqual([1 / 5, 1]);
  expect(factors["layers.6.weights"]).toEqual([1 / 16, 1]);
  expect(factors["layers.3.bias"]).toEqual([0.1, 0]);
  expect(factors["layers.4.slopes"]).toEqual([0.1, 0.01]);
});

test("the settings are the published ones for both tasks and both recipes", () => {
  const adam = { name: "adamW", beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };
  const always = {
    schedule: "coslog4",
    decaySchedule: "flatCos",
    dropoutSchedule: "flatCos",
    epochs: 256,
    ties: "latest",
  };
  expect(realmlp.decide(size, {})).toMatchObject({
    ...always,
    optimizer: { ...adam, learningRate: 0.04, weightDecay: 0.02 },
    loss: { name: "crossEntropy", labelSmoothing: 0.1 },
    metric: "accuracy",
    shortBatch: "drop",
  });
  expect(realmlp.decide(regression, {})).toMatchObject({
    ...always,
    optimizer: { ...adam, learningRate: 0.2, weightDecay: 0.02 },
    loss: { name: "meanSquaredError" },
    metric: "rmse",
  });
  expect(realmlpS.decide(size, {}).optimizer).toMatchObject({ ...adam, learningRate: 0.04, weightDecay: 0 });
  expect(realmlpS.decide(regression, {}).optimizer).toMatchObject({ ...adam, learningRate: 0.07, weightDecay: 0 });
});

test("the simpler recipe is scale and three dense layers with biases like their weights, and a last one that starts at 0", () => {
  const flags = [number("a"), flag("b")];
  const { network } = realmlpS.decide({ ...regression, inputs: flags }, {});
  expect(network.layers.map(({ kind }) => kind)).toEqual(["scale", "dense", "dense", "dense", "dense"]);
  expect(network.layers[1]).toMatchObject({ activation: "mish", initialisation: "lecunNormal", biasDeviation: 1 });
  expect(network.layers[4]).toMatchObject({ activation: "identity", initialisation: "zeros" });
});

test("what a table lacks has no layer", () => {
  const kinds = (only: EncodedInput[]): string[] =>
    realmlp.decide({ ...size, inputs: only }, {}).network.layers.map(({ kind }) => kind);
  expect(kinds([flag("a")]).slice(0, 2)).toEqual(["scale", "dense"]);
  expect(kinds([number("a")]).slice(0, 2)).toEqual(["periodic", "scale"]);
  expect(kinds([code("a", 20)]).slice(0, 2)).toEqual(["embedding", "scale"]);
});

test("a metric that judges probabilities learns without smoothed labels, unless they are asked for", () => {
  expect(realmlp.decide(size, { metric: "logLoss" }).loss).toEqual({ name: "crossEntropy" });
  expect(realmlp.decide(size, { metric: "rocAuc" }).loss).toEqual({ name: "crossEntropy" });
  expect(realmlp.decide(size, { metric: "macroF1" }).loss).toEqual({ name: "crossEntropy", labelSmoothing: 0.1 });
  const asked = realmlp.decide(size, { metric: "logLoss", labelSmoothing: 0.05 });
  expect(asked.loss).toEqual({ name: "crossEntropy", labelSmoothing: 0.05 });
});

test("batches grow with the table, and a table of hundreds of thousands is seen less often", () => {
  const of = (rows: number) => realmlp.decide({ ...size, rows }, {});
  const batches = [20, 300, 5000, 20_000, 80_000, 400_000].map((rows) => of(rows).batchSize);
  expect(batches).toEqual([8, 64, 128, 256, 512, 1024]);
  expect([80_000, 200_000, 5_000_000].map((rows) => of(rows).epochs)).toEqual([256, 128, 32]);
});

test("several networks learn for fewer epochs each, and large tables have one", () => {
  const of = (rows: number, folds: number) => realmlp.decide({ ...size, rows, folds }, {}).epochs;
  expect([of(160, 5), of(300, 5), of(5000, 5)]).toEqual([512, 96, 64]);
  expect([of(160, 1), of(5000, 1), of(200_000, 1), of(200_000, 5)]).toEqual([512, 256, 128, 128]);
  expect([30, 20_000, 20_001].map(realmlp.folds)).toEqual([5, 5, 1]);
  expect(plain.folds(300)).toBe(1);
});

test("tables of tens of rows get narrower layers", () => {
  const widths = (rows: number) => layerWidths(realmlp.decide({ ...size, rows }, {}).network).slice(-2, -1);
  expect([160, 161].map(widths)).toEqual([[128], [256]]);
});

test("what is chosen goes before what is published", () => {
  const chosen = {
    hidden: [8],
    activation: "relu",
    dropout: 0,
    learningRate: 0.01,
    weightDecay: 0,
    epochs: 3,
  } as const;
  const { network, optimizer, epochs } = realmlp.decide({ ...size, inputs: [flag("a")] }, chosen);
  expect(network.layers.map(({ kind }) => kind)).toEqual(["scale", "dense", "parametricActivation", "dense"]);
  expect(network.layers[2]).toMatchObject({ activation: "relu" });
  expect(optimizer).toMatchObject({ learningRate: 0.01, weightDecay: 0, beta2: 0.95 });
  expect(epochs).toBe(3);
});

test("a rule that moves weights by their gradient has the parametrisation's scale twice", () => {
  const { network } = realmlp.decide({ ...size, inputs: [flag("a")] }, { optimizer: "sgd", hidden: [16] });
  const { tensors } = parameterLayout(network);
  expect(tensors.find(({ name }) => name === "layers.4.weights")?.rate).toBe(1 / 16);
});

test.each(["rmsProp", "adam", "adamW", "lion", "adaGrad"] as const)(
  "%s, whose steps don't grow with the gradient, has it once",
  (optimizer) => {
    const { network } = realmlp.decide({ ...size, inputs: [flag("a")] }, { optimizer, hidden: [16] });
    const { tensors } = parameterLayout(network);
    expect(tensors.find(({ name }) => name === "layers.4.weights")?.rate).toBe(1 / 4);
  },
);

test.each([realmlp, realmlpS, plain])("settings that do not suit the task are refused: $title", (recipe) => {
  expect(() => recipe.decide(size, { loss: "huber" })).toThrow(DescriptionError);
  expect(() => recipe.decide(regression, { labelSmoothing: 0.1 })).toThrow("Leave it out");
  expect(() => recipe.decide(size, { epochs: 0 })).toThrow("epochs");
  expect(() => recipe.decide(size, { patience: 0.5 })).toThrow("patience");
  expect(() => recipe.decide(size, { batchSize: 0 })).toThrow("batchSize");
});

test("the small recipe is the whole one with one network and hidden layers of 64, unless others are asked for", () => {
  expect(small.decide(size, {})).toEqual(realmlp.decide(size, { hidden: [64, 64, 64] }));
  expect(small.decide(size, { hidden: [32] })).toEqual(realmlp.decide(size, { hidden: [32] }));
  expect(small.folds(1000)).toBe(1);
});
