/**
 * scikit-learn's linear models as what they are: LinearRegressor and LinearClassifier of ai.onnx.ml become a product, a softmax and the
 * most probable class, which are read as any network's.
 *
 * A graph in and out. Source: ONNX Operator Schemas, "ai.onnx.ml", version 1; skl2onnx 1.20.
 */
import { type Attribute, type Graph, int, ML_DOMAIN, type Node, type Tensor } from "../graph.ts";
import { type Call, floatsOf, intOf, textOf } from "./call.ts";
import { refusal } from "./refusal.ts";

/** @throws {ModelFileError} a linear model whose outputs no network of gradus has, with its node */
export function withoutLinearModels(graph: Graph): Graph {
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.flatMap((node) => {
    if (node.domain !== ML_DOMAIN) return [node];
    if (node.operator === "LinearRegressor") return regressor(node, constants);
    return node.operator === "LinearClassifier" ? classifier(node, constants) : [node];
  });
  return { ...graph, nodes, constants };
}

/** Where only attributes are read. */
const attributesOf = (node: Node): Call => ({ node, inputs: [], isData: [], rows: 1, batch: undefined, version: 1 });

/** The operator of each function that follows the product. */
const FUNCTIONS: Readonly<Record<string, string | undefined>> = { LOGISTIC: "Sigmoid", SOFTMAX: "Softmax" };

function regressor(node: Node, constants: Map<string, Tensor>): Node[] {
  const given = attributesOf(node);
  const after = textOf(given, "post_transform", "NONE");
  const [output] = node.outputs;
  const numbers = numbersOf(node, intOf(given, "targets", 1));
  if (after === "NONE") return [product(node, output, numbers, constants)];
  const operator = FUNCTIONS[after];
  if (operator === undefined) throw refusal(node, unknownFunction(after));
  const before = `${output} before ${after}`;
  return [product(node, before, numbers, constants), follower(node, operator, before, output)];
}

function classifier(node: Node, constants: Map<string, Tensor>): Node[] {
  const classes = labelsOf(node);
  const numbers = numbersOf(node, classes.shape[0]);
  const after = textOf(attributesOf(node), "post_transform", "NONE");
  if (after === "LOGISTIC" && !areOpposite(numbers)) {
    throw refusal(
      node,
      "it makes the probability of each class by itself (one class against the rest), which gradus has for labels alone; train a softmax over all classes, in scikit-learn LogisticRegression with its usual solver",
    );
  }
  if (after !== "LOGISTIC" && after !== "SOFTMAX") {
    throw refusal(
      node,
      after === "NONE"
        ? "its scores are no probabilities (post_transform NONE); export a classifier that has some, in scikit-learn LogisticRegression without raw_scores"
        : unknownFunction(after),
    );
  }
  const [label, scores = ""] = node.outputs;
  const probabilities = scores === "" ? `${label} probabilities` : scores;
  const logits = `${probabilities} before ${after}`;
  const found = [
    product(node, logits, after === "LOGISTIC" ? halved(numbers) : numbers, constants),
    follower(node, "Softmax", logits, probabilities),
  ];
  if (label === "") return found;
  const [place, names] = [`${label} place`, `${label} names`];
  constants.set(names, classes);
  const most: Node = {
    ...plain(node, "ArgMax", [probabilities], place),
    attributes: { axis: int(1), keepdims: int(0) },
  };
  return [...found, most, plain(node, "Gather", [names, place], label)];
}

const unknownFunction = (name: string): string =>
  `what follows its product, post_transform ${name}, is no activation that gradus has; export it with NONE, LOGISTIC or SOFTMAX`;

const plain = ({ name }: Node, operator: string, inputs: string[], output: string): Node => ({
  ...{ operator, domain: "", name, inputs, outputs: [output], attributes: {} },
});

const follower = (node: Node, operator: string, input: string, output: string): Node => ({
  ...plain(node, operator, [input], output),
  ...(operator === "Softmax" && { attributes: { axis: int(1) } }),
});

interface LinearNumbers {
  readonly outputs: number;
  /** [outputs, I] */
  readonly coefficients: readonly number[];
  /** [outputs]; none where all are 0. */
  readonly intercepts: readonly number[];
}

/** @throws {ModelFileError} as many coefficients as are no row for each output */
function numbersOf(node: Node, outputs: number): LinearNumbers {
  const given = attributesOf(node);
  const [coefficients, intercepts] = [floatsOf(given, "coefficients") ?? [], floatsOf(given, "intercepts") ?? []];
  const width = coefficients.length / outputs;
  if (width >= 1 && Number.isInteger(width) && [0, outputs].includes(intercepts.length))
    return { outputs, coefficients, intercepts };
  throw refusal(
    node,
    `it has ${coefficients.length} coefficients and ${intercepts.length} intercepts, expected a row of coefficients and an intercept for each of ${outputs} outputs`,
  );
}

function product(
  node: Node,
  output: string,
  { outputs, coefficients, intercepts }: LinearNumbers,
  constants: Map<string, Tensor>,
): Node {
  const [weights, bias] = [`${output} coefficients`, `${output} intercepts`];
  constants.set(weights, { type: "float", shape: [outputs, coefficients.length / outputs], values: coefficients });
  if (intercepts.length > 0) constants.set(bias, { type: "float", shape: [outputs], values: intercepts });
  const inputs = [node.inputs[0], weights, ...(intercepts.length > 0 ? [bias] : [])];
  return { ...plain(node, "Gemm", inputs, output), attributes: { transB: int(1) } };
}

/** Whether there are two outputs, the second with the numbers of the first and the other sign. */
function areOpposite({ outputs, coefficients, intercepts }: LinearNumbers): boolean {
  return [coefficients, intercepts].every((values) => {
    const half = values.length / 2;
    return outputs === 2 && values.slice(0, half).every((value, at) => value === -values[half + at]);
  });
}

/** σ(−v) and σ(v) are softmax(−v/2, v/2). */
function halved({ outputs, coefficients, intercepts }: LinearNumbers): LinearNumbers {
  const [half, of] = [coefficients, intercepts].map((values) => values.map((value) => value / 2));
  return { outputs, coefficients: half, intercepts: of };
}

/** The names of the classes. @throws {ModelFileError} none, or one */
function labelsOf(node: Node): Tensor {
  const { classlabels_strings: texts, classlabels_ints: numbers } = node.attributes as Record<string, Attribute>;
  const found: Tensor | undefined =
    texts?.type === "strings" && texts.value.length > 0
      ? { type: "string", shape: [texts.value.length], values: texts.value }
      : numbers?.type === "ints"
        ? { type: "int64", shape: [numbers.value.length], values: numbers.value }
        : undefined;
  if (found !== undefined && found.values.length > 1) return found;
  throw refusal(node, "it names no classes (classlabels_strings or classlabels_ints), expected at least two");
}
