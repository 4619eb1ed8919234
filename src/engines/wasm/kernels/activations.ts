/**
 * The activation functions φ and their derivatives over whole arrays.
 *
 * Written in AssemblyScript; float32, four at a time. A kind is the place of its entry in the table of
 * `network/activations.ts`, and tests compare each with it. Knows nothing of layers or threads: callers give a part of
 * an array by its address and count. Softmax has its own file.
 */
import { slope, value } from "./activationFormulas";
import { ELU, GELU, IDENTITY, LEAKY_RELU, LOGISTIC, MISH, RELU, SELU, SILU, SEES_OUTPUT, SOFTMAX, SOFTPLUS, TANH, RELU6, HARD_SWISH } from "./constants";
import { splat } from "./exponential";
import { isActivationForMachine, machineActivate, machineDerive } from "./machineElements";
import { loadPart, storePart, wholeVectorsEnd } from "./partialVector";
import { softmaxRows } from "./softmax";

/** Two vectors a turn: V8 makes the polynomials' constants anew in each turn, which takes as long as a vector. */
@inline
function values(kind: i32, fields: usize, outputs: usize, count: i32): void {
  const end = wholeVectorsEnd(fields, count);
  while (fields + 16 < end) {
    const first = value(kind, v128.load(fields));
    const second = value(kind, v128.load(fields, 16));
    v128.store(outputs, first);
    v128.store(outputs, second, 16);
    fields += 32;
    outputs += 32;
  }
  if (fields < end) {
    v128.store(outputs, value(kind, v128.load(fields)));
    fields += 16;
    outputs += 16;
  }
  const left = count & 3;
  if (left) storePart(outputs, value(kind, loadPart(fields, left, splat(0))), left);
}

@inline
function products(kind: i32, negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  const end = wholeVectorsEnd(negativeGradient, count);
  while (negativeGradient + 16 < end) {
    const first = f32x4.mul(v128.load(negativeGradient), slope(kind, v128.load(saved)));
    const second = f32x4.mul(v128.load(negativeGradient, 16), slope(kind, v128.load(saved, 16)));
    v128.store(to, first);
    v128.store(to, second, 16);
    negativeGradient += 32;
    saved += 32;
    to += 32;
  }
  if (negativeGradient < end) {
    v128.store(to, f32x4.mul(v128.load(negativeGradient), slope(kind, v128.load(saved))));
    negativeGradient += 16;
    saved += 16;
    to += 16;
  }
  const left = count & 3;
  if (left == 0) return;
  const slopes = slope(kind, loadPart(saved, left, splat(0)));
  storePart(to, f32x4.mul(loadPart(negativeGradient, left, splat(0)), slopes), left);
}

// One function a kind: V8 optimises small functions better, and in one function the compiler would fold like loops
// together.

function copy(from: usize, to: usize, count: i32): void {
  values(IDENTITY, from, to, count);
}

function logisticValues(fields: usize, outputs: usize, count: i32): void {
  values(LOGISTIC, fields, outputs, count);
}

function tanhValues(fields: usize, outputs: usize, count: i32): void {
  values(TANH, fields, outputs, count);
}

function reluValues(fields: usize, outputs: usize, count: i32): void {
  values(RELU, fields, outputs, count);
}

function leakyReluValues(fields: usize, outputs: usize, count: i32): void {
  values(LEAKY_RELU, fields, outputs, count);
}

function eluValues(fields: usize, outputs: usize, count: i32): void {
  values(ELU, fields, outputs, count);
}

function seluValues(fields: usize, outputs: usize, count: i32): void {
  values(SELU, fields, outputs, count);
}

function geluValues(fields: usize, outputs: usize, count: i32): void {
  values(GELU, fields, outputs, count);
}

function siluValues(fields: usize, outputs: usize, count: i32): void {
  values(SILU, fields, outputs, count);
}

function mishValues(fields: usize, outputs: usize, count: i32): void {
  values(MISH, fields, outputs, count);
}

function softplusValues(fields: usize, outputs: usize, count: i32): void {
  values(SOFTPLUS, fields, outputs, count);
}

function relu6Values(fields: usize, outputs: usize, count: i32): void {
  values(RELU6, fields, outputs, count);
}

function hardSwishValues(fields: usize, outputs: usize, count: i32): void {
  values(HARD_SWISH, fields, outputs, count);
}

function logisticProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(LOGISTIC, negativeGradient, saved, to, count);
}

function tanhProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(TANH, negativeGradient, saved, to, count);
}

function reluProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(RELU, negativeGradient, saved, to, count);
}

function leakyReluProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(LEAKY_RELU, negativeGradient, saved, to, count);
}

function eluProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(ELU, negativeGradient, saved, to, count);
}

function seluProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(SELU, negativeGradient, saved, to, count);
}

function geluProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(GELU, negativeGradient, saved, to, count);
}

function siluProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(SILU, negativeGradient, saved, to, count);
}

function mishProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(MISH, negativeGradient, saved, to, count);
}

function softplusProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(SOFTPLUS, negativeGradient, saved, to, count);
}

function relu6Products(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(RELU6, negativeGradient, saved, to, count);
}

function hardSwishProducts(negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  products(HARD_SWISH, negativeGradient, saved, to, count);
}

/** y = φ(v), elementwise. @param outputs may be `fields` itself */
export function activate(kind: i32, fields: usize, outputs: usize, count: i32): void {
  if (isActivationForMachine(kind, count)) return machineActivate(kind, fields, outputs, count);
  switch (kind) {
    case IDENTITY:
      if (outputs != fields) copy(fields, outputs, count);
      return;
    case LOGISTIC:
      return logisticValues(fields, outputs, count);
    case TANH:
      return tanhValues(fields, outputs, count);
    case RELU:
      return reluValues(fields, outputs, count);
    case LEAKY_RELU:
      return leakyReluValues(fields, outputs, count);
    case ELU:
      return eluValues(fields, outputs, count);
    case SELU:
      return seluValues(fields, outputs, count);
    case GELU:
      return geluValues(fields, outputs, count);
    case SILU:
      return siluValues(fields, outputs, count);
    case MISH:
      return mishValues(fields, outputs, count);
    case SOFTPLUS:
      return softplusValues(fields, outputs, count);
    case RELU6:
      return relu6Values(fields, outputs, count);
    case HARD_SWISH:
      return hardSwishValues(fields, outputs, count);
    default:
      unreachable();
  }
}

/** y = φ(v) of [rows, width], by numbers or by rows. @param outputs may be `fields` itself */
export function activateRows(kind: i32, fields: usize, outputs: usize, rows: i32, width: i32): void {
  if (kind == SOFTMAX) softmaxRows(fields, outputs, rows, width);
  else activate(kind, fields, outputs, rows * width);
}

/**
 * to = negativeGradient · φ'(v): δ from −∂loss/∂y, elementwise.
 *
 * Reads `outputs` or `fields`, whichever the entry's `sees` names, never both, and neither for identity.
 * @param to may be any of the arrays read
 */
export function derive(kind: i32, negativeGradient: usize, fields: usize, outputs: usize, to: usize, count: i32): void {
  if (isActivationForMachine(kind, count)) {
    return machineDerive(kind, negativeGradient, (SEES_OUTPUT >> kind) & 1 ? outputs : fields, to, count);
  }
  switch (kind) {
    case IDENTITY:
      if (to != negativeGradient) copy(negativeGradient, to, count);
      return;
    case LOGISTIC:
      return logisticProducts(negativeGradient, outputs, to, count);
    case TANH:
      return tanhProducts(negativeGradient, outputs, to, count);
    case RELU:
      return reluProducts(negativeGradient, outputs, to, count);
    case LEAKY_RELU:
      return leakyReluProducts(negativeGradient, outputs, to, count);
    case ELU:
      return eluProducts(negativeGradient, outputs, to, count);
    case SELU:
      return seluProducts(negativeGradient, outputs, to, count);
    case GELU:
      return geluProducts(negativeGradient, fields, to, count);
    case SILU:
      return siluProducts(negativeGradient, fields, to, count);
    case MISH:
      return mishProducts(negativeGradient, fields, to, count);
    case SOFTPLUS:
      return softplusProducts(negativeGradient, fields, to, count);
    case RELU6:
      return relu6Products(negativeGradient, fields, to, count);
    case HARD_SWISH:
      return hardSwishProducts(negativeGradient, fields, to, count);
    default:
      unreachable();
  }
}
