/**
 * What is known of every value of a graph before anything is predicted: a constant with its numbers, or how many numbers it has a
 * row. Values that can't be computed keep why, which matters only where the outputs depend on them.
 *
 * Knows nothing of layers.
 */
import { ModelFileError, shown } from "../../../errors.ts";
import type { ElementType, Graph, Node, OnnxModel, OutputInfo, Tensor, ValueInfo } from "../graph.ts";
import type { Call } from "./call.ts";
import { evaluate } from "./evaluate.ts";
import { nodeName, refusal } from "./refusal.ts";
import { reshaped, sizeOf } from "./tensors.ts";

export type Value =
  | { readonly kind: "constant"; readonly tensor: Tensor }
  /** Depends on the model's inputs: [N, …shape]. */
  | { readonly kind: "data"; readonly shape: readonly number[] }
  | { readonly kind: "unknown"; readonly why: ModelFileError };

export interface InputColumns {
  readonly name: string;
  readonly shape: readonly number[];
  readonly width: number;
}

export interface KnownGraph {
  readonly inputs: readonly InputColumns[];
  readonly outputs: readonly OutputInfo[];
  readonly nodes: readonly Node[];
  readonly values: ReadonlyMap<string, Value>;
  /** The node that makes a value. */
  readonly makers: ReadonlyMap<string, Node>;
  /** How many rows the file says there are, and its version of operators. */
  readonly batch: number | undefined;
  readonly version: number;
}

/** Rows that stand for any while shapes are found. */
const ROWS = 3;

const FLOATS: ReadonlySet<ElementType> = new Set(["float", "double"] as const);

/** @throws {ModelFileError} a graph that isn't in order, or inputs that are no table's columns */
export function knownGraph({ graph, operatorSets }: OnnxModel): KnownGraph {
  const version = operatorSets.get("") ?? 0;
  const batch = batchOf(graph.inputs);
  const values = new Map<string, Value>();
  for (const [name, tensor] of graph.constants) values.set(name, { kind: "constant", tensor });
  const inputs = graph.inputs.map((input) => inputColumns(input, graph));
  for (const { name, shape } of inputs) values.set(name, { kind: "data", shape });
  const floats = new Set(graph.inputs.filter(({ type }) => FLOATS.has(type)).map(({ name }) => name));
  const makers = new Map<string, Node>();
  for (const node of graph.nodes) {
    requireOrder(node, values);
    const found = known(node, values, { batch, version, floats });
    for (const [at, output] of node.outputs.entries()) {
      if (output === "") continue;
      makers.set(output, node);
      values.set(output, at === 0 ? found : { kind: "unknown", why: refusal(node, `its output ${at + 1} is used`) });
    }
  }
  return { inputs, outputs: graph.outputs, nodes: graph.nodes, values, makers, batch, version };
}

/** Nodes stand in the order in which they compute, and each value is made once. */
function requireOrder(node: Node, values: ReadonlyMap<string, Value>): void {
  const missing = node.inputs.find((input) => input !== "" && !values.has(input));
  if (missing !== undefined) {
    throw refusal(node, `its input ${shown(missing)} is made by no node before it. The file is damaged`);
  }
  const twice = node.outputs.find((output) => output !== "" && values.has(output));
  if (twice === undefined) return;
  throw refusal(node, `its output ${shown(twice)} is made twice. The file is damaged`);
}

interface FileFacts extends Pick<Call, "batch" | "version"> {
  /** The inputs that take floating-point numbers. */
  readonly floats: ReadonlySet<string>;
}

function known(node: Node, values: ReadonlyMap<string, Value>, { floats, ...file }: FileFacts): Value {
  const inputs = node.inputs.map((input) => (input === "" ? undefined : (values.get(input) as Value)));
  const notKnown = inputs.find((value) => value?.kind === "unknown");
  if (notKnown !== undefined) return notKnown;
  try {
    if (node.operator === "Shape" && node.domain === "") return { kind: "constant", tensor: shapeOf(node, inputs[0]) };
    const isData = inputs.map((value) => value?.kind === "data");
    if (node.operator === "CastLike" && isData[1] && !floats.has(node.inputs[1])) {
      throw refusal(
        node,
        `it makes numbers of the type of ${shown(node.inputs[1])}, expected an input of floating-point numbers`,
      );
    }
    const tensors = inputs.map((value) =>
      value?.kind === "constant" ? value.tensor : value?.kind === "data" ? zeros(value.shape) : undefined,
    );
    const tensor = evaluate({ node, inputs: tensors, isData, rows: ROWS, ...file });
    return isData.some(Boolean) ? { kind: "data", shape: tensor.shape.slice(1) } : { kind: "constant", tensor };
  } catch (error) {
    if (error instanceof ModelFileError) return { kind: "unknown", why: error };
    throw error;
  }
}

function zeros(shape: readonly number[]): Tensor {
  return { type: "float", shape: [ROWS, ...shape], values: new Float64Array(ROWS * sizeOf(shape)) };
}

/** NaN stands for the number of rows. */
function shapeOf(node: Node, value: Value | undefined): Tensor {
  if (value === undefined || value.kind === "unknown") throw refusal(node, "its input is missing");
  const all = value.kind === "data" ? [Number.NaN, ...value.shape] : value.tensor.shape;
  const bound = (name: string): number | undefined => {
    const found = node.attributes[name];
    return found?.type === "int" ? found.value : undefined;
  };
  const shape = all.slice(bound("start") ?? 0, bound("end") ?? all.length);
  return reshaped({ type: "int64", shape: [], values: shape }, [shape.length]);
}

/** The number of rows where all inputs state the same. */
function batchOf(inputs: readonly ValueInfo[]): number | undefined {
  const [first, ...others] = inputs.map(({ shape: [extent] }) => extent);
  return typeof first === "number" && first > 0 && others.every((other) => other === first) ? first : undefined;
}

/** The columns of the table that an input takes. @throws {ModelFileError} one that takes no rows of numbers */
function inputColumns({ name, type, shape: [rows, ...given] }: ValueInfo, graph: Graph): InputColumns {
  const where = `The input ${shown(name)}`;
  if (type === "string" || type === "bool") {
    throw new ModelFileError(
      `${where} takes ${type === "string" ? "texts" : "truth values"}, expected numbers. Export the network alone, without what makes numbers of a table's columns.`,
    );
  }
  if (rows === undefined || given.length === 0) {
    throw new ModelFileError(
      `${where} has ${rows === undefined ? "no" : "one"} axis, expected rows of numbers, [N, I].`,
    );
  }
  const open = given.filter((extent) => !(typeof extent === "number" && extent > 0));
  const shape = open.length === 1 && given.length === 1 ? [widthFrom(name, graph)] : given;
  if (shape.every((extent): extent is number => typeof extent === "number" && extent > 0)) {
    const width = sizeOf(shape);
    if (width <= MOST_COLUMNS) return { name, shape, width };
    throw new ModelFileError(`${where} has ${width} numbers a row, expected at most ${MOST_COLUMNS}.`);
  }
  throw new ModelFileError(
    `${where} doesn't state how many numbers a row has: found [${[rows, ...given].map((extent) => extent || "?").join(", ")}], expected [N, I].`,
  );
}

const MOST_COLUMNS = 1_000_000;

/** The width of an input that doesn't state it, from the weights or the scaling that take it. */
function widthFrom(name: string, { nodes, constants }: Graph): number | string {
  for (const { operator, inputs, attributes } of nodes) {
    const [, second = ""] = inputs;
    const weights = constants.get(second)?.shape;
    if (operator === "MatMul" && weights?.length === 2) return weights[0];
    if (operator === "Gemm" && weights?.length === 2) {
      const isTransposed = attributes.transB?.type === "int" && attributes.transB.value !== 0;
      return weights[isTransposed ? 1 : 0];
    }
    if (operator === "Scaler" && attributes.offset?.type === "floats" && attributes.offset.value.length > 1) {
      return attributes.offset.value.length;
    }
  }
  return name;
}

/** @throws {ModelFileError} why a value can't be computed; one that depends on no input */
export function requireData({ values, makers }: KnownGraph, name: string): readonly number[] {
  const value = values.get(name);
  if (value === undefined)
    throw new ModelFileError(`The output ${shown(name)} is made by no node. The file is damaged.`);
  if (value.kind === "unknown") throw value.why;
  if (value.kind === "data") return value.shape;
  const maker = makers.get(name);
  throw new ModelFileError(
    `The output ${shown(name)} depends on no input${maker === undefined ? "" : `; ${nodeName(maker)} makes it`}.`,
  );
}
