/** What gradus itself exports as ONNX from the encoded matrix: one network comes back as it was, its temperature too. */
import { expect, test } from "vitest";
import type { Target } from "../../../data/encoding.ts";
import { dense } from "../../../network/layers.ts";
import { network } from "../../../network/network.ts";
import { parameterLayout } from "../../../network/parameters.ts";
import { random } from "../../../random.ts";
import { importOnnx } from "../../../tabular/importOnnx.ts";
import { modelOfNetwork } from "../../../tabular/modelOfNetwork.ts";
import { type Model, withDocument } from "../../model.ts";
import { exportOnnx } from "../exportOnnx.ts";
import { float, int, type Node, type OnnxModel } from "../graph.ts";
import { bytesOfModel } from "../protobuf/bytes.ts";

const classes = (column: string, ...names: string[]) => ({
  ...{ task: "classification" as const, column, classes: names, shares: names.map(() => 1 / names.length) },
});
const numbers = (...columns: string[]): Target => ({
  ...{ task: "regression", columns, means: columns.map(() => 4), deviations: columns.map(() => 3) },
});

async function modelFor(target: Target, outputs: number): Promise<Model> {
  const described = network({ inputs: 3, layers: [dense(4, { activation: "gelu" }), dense(outputs)] });
  const { normal } = random(1, "exported and imported");
  return await modelOfNetwork({
    encoder: {
      columns: ["x1", "x2", "x3"].map((name) => ({
        ...{ kind: "number", name, median: 0, scale: 1, clip: false, missingIndicator: false },
      })),
    },
    target,
    network: described,
    loss: {
      name:
        target.task === "regression"
          ? "meanSquaredError"
          : target.task === "multilabel"
            ? "binaryCrossEntropy"
            : "crossEntropy",
    },
    parameters: Float32Array.from({ length: parameterLayout(described).length }, () => normal()),
    provenance: {
      ...{ source: "nowhere", fingerprint: "", rows: { training: 0, validation: 0, test: 0 }, seed: 0 },
      ...{ engine: "wasm", options: {}, epochs: 0, bestEpoch: 0 },
    },
  });
}

const rows = [
  { x1: 1, x2: -2, x3: 0.5 },
  { x1: 0, x2: 3, x3: -1 },
];

test("classes, labels and numbers come back with their names, and a temperature as such", async () => {
  const three = classes("kind", "a", "b", "c");
  const labels: Target = { task: "multilabel", labels: [classes("cheap", "no", "yes"), classes("big", "no", "yes")] };
  const kinds = [
    { target: three, outputs: 3, temperatures: [undefined, 0.05, 2.7, 20] },
    { target: classes("kind", "a", "b"), outputs: 2, temperatures: [undefined, 1.3] },
    { target: labels, outputs: 2, temperatures: [undefined, 0.001, 0.05, 0.25, 2.7, 6, 20, 1000] },
    { target: numbers("u", "v"), outputs: 2, temperatures: [undefined] },
  ] as const;
  for (const { target, outputs, temperatures } of kinds) {
    const plain = await modelFor(target, outputs);
    for (const temperature of temperatures) {
      const model = withDocument(plain, { ...plain.document, ...(temperature && { temperature }) });
      using imported = await importOnnx(await exportOnnx(model, { numeric: true }));
      const { document } = imported;
      expect([document.task, document.temperature, document.network.layers.length]).toEqual([
        model.task,
        temperature === undefined ? undefined : expect.closeTo(temperature, 12),
        2,
      ]);
      const responses = (of: Model) => (of.task === "regression" ? of.values(rows) : of.probabilities(rows));
      expect(responses(imported)).toEqual(responses(model));
      const names = (of: Model) => of.predict(rows).map((row) => Object.keys(row));
      if (target.task !== "multilabel") expect(names(imported)).toEqual(names(model));
      else expect(document.target).toMatchObject({ labels: [{ column: "cheap" }, { column: "big" }] });
    }
  }
});

test("what can't come back is refused with the file to take in its place", async () => {
  const plain = await modelFor(numbers("u"), 1);
  const interval = { residuals: [Array.from({ length: 30 }, (_, at) => at)] };
  const wide = withDocument(plain, { ...plain.document, interval });
  await expect(importOnnx(await exportOnnx(wide, { numeric: true, interval: 0.8 }))).rejects.toThrow(
    /several outputs: "values", "lower", "upper".* gradus exported this file: take the model's own file/,
  );
});

const node = (operator: string, inputs: string[], output: string, attributes: Node["attributes"] = {}): Node => ({
  ...{ operator, domain: "", name: output, inputs, outputs: [output], attributes },
});

/** y = x W, then some nodes that end in the outputs. */
function fileOf(nodes: readonly Node[], outputs: readonly string[]): OnnxModel {
  return {
    operatorSets: new Map([["", 17]]),
    ...{ producer: "a test", producerVersion: "", description: "", metadata: new Map() },
    graph: {
      nodes: [node("MatMul", ["x", "w"], "y"), ...nodes],
      constants: new Map([
        ["w", { type: "float", shape: [2, 3], values: [1, -2, 0.5, 2, 1, -1] }],
        ["t", { type: "float", shape: [], values: [4] }],
        ["two", { type: "float", shape: [], values: [2] }],
        ["half", { type: "float", shape: [], values: [0.5] }],
      ]),
      inputs: [{ name: "x", type: "float", shape: ["N", 2] }],
      outputs: outputs.map((name) => ({ name, type: "float", shape: ["N", 3] })),
    },
  };
}

test("logits that another program divides by a number have that temperature", async () => {
  const softmax = node("Softmax", ["d"], "p", { axis: int(-1) });
  using found = await importOnnx(bytesOfModel(fileOf([node("Div", ["y", "t"], "d"), softmax], ["p"])));
  expect(found.document.temperature).toBe(4);
  const logistic = [node("Mul", ["y", "two"], "d"), node("Sigmoid", ["d"], "p")];
  using twice = await importOnnx(bytesOfModel(fileOf(logistic, ["p"])));
  expect([twice.task, twice.document.temperature]).toEqual(["multilabel", 0.5]);
  const leaky = node("LeakyRelu", ["y"], "d", { alpha: float(0.5) });
  using other = await importOnnx(bytesOfModel(fileOf([leaky, softmax], ["p"])));
  expect(other.document.temperature).toBeUndefined();
});

test("labels above 0.5 of outputs that are no probabilities are refused", async () => {
  const file = bytesOfModel(fileOf([node("Greater", ["y", "half"], "is")], ["y", "is"]));
  await expect(importOnnx(file)).rejects.toThrow("the outputs are no probabilities");
});
