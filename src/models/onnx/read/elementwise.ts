/**
 * The operators of ONNX that act on each number by itself, with constants or with each other.
 *
 * Source: ONNX Operator Schemas, domain "", versions 7 to 25.
 */
import { activations } from "../../../network/activations.ts";
import { erf } from "../../../network/erf.ts";
import { logistic, softplus } from "../../../network/expression/functions.ts";
import type { ElementType } from "../graph.ts";
import { type Call, floatOf, numbersIn, type Operation, scalarIn, textOf } from "./call.ts";
import { refusal } from "./refusal.ts";
import { mapped } from "./tensors.ts";

/** TensorProto.DataType, as the operator Cast has it. */
const CAST_TO = new Map([
  [1, "float"],
  [6, "int32"],
  [7, "int64"],
  [8, "string"],
  [9, "bool"],
  [11, "double"],
] as const);

const unary =
  (f: (v: number, call: Call) => number): Operation =>
  (call) => {
    const x = numbersIn(call);
    return mapped((v) => f(v, call), x.type, [x]);
  };

const binary =
  (f: (a: number, b: number) => number): Operation =>
  (call) => {
    const [a, b] = [numbersIn(call), numbersIn(call, 1)];
    return mapped(f, a.type, [a, b]);
  };

const compared =
  (f: (a: number, b: number) => boolean): Operation =>
  (call) =>
    mapped((a, b) => Number(f(a, b)), "bool", [numbersIn(call), numbersIn(call, 1)]);

const several =
  (f: (values: readonly number[]) => number): Operation =>
  (call) => {
    const all = call.inputs.map((_, at) => numbersIn(call, at));
    return mapped((...values) => f(values), all[0].type, all);
  };

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function divided(call: Call) {
  const [a, b] = [numbersIn(call), numbersIn(call, 1)];
  const isWhole = a.type === "int32" || a.type === "int64";
  return mapped((x, y) => (isWhole ? Math.trunc(x / y) : x / y), a.type, [a, b]);
}

function clipped(call: Call) {
  const low = scalarIn(call, 1) ?? floatOf(call, "min", Number.NEGATIVE_INFINITY);
  const high = scalarIn(call, 2) ?? floatOf(call, "max", Number.POSITIVE_INFINITY);
  const x = numbersIn(call);
  return mapped((v) => Math.min(Math.max(v, low), high), x.type, [x]);
}

function cast(call: Call) {
  const to = CAST_TO.get(Number(call.node.attributes.to?.type === "int" ? call.node.attributes.to.value : 0) as never);
  if (to === undefined) throw refusal(call.node, "it makes numbers of a type that gradus doesn't compute with");
  return castTo(call, to);
}

/** To the type of its second input, of which a value that depends on the rows has floating-point numbers here. */
function castLike(call: Call) {
  return castTo(call, call.isData[1] ? "float" : numbersIn(call, 1).type);
}

function castTo(call: Call, to: ElementType) {
  const x = numbersIn(call);
  if (to === "string") throw refusal(call.node, "it makes texts of numbers");
  const isWhole = to === "int32" || to === "int64";
  return mapped((v) => (to === "bool" ? Number(v !== 0) : isWhole ? Math.trunc(v) : v), to, [x]);
}

/** Nothing at prediction time. @throws {ModelFileError} one that drops signals then too */
function dropout(call: Call) {
  const training = scalarIn(call, 2) ?? 0;
  if (training !== 0) throw refusal(call.node, "it drops signals when the network predicts too");
  return numbersIn(call);
}

export const GELU_BY_TANH =
  "it approximates GELU by tanh, which differs from GELU itself by up to 0.0005; gradus computes the latter: train and export the network with that, in PyTorch GELU(approximate='none'), in Keras activation='gelu'";

const gelu = (call: Call) => {
  const x = numbersIn(call);
  if (textOf(call, "approximate", "none") !== "none") {
    throw refusal(call.node, GELU_BY_TANH);
  }
  return mapped((v) => (v * (1 + erf(v / Math.SQRT2))) / 2, x.type, [x]);
};

const negative = (v: number, of: () => number): number => (v < 0 ? of() : v);
const { selu } = activations;

export const elementwiseOperations: Readonly<Record<string, Operation>> = {
  Identity: (call) => call.inputs[0] ?? numbersIn(call),
  Dropout: dropout,
  Cast: cast,
  CastLike: castLike,
  Neg: unary((v) => -v),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((v) => 1 / v),
  Erf: unary(erf),
  /** Of no version of ONNX: tf2onnx writes it, in the GELU of Keras. */
  Erfc: unary((v) => 1 - erf(v)),
  Not: unary((v) => Number(v === 0)),
  Relu: unary((v) => Math.max(v, 0)),
  Sigmoid: unary(logistic),
  Tanh: unary(Math.tanh),
  Softplus: unary(softplus),
  Softsign: unary((v) => v / (1 + Math.abs(v))),
  Mish: unary((v) => v * Math.tanh(softplus(v))),
  Gelu: gelu,
  Swish: unary((v, call) => v * logistic(floatOf(call, "alpha", 1) * v)),
  HardSwish: unary((v) => v * Math.min(Math.max(v / 6 + 0.5, 0), 1)),
  HardSigmoid: unary((v, call) =>
    Math.min(Math.max(floatOf(call, "alpha", 0.2) * v + floatOf(call, "beta", 0.5), 0), 1),
  ),
  Elu: unary((v, call) => negative(v, () => floatOf(call, "alpha", 1) * Math.expm1(v))),
  Celu: unary((v, call) => {
    const alpha = floatOf(call, "alpha", 1);
    return negative(v, () => alpha * Math.expm1(v / alpha));
  }),
  Selu: unary((v, call) => {
    const { alpha, gamma } = call.node.attributes;
    if (alpha === undefined && gamma === undefined) return selu.value(v);
    const [a, g] = [floatOf(call, "alpha", 1.6732632423543772), floatOf(call, "gamma", 1.0507009873554805)];
    return g * negative(v, () => a * Math.expm1(v));
  }),
  LeakyRelu: unary((v, call) => negative(v, () => floatOf(call, "alpha", 0.01) * v)),
  ThresholdedRelu: unary((v, call) => (v > floatOf(call, "alpha", 1) ? v : 0)),
  PRelu: binary((v, slope) => negative(v, () => slope * v)),
  Clip: clipped,
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: divided,
  Pow: binary((a, b) => a ** b),
  Sum: several(total),
  Mean: several((values) => total(values) / values.length),
  Max: several((values) => Math.max(...values)),
  Min: several((values) => Math.min(...values)),
  Equal: compared((a, b) => a === b),
  Greater: compared((a, b) => a > b),
  GreaterOrEqual: compared((a, b) => a >= b),
  Less: compared((a, b) => a < b),
  LessOrEqual: compared((a, b) => a <= b),
  And: compared((a, b) => a !== 0 && b !== 0),
  Or: compared((a, b) => a !== 0 || b !== 0),
  Where: (call) => {
    const [condition, then, other] = [0, 1, 2].map((at) => numbersIn(call, at));
    return mapped((is, a, b) => (is === 0 ? b : a), then.type, [condition, then, other]);
  },
};
