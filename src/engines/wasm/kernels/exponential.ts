/**
 * e^x and what is made of it, four float32 at a time: e^x − 1, logistic, tanh, softplus, the normal distribution.
 *
 * Each is a range reduction and a polynomial, fitted for the least relative error. Results below the least normal
 * number (1.2e-38) may be 0, because denormal numbers are slow; NaN stays NaN. Written in AssemblyScript. Knows
 * nothing of layers.
 */
import { madd } from "./vector";

@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value);
}

/** 1.5 · 2²³: a small number added to it is rounded to an integer, which then lies in the low bits. */
const ROUNDER: f32 = 12582912;
const LOG2_E: f32 = 1.44269504088896341;
/** ln 2 in two parts; the first has so few bits that its product with the exponent is exact. Cody & Waite 1980. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440054690583e-4;
/** The greatest x with a finite e^x, and the least with a normal one. */
const LARGEST: f32 = 88.7228317;
const SMALLEST: f32 = -87.3365402;

/** n = x / ln 2 rounded, as ROUNDER + n. */
@inline
function roundedExponent(x: v128): v128 {
  return madd(x, splat(LOG2_E), splat(ROUNDER));
}

/** r = x − n ln 2, from −½ ln 2 to ½ ln 2. */
@inline
function reduced(x: v128, rounded: v128): v128 {
  const n = f32x4.sub(rounded, splat(ROUNDER));
  return madd(n, splat(-LN2_LOW), madd(n, splat(-LN2_HIGH), x));
}

/** e^r − 1 = r + r² q(r) for |r| ≤ 0.37, to 5e-9 of e^r. */
@inline
function reducedExpm1(r: v128): v128 {
  let q = madd(splat(0.00138055948), r, splat(0.00837306864));
  q = madd(q, r, splat(0.0416688358));
  q = madd(q, r, splat(0.166664826));
  q = madd(q, r, splat(0.499999907));
  return madd(f32x4.mul(r, r), q, r);
}

/** 2ⁿ (1 + fraction), within the bounds of x. */
@inline
function scaled(x: v128, rounded: v128, fraction: v128): v128 {
  // n added to the exponent's bits multiplies by 2ⁿ: n = 128 too, where 1 + fraction is below 1.
  const power = i32x4.add(f32x4.add(fraction, splat(1)), i32x4.shl(rounded, 23));
  const beyond = f32x4.add(x, splat(<f32>Infinity)); // Infinity, or NaN for NaN
  const bounded = v128.bitselect(power, beyond, f32x4.le(x, splat(LARGEST)));
  return v128.andnot(bounded, f32x4.lt(x, splat(SMALLEST)));
}

/** e^x. Worst error 1.1 ulp. */
@inline
export function exp(x: v128): v128 {
  const rounded = roundedExponent(x);
  return scaled(x, rounded, reducedExpm1(reduced(x, rounded)));
}

/** e^(x + low) for |low| ≤ 0.04: more digits of the argument than one number holds. */
@inline
function expOfSum(x: v128, low: v128): v128 {
  const rounded = roundedExponent(x);
  return scaled(x, rounded, reducedExpm1(f32x4.add(reduced(x, rounded), low)));
}

/** e^x − 1 for x ≤ 0. Worst error 2 ulp. */
@inline
export function expm1OfNegative(x: v128): v128 {
  const near = f32x4.pmax(x, splat(-30)); // beyond, e^x − 1 is −1
  const rounded = roundedExponent(near);
  const power = i32x4.add(i32x4.shl(rounded, 23), splat(1));
  return madd(reducedExpm1(reduced(near, rounded)), power, f32x4.sub(power, splat(1)));
}

/** σ(v) = 1 / (1 + e^(−v)). */
@inline
export function logistic(v: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.neg(v))));
}

/** tanh |v| = −m / (2 + m), m = e^(−2|v|) − 1, with the sign of v. */
@inline
export function tanh(v: v128): v128 {
  const m = expm1OfNegative(f32x4.mul(f32x4.abs(v), splat(-2)));
  const magnitude = f32x4.div(f32x4.neg(m), f32x4.add(m, splat(2)));
  return v128.or(magnitude, v128.and(v, splat(-0.0)));
}

/** ln(1 + e) for e from 0 to 1: 2 artanh s = 2 s + s³ p(s²), s = e / (2 + e). */
@inline
export function log1pOfFraction(e: v128): v128 {
  const s = f32x4.div(e, f32x4.add(e, splat(2)));
  const u = f32x4.mul(s, s);
  let p = madd(splat(0.280245925), u, splat(0.27999108));
  p = madd(p, u, splat(0.400217017));
  p = madd(p, u, splat(0.66666413));
  return madd(f32x4.mul(u, s), p, f32x4.add(s, s));
}

/** ln(1 + e^v) = max(v, 0) + ln(1 + e^(−|v|)). */
@inline
export function softplus(v: v128): v128 {
  return f32x4.add(f32x4.pmax(v, splat(0)), log1pOfFraction(exp(f32x4.neg(f32x4.abs(v)))));
}

/**
 * e^(−v²/2), precise even where v² has more digits than a number holds.
 *
 * v² = h² + (v − h)(v + h), h being v without its last 12 bits, so that h² is exact.
 */
@inline
export function gaussian(v: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(v), splat(14)); // beyond, the result is 0
  const high = v128.and(a, i32x4.splat(0xfffff000));
  const low = f32x4.mul(f32x4.sub(a, high), f32x4.add(a, high));
  return expOfSum(f32x4.mul(f32x4.mul(high, high), splat(-0.5)), f32x4.mul(low, splat(-0.5)));
}

/**
 * Φ(v), the normal distribution, given e^(−v²/2).
 *
 * 1 − Φ(a) = e^(−a²/2) p(u) / (a + 3.2) with u = (a − 3.2) / (a + 3.2), a = |v|: the map of Shepherd and Laframboise
 * 1981.
 */
@inline
export function normalCumulative(v: v128, gaussian: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(v), splat(14));
  const t = f32x4.div(splat(1), f32x4.add(a, splat(3.2)));
  const u = madd(t, splat(-6.4), splat(1));
  let p = madd(splat(1.17594122e-4), u, splat(7.01967362e-5));
  p = madd(p, u, splat(-0.00108586398));
  p = madd(p, u, splat(-7.10791364e-4));
  p = madd(p, u, splat(0.00826794946));
  p = madd(p, u, splat(-0.00162477145));
  p = madd(p, u, splat(-0.0740319801));
  p = madd(p, u, splat(0.265840892));
  p = madd(p, u, splat(-0.533804284));
  p = madd(p, u, splat(0.735887874));
  const tail = f32x4.mul(f32x4.mul(gaussian, t), p);
  return v128.bitselect(tail, f32x4.sub(splat(1), tail), f32x4.lt(v, splat(0)));
}
