import { expect, test } from "vitest";
import type { ClassificationTarget } from "../data/encoding.ts";
import { explain } from "../explain/attribution/explain.ts";
import { dense } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { loadModel } from "./loadModel.ts";
import { type ModelOfNetworkOptions, modelOfNetwork } from "./modelOfNetwork.ts";

/** One unit without hidden layers: y = 2·a − b + 0.5. */
const given: ModelOfNetworkOptions = {
  encoder: {
    columns: ["a", "b"].map((name) => ({
      kind: "number",
      name,
      median: 0,
      scale: 1,
      clip: false,
      missingIndicator: false,
    })),
  },
  background: [0, 0],
  target: { task: "regression", columns: ["y"], means: [0], deviations: [1] },
  network: network({ inputs: 2, layers: [dense(1)] }),
  loss: { name: "meanSquaredError" },
  parameters: Float32Array.of(2, -1, 0.5),
  provenance: {
    source: "two weights",
    fingerprint: "",
    rows: { training: 4, validation: 0, test: 0 },
    seed: 0,
    engine: "reference",
    options: {},
    epochs: 1,
    bestEpoch: 1,
  },
};

test("a network of one's own predicts from plain numbers, and its file predicts the same", async () => {
  const model = await modelOfNetwork(given);
  // 2 · 100 − 8 + 0.5: a clipped 100 would be 3 at the most.
  expect(model.predict({ a: 100, b: 8 })).toBe(192.5);
  const loaded = await loadModel(model.toBytes(), { task: "regression" });
  expect(loaded.predict({ a: 100, b: 8 })).toBe(192.5);
  const [{ contributions }] = explain(loaded, [{ a: 100, b: 8 }]);
  expect(contributions.map(({ contribution }) => contribution)).toEqual([200, -8]);
});

test("one output with a logistic probability is a label of its own", async () => {
  const label: ClassificationTarget = { task: "classification", column: "y", classes: [0, 1], shares: [0.5, 0.5] };
  const model = await modelOfNetwork({
    ...given,
    target: { task: "multilabel", labels: [label] },
    loss: { name: "binaryCrossEntropy" },
  });
  if (model.task !== "multilabel") throw new Error("another task");
  expect(model.predict({ a: 1, b: 2.5 }).probabilities.y).toBe(0.5);
});

test("two quantiles of one number are no predictions of two columns", async () => {
  const target = { task: "regression", columns: ["y", "z"], means: [0, 0], deviations: [1, 1] } as const;
  const own = network({ inputs: 2, layers: [dense(2)] });
  const two = { ...given, target, network: own, parameters: new Float32Array(6) };
  const one = await modelOfNetwork({ ...two, loss: { name: "quantile", quantiles: [0.9] } });
  expect(one.predict({ a: 1, b: 1 })).toEqual({ y: 0, z: 0 });
  await expect(modelOfNetwork({ ...two, loss: { name: "quantile", quantiles: [0.1, 0.9] } })).rejects.toThrow(
    "found quantile with 2",
  );
});

test("what doesn't fit is refused with its name", async () => {
  await expect(modelOfNetwork({ ...given, parameters: Float32Array.of(1) })).rejects.toThrow(/3/);
  await expect(modelOfNetwork({ ...given, loss: { name: "crossEntropy" } })).rejects.toThrow("crossEntropy");
  await expect(modelOfNetwork({ ...given, lose: 1 } as never)).rejects.toThrow('"lose"');
});
