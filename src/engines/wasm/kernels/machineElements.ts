/**
 * The calls of machine code for what goes over arrays: each says how much is worth a call, and gives the words.
 *
 * What an element takes is counted in operations of the kernel that the call stands for. Knows no formula.
 */
import {
  ActivateCall,
  ColumnSumsCall,
  CrossEntropyCall,
  DeriveCall,
  DifferenceSumsCall,
  DropoutCall,
  IDENTITY,
  LEAKY_RELU,
  ParametricBackCall,
  ParametricCall,
  ProductSumsCall,
  RELU,
  RELU6,
  ScaleRowsCall,
  SOFTMAX,
  TurnCall,
  UpdateCall,
} from "./constants";
import { call, callMachine, isForMachine } from "./machineCode";

/** Operations of an element where there is an exponential or a division, and where there is none. */
const MUCH: i64 = 64;
const LITTLE: i64 = 4;

@inline
function workOf(kind: i32): i64 {
  return kind == RELU || kind == LEAKY_RELU || kind == RELU6 ? LITTLE : MUCH;
}

@inline
export function isUpdateForMachine(count: i32): bool {
  return isForMachine(<i64>count * 32);
}

@inline
export function isActivationForMachine(kind: i32, count: i32): bool {
  return kind != IDENTITY && kind != SOFTMAX && isForMachine(<i64>count * workOf(kind));
}

@inline
export function isDropoutForMachine(count: i32): bool {
  return isForMachine(<i64>count * 48);
}

@inline
export function areRowsForMachine(rows: i32, columns: i32): bool {
  return isForMachine(<i64>rows * columns * LITTLE);
}

export function machineUpdate(
  kind: i32, parameters: usize, gradients: usize, slot0: usize, slot1: usize, count: i32,
  rate: f32, keepA: f32, shareA: f32, keepB: f32, shareB: f32, root: f32, epsilon: f32, kept: f32,
): void {
  store<i32>(call, kind, UpdateCall.kind);
  store<i32>(call, count, UpdateCall.width);
  store<usize>(call, parameters, UpdateCall.parameters);
  store<usize>(call, gradients, UpdateCall.gradients);
  store<usize>(call, slot0, UpdateCall.slot0);
  store<usize>(call, slot1, UpdateCall.slot1);
  store<f32>(call, rate, UpdateCall.rate);
  store<f32>(call, keepA, UpdateCall.keepA);
  store<f32>(call, shareA, UpdateCall.shareA);
  store<f32>(call, keepB, UpdateCall.keepB);
  store<f32>(call, shareB, UpdateCall.shareB);
  store<f32>(call, root, UpdateCall.root);
  store<f32>(call, epsilon, UpdateCall.epsilon);
  store<f32>(call, kept, UpdateCall.kept);
  callMachine(UpdateCall.code);
}

export function machineActivate(kind: i32, fields: usize, outputs: usize, count: i32): void {
  store<i32>(call, kind, ActivateCall.kind);
  store<i32>(call, count, ActivateCall.width);
  store<usize>(call, fields, ActivateCall.from);
  store<usize>(call, outputs, ActivateCall.to);
  callMachine(ActivateCall.code);
}

export function machineDerive(kind: i32, negativeGradient: usize, saved: usize, to: usize, count: i32): void {
  store<i32>(call, kind, DeriveCall.kind);
  store<i32>(call, count, DeriveCall.width);
  store<usize>(call, negativeGradient, DeriveCall.gradient);
  store<usize>(call, saved, DeriveCall.saved);
  store<usize>(call, to, DeriveCall.to);
  callMachine(DeriveCall.code);
}

export function machineParametric(kind: i32, x: usize, slopes: usize, values: usize, y: usize, rows: i32, width: i32): void {
  store<i32>(call, kind, ParametricCall.kind);
  store<i32>(call, rows, ParametricCall.rows);
  store<i32>(call, width, ParametricCall.width);
  store<usize>(call, x, ParametricCall.x);
  store<usize>(call, slopes, ParametricCall.slopes);
  store<usize>(call, values, ParametricCall.values);
  store<usize>(call, y, ParametricCall.y);
  callMachine(ParametricCall.code);
}

export function machineParametricBack(
  kind: i32, delta: usize, slopes: usize, saved: usize, to: usize, rows: i32, width: i32,
): void {
  store<i32>(call, kind, ParametricBackCall.kind);
  store<i32>(call, rows, ParametricBackCall.rows);
  store<i32>(call, width, ParametricBackCall.width);
  store<usize>(call, delta, ParametricBackCall.delta);
  store<usize>(call, slopes, ParametricBackCall.slopes);
  store<usize>(call, saved, ParametricBackCall.saved);
  store<usize>(call, to, ParametricBackCall.to);
  callMachine(ParametricBackCall.code);
}

export function machineDropout(from: usize, to: usize, key: u32, threshold: u32, scale: f32, first: u32, count: i32): void {
  store<i32>(call, count, DropoutCall.width);
  store<usize>(call, from, DropoutCall.from);
  store<usize>(call, to, DropoutCall.to);
  store<u32>(call, first, DropoutCall.first);
  store<u32>(call, key, DropoutCall.key);
  store<u32>(call, threshold, DropoutCall.threshold);
  store<f32>(call, scale, DropoutCall.scale);
  callMachine(DropoutCall.code);
}

export function machineScaleRows(x: usize, scale: usize, to: usize, rows: i32, width: i32): void {
  store<i32>(call, rows, ScaleRowsCall.rows);
  store<i32>(call, width, ScaleRowsCall.width);
  store<usize>(call, x, ScaleRowsCall.x);
  store<usize>(call, scale, ScaleRowsCall.scale);
  store<usize>(call, to, ScaleRowsCall.to);
  callMachine(ScaleRowsCall.code);
}

export function machineColumnSums(rows: i32, columns: i32, a: usize, row: usize, out: usize, negate: i32): void {
  store<i32>(call, rows, ColumnSumsCall.rows);
  store<i32>(call, columns, ColumnSumsCall.columns);
  store<usize>(call, row, ColumnSumsCall.row);
  store<usize>(call, a, ColumnSumsCall.a);
  store<usize>(call, out, ColumnSumsCall.out);
  store<i32>(call, negate, ColumnSumsCall.negate);
  callMachine(ColumnSumsCall.code);
}

export function machineProductSums(rows: i32, columns: i32, delta: usize, x: usize, row: usize, out: usize): void {
  store<i32>(call, rows, ProductSumsCall.rows);
  store<i32>(call, columns, ProductSumsCall.columns);
  store<usize>(call, row, ProductSumsCall.row);
  store<usize>(call, delta, ProductSumsCall.delta);
  store<usize>(call, x, ProductSumsCall.x);
  store<usize>(call, out, ProductSumsCall.out);
  callMachine(ProductSumsCall.code);
}

export function machineDifferenceSums(rows: i32, columns: i32, delta: usize, y: usize, x: usize, row: usize, out: usize): void {
  store<i32>(call, rows, DifferenceSumsCall.rows);
  store<i32>(call, columns, DifferenceSumsCall.columns);
  store<usize>(call, row, DifferenceSumsCall.row);
  store<usize>(call, delta, DifferenceSumsCall.delta);
  store<usize>(call, y, DifferenceSumsCall.y);
  store<usize>(call, x, DifferenceSumsCall.x);
  store<usize>(call, out, DifferenceSumsCall.out);
  callMachine(DifferenceSumsCall.code);
}

@inline
export function isCrossEntropyForMachine(rows: i32, width: i32): bool {
  return isForMachine(<i64>rows * width * MUCH);
}

/** @param chosen what the right class has of the target @param share what every class has besides @param total both of all classes */
export function machineCrossEntropy(
  rows: i32, width: i32, y: usize, desired: usize, weights: usize, gradient: usize, losses: usize,
  perPattern: f64, chosen: f64, share: f64, total: f64,
): void {
  store<i32>(call, 0, CrossEntropyCall.kind);
  store<i32>(call, rows, CrossEntropyCall.rows);
  store<i32>(call, width, CrossEntropyCall.width);
  store<usize>(call, y, CrossEntropyCall.y);
  store<usize>(call, desired, CrossEntropyCall.desired);
  store<usize>(call, weights, CrossEntropyCall.weights);
  store<usize>(call, gradient, CrossEntropyCall.gradient);
  store<usize>(call, losses, CrossEntropyCall.losses);
  store<i32>(call, share > 0 ? 1 : 0, CrossEntropyCall.smooths);
  store<f64>(call, perPattern, CrossEntropyCall.perPattern);
  store<f64>(call, chosen, CrossEntropyCall.chosen);
  store<f64>(call, share, CrossEntropyCall.share);
  store<f64>(call, total, CrossEntropyCall.total);
  callMachine(CrossEntropyCall.code);
}

/** Lines of `numbers`, from one to the next `line` bytes, become columns of rows that lie `row` bytes apart. */
export function machineTurn(lines: i32, numbers: i32, from: usize, line: usize, to: usize, row: i32): void {
  store<i32>(call, lines, TurnCall.lines);
  store<i32>(call, numbers, TurnCall.numbers);
  store<usize>(call, from, TurnCall.from);
  store<usize>(call, line, TurnCall.line);
  store<usize>(call, to, TurnCall.to);
  store<i32>(call, row, TurnCall.row);
  callMachine(TurnCall.code);
}
