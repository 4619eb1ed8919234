/** scikit-learn's linear models: what is imported as a network of one layer, and what is refused by the operator's name. */
import { expect, test } from "vitest";
import { importOnnx } from "../../../tabular/importOnnx.ts";
import { floats, int, ML_DOMAIN, type Node, type OnnxModel, strings } from "../graph.ts";
import { bytesOfModel } from "../protobuf/bytes.ts";

const text = (value: string) => ({ type: "string", value }) as const;
const numbers = { coefficients: floats([1, -2, 0.5, 3, -1, 2]), intercepts: floats([0.25, -0.5, 1]) };
const opposite = { coefficients: floats([-1, 2, 1, -2]), intercepts: floats([-0.5, 0.5]) };

function fileOf(operator: string, attributes: Node["attributes"], outputs = ["label", "p"]): OnnxModel {
  const linear = { operator, domain: ML_DOMAIN, name: "linear", inputs: ["x"], outputs, attributes };
  return {
    operatorSets: new Map([
      ["", 17],
      [ML_DOMAIN, 1],
    ]),
    ...{ producer: "a test", producerVersion: "", description: "", metadata: new Map() },
    graph: {
      nodes: [linear],
      constants: new Map(),
      inputs: [{ name: "x", type: "float", shape: ["N", 2] }],
      outputs: outputs.map((name) => ({ name, type: name === "label" ? "string" : "float", shape: ["N"] })),
    },
  };
}
const imported = (...of: Parameters<typeof fileOf>) => importOnnx(bytesOfModel(fileOf(...of)));

test("a LinearRegressor is its product, for one number or several, without intercepts too", async () => {
  using three = await imported("LinearRegressor", { ...numbers, targets: int(3) }, ["y"]);
  expect(three.predict({ x1: 2, x2: 1 })).toEqual({ y1: 0.25, y2: 3.5, y3: 1 });
  using one = await imported("LinearRegressor", { coefficients: floats([1, -2]) }, ["y"]);
  expect(one.predict({ x1: 2, x2: 0.5 })).toBe(1);
  using squeezed = await imported(
    "LinearRegressor",
    { ...numbers, targets: int(3), post_transform: text("LOGISTIC") },
    ["y"],
  );
  expect(squeezed.task).toBe("multilabel");
});

test("a LinearClassifier is a softmax, or of two classes the logistic function, with its classes", async () => {
  const classes = { classlabels_strings: strings(["a", "b", "c"]) };
  using three = await imported("LinearClassifier", { ...numbers, ...classes, post_transform: text("SOFTMAX") });
  const [a, b, c] = [0.25, 3.5, 1].map(Math.exp); // of x = (2, 1)
  const found = three.predict({ x1: 2, x2: 1 });
  expect(found).toMatchObject({ label: "b", probabilities: { b: expect.closeTo(b / (a + b + c), 7) } });
  const two = { ...opposite, classlabels_strings: strings(["no", "yes"]), post_transform: text("LOGISTIC") };
  using yesOrNo = await imported("LinearClassifier", two);
  expect(yesOrNo.predict({ x1: 2, x2: 0.5 })).toMatchObject({
    label: "yes",
    probabilities: { yes: expect.closeTo(1 / (1 + Math.exp(-1.5)), 7) },
  });
});

const three = { ...numbers, targets: int(3) };
const names = (...all: string[]) => ({ classlabels_strings: strings(all) });

test.each([
  ["LinearClassifier", "its scores are no probabilities", { ...numbers, ...names("a", "b", "c") }],
  [
    "LinearClassifier",
    "the probability of each class by itself",
    { ...numbers, classlabels_ints: { type: "ints", value: [0, 1, 2] }, post_transform: text("LOGISTIC") },
  ],
  ["LinearClassifier", "post_transform PROBIT", { ...opposite, ...names("a", "b"), post_transform: text("PROBIT") }],
  ["LinearClassifier", "it names no classes", numbers],
  ["LinearRegressor", "post_transform PROBIT", { ...three, post_transform: text("PROBIT") }],
  ["LinearRegressor", "6 coefficients and 3 intercepts", { ...numbers, targets: int(4) }],
  ["LinearRegressor", "expected a row of coefficients", { ...numbers, targets: int(0) }],
] as const)("a %s is refused: %s", async (operator, why, attributes) => {
  await expect(imported(operator, attributes)).rejects.toThrow(
    new RegExp(`The node ai\\.onnx\\.ml\\.${operator} "linear" can't be imported: .*${why}`),
  );
});
