/** e^x and what is made of it: the formulas of `wasm/kernels/exponential.ts`, whose comments give their reasons and errors. */
import type { Formula, Vector } from "../formula.ts";

const ROUNDER = 12582912;
const LOG2_E = Math.LOG2E;
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444005469057e-4;
const LARGEST = 88.7228317;
const SMALLEST = -87.3365402;

/** n = x / ln 2 rounded, as ROUNDER + n. */
const roundedExponent = (f: Formula, x: Vector): Vector => f.madd(x, LOG2_E, ROUNDER);

/** r = x − n ln 2 */
function reduced(f: Formula, x: Vector, rounded: Vector): Vector {
  const n = f.sub(rounded, ROUNDER);
  return f.madd(n, -LN2_LOW, f.madd(n, -LN2_HIGH, x));
}

/** e^r − 1 = r + r² q(r) */
function reducedExpm1(f: Formula, r: Vector): Vector {
  let q = f.madd(r, 0.00138055948, 0.00837306864);
  for (const coefficient of [0.0416688358, 0.166664826, 0.499999907]) q = f.madd(q, r, coefficient);
  return f.madd(f.mul(r, r), q, r);
}

/** 2ⁿ (1 + fraction), within the bounds of x. */
function scaled(f: Formula, x: Vector, rounded: Vector, fraction: Vector): Vector {
  const power = f.addIntegers(f.add(fraction, 1), f.shiftLeft(rounded, 23));
  const beyond = f.add(x, Number.POSITIVE_INFINITY);
  return f.drop(f.select(power, beyond, f.le(x, LARGEST)), f.lt(x, SMALLEST));
}

/** e^x */
export function exp(f: Formula, x: Vector): Vector {
  const rounded = roundedExponent(f, x);
  return scaled(f, x, rounded, reducedExpm1(f, reduced(f, x, rounded)));
}

/** e^(x + low) */
function expOfSum(f: Formula, x: Vector, low: Vector): Vector {
  const rounded = roundedExponent(f, x);
  return scaled(f, x, rounded, reducedExpm1(f, f.add(reduced(f, x, rounded), low)));
}

/** e^x − 1 for x ≤ 0. */
export function expm1OfNegative(f: Formula, x: Vector): Vector {
  const near = f.pmax(x, -30);
  const rounded = roundedExponent(f, near);
  const one = f.bits(0x3f800000);
  const power = f.addIntegers(f.shiftLeft(rounded, 23), one);
  return f.madd(reducedExpm1(f, reduced(f, near, rounded)), power, f.sub(power, 1));
}

/** σ(v) = 1 / (1 + e^(−v)) */
export const logistic = (f: Formula, v: Vector): Vector => f.div(1, f.add(exp(f, f.neg(v)), 1));

/** tanh |v| = −m / (2 + m), m = e^(−2|v|) − 1, with the sign of v. */
export function tanh(f: Formula, v: Vector): Vector {
  const m = expm1OfNegative(f, f.mul(f.abs(v), -2));
  const magnitude = f.div(f.neg(m), f.add(m, 2));
  return f.or(magnitude, f.and(v, -0));
}

/** ln(1 + e) = 2 s + s³ p(s²), s = e / (2 + e). */
export function log1pOfFraction(f: Formula, e: Vector): Vector {
  const s = f.div(e, f.add(e, 2));
  const u = f.mul(s, s);
  let p = f.madd(u, 0.280245925, 0.27999108);
  for (const coefficient of [0.400217017, 0.66666413]) p = f.madd(p, u, coefficient);
  return f.madd(f.mul(u, s), p, f.add(s, s));
}

/** ln(1 + e^v) = max(v, 0) + ln(1 + e^(−|v|)) */
export const softplus = (f: Formula, v: Vector): Vector =>
  f.add(f.pmax(v, 0), log1pOfFraction(f, exp(f, f.neg(f.abs(v)))));

/** e^(−v²/2), v² = h² + (v − h)(v + h). */
export function gaussian(f: Formula, v: Vector): Vector {
  const a = f.pmin(f.abs(v), 14);
  const high = f.and(a, f.bits(0xfffff000));
  const low = f.mul(f.sub(a, high), f.add(a, high));
  return expOfSum(f, f.mul(f.mul(high, high), -0.5), f.mul(low, -0.5));
}

/** Φ(v), given e^(−v²/2): 1 − Φ(a) = e^(−a²/2) p(u) / (a + 3.2), u = (a − 3.2) / (a + 3.2), a = |v|. */
export function normalCumulative(f: Formula, v: Vector, density: Vector): Vector {
  const a = f.pmin(f.abs(v), 14);
  const t = f.div(1, f.add(a, 3.2));
  const u = f.madd(t, -6.4, 1);
  let p = f.madd(u, 1.17594122e-4, 7.01967362e-5);
  const coefficients = [-0.00108586398, -7.10791364e-4, 0.00826794946, -0.00162477145, -0.0740319801];
  for (const coefficient of [...coefficients, 0.265840892, -0.533804284, 0.735887874]) p = f.madd(p, u, coefficient);
  const tail = f.mul(f.mul(density, t), p);
  return f.select(tail, f.sub(1, tail), f.lt(v, 0));
}
