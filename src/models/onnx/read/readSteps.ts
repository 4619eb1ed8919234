/**
 * From the segments of a graph to the columns that it begins with and the steps that follow. Knows nothing of layers of gradus.
 */

import { ModelFileError } from "../../../errors.ts";
import { activations } from "../../../network/activations.ts";
import type { Node, Tensor } from "../graph.ts";
import type { Call } from "./call.ts";
import { floatOf, intOf, numbersIn } from "./call.ts";
import { GELU_BY_TANH } from "./elementwise.ts";
import { isElementwise } from "./evaluate.ts";
import {
  affinePiece,
  bentElu,
  clipPiece,
  ElementwiseSamples,
  type Piece,
  parametricActivation,
  plainActivation,
  rowPiece,
  type ScaledColumns,
  scaledColumns,
  transformedActivation,
} from "./functions.ts";
import { type KnownGraph, requireData } from "./graphValues.ts";
import { refusal } from "./refusal.ts";
import { computed, constantsOf, inputsOf, type Segment, segmentsTo } from "./segments.ts";
import { affineOfAll, type Step } from "./steps.ts";
import { type Numbers, sizeOf, transposed } from "./tensors.ts";

/** One of the model's input columns: of which input, and its place there. */
export interface InputColumn {
  readonly input: string;
  readonly place: number;
  /** How many the input has. */
  readonly of: number;
}

export interface ReadSteps {
  /** What the network takes, in its order: (s x + t) of columns. */
  readonly columns: readonly InputColumn[];
  readonly scale: Float64Array;
  readonly shift: Float64Array;
  readonly steps: readonly Step[];
}

/** @throws {ModelFileError} a graph that is no dense network, with the node that it fails at */
export function readSteps(graph: KnownGraph, target: string): ReadSteps {
  requireData(graph, target);
  const segments = segmentsTo(graph, target);
  const { taken, scaled } = inputPart(graph, target, segments);
  const columns = scaled.columns.map((place) => columnAt(graph, target, place));
  return { columns, scale: scaled.scale, shift: scaled.shift, steps: stepsOf(graph, segments, taken, columns.length) };
}

/** The first segments, as many as only select, arrange and scale columns. */
function inputPart(
  graph: KnownGraph,
  target: string,
  segments: readonly Segment[],
): { taken: number; scaled: ScaledColumns } {
  const inputs = inputsOf(graph, target);
  const firstLayer = segments.findIndex(({ hasLayer }) => hasLayer);
  const most = firstLayer < 0 ? segments.length : firstLayer;
  const widths = inputs.map((name) => widthOf(graph, name));
  const width = widths.reduce((sum, own) => sum + own, 0);
  for (let taken = most; taken > 0; taken--) {
    const part = segments.slice(0, taken);
    const of: Piece["of"] = (rows, count) =>
      computed(graph, part, split(graph, inputs, rows, count), count).values as never;
    const found = scaledColumns({ width, outputs: outputsOf(graph, part), constants: [], of });
    if (found !== undefined) return { taken, scaled: found };
  }
  if (inputs.length === 1) {
    const columns = Array.from({ length: width }, (_, column) => column);
    return { taken: 0, scaled: { columns, scale: new Float64Array(width).fill(1), shift: new Float64Array(width) } };
  }
  const { nodes } = segments[0];
  throw refusal(
    nodes[nodes.length - 1],
    `it joins inputs (${inputs.join(", ")}) after more was done to them than to scale and arrange them. If one of them should be a constant, its numbers are not in the file: Keras' own export leaves out those of Normalization, tf2onnx has them`,
  );
}

/** The rows of all columns as the inputs that they belong to. */
function split(graph: KnownGraph, inputs: readonly string[], rows: Float64Array, count: number): Map<string, Tensor> {
  const total = rows.length / count;
  let first = 0;
  return new Map(
    inputs.map((name) => {
      const shape = requireData(graph, name);
      const width = sizeOf(shape);
      const values = new Float64Array(count * width);
      for (let row = 0; row < count; row++) {
        values.set(rows.subarray(row * total + first, row * total + first + width), row * width);
      }
      first += width;
      return [name, { type: "float", shape: [count, ...shape], values }];
    }),
  );
}

function columnAt(graph: KnownGraph, target: string, at: number): InputColumn {
  let place = at;
  for (const input of inputsOf(graph, target)) {
    const of = widthOf(graph, input);
    if (place < of) return { input, place, of };
    place -= of;
  }
  throw new ModelFileError("The graph takes columns that it doesn't have.");
}

const widthOf = (graph: KnownGraph, name: string): number => sizeOf(requireData(graph, name));
const outputsOf = (graph: KnownGraph, part: readonly Segment[]): number => widthOf(graph, part[part.length - 1].exit);

function stepsOf(graph: KnownGraph, segments: readonly Segment[], taken: number, inputs: number): Step[] {
  const steps: Step[] = [];
  let width = inputs;
  let at = taken;
  let entry =
    taken === 0
      ? segments[0]?.nodes[0].inputs.find((input) => graph.values.get(input)?.kind === "data")
      : segments[taken - 1].exit;
  while (at < segments.length) {
    const { taken: count, found } = segments[at].hasLayer
      ? { taken: 1, found: [layerStep(graph, segments[at], width)] }
      : activationSteps(graph, segments, at, entry as string);
    steps.push(...found);
    at += count;
    entry = segments[at - 1].exit;
    width = widthOf(graph, entry);
  }
  return steps;
}

/** A layer with parameters. @throws {ModelFileError} one beside another way through the graph */
function layerStep(graph: KnownGraph, { nodes }: Segment, inputs: number): Step {
  const node = nodes[nodes.length - 1];
  if (nodes.length > 1) {
    throw refusal(
      node,
      "it joins several ways through the network, such as a residual connection; layers must follow one another",
    );
  }
  const call = callOf(graph, node, inputs);
  switch (node.operator) {
    case "MatMul":
      return denseStep(numbersIn(call, 1), 1);
    case "Gemm":
      return gemmStep(call);
    case "BatchNormalization": {
      const [scale, bias, mean, variance] = [1, 2, 3, 4].map((at) => Float64Array.from(numbersIn(call, at).values));
      const [epsilon, momentum] = [floatOf(call, "epsilon", 1e-5), 1 - floatOf(call, "momentum", 0.9)];
      return { kind: "batchNorm", epsilon, momentum, scale, bias, mean, variance };
    }
    default: {
      const scale = vector(numbersIn(call, 1), inputs);
      const bias = call.inputs[2] === undefined ? new Float64Array(inputs) : vector(numbersIn(call, 2), inputs);
      return { kind: "layerNorm", epsilon: floatOf(call, "epsilon", 1e-5), scale, bias };
    }
  }
}

function callOf({ values, batch, version }: KnownGraph, node: Node, width: number): Call {
  const inputs = node.inputs.map((input) => {
    const value = values.get(input);
    return value?.kind === "constant" ? value.tensor : undefined;
  });
  const isData = node.inputs.map((input) => values.get(input)?.kind === "data");
  const at = isData.indexOf(true, 1);
  if (at > 0)
    throw refusal(node, `its input ${at + 1} depends on the model's inputs, expected constants for ${width} signals`);
  return { node, inputs, isData, rows: 1, batch, version };
}

/** @param weights [I, O] */
function denseStep(weights: Numbers, factor: number): Extract<Step, { kind: "dense" }> {
  const [inputs, outputs] = weights.shape;
  const { values } = transposed(weights, [1, 0]) as Numbers; // [O, I]
  return { kind: "dense", weights: Float64Array.from(values, (value) => factor * value), inputs, outputs };
}

function gemmStep(call: Call): Step {
  const given = numbersIn(call, 1);
  const weights = intOf(call, "transB", 0) === 0 ? given : (transposed(given, [1, 0]) as Numbers);
  const step = denseStep(weights, floatOf(call, "alpha", 1));
  if (call.inputs[2] === undefined) return step;
  const beta = floatOf(call, "beta", 1);
  return { ...step, bias: vector(numbersIn(call, 2), step.outputs).map((value) => beta * value) };
}

/** A row of constants, or one for all. */
function vector({ values }: Numbers, width: number): Float64Array {
  return Float64Array.from({ length: width }, (_, at) => values[values.length === 1 ? 0 : at]);
}

/** As many segments as are one thing that gradus has, and what that is. */
function activationSteps(
  graph: KnownGraph,
  segments: readonly Segment[],
  from: number,
  entry: string,
): { readonly taken: number; readonly found: readonly Step[] } {
  const layer = segments.findIndex(({ hasLayer }, at) => at > from && hasLayer);
  const most = Math.min(layer < 0 ? segments.length : layer, from + LONGEST);
  const parts = Array.from({ length: most - from }, (_, i) => segments.slice(from, most - i));
  for (const part of parts) {
    const found =
      recognized(graph, part, entry, plainActivation, rowPiece) ??
      (part.length > 1 ? undefined : simpleSteps(graph, part, entry)) ??
      recognized(graph, part, entry, (samples) => otherActivation(samples, part));
    if (found !== undefined) return { taken: part.length, found };
  }
  const { nodes } = segments[from];
  const byTanh = parts.find((part) =>
    recognized(graph, part, entry, (samples) => (samples.every(geluByTanh) ? [] : undefined)),
  );
  if (byTanh !== undefined) throw refusal(byTanh[byTanh.length - 1].nodes[0], GELU_BY_TANH);
  throw refusal(
    nodes[nodes.length - 1],
    `what it computes, ${nodes.map(({ operator }) => operator).join(", ")}, is no activation or layer that gradus has: ${Object.keys(activations).join(", ")}, layer or batch normalisation`,
  );
}

/** Hendrycks & Gimpel 2016, section 2. */
const geluByTanh = (v: number): number => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));

/** No activation takes more operators one after the other. */
const LONGEST = 12;

const otherActivation = (samples: ElementwiseSamples, part: readonly Segment[]): Step[] | undefined =>
  parametricActivation(samples, isLearned(part)) ?? transformedActivation(samples) ?? bentElu(samples);

/** PReLU has slopes that were learned. */
const isLearned = (part: readonly Segment[]): boolean =>
  part.some(({ nodes }) => nodes.some(({ operator }) => operator === "PRelu")) ||
  part.flatMap(({ nodes }) => nodes).length > 1;

/** A factor, a constant, a limit. */
function simpleSteps(graph: KnownGraph, part: readonly Segment[], entry: string): Step[] | undefined {
  const width = widthOf(graph, entry);
  const [{ nodes }] = part;
  const [node] = nodes;
  if (nodes.length === 1 && node.domain === "" && node.operator === "HardSigmoid") {
    const call = callOf(graph, node, width);
    const limits = [0, 1].map((limit) => new Float64Array(width).fill(limit));
    return [
      affineOfAll(width, floatOf(call, "alpha", 0.2), floatOf(call, "beta", 0.5)),
      { kind: "clip", low: limits[0], high: limits[1] },
    ];
  }
  if (nodes.length === 1 && node.domain === "" && node.operator === "Celu") {
    const alpha = floatOf(callOf(graph, node, width), "alpha", 1);
    return [affineOfAll(width, 1 / alpha, 0), { kind: "activation", name: "elu" }, affineOfAll(width, alpha, 0)];
  }
  return recognized(graph, part, entry, (samples) => affinePiece(samples) ?? clipPiece(samples));
}

function recognized(
  graph: KnownGraph,
  part: readonly Segment[],
  entry: string,
  elementwise: (samples: ElementwiseSamples) => Step[] | undefined,
  ofRow: (piece: Piece) => Step[] | undefined = () => undefined,
): Step[] | undefined {
  const shape = requireData(graph, entry);
  const width = sizeOf(shape);
  const constants = constantsOf(graph, part).flatMap(({ values }) =>
    Array.from(values as ArrayLike<number | string>)
      .slice(0, 32)
      .map(Number),
  );
  const of: Piece["of"] = (rows, count) =>
    computed(graph, part, new Map([[entry, { type: "float", shape: [count, ...shape], values: rows }]]), count)
      .values as never;
  const piece: Piece = { width, outputs: outputsOf(graph, part), constants, of };
  const isOfEach = part.every(({ nodes }) => nodes.every((node) => isElementwise(node) || isArrangement(node)));
  if (!isOfEach) return ofRow(piece);
  return piece.outputs === width ? elementwise(new ElementwiseSamples(piece)) : undefined;
}

/** An operator that leaves the order of a row's numbers. */
const isArrangement = ({ domain, operator }: Node): boolean =>
  domain === "" ? ARRANGEMENTS.has(operator) : operator === "Scaler";
const ARRANGEMENTS = new Set(["Reshape", "Flatten", "Squeeze", "Unsqueeze"]);
