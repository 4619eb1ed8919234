/**
 * The operators of ONNX that arrange, select and combine the numbers of a row, those of layers among them.
 *
 * Source: ONNX Operator Schemas, domain "", versions 7 to 25, and "ai.onnx.ml", versions 1 to 5.
 */
import { softmax } from "../../../network/activations.ts";
import type { Tensor } from "../graph.ts";
import {
  axesOf,
  axisOf,
  type Call,
  floatOf,
  floatsOf,
  intOf,
  intsOf,
  numbersIn,
  type Operation,
  tensorOf,
  textOf,
} from "./call.ts";
import { refusal } from "./refusal.ts";
import {
  concatenated,
  gathered,
  mapped,
  multiplied,
  type Numbers,
  reduced,
  reshaped,
  sizeOf,
  transposed,
} from "./tensors.ts";

function input(call: Call): Tensor {
  return call.inputs[0] ?? numbersIn(call);
}

function constant(call: Call): Tensor {
  const value = tensorOf(call, "value");
  if (value !== undefined) return value;
  for (const [name, type] of [
    ["value_float", "float"],
    ["value_int", "int64"],
  ] as const) {
    const found = call.node.attributes[name];
    if (found?.type === "float" || found?.type === "int") return { type, shape: [], values: [found.value] };
  }
  for (const [name, type] of [
    ["value_floats", "float"],
    ["value_ints", "int64"],
  ] as const) {
    const found = call.node.attributes[name];
    if (found?.type === "floats" || found?.type === "ints") {
      return { type, shape: [found.value.length], values: found.value };
    }
  }
  throw refusal(call.node, "its value is of a kind that gradus doesn't read");
}

/** 0 keeps an extent, −1 is what is left; the first extent of data is that of its rows, which a file may state as a number. */
function reshape(call: Call): Tensor {
  const tensor = input(call);
  const target = intsOf(call, "shape") ?? Array.from(numbersIn(call, 1).values);
  const isZero = intOf(call, "allowzero", 0) !== 0;
  const { rows, batch } = call;
  const wanted = target.map((extent, at) => {
    if (extent === 0 && !isZero) return tensor.shape[at] ?? 0;
    if (!call.isData[0] || at > 0 || extent === -1) return extent;
    return Number.isNaN(extent) || extent === batch ? rows : Number.NaN;
  });
  const open = wanted.indexOf(-1);
  const known = sizeOf(wanted.filter((_, at) => at !== open));
  const shape = wanted.map((extent, at) => (at === open ? sizeOf(tensor.shape) / known : extent));
  if (sizeOf(shape) !== sizeOf(tensor.shape) || !shape.every(Number.isInteger)) {
    throw refusal(
      call.node,
      `it makes [${target.join(", ")}] of rows with [${tensor.shape.slice(1).join(", ")}] numbers`,
    );
  }
  return reshaped(tensor, shape);
}

function flatten(call: Call): Tensor {
  const tensor = input(call);
  const { shape } = tensor;
  const axis = axisOf(call, intOf(call, "axis", 1), shape.length + 1);
  return reshaped(tensor, [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))]);
}

function squeeze(call: Call): Tensor {
  const tensor = input(call);
  const { shape } = tensor;
  const axes = axesOf(call)?.map((axis) => axisOf(call, axis, shape.length));
  const isGone = (extent: number, at: number): boolean =>
    axes === undefined ? extent === 1 && !(call.isData[0] && at === 0) : axes.includes(at);
  if (shape.some((extent, at) => isGone(extent, at) && extent !== 1)) {
    throw refusal(call.node, `it leaves out an axis of a value with [${shape.join(", ")}] numbers that isn't 1`);
  }
  return reshaped(
    tensor,
    shape.filter((extent, at) => !isGone(extent, at)),
  );
}

function unsqueeze(call: Call): Tensor {
  const tensor = input(call);
  const given = axesOf(call) ?? [];
  const rank = tensor.shape.length + given.length;
  const axes = given.map((axis) => axisOf(call, axis, rank));
  const rest = [...tensor.shape];
  return reshaped(
    tensor,
    Array.from({ length: rank }, (_, at) => (axes.includes(at) ? 1 : (rest.shift() as number))),
  );
}

function transpose(call: Call): Tensor {
  const tensor = input(call);
  const order = intsOf(call, "perm") ?? tensor.shape.map((_, axis) => axis).reverse();
  const isOrder = [...order].sort((a, b) => a - b).join() === tensor.shape.map((_, axis) => axis).join();
  if (!isOrder || (call.isData[0] && order[0] !== 0)) throw refusal(call.node, "it exchanges rows with other axes");
  return transposed(tensor, order);
}

function concat(call: Call): Tensor {
  const all = call.inputs.map((_, at) => numbersIn(call, at));
  const axis = axisOf(call, intOf(call, "axis", 1), all[0].shape.length, call.isData.some(Boolean));
  return concatenated(all, axis);
}

/** ai.onnx.ml: the columns of all inputs side by side. */
function featureVectorizer(call: Call): Tensor {
  const all = call.inputs.map((_, at) => numbersIn(call, at));
  const widths = intsOf(call, "inputdimensions") ?? all.map(({ shape }) => shape[1]);
  if (all.some(({ shape }, at) => shape.length !== 2 || shape[1] !== widths[at])) {
    throw refusal(call.node, "its inputs have other widths than it states");
  }
  return concatenated(all, 1);
}

/** Places along an axis, which the file must state. */
function indicesIn(call: Call, at: number, extent: number): number[] {
  if (call.isData[at]) throw refusal(call.node, "it looks up places that its input gives, as an embedding does");
  return Array.from(numbersIn(call, at).values, (index) => {
    const found = index < 0 ? index + extent : index;
    if (Number.isInteger(found) && found >= 0 && found < extent) return found;
    throw refusal(call.node, `it takes the place ${index} of ${extent}`);
  });
}

function gather(call: Call): Tensor {
  const tensor = input(call);
  const axis = axisOf(call, intOf(call, "axis", 0), tensor.shape.length);
  const { shape: of } = numbersIn(call, 1);
  const found = gathered(tensor, axis, indicesIn(call, 1, tensor.shape[axis]));
  return reshaped(found, [...tensor.shape.slice(0, axis), ...of, ...tensor.shape.slice(axis + 1)]);
}

/** ai.onnx.ml: some columns. */
function arrayFeatures(call: Call): Tensor {
  const tensor = input(call);
  const axis = axisOf(call, -1, tensor.shape.length);
  return gathered(tensor, axis, indicesIn(call, 1, tensor.shape[axis]));
}

function slice(call: Call): Tensor {
  const tensor = input(call);
  const listed = (name: string, at: number): readonly number[] | undefined =>
    intsOf(call, name) ?? (call.inputs[at] === undefined ? undefined : Array.from(numbersIn(call, at).values));
  const starts = listed("starts", 1) ?? [];
  const ends = listed("ends", 2) ?? [];
  const axes = listed("axes", 3) ?? starts.map((_, axis) => axis);
  const steps = listed("steps", 4) ?? starts.map(() => 1);
  return axes.reduce((rest, given, at) => {
    const axis = axisOf(call, given, rest.shape.length);
    const extent = rest.shape[axis];
    if (steps[at] < 1) throw refusal(call.node, "it takes places in descending order");
    const bound = (index: number): number => Math.min(Math.max(index < 0 ? index + extent : index, 0), extent);
    const indices: number[] = [];
    for (let i = bound(starts[at]); i < bound(ends[at]); i += steps[at]) indices.push(i);
    return gathered(rest, axis, indices);
  }, tensor);
}

const reduction =
  (f: (values: Float64Array) => number): Operation =>
  (call) => {
    const tensor = numbersIn(call);
    const axes = axesOf(call)?.map((axis) => axisOf(call, axis, tensor.shape.length)) ?? [];
    if (axes.length === 0 && call.isData[0]) throw refusal(call.node, "it combines all rows, expected axes");
    return reduced(tensor, axes, intOf(call, "keepdims", 1) !== 0, f);
  };

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
const mean = (values: Float64Array): number => sum(values) / values.length;

/** f of each row, along the last axis. */
const ofRows =
  (f: (row: Float64Array) => ArrayLike<number>): Operation =>
  (call) => {
    const { type, shape, values } = numbersIn(call);
    // Before version 13 all axes from this one on were one.
    const axis = axisOf(call, intOf(call, "axis", call.version < 13 ? 1 : -1), shape.length);
    if (axis !== shape.length - 1) throw refusal(call.node, "it acts along another axis than the last");
    const width = shape[axis];
    const found = Float64Array.from(values);
    for (let at = 0; at < found.length; at += width) found.set(f(found.subarray(at, at + width)), at);
    return { type, shape, values: found };
  };

/** ai.onnx.ml: (x − offset) · scale. */
function scaler(call: Call): Tensor {
  const x = numbersIn(call);
  const row = (name: string, absent: number): Numbers => {
    const values = floatsOf(call, name) ?? [absent];
    return { type: "float", shape: [values.length], values };
  };
  return mapped((v, offset, scale) => (v - offset) * scale, x.type, [x, row("offset", 0), row("scale", 1)]);
}

/** ai.onnx.ml: 1 above the threshold. */
function binarizer(call: Call): Tensor {
  const x = numbersIn(call);
  const threshold = floatOf(call, "threshold", 0);
  return mapped((v) => Number(v > threshold), x.type, [x]);
}

/** ai.onnx.ml: each row by the sum of its sizes. */
function normalizer(call: Call): Tensor {
  const norm = textOf(call, "norm", "MAX");
  if (norm !== "L1") throw refusal(call.node, `it divides rows by their norm ${norm}, which gradus has no layer for`);
  return ofRows((row) => {
    const size = sum(row.map(Math.abs));
    return size === 0 ? row : row.map((v) => v / size);
  })(call);
}

/** Two matrices. @throws {ModelFileError} where a factor is none, or both depend on the inputs */
function factors(call: Call): [Numbers, Numbers] {
  const [a, b] = [numbersIn(call), numbersIn(call, 1)];
  if (call.isData[1]) {
    throw refusal(call.node, "its second factor depends on the model's inputs, expected a matrix of weights");
  }
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    throw refusal(call.node, `it multiplies [${a.shape.join(", ")}] by [${b.shape.join(", ")}], expected two matrices`);
  }
  return [a, b];
}

function requireFit(call: Call, a: Numbers, b: Numbers): void {
  if (a.shape[1] === b.shape[0]) return;
  throw refusal(call.node, `it takes rows of ${b.shape[0]} numbers, found ${a.shape[1]}`);
}

function matMul(call: Call): Tensor {
  const [a, b] = factors(call);
  requireFit(call, a, b);
  return multiplied(a, b);
}

/** α A B + β C */
function gemm(call: Call): Tensor {
  const [a, given] = factors(call);
  if (intOf(call, "transA", 0) !== 0) throw refusal(call.node, "it transposes its rows (transA)");
  const b = intOf(call, "transB", 0) === 0 ? given : (transposed(given, [1, 0]) as Numbers);
  requireFit(call, a, b);
  const alpha = floatOf(call, "alpha", 1);
  const product = mapped((v) => alpha * v, a.type, [multiplied(a, b)]);
  if (call.inputs[2] === undefined) return product;
  const beta = floatOf(call, "beta", 1);
  return mapped((v, c) => v + beta * c, a.type, [product, numbersIn(call, 2)]);
}

function batchNorm(call: Call): Tensor {
  const [x, ...parts] = [0, 1, 2, 3, 4].map((at) => numbersIn(call, at));
  if (intOf(call, "training_mode", 0) !== 0) throw refusal(call.node, "it takes the statistics of the rows given");
  if (x.shape.length !== 2) throw refusal(call.node, "it normalises values of more axes than one a row");
  const epsilon = floatOf(call, "epsilon", 1e-5);
  return mapped((v, s, b, m, s2) => ((v - m) / Math.sqrt(s2 + epsilon)) * s + b, x.type, [x, ...parts]);
}

function layerNorm(call: Call): Tensor {
  const x = numbersIn(call);
  const axis = axisOf(call, intOf(call, "axis", -1), x.shape.length);
  if (axis !== x.shape.length - 1) throw refusal(call.node, "it normalises more axes than the last");
  const epsilon = floatOf(call, "epsilon", 1e-5);
  const normalised = ofRows((row) => normalisedRow(row, epsilon))({
    ...call,
    node: { ...call.node, attributes: {} },
    version: 13,
  }) as Numbers;
  const scaled = mapped((v, s) => v * s, x.type, [normalised, numbersIn(call, 1)]);
  if (call.inputs[2] === undefined) return scaled;
  return mapped((v, b) => v + b, x.type, [scaled, numbersIn(call, 2)]);
}

/** (x − μ) / √(σ² + ε) */
export function normalisedRow(row: Float64Array, epsilon: number): Float64Array {
  const mu = mean(row);
  const variance = mean(row.map((v) => (v - mu) ** 2));
  return row.map((v) => (v - mu) / Math.sqrt(variance + epsilon));
}

/** The operators that a layer with parameters is made of; any other is one of its neighbours'. */
export const layerOperators = ["MatMul", "Gemm", "BatchNormalization", "LayerNormalization"] as const;

export const rowOperations: Readonly<Record<string, Operation>> = {
  Constant: constant,
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Concat: concat,
  Gather: gather,
  Slice: slice,
  ReduceMean: reduction(mean),
  ReduceSum: reduction(sum),
  ReduceMax: reduction((values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)),
  Softmax: ofRows(softmax),
  LogSoftmax: ofRows((row) => {
    const most = row.reduce((greatest, v) => Math.max(greatest, v), Number.NEGATIVE_INFINITY);
    const log = most + Math.log(row.reduce((total, v) => total + Math.exp(v - most), 0));
    return row.map((v) => v - log);
  }),
  MatMul: matMul,
  Gemm: gemm,
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
};

export const learningOperations: Readonly<Record<string, Operation>> = {
  Scaler: scaler,
  Binarizer: binarizer,
  Normalizer: normalizer,
  FeatureVectorizer: featureVectorizer,
  ArrayFeatureExtractor: arrayFeatures,
};
