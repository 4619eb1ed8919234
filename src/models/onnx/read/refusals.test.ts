/** Files that aren't dense networks, or are damaged: each has one error with the node or the tensor that it fails at. */
import { expect, test } from "vitest";
import { importOnnx } from "../../../tabular/importOnnx.ts";
import { float, type Graph, int, type Node, type OnnxModel, type Tensor } from "../graph.ts";
import { bytesOfModel } from "../protobuf/bytes.ts";

const node = (operator: string, inputs: string[], output: string, attributes: Node["attributes"] = {}): Node => ({
  operator,
  domain: "",
  name: `/${output}`,
  inputs,
  outputs: [output],
  attributes,
});
const matrix = (shape: readonly number[], type: Tensor["type"] = "float"): Tensor => ({
  type,
  shape,
  values: Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, (_, at) => (at % 7) - 3),
});
const constants = new Map([
  ["w", matrix([3, 3])],
  ["u", matrix([3, 2])],
  ["b", matrix([3])],
]);
const first = node("Gemm", ["x", "w", "b"], "h");
const last = node("MatMul", ["h", "u"], "y");

function model(nodes: readonly Node[], change: Partial<Graph> = {}, version = 17): OnnxModel {
  return {
    operatorSets: new Map([["", version]]),
    producer: "a test",
    producerVersion: "",
    description: "",
    metadata: new Map(),
    graph: {
      nodes,
      constants,
      inputs: [{ name: "x", type: "float", shape: ["N", 3] }],
      outputs: [{ name: "y", type: "float", shape: ["N", 2] }],
      ...change,
    },
  };
}

const refused = (of: OnnxModel, options = {}) => expect(importOnnx(bytesOfModel(of), options)).rejects;

test("a dense network is imported, and its weights are those of the file", async () => {
  using found = await importOnnx(bytesOfModel(model([first, last])));
  const [x1, x2, x3] = [1, -2, 0.5];
  const at = (row: number, column: number, width: number): number => ((row * width + column) % 7) - 3;
  const h = [0, 1, 2].map((o) => [x1, x2, x3].reduce((sum, x, i) => sum + x * at(i, o, 3), o - 3));
  const y = [0, 1].map((o) => h.reduce((sum, value, i) => sum + value * at(i, o, 2), 0));
  expect(found.predict({ x1, x2, x3 })).toEqual({ y1: y[0], y2: y[1] });
});

test("GELU is the library's as ONNX has it, as PyTorch writes it by Erf and Keras by Erfc", async () => {
  const factors = new Map(constants);
  for (const [name, value] of Object.entries({ root: Math.SQRT2, inverse: Math.SQRT1_2, one: 1, half: 0.5 })) {
    factors.set(name, { type: "float", shape: [], values: [Math.fround(value)] });
  }
  const forms = [
    [node("Gelu", ["h"], "a")],
    [
      node("Div", ["h", "root"], "a1"),
      node("Erf", ["a1"], "a2"),
      node("Add", ["a2", "one"], "a3"),
      node("Mul", ["h", "a3"], "a4"),
      node("Mul", ["a4", "half"], "a"),
    ],
    [
      node("Mul", ["h", "half"], "a1"),
      node("Neg", ["h"], "a2"),
      node("Mul", ["a2", "inverse"], "a3"),
      node("Erfc", ["a3"], "a4"),
      node("Mul", ["a1", "a4"], "a"),
    ],
  ];
  for (const form of forms) {
    const nodes = [first, ...form, node("MatMul", ["a", "u"], "y")];
    using found = await importOnnx(bytesOfModel(model(nodes, { constants: factors }, 20)));
    expect(found.document.network.layers.map((layer) => layer.kind === "dense" && layer.activation)).toEqual([
      "gelu",
      "identity",
    ]);
  }
});

test("operators of other networks are refused by their names", async () => {
  for (const operator of ["Conv", "LSTM", "QLinearMatMul", "If", "Softsign", "Cos", "constructor"]) {
    const other = node(operator, ["h"], "a");
    await refused(model([first, other, node("MatMul", ["a", "u"], "y")])).toThrow(
      `The node ${operator} "/a" can't be imported`,
    );
  }
});

test("ways through a network that part and meet again are refused where they meet", async () => {
  const nodes = [
    first,
    node("Gemm", ["h", "w", "b"], "g"),
    node("Add", ["h", "g"], "s"),
    node("MatMul", ["s", "u"], "y"),
  ];
  await refused(model(nodes)).toThrow(
    'The node Add "/s" can\'t be imported: it joins several ways through the network',
  );
});

test("GELU by tanh, and an activation that isn't quite one of the library's, are refused", async () => {
  const gelu = node("Gelu", ["h"], "a", { approximate: { type: "string", value: "tanh" } });
  await refused(model([first, gelu, node("MatMul", ["a", "u"], "y")])).toThrow("approximates GELU by tanh");
  const factors = new Map(constants);
  for (const [name, value] of Object.entries({ three: 3, c: 0.044715, s: 0.7978845608, one: 1, half: 0.5 })) {
    factors.set(name, { type: "float", shape: [], values: [value] });
  }
  const written = [
    node("Pow", ["h", "three"], "a1"),
    node("Mul", ["a1", "c"], "a2"),
    node("Add", ["h", "a2"], "a3"),
    node("Mul", ["a3", "s"], "a4"),
    node("Tanh", ["a4"], "a5"),
    node("Add", ["a5", "one"], "a6"),
    node("Mul", ["h", "a6"], "a7"),
    node("Mul", ["a7", "half"], "a"),
  ];
  await refused(model([first, ...written, node("MatMul", ["a", "u"], "y")], { constants: factors })).toThrow(
    "approximates GELU by tanh",
  );
  const threshold = node("ThresholdedRelu", ["h"], "a", { alpha: float(0.03) });
  await refused(model([first, threshold, node("MatMul", ["a", "u"], "y")])).toThrow("ThresholdedRelu");
});

test("rows that are joined, and shapes that don't fit, are refused", async () => {
  const over = (axis: number): Node[] => [
    node("Softmax", ["x"], "s", { axis: int(axis) }),
    node("MatMul", ["s", "u"], "y"),
  ];
  await refused(model(over(0))).toThrow('The node Softmax "/s" can\'t be imported: it joins or changes rows');
  await refused(model([node("MatMul", ["x", "u"], "h"), node("MatMul", ["h", "u"], "y")])).toThrow(
    'The node MatMul "/y" can\'t be imported: it takes rows of 3 numbers, found 2',
  );
});

test("several inputs are scaled at once, of the type of one; whole numbers, and constants that are missing, are refused", async () => {
  const vectorizer = { ...node("FeatureVectorizer", ["p", "q"], "v"), domain: "ai.onnx.ml" };
  const two = new Map([
    ["two", { type: "double", shape: [], values: [2] }],
    ["w", matrix([2, 3])],
  ] as const);
  const columns = (type: Tensor["type"], names: readonly string[]) =>
    names.map((name) => ({ name, type, shape: ["N", 1] }));
  const nodes = [
    vectorizer,
    node("CastLike", ["v", "p"], "c"),
    node("Div", ["c", "two"], "d"),
    node("MatMul", ["d", "w"], "y"),
  ];
  const file = (type: Tensor["type"]): OnnxModel => {
    const found = model(nodes, { constants: two, inputs: columns(type, ["p", "q"]) });
    return { ...found, operatorSets: new Map([...found.operatorSets, ["ai.onnx.ml", 1]]) };
  };
  using imported = await importOnnx(bytesOfModel(file("double")));
  expect(imported.document.encoder.columns).toMatchObject([
    { name: "p", scale: 0.5 },
    { name: "q", scale: 0.5 },
  ]);
  await refused(file("int64")).toThrow(
    'it makes numbers of the type of "p", expected an input of floating-point numbers',
  );
  const less = [node("Sub", ["x", "mean"], "d"), node("MatMul", ["d", "w"], "y")];
  const inputs = [...model([]).graph.inputs, { name: "mean", type: "float" as const, shape: ["N", 3] }];
  await refused(model(less, { inputs })).toThrow(
    "Keras' own export leaves out those of Normalization, tf2onnx has them",
  );
});

test("what prepares columns is refused with what to leave out of the file", async () => {
  const imputer = { ...node("Imputer", ["x"], "d"), domain: "ai.onnx.ml" };
  const file = model([imputer, node("MatMul", ["d", "w"], "y")]);
  await refused({ ...file, operatorSets: new Map([...file.operatorSets, ["ai.onnx.ml", 1]]) }).toThrow(
    "Softmax or Scaler. Export the network without it.",
  );
});

test("graphs that aren't in order are refused as damaged", async () => {
  await refused(model([last, first])).toThrow('its input "h" is made by no node before it');
  await refused(model([first, first, last])).toThrow('its output "h" is made twice');
  await refused(model([first, last], { outputs: [{ name: "z", type: "float", shape: ["N", 2] }] })).toThrow('"z"');
});

test("inputs, outputs and versions that can't be taken are named", async () => {
  const input = (name: string, type: Tensor["type"], shape: (number | string)[]) => ({
    inputs: [{ name, type, shape }],
  });
  await refused(model([first, last], input("x", "string", ["N", 3]))).toThrow('The input "x" takes texts');
  await refused(model([first, last], input("x", "float", [3]))).toThrow('The input "x" has one axis');
  await refused(model([first, last], input("x", "float", ["N", "T", 3]))).toThrow(
    "doesn't state how many numbers a row has",
  );
  const both = [last.outputs[0], "h"].map((name) => ({ name, type: "float" as const, shape: ["N", 2] }));
  await refused(model([first, last], { outputs: both })).toThrow('The model has several outputs: "y", "h"');
  await refused(model([first, last], {}, 6)).toThrow(
    "The model's operators are of version 6 (opset), expected 7 to 25",
  );
  await refused(model([first, last], {}, 99)).toThrow("of version 99");
});

test("weights that are no numbers, and names that don't fit, are refused", async () => {
  const broken = new Map([...constants, ["w", { ...matrix([3, 3]), values: [Number.NaN, 0, 0, 0, 0, 0, 0, 0, 0] }]]);
  await refused(model([first, last], { constants: broken })).toThrow("Expected finite parameters, found NaN");
  await refused(model([first, last]), { columns: ["a", "b"] }).toThrow(
    "Expected the names of 3 columns in option columns, found 2",
  );
  await refused(model([first, last]), { columns: ["a", "b", "b"] }).toThrow('found "b" twice');
  await refused(model([first, last]), { target: ["x1", "y"] }).toThrow("the name of a column and of a target");
  const ended = [first, node("MatMul", ["h", "u"], "v"), node("Softmax", ["v"], "y")];
  await refused(model(ended), { task: "multilabel" }).toThrow("can't be imported with the task multilabel");
});

test("a file that is cut off anywhere is refused", async () => {
  const bytes = bytesOfModel(model([first, last]));
  for (let length = 0; length < bytes.length; length += 3) {
    await expect(importOnnx(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow();
  }
});
