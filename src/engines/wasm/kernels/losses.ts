/**
 * The losses of `network/losses.ts`: each pattern's loss, and the negative gradients −∂loss/∂y of all its outputs.
 *
 * Written in AssemblyScript; float32, four outputs at a time, a pattern's loss summed in float64. A kind is the place
 * of its entry in that table, and tests compare each with it. The factor w/B, sample's weight over batch size, enters here
 * and nowhere else.
 */
import {
  BINARY_CROSS_ENTROPY,
  CROSS_ENTROPY,
  HALF_SQUARED_ERROR,
  HUBER,
  LossOptions,
  MEAN_ABSOLUTE_ERROR,
  MEAN_SQUARED_ERROR,
  QUANTILE,
} from "./constants";
import { exp, log1pOfFraction, splat } from "./exponential";
import { logOf } from "./logarithm";
import { isCrossEntropyForMachine, machineCrossEntropy } from "./machineElements";
import { loadPart, storePart, wholeVectorsEnd } from "./partialVector";
import { addLanes, totalOf } from "./reductions";
import { exponentials, largestOf } from "./softmax";
import { madd } from "./vector";

/** The loss of each output by itself, before 1/M. */
@inline
function elementLoss(kind: i32, y: v128, d: v128, setting: v128, weight: v128): v128 {
  if (kind == BINARY_CROSS_ENTROPY) {
    // ln(1 + e^(±y)) = max(±y, 0) + ln(1 + e^(−|y|))
    const t = smoothed(d, setting);
    const log = log1pOfFraction(exp(f32x4.neg(f32x4.abs(y))));
    const ifNot = f32x4.add(f32x4.pmax(y, splat(0)), log);
    const ifSo = f32x4.add(f32x4.pmax(f32x4.neg(y), splat(0)), log);
    return madd(f32x4.mul(weight, t), ifSo, f32x4.mul(f32x4.sub(splat(1), t), ifNot));
  }
  const e = f32x4.sub(d, y);
  if (kind == HUBER) {
    // c (|e| − c/2), c = min(|e|, δ), is ½ e² up to δ and δ (|e| − ½ δ) beyond
    const a = f32x4.abs(e);
    const c = f32x4.pmin(a, setting);
    return f32x4.mul(c, f32x4.sub(a, f32x4.mul(splat(0.5), c)));
  }
  if (kind == MEAN_ABSOLUTE_ERROR) return f32x4.abs(e);
  const square = f32x4.mul(e, e);
  return kind == HALF_SQUARED_ERROR ? f32x4.mul(splat(0.5), square) : square;
}

/** −∂/∂y of the loss of each output by itself, before 1/M and w/B. */
@inline
function elementNegativeGradient(kind: i32, y: v128, d: v128, setting: v128, weight: v128): v128 {
  if (kind == BINARY_CROSS_ENTROPY) {
    // c t (1 − p) − (1 − t) p, with p = σ(y) and 1 − p = σ(−y) both without cancellation
    const t = smoothed(d, setting);
    const e = exp(f32x4.neg(f32x4.abs(y)));
    const near = f32x4.div(splat(1), f32x4.add(splat(1), e));
    const far = f32x4.mul(e, near);
    const negative = f32x4.lt(y, splat(0));
    const p = v128.bitselect(far, near, negative);
    const q = v128.bitselect(near, far, negative);
    return f32x4.sub(f32x4.mul(f32x4.mul(weight, t), q), f32x4.mul(f32x4.sub(splat(1), t), p));
  }
  const e = f32x4.sub(d, y);
  if (kind == HUBER) return f32x4.pmax(f32x4.pmin(e, setting), f32x4.neg(setting));
  if (kind == MEAN_ABSOLUTE_ERROR) return signOf(e);
  return kind == MEAN_SQUARED_ERROR ? f32x4.add(e, e) : e;
}

/** 1 above 0, −1 below, and 0 itself. */
@inline
function signOf(e: v128): v128 {
  const one = splat(1);
  return f32x4.sub(v128.and(one, f32x4.gt(e, splat(0))), v128.and(one, f32x4.lt(e, splat(0))));
}

/** The flag moved towards ½: d (1 − s) + s/2. */
@inline
function smoothed(d: v128, s: v128): v128 {
  return madd(d, f32x4.sub(splat(1), s), f32x4.mul(splat(0.5), s));
}

/** Ones in the first `count` lanes. */
@inline
function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** Writes the negative gradients of one pattern, times `factor`. @returns its loss, summed over the outputs */
@inline
function elementwisePattern(
  kind: i32,
  y: usize,
  d: usize,
  width: i32,
  options: usize,
  factor: f32,
  negativeGradient: usize,
): f64 {
  const setting = splat(load<f32>(options, LossOptions.setting));
  const weighted = kind == BINARY_CROSS_ENTROPY && load<i32>(options, LossOptions.hasFactors) != 0;
  const factors = splat(factor);
  let weight = splat(1);
  let weights = options + LossOptions.factors;
  let sum = f64x2.splat(0);
  const end = wholeVectorsEnd(y, width);
  while (y < end) {
    if (weighted) weight = v128.load(weights);
    const output = v128.load(y);
    const desired = v128.load(d);
    sum = addLanes(sum, elementLoss(kind, output, desired, setting, weight));
    v128.store(negativeGradient, f32x4.mul(factors, elementNegativeGradient(kind, output, desired, setting, weight)));
    y += 16;
    d += 16;
    weights += 16;
    negativeGradient += 16;
  }
  const left = width & 3;
  if (left) {
    if (weighted) weight = loadPart(weights, left, weight);
    const output = loadPart(y, left, splat(0));
    const desired = loadPart(d, left, splat(0));
    sum = addLanes(sum, v128.and(elementLoss(kind, output, desired, setting, weight), firstLanes(left)));
    storePart(negativeGradient, f32x4.mul(factors, elementNegativeGradient(kind, output, desired, setting, weight)), left);
  }
  return totalOf(sum);
}

/**
 * Cross-entropy of one pattern: ℓ = −Σ_k t_k ln p_k and −∂ℓ/∂y_k = t_k − p_k Σ_l t_l, times `scale`.
 *
 * @param d the index of the right class
 * @returns ℓ
 */
@inline
function crossEntropyPattern(y: usize, d: i32, width: i32, options: usize, scale: f64, negativeGradient: usize): f64 {
  const smoothing = <f64>load<f32>(options, LossOptions.setting);
  const classWeights = load<i32>(options, LossOptions.hasFactors) != 0 ? options + LossOptions.factors : 0;
  const largest = largestOf(y, width);
  const sum = exponentials(y, largest, negativeGradient, width);
  const share = smoothing / <f64>width; // of every class
  const chosen = (1 - smoothing) * classWeight(classWeights, d); // of the right class, on top
  let total = chosen; // Σ t
  let shifted = chosen * <f64>(load<f32>(y + (<usize>d << 2)) - largest); // Σ t (y − largest)
  if (smoothing > 0) {
    for (let k = 0; k < width; k++) {
      const t = share * classWeight(classWeights, k);
      total += t;
      shifted += t * <f64>(load<f32>(y + (<usize>k << 2)) - largest);
    }
  }
  // p_k Σ t = e_k Σ t / Σ e. The right class's signal, a small difference once learned, is made in float64.
  const right = negativeGradient + (<usize>d << 2);
  const perExponential = total / sum;
  const wanted = chosen + share * classWeight(classWeights, d) - <f64>load<f32>(right) * perExponential;
  crossEntropyNegativeGradient(negativeGradient, width, <f32>(-scale * perExponential), <f32>(scale * share), classWeights);
  store<f32>(right, <f32>(scale * wanted));
  return total * logOf(sum) - shifted;
}

@inline
function classWeight(classWeights: usize, k: i32): f64 {
  return classWeights ? <f64>load<f32>(classWeights + (<usize>k << 2)) : 1;
}

/** e_k ← share c_k + factor e_k, the signals of all classes but the right one. */
@inline
function crossEntropyNegativeGradient(e: usize, width: i32, factor: f32, share: f32, classWeights: usize): void {
  const factors = splat(factor);
  let shares = splat(share);
  const end = wholeVectorsEnd(e, width);
  while (e < end) {
    if (classWeights) {
      shares = f32x4.mul(splat(share), v128.load(classWeights));
      classWeights += 16;
    }
    v128.store(e, madd(v128.load(e), factors, shares));
    e += 16;
  }
  const left = width & 3;
  if (left == 0) return;
  if (classWeights) shares = f32x4.mul(splat(share), loadPart(classWeights, left, splat(0)));
  storePart(e, madd(loadPart(e, left, splat(0)), factors, shares), left);
}

/**
 * Pinball loss of one pattern: ℓ = Σ_k c_k |e_k| and −∂ℓ/∂y_k = c_k sign(e_k), times `factor`, where e = d − y, and c is the
 * output's quantile τ where e > 0, else 1 − τ. Each number of d belongs to as many outputs as there are quantiles.
 *
 * @returns ℓ
 */
function quantilePattern(y: usize, d: usize, width: i32, options: usize, factor: f32, negativeGradient: usize): f64 {
  const each = load<i32>(options, LossOptions.outputsEach);
  let quantiles = options + LossOptions.factors;
  let sum: f64 = 0;
  for (const end = y + (<usize>width << 2); y < end; d += 4) {
    const desired = load<f32>(d);
    for (const last = y + (<usize>each << 2); y < last; y += 4, quantiles += 4, negativeGradient += 4) {
      const e = desired - load<f32>(y);
      const quantile = load<f32>(quantiles);
      const side = e > 0 ? quantile : 1 - quantile;
      sum += <f64>(side * abs<f32>(e));
      store<f32>(negativeGradient, factor * (e > 0 ? side : e < 0 ? -side : 0));
    }
  }
  return sum;
}

// What `rowLoss` was called with, for the functions of the kinds.
let first: i32 = 0;
let end: i32 = 0;
let outputs: usize = 0;
let desired: usize = 0;
let sampleWeights: usize = 0;
let perPattern: f64 = 0;
let width: i32 = 0;
let options: usize = 0;
let losses: usize = 0;
let negativeGradients: usize = 0;

@inline
function patterns(kind: i32): void {
  const to = end, units = width, w = sampleWeights, settings = options, share = perPattern;
  const perOutput = kind == HALF_SQUARED_ERROR || kind == CROSS_ENTROPY ? 1 : 1 / <f64>units;
  const desiredWidth =
    kind == CROSS_ENTROPY ? 1 : kind == QUANTILE ? units / load<i32>(settings, LossOptions.outputsEach) : units;
  let y = outputs + (<usize>(first * units) << 2);
  let d = desired + (<usize>(first * desiredWidth) << 2);
  let g = negativeGradients + (<usize>(first * units) << 2);
  let loss = losses + (<usize>first << 3);
  for (let row = first; row < to; row++) {
    let scale = share;
    if (w) scale *= <f64>load<f32>(w + (<usize>row << 2));
    scale *= perOutput;
    const found =
      kind == CROSS_ENTROPY
        ? crossEntropyPattern(y, <i32>load<f32>(d), units, settings, scale, g)
        : kind == QUANTILE
        ? quantilePattern(y, d, units, settings, <f32>scale, g)
        : elementwisePattern(kind, y, d, units, settings, <f32>scale, g);
    store<f64>(loss, found * scale);
    y += <usize>units << 2;
    d += <usize>desiredWidth << 2;
    g += <usize>units << 2;
    loss += 8;
  }
}

// One function a kind: V8 optimises small functions better, and in one function the compiler would fold like loops
// together.

function halfSquaredError(): void {
  patterns(HALF_SQUARED_ERROR);
}

function meanSquaredError(): void {
  patterns(MEAN_SQUARED_ERROR);
}

function huber(): void {
  patterns(HUBER);
}

function crossEntropy(): void {
  if (load<i32>(options, LossOptions.hasFactors) == 0 && isCrossEntropyForMachine(end - first, width)) return wideCrossEntropy();
  patterns(CROSS_ENTROPY);
}

/** The same in machine code, for classes without weights. */
function wideCrossEntropy(): void {
  const smoothing = <f64>load<f32>(options, LossOptions.setting);
  const share = smoothing / <f64>width;
  const chosen = 1 - smoothing;
  let total = chosen;
  if (smoothing > 0) for (let k = 0; k < width; k++) total += share;
  const skipped = <usize>(first * width) << 2;
  const rows = <usize>first << 2;
  machineCrossEntropy(
    end - first, width, outputs + skipped, desired + rows, sampleWeights ? sampleWeights + rows : 0,
    negativeGradients + skipped, losses + (rows << 1), perPattern, chosen, share, total,
  );
}

function binaryCrossEntropy(): void {
  patterns(BINARY_CROSS_ENTROPY);
}

function meanAbsoluteError(): void {
  patterns(MEAN_ABSOLUTE_ERROR);
}

function quantile(): void {
  patterns(QUANTILE);
}

/**
 * The losses and negative gradients of the patterns from row `from` up to row `to` of a batch, all times w/B.
 *
 * @param y [B, units] @param d [B, units], or [B] class indices, as float32; [B, units / outputs each] beside quantiles
 * @param w sample weights [B], or 0 for all 1 @param batch B
 * @param settings the address of their block: `LossOptions`
 * @param rowLosses [B] float64, written @param negativeGradient −∂loss/∂y [B, units], written
 */
export function rowLoss(
  kind: i32, from: i32, to: i32, y: usize, d: usize, w: usize, batch: i32, units: i32, settings: usize, rowLosses: usize,
  negativeGradient: usize,
): void {
  first = from;
  end = to;
  outputs = y;
  desired = d;
  sampleWeights = w;
  perPattern = 1 / <f64>batch;
  width = units;
  options = settings;
  losses = rowLosses;
  negativeGradients = negativeGradient;
  switch (kind) {
    case HALF_SQUARED_ERROR:
      return halfSquaredError();
    case MEAN_SQUARED_ERROR:
      return meanSquaredError();
    case HUBER:
      return huber();
    case CROSS_ENTROPY:
      return crossEntropy();
    case BINARY_CROSS_ENTROPY:
      return binaryCrossEntropy();
    case MEAN_ABSOLUTE_ERROR:
      return meanAbsoluteError();
    case QUANTILE:
      return quantile();
    default:
      unreachable();
  }
}
