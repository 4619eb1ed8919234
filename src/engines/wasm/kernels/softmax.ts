/**
 * Softmax over the rows of a matrix, forward and back, and what cross-entropy shares with it.
 *
 * Written in AssemblyScript; float32, four at a time, sums in float64. Knows nothing of losses or threads. Source:
 * derivation, section 3, factor iii.
 */
import { exp, splat } from "./exponential";
import { loadPart, storePart, wholeVectorsEnd } from "./partialVector";
import { addLanes, totalOf } from "./reductions";

/** The largest of a row; NaN may be skipped. */
@inline
export function largestOf(row: usize, width: i32): f32 {
  let largest = splat(-<f32>Infinity);
  const end = wholeVectorsEnd(row, width);
  while (row < end) {
    largest = f32x4.pmax(largest, v128.load(row));
    row += 16;
  }
  const left = width & 3;
  if (left) largest = f32x4.pmax(largest, loadPart(row, left, largest));
  largest = f32x4.pmax(largest, v128.shuffle<i32>(largest, largest, 2, 3, 0, 1));
  largest = f32x4.pmax(largest, v128.shuffle<i32>(largest, largest, 1, 0, 3, 2));
  return f32x4.extract_lane(largest, 0);
}

/** Writes e^(x − shift) of a row. @returns their sum */
@inline
export function exponentials(row: usize, shift: f32, to: usize, width: i32): f64 {
  const shifts = splat(shift);
  let sum = f64x2.splat(0);
  const end = wholeVectorsEnd(row, width);
  while (row < end) {
    const e = exp(f32x4.sub(v128.load(row), shifts));
    v128.store(to, e);
    sum = addLanes(sum, e);
    row += 16;
    to += 16;
  }
  const left = width & 3;
  if (left) {
    const e = exp(f32x4.sub(loadPart(row, left, splat(-<f32>Infinity)), shifts)); // 0 in the lanes beyond
    storePart(to, e, left);
    sum = addLanes(sum, e);
  }
  return totalOf(sum);
}

/** Multiplies a row by a factor, in place. */
@inline
function scaleRow(row: usize, factor: f32, width: i32): void {
  const factors = splat(factor);
  const end = wholeVectorsEnd(row, width);
  while (row < end) {
    v128.store(row, f32x4.mul(v128.load(row), factors));
    row += 16;
  }
  const left = width & 3;
  if (left) storePart(row, f32x4.mul(loadPart(row, left, factors), factors), left);
}

/** y_r = e^(v_r) / Σ_s e^(v_s), row by row: [rows, width]. @param outputs may be `fields` itself */
export function softmaxRows(fields: usize, outputs: usize, rows: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (; rows > 0; rows--) {
    const sum = exponentials(fields, largestOf(fields, width), outputs, width);
    scaleRow(outputs, <f32>(1 / sum), width);
    fields += bytes;
    outputs += bytes;
  }
}

/** Σ_r g_r y_r of a row. */
@inline
function dotRows(g: usize, y: usize, width: i32): f64 {
  let sum = f64x2.splat(0);
  const end = wholeVectorsEnd(g, width);
  while (g < end) {
    sum = addLanes(sum, f32x4.mul(v128.load(g), v128.load(y)));
    g += 16;
    y += 16;
  }
  const left = width & 3;
  if (left) sum = addLanes(sum, f32x4.mul(loadPart(g, left, splat(0)), loadPart(y, left, splat(0))));
  return totalOf(sum);
}

/**
 * δ_s = y_s (g_s − Σ_r g_r y_r), row by row, from g = −∂loss/∂y: the product with the Jacobian, which is never made.
 *
 * @param to may be `negativeGradient` itself
 */
export function softmaxBackward(negativeGradient: usize, outputs: usize, to: usize, rows: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (; rows > 0; rows--) {
    const dots = splat(<f32>dotRows(negativeGradient, outputs, width));
    const whole = <usize>(width & ~3) << 2;
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(to + at, f32x4.mul(v128.load(outputs + at), f32x4.sub(v128.load(negativeGradient + at), dots)));
    }
    const left = width & 3;
    if (left) {
      const g = loadPart(negativeGradient + whole, left, dots);
      storePart(to + whole, f32x4.mul(loadPart(outputs + whole, left, splat(0)), f32x4.sub(g, dots)), left);
    }
    negativeGradient += bytes;
    outputs += bytes;
    to += bytes;
  }
}
