/**
 * The gradients of a periodic embedding: h = W cos(2π f x + p) + b, as `periodic.ts` computes it and with its list of words.
 *
 * Vectors go along F, and each sum over rows has one accumulator a number. Knows nothing of layers or threads.
 */
import { PeriodicList } from "./constants";
import { cosineAt, fractionOf, quarterLess, sineAt, TURNS } from "./cosine";
import { splat } from "./exponential";
import { loadUpTo, storeUpTo } from "./partialVector";
import { TWO_PI } from "./periodic";
import { madd } from "./vector";
import { word } from "./words";

/**
 * The gradients of f, p and W of the columns from `from` up to `to`, each summed over the rows in ascending order: ∂W_hf =
 * −Σ δ_h cos θ_f, and with s_f = sin θ_f Σ_h δ_h W_hf, ∂p_f = Σ s_f and ∂f_f = 2π Σ x s_f. Those of b are column sums of δ.
 *
 * @param df where ∂f begins, for all columns; dp and dw likewise
 */
export function periodicGradient(
  list: usize, delta: usize, x: usize, frequencies: usize, phases: usize, weights: usize, df: usize, dp: usize, dw: usize,
  rows: i32, inputs: i32, from: i32, to: i32,
): void {
  const count = word(list, PeriodicList.frequencies);
  const units = word(list, PeriodicList.units);
  const outputs = units * word(list, PeriodicList.columns) + inputs;
  const all = <usize>((to - from) * count) << 2;
  const first = <usize>(from * count) << 2;
  memory.fill(df + first, 0, all);
  memory.fill(dp + first, 0, all);
  memory.fill(dw + first * units, 0, all * units);
  const paired = units <= MOST_IN_REGISTERS ? rows & ~1 : 0;
  for (let c = from; c < to; c++) {
    const own = x + (<usize>word(list, PeriodicList.words + c) << 2);
    const d = delta + (<usize>(c * units) << 2);
    for (let i = 0; i < count; i += 4) {
      const left = count - i;
      const at = <usize>(c * count + i) << 2;
      const w = <usize>(c * units * count + i) << 2;
      if (paired) addPairs(left, count, units, d, outputs, own, inputs, frequencies + at, phases + at, weights + w, df + at, dp + at, dw + w, paired);
      if (paired == rows) continue;
      const lastD = d + (<usize>(paired * outputs) << 2);
      const lastX = own + (<usize>(paired * inputs) << 2);
      addRows(left, count, units, lastD, outputs, lastX, inputs, frequencies + at, phases + at, weights + w, df + at, dp + at, dw + w, rows - paired);
    }
  }
}

/** As many units as have their sums in registers. */
const MOST_IN_REGISTERS: i32 = 3;

/**
 * Adds the gradients of four frequencies of one column, or of the first `left`, for up to three units and an even number of
 * rows: two a turn, because V8 makes the polynomials' constants anew in each. A unit that lacks is the first once more,
 * with weights of 0, and forgotten.
 */
function addPairs(
  left: i32, count: i32, units: i32, delta: usize, deltaRow: i32, x: usize, xRow: i32,
  frequencies: usize, phases: usize, weights: usize, df: usize, dp: usize, dw: usize, rows: i32,
): void {
  const f = loadUpTo(frequencies, left);
  const p = f32x4.mul(loadUpTo(phases, left), splat(TURNS));
  const next = <usize>count << 2;
  const w0 = loadUpTo(weights, left);
  const w1 = units > 1 ? loadUpTo(weights + next, left) : splat(0);
  const w2 = units > 2 ? loadUpTo(weights + 2 * next, left) : splat(0);
  const second: usize = units > 1 ? 4 : 0;
  const third: usize = units > 2 ? 8 : 0;
  const deltaBytes = <usize>deltaRow << 2;
  const xBytes = <usize>xRow << 2;
  let s0 = splat(0), s1 = s0, s2 = s0;
  let ofFrequencies = splat(0);
  let ofPhases = splat(0);
  for (; rows > 0; rows -= 2) {
    const x0 = v128.load32_splat(x), x1 = v128.load32_splat(x + xBytes);
    const r0 = fractionOf(madd(f, x0, p)), r1 = fractionOf(madd(f, x1, p));
    const t0 = quarterLess(r0), t1 = quarterLess(r1);
    const c0 = cosineAt(t0), c1 = cosineAt(t1);
    const after = delta + deltaBytes;
    const a0 = v128.load32_splat(delta), a1 = v128.load32_splat(delta + second), a2 = v128.load32_splat(delta + third);
    const b0 = v128.load32_splat(after), b1 = v128.load32_splat(after + second), b2 = v128.load32_splat(after + third);
    s0 = madd(b0, c1, madd(a0, c0, s0));
    s1 = madd(b1, c1, madd(a1, c0, s1));
    s2 = madd(b2, c1, madd(a2, c0, s2));
    const back0 = f32x4.mul(madd(a2, w2, madd(a1, w1, f32x4.mul(a0, w0))), sineAt(r0, t0));
    const back1 = f32x4.mul(madd(b2, w2, madd(b1, w1, f32x4.mul(b0, w0))), sineAt(r1, t1));
    ofPhases = f32x4.add(f32x4.add(ofPhases, back0), back1);
    ofFrequencies = madd(x1, back1, madd(x0, back0, ofFrequencies));
    delta = after + deltaBytes;
    x += 2 * xBytes;
  }
  add(df, f32x4.mul(ofFrequencies, splat(TWO_PI)), left);
  add(dp, ofPhases, left);
  add(dw, f32x4.sub(splat(0), s0), left);
  if (units > 1) add(dw + next, f32x4.sub(splat(0), s1), left);
  if (units > 2) add(dw + 2 * next, f32x4.sub(splat(0), s2), left);
}

/** The same for any number of units and rows; the sums of W lie in memory. */
function addRows(
  left: i32, count: i32, units: i32, delta: usize, deltaRow: i32, x: usize, xRow: i32,
  frequencies: usize, phases: usize, weights: usize, df: usize, dp: usize, dw: usize, rows: i32,
): void {
  const f = loadUpTo(frequencies, left);
  const p = f32x4.mul(loadUpTo(phases, left), splat(TURNS));
  const next = <usize>count << 2;
  let ofFrequencies = splat(0);
  let ofPhases = splat(0);
  for (; rows > 0; rows--) {
    const signal = v128.load32_splat(x);
    const r = fractionOf(madd(f, signal, p));
    const t = quarterLess(r);
    const cosine = cosineAt(t);
    let back = splat(0);
    let w = weights;
    let gradient = dw;
    let d = delta;
    for (let h = units; h > 0; h--) {
      const own = v128.load32_splat(d);
      back = madd(own, loadUpTo(w, left), back);
      storeUpTo(gradient, f32x4.sub(loadUpTo(gradient, left), f32x4.mul(own, cosine)), left);
      w += next;
      gradient += next;
      d += 4;
    }
    back = f32x4.mul(back, sineAt(r, t));
    ofPhases = f32x4.add(ofPhases, back);
    ofFrequencies = madd(signal, back, ofFrequencies);
    delta += <usize>deltaRow << 2;
    x += <usize>xRow << 2;
  }
  add(df, f32x4.mul(ofFrequencies, splat(TWO_PI)), left);
  add(dp, ofPhases, left);
}

@inline
function add(to: usize, values: v128, left: i32): void {
  storeUpTo(to, f32x4.add(loadUpTo(to, left), values), left);
}
