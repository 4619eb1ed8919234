/**
 * The activation functions and their derivatives as straight code: the formulas of `wasm/kernels/exponential.ts` and
 * `activationFormulas.ts`, operation by operation, so that their bits are the kernels'.
 */
import type { StraightCode, Value } from "./straightCode.ts";

/** 1.5 · 2²³: a small number added to it is rounded to an integer, which then lies in the low bits. */
const ROUNDER = 12582912;
/** ln 2 in two parts; the first has so few bits that its product with the exponent is exact. Cody & Waite 1980. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -0.00021219444005469057;
/** The greatest x with a finite e^x, and the least with a normal one. */
const LARGEST = 88.7228317;
const SMALLEST = -87.3365402;

const SIGN = 0x80000000;

const neg = (s: StraightCode, x: Value): Value => s.xor(x, s.bits(SIGN));
const abs = (s: StraightCode, x: Value): Value => s.and(x, s.bits(0x7fffffff));

/** c₀ xⁿ + … + cₙ by Horner's rule. */
function polynomial(s: StraightCode, x: Value, [first, ...others]: readonly number[]): Value {
  return others.reduce((sum, coefficient) => s.madd(sum, x, s.number(coefficient)), s.number(first));
}

/** n = x / ln 2 rounded, as ROUNDER + n. */
const roundedExponent = (s: StraightCode, x: Value): Value => s.madd(x, s.number(Math.LOG2E), s.number(ROUNDER));

/** r = x − n ln 2, from −½ ln 2 to ½ ln 2. */
function reduced(s: StraightCode, x: Value, rounded: Value): Value {
  const n = s.sub(rounded, s.number(ROUNDER));
  return s.madd(n, s.number(-LN2_LOW), s.madd(n, s.number(-LN2_HIGH), x));
}

/** e^r − 1 = r + r² q(r). */
function reducedExpm1(s: StraightCode, r: Value): Value {
  const q = polynomial(s, r, [0.00138055948, 0.00837306864, 0.0416688358, 0.166664826, 0.499999907]);
  return s.madd(s.mul(r, r), q, r);
}

/** 2ⁿ (1 + fraction); Infinity or NaN above the bounds of x, 0 below. */
function scaled(s: StraightCode, x: Value, rounded: Value, fraction: Value): Value {
  const beyond = s.keep(s.compare(x, "notLess", s.number(SMALLEST)), s.add(x, s.number(Number.POSITIVE_INFINITY)));
  const isWithin = s.compare(x, "atMost", s.number(LARGEST), s.compare(x, "atLeast", s.number(SMALLEST)));
  const power = s.two("vpaddd", s.add(fraction, s.number(1)), s.one("vpslld", rounded, 23), { swaps: true });
  return s.select(isWithin, power, beyond);
}

/** e^x. */
export function exp(s: StraightCode, x: Value): Value {
  const rounded = roundedExponent(s, x);
  return scaled(s, x, rounded, reducedExpm1(s, reduced(s, x, rounded)));
}

/** e^(x + low). */
function expOfSum(s: StraightCode, x: Value, low: Value): Value {
  const rounded = roundedExponent(s, x);
  return scaled(s, x, rounded, reducedExpm1(s, s.add(reduced(s, x, rounded), low)));
}

/** e^x − 1 for x ≤ 0. */
function expm1OfNegative(s: StraightCode, x: Value): Value {
  const near = s.pmax(x, s.number(-30));
  const rounded = roundedExponent(s, near);
  const power = s.two("vpaddd", s.one("vpslld", rounded, 23), s.number(1), { swaps: true });
  return s.madd(reducedExpm1(s, reduced(s, near, rounded)), power, s.sub(power, s.number(1)));
}

/** 1 / (1 + e^(−v)). */
function logistic(s: StraightCode, v: Value): Value {
  return s.div(s.number(1), s.add(s.number(1), exp(s, neg(s, v))));
}

/** −m / (2 + m), m = e^(−2|v|) − 1, with the sign of v. */
function tanh(s: StraightCode, v: Value): Value {
  const m = expm1OfNegative(s, s.mul(abs(s, v), s.number(-2)));
  const magnitude = s.div(neg(s, m), s.add(m, s.number(2)));
  return s.or(magnitude, s.and(v, s.bits(SIGN)));
}

/** ln(1 + e) = 2 s + s³ p(s²), s = e / (2 + e). */
export function log1pOfFraction(s: StraightCode, e: Value): Value {
  const share = s.div(e, s.add(e, s.number(2)));
  const u = s.mul(share, share);
  const p = polynomial(s, u, [0.280245925, 0.27999108, 0.400217017, 0.66666413]);
  return s.madd(s.mul(u, share), p, s.add(share, share));
}

/** max(v, 0) + ln(1 + e^(−|v|)). */
function softplus(s: StraightCode, v: Value): Value {
  return s.add(s.pmax(v, s.number(0)), log1pOfFraction(s, expOfMinusAbs(s, v)));
}

/** e^(−|v|). */
export function expOfMinusAbs(s: StraightCode, v: Value): Value {
  return exp(s, neg(s, abs(s, v)));
}

/** e^(−v²/2): v² = h² + (v − h)(v + h), h being v without its last 12 bits. */
function gaussian(s: StraightCode, v: Value): Value {
  const a = s.pmin(abs(s, v), s.number(14));
  const high = s.and(a, s.bits(0xfffff000));
  const low = s.mul(s.sub(a, high), s.add(a, high));
  return expOfSum(s, s.mul(s.mul(high, high), s.number(-0.5)), s.mul(low, s.number(-0.5)));
}

/** Φ(v), given e^(−v²/2): 1 − Φ(a) = e^(−a²/2) p(u) / (a + 3.2), u = (a − 3.2) / (a + 3.2), a = |v|. */
function normalCumulative(s: StraightCode, v: Value, density: Value): Value {
  const a = s.pmin(abs(s, v), s.number(14));
  const t = s.div(s.number(1), s.add(a, s.number(3.2)));
  const u = s.madd(t, s.number(-6.4), s.number(1));
  const coefficients = [1.17594122e-4, 7.01967362e-5, -0.00108586398, -7.10791364e-4, 0.00826794946, -0.00162477145];
  const p = polynomial(s, u, [...coefficients, -0.0740319801, 0.265840892, -0.533804284, 0.735887874]);
  const tail = s.mul(s.mul(density, t), p);
  return s.select(isNegative(s, v), tail, s.sub(s.number(1), tail));
}

const isPositive = (s: StraightCode, v: Value): Value => s.compare(v, "more", s.number(0));
const isNegative = (s: StraightCode, v: Value): Value => s.compare(v, "less", s.number(0));

/** σ(|v|) = 1 / (1 + e) and σ(−|v|) = e σ(|v|), e = e^(−|v|), as σ(v) and σ(−v). */
export function bothLogistics(s: StraightCode, v: Value): { readonly of: Value; readonly ofMinus: Value } {
  const e = expOfMinusAbs(s, v);
  const near = s.div(s.number(1), s.add(s.number(1), e));
  const far = s.mul(e, near);
  const negative = isNegative(s, v);
  return { of: s.select(negative, far, near), ofMinus: s.select(negative, near, far) };
}

const LEAK = 0.01;
const SELU_LAMBDA = 1.0507009873554805;
const SELU_LAMBDA_ALPHA = 1.7580993408473766;
const DENSITY_AT_0 = 0.3989422804014327;
/** From here on mish(v) is v. */
const MISH_LINEAR = 20;

interface ActivationCode {
  /** y = φ(v). */
  value(s: StraightCode, v: Value): Value;
  /** φ', of the field or the output: whichever the entry in `network/activations.ts` says that it sees. */
  slope(s: StraightCode, saved: Value): Value;
}

/** By the names of `network/activations.ts`: all that are elementwise. Identity has no code: y = v, φ' = 1. */
export const activationCodes: Readonly<Record<string, ActivationCode>> = {
  logistic: { value: logistic, slope: (s, y) => s.mul(y, s.sub(s.number(1), y)) },
  tanh: { value: tanh, slope: (s, y) => s.mul(s.sub(s.number(1), y), s.add(s.number(1), y)) },
  relu: {
    value: (s, v) => s.pmax(v, s.number(0)),
    slope: (s, y) => s.keep(isPositive(s, y), s.number(1)),
  },
  leakyRelu: {
    value: (s, v) => s.select(isPositive(s, v), v, s.mul(v, s.number(LEAK))),
    slope: (s, y) => s.select(isPositive(s, y), s.number(1), s.number(LEAK)),
  },
  elu: {
    value: (s, v) => s.select(isPositive(s, v), v, expm1OfNegative(s, v)),
    slope: (s, y) => s.select(isPositive(s, y), s.number(1), s.add(y, s.number(1))),
  },
  selu: {
    value: (s, v) =>
      s.select(
        isPositive(s, v),
        s.mul(v, s.number(SELU_LAMBDA)),
        s.mul(expm1OfNegative(s, v), s.number(SELU_LAMBDA_ALPHA)),
      ),
    slope: (s, y) => s.select(isPositive(s, y), s.number(SELU_LAMBDA), s.add(y, s.number(SELU_LAMBDA_ALPHA))),
  },
  gelu: {
    value: (s, v) => s.mul(v, normalCumulative(s, v, gaussian(s, v))),
    slope: (s, v) => {
      const density = gaussian(s, v);
      return s.madd(s.mul(v, density), s.number(DENSITY_AT_0), normalCumulative(s, v, density));
    },
  },
  silu: {
    value: (s, v) => s.div(v, s.add(s.number(1), exp(s, neg(s, v)))),
    // σ(v) (1 + v (1 − σ(v)))
    slope: (s, v) => {
      const { of, ofMinus } = bothLogistics(s, v);
      return s.madd(s.mul(of, v), ofMinus, of);
    },
  },
  mish: {
    // tanh ln(1 + e) = n / (n + 2), n = e (e + 2)
    value: (s, v) => {
      const e = exp(s, s.pmin(v, s.number(MISH_LINEAR)));
      const n = s.mul(e, s.add(e, s.number(2)));
      return s.mul(v, s.div(n, s.add(n, s.number(2))));
    },
    // w (n + 4 v e (1 + e) w), w = 1 / (n + 2)
    slope: (s, v) => {
      const near = s.pmin(v, s.number(MISH_LINEAR));
      const e = exp(s, near);
      const n = s.mul(e, s.add(e, s.number(2)));
      const w = s.div(s.number(1), s.add(n, s.number(2)));
      const bend = s.mul(near, s.mul(s.madd(e, e, e), w));
      return s.mul(w, s.madd(s.number(4), bend, n));
    },
  },
  softplus: { value: softplus, slope: logistic },
  relu6: {
    value: (s, v) => s.pmin(s.pmax(v, s.number(0)), s.number(6)),
    slope: (s, v) => s.keep(s.compare(v, "atMost", s.number(6), isPositive(s, v)), s.number(1)),
  },
  hardSwish: {
    value: (s, v) => {
      const share = s.pmin(s.pmax(s.add(v, s.number(3)), s.number(0)), s.number(6));
      return s.mul(v, s.div(share, s.number(6)));
    },
    slope: (s, v) => {
      const within = s.add(s.div(v, s.number(3)), s.number(0.5));
      const bent = s.keep(s.compare(v, "more", s.number(-3)), within);
      return s.select(s.compare(v, "more", s.number(3)), s.number(1), bent);
    },
  },
};
