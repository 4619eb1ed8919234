/**
 * How gradients move parameters: the rules of `optimizers/optimizers.ts` over arrays, each in one pass.
 *
 * Written in AssemblyScript; float32, four at a time. A kind is the place of its entry in that table, and tests compare
 * each with it. Knows nothing of layers: how fast numbers learn and decay beside others is an argument. Schedules, penalties and
 * clipping have acted before.
 */
import { ADAM, ADAM_W, ADA_GRAD, Hyperparameters, LION, MOMENTUM, NESTEROV, RMS_PROP, SGD } from "./constants";
import { splat } from "./exponential";
import { isUpdateForMachine, machineUpdate } from "./machineElements";
import { loadPart, storePart, wholeVectorsEnd } from "./partialVector";
import { madd } from "./vector";

/**
 * Slots below these in absolute value become 0, because their decay would end in denormal numbers, which are slow. A
 * square's limit is lower: its root is what acts.
 */
const LEAST_MEAN: f32 = 1e-30;
const LEAST_SQUARE: f32 = 1e-37;

@inline
function withoutDenormals(slot: v128, least: f32): v128 {
  return v128.andnot(slot, f32x4.lt(f32x4.abs(slot), splat(least)));
}

/** g + l1 sign(p) + l2 p. */
@inline
function penalised(p: v128, g: v128, l1: v128, l2: v128): v128 {
  const signed = v128.or(v128.and(p, splat(-0.0)), l1);
  return f32x4.add(madd(l2, p, g), v128.and(signed, f32x4.ne(p, splat(0))));
}

/** keep · slot + share · x. */
@inline
function blend(slot: v128, keep: v128, share: v128, x: v128): v128 {
  return madd(keep, slot, f32x4.mul(share, x));
}

/** Four parameters' update, whole or in part: `left` is 0 for all four. */
@inline
function updateFour(
  kind: i32,
  left: i32,
  parameters: usize,
  gradients: usize,
  slot0: usize,
  slot1: usize,
  rate: v128,
  keepA: v128,
  shareA: v128,
  keepB: v128,
  shareB: v128,
  root: v128,
  epsilon: v128,
  kept: v128,
): void {
  const p = loadSome(parameters, left);
  const g = loadSome(gradients, left);
  if (kind == SGD) return storeSome(parameters, f32x4.sub(p, f32x4.mul(rate, g)), left);
  if (kind == MOMENTUM || kind == NESTEROV) {
    const u = withoutDenormals(madd(keepA, loadSome(slot0, left), g), LEAST_MEAN);
    storeSome(slot0, u, left);
    const way = kind == MOMENTUM ? u : madd(keepA, u, g);
    return storeSome(parameters, f32x4.sub(p, f32x4.mul(rate, way)), left);
  }
  if (kind == RMS_PROP) {
    const s = withoutDenormals(blend(loadSome(slot0, left), keepA, shareA, f32x4.mul(g, g)), LEAST_SQUARE);
    storeSome(slot0, s, left);
    const step = f32x4.div(f32x4.mul(rate, g), f32x4.add(f32x4.sqrt(s), epsilon));
    return storeSome(parameters, f32x4.sub(p, step), left);
  }
  if (kind == LION) {
    const m = loadSome(slot0, left);
    storeSome(slot0, withoutDenormals(blend(m, keepB, shareB, g), LEAST_MEAN), left);
    const way = blend(m, keepA, shareA, g);
    const signed = v128.and(v128.or(v128.and(way, splat(-0.0)), rate), f32x4.ne(way, splat(0)));
    const step = v128.bitselect(signed, way, f32x4.eq(way, way)); // NaN stays
    return storeSome(parameters, f32x4.sub(f32x4.mul(p, kept), step), left);
  }
  if (kind == ADA_GRAD) {
    const s = withoutDenormals(madd(g, g, loadSome(slot0, left)), LEAST_SQUARE);
    storeSome(slot0, s, left);
    const step = f32x4.div(f32x4.mul(rate, g), f32x4.add(f32x4.sqrt(s), epsilon));
    return storeSome(parameters, f32x4.sub(p, step), left);
  }
  const m = withoutDenormals(blend(loadSome(slot0, left), keepA, shareA, g), LEAST_MEAN);
  const s = withoutDenormals(blend(loadSome(slot1, left), keepB, shareB, f32x4.mul(g, g)), LEAST_SQUARE);
  storeSome(slot0, m, left);
  storeSome(slot1, s, left);
  const step = f32x4.div(f32x4.mul(rate, m), madd(f32x4.sqrt(s), root, epsilon));
  return storeSome(parameters, f32x4.sub(kind == ADAM_W ? f32x4.mul(p, kept) : p, step), left);
}

@inline
function loadSome(from: usize, left: i32): v128 {
  return left == 0 ? v128.load(from) : loadPart(from, left, f32x4.splat(0));
}

@inline
function storeSome(to: usize, values: v128, left: i32): void {
  if (left == 0) v128.store(to, values);
  else storePart(to, values, left);
}

@inline
function sweep(
  kind: i32,
  parameters: usize,
  gradients: usize,
  slot0: usize,
  slot1: usize,
  count: i32,
  rates: f32,
  decays: f32,
  block: usize,
): void {
  // η/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ) are made once, not for every parameter. 1 − β is taken before rounding to float32.
  const adaptive = kind == ADAM || kind == ADAM_W;
  const base = f64.load(block, Hyperparameters.learningRate);
  const eta = base * <f64>rates;
  const a = kind == MOMENTUM || kind == NESTEROV ? f64.load(block, Hyperparameters.momentum)
    : kind == RMS_PROP ? f64.load(block, Hyperparameters.decay)
    : f64.load(block, Hyperparameters.beta1);
  const b = f64.load(block, Hyperparameters.beta2);
  const eta32 = <f32>(adaptive ? eta * f64.load(block, Hyperparameters.meanCorrection) : eta);
  const rootOf = <f32>sqrt<f64>(f64.load(block, Hyperparameters.squareCorrection));
  const small = <f32>f64.load(block, Hyperparameters.epsilon);
  const left1 = <f32>(1 - base * f64.load(block, Hyperparameters.weightDecay) * f64.load(block, Hyperparameters.decayFactor) * <f64>decays);
  if (isUpdateForMachine(count)) {
    return machineUpdate(
      kind, parameters, gradients, slot0, slot1, count, eta32, <f32>a, <f32>(1 - a), <f32>b, <f32>(1 - b), rootOf, small, left1,
    );
  }
  const rate = splat(eta32);
  const keepA = splat(<f32>a);
  const shareA = splat(<f32>(1 - a));
  const keepB = splat(<f32>b);
  const shareB = splat(<f32>(1 - b));
  const root = splat(rootOf);
  const epsilon = splat(small);
  const kept = splat(left1);
  const whole = <usize>(count & ~3) << 2;
  let p = parameters;
  let g = gradients;
  let s0 = slot0;
  let s1 = slot1;
  for (const end = parameters + whole; p < end; p += 16, g += 16, s0 += 16, s1 += 16) {
    updateFour(kind, 0, p, g, s0, s1, rate, keepA, shareA, keepB, shareB, root, epsilon, kept);
  }
  const left = count & 3;
  if (left) updateFour(kind, left, p, g, s0, s1, rate, keepA, shareA, keepB, shareB, root, epsilon, kept);
}

// One function a kind: the compiler would fold like loops of one function together and choose the rule inside.

function sgd(p: usize, g: usize, s0: usize, s1: usize, count: i32, rates: f32, decays: f32, block: usize): void {
  sweep(SGD, p, g, s0, s1, count, rates, decays, block);
}

function momentum(p: usize, g: usize, s0: usize, s1: usize, count: i32, rates: f32, decays: f32, block: usize): void {
  sweep(MOMENTUM, p, g, s0, s1, count, rates, decays, block);
}

function nesterov(p: usize, g: usize, s0: usize, s1: usize, count: i32, rates: f32, decays: f32, block: usize): void {
  sweep(NESTEROV, p, g, s0, s1, count, rates, decays, block);
}

function rmsProp(p: usize, g: usize, s0: usize, s1: usize, count: i32, rates: f32, decays: f32, block: usize): void {
  sweep(RMS_PROP, p, g, s0, s1, count, rates, decays, block);
}

function adam(p: usize, g: usize, s0: usize, s1: usize, count: i32, rates: f32, decays: f32, block: usize): void {
  sweep(ADAM, p, g, s0, s1, count, rates, decays, block);
}

function adamW(p: usize, g: usize, s0: usize, s1: usize, count: i32, rates: f32, decays: f32, block: usize): void {
  sweep(ADAM_W, p, g, s0, s1, count, rates, decays, block);
}

function lion(p: usize, g: usize, s0: usize, s1: usize, count: i32, rates: f32, decays: f32, block: usize): void {
  sweep(LION, p, g, s0, s1, count, rates, decays, block);
}

function adaGrad(p: usize, g: usize, s0: usize, s1: usize, count: i32, rates: f32, decays: f32, block: usize): void {
  sweep(ADA_GRAD, p, g, s0, s1, count, rates, decays, block);
}

function applyRule(
  kind: i32,
  p: usize,
  g: usize,
  s0: usize,
  s1: usize,
  count: i32,
  rates: f32,
  decays: f32,
  block: usize,
): void {
  switch (kind) {
    case SGD:
      return sgd(p, g, s0, s1, count, rates, decays, block);
    case MOMENTUM:
      return momentum(p, g, s0, s1, count, rates, decays, block);
    case NESTEROV:
      return nesterov(p, g, s0, s1, count, rates, decays, block);
    case RMS_PROP:
      return rmsProp(p, g, s0, s1, count, rates, decays, block);
    case ADAM:
      return adam(p, g, s0, s1, count, rates, decays, block);
    case ADAM_W:
      return adamW(p, g, s0, s1, count, rates, decays, block);
    case LION:
      return lion(p, g, s0, s1, count, rates, decays, block);
    case ADA_GRAD:
      return adaGrad(p, g, s0, s1, count, rates, decays, block);
    default:
      unreachable();
  }
}

/**
 * Moves the parameters from index `from` up to `to`, and their slots.
 *
 * @param slot0 the rule's first slot, laid out like the parameters; any address where it has none. slot1 likewise
 * @param rates multiplies the learning rate @param decays multiplies the weight decay, which has the learning rate alone
 * @param hyperparameters the address of their block: `Hyperparameters`
 */
export function update(
  kind: i32,
  parameters: usize,
  gradients: usize,
  slot0: usize,
  slot1: usize,
  from: i32,
  to: i32,
  rates: f32,
  decays: f32,
  hyperparameters: usize,
): void {
  const skipped = <usize>from << 2;
  const count = to - from;
  applyRule(kind, parameters + skipped, gradients + skipped, slot0 + skipped, slot1 + skipped, count, rates, decays, hyperparameters);
}

/** Adds l1 sign(p) + l2 p to `count` gradients. */
export function addPenalties(parameters: usize, gradients: usize, l1: f32, l2: f32, count: i32): void {
  const end = wholeVectorsEnd(parameters, count);
  while (parameters < end) {
    v128.store(gradients, penalised(v128.load(parameters), v128.load(gradients), splat(l1), splat(l2)));
    parameters += 16;
    gradients += 16;
  }
  const left = count & 3;
  if (left == 0) return;
  const p = loadPart(parameters, left, splat(0));
  storePart(gradients, penalised(p, loadPart(gradients, left, splat(0)), splat(l1), splat(l2)), left);
}
