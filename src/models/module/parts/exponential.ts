/**
 * Emitted code: e^x and what is made of it, operation by operation as src/engines/wasm/kernels/exponential.ts computes it.
 *
 * The kernels' names are kept, so that the two can be compared. Constants are float32 numbers.
 */
export const exponentialParts = {
  float32Bits: `
/** A float32 number and its bits, in one place. */
const float32 = new Float32Array(1);
const float32Bits = new Int32Array(float32.buffer);`,

  reduction: `
/** 1.5 * 2^23: a small number added to it is rounded to an integer, which then lies in the low bits. */
const ROUNDER = 12582912;
const LOG2_E = fround(1.44269504088896341);
/** ln 2 in two parts; the first has so few bits that its product with the exponent is exact. Cody & Waite 1980. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = fround(-2.12194440054690583e-4);

/** n = x / ln 2 rounded, as ROUNDER + n. */
function roundedExponent(x) {
  return madd(x, LOG2_E, ROUNDER);
}

/** r = x - n ln 2. */
function reduced(x, rounded) {
  const n = fround(rounded - ROUNDER);
  return madd(n, -LN2_LOW, madd(n, -LN2_HIGH, x));
}

const [E0, E1, E2, E3, E4] = [0.00138055948, 0.00837306864, 0.0416688358, 0.166664826, 0.499999907].map(fround);

/** e^r - 1 for |r| up to 0.37. */
function reducedExpm1(r) {
  let q = madd(E0, r, E1);
  q = madd(q, r, E2);
  q = madd(q, r, E3);
  q = madd(q, r, E4);
  return madd(fround(r * r), q, r);
}`,

  exp: `
/** The greatest x with a finite e^x, and the least with a normal one. */
const LARGEST = fround(88.7228317);
const SMALLEST = fround(-87.3365402);

/** 2^n (1 + fraction), within the bounds of x. */
function scaledPower(x, rounded, fraction) {
  if (x < SMALLEST) return 0;
  if (!(x <= LARGEST)) return x + Infinity; // Infinity, or NaN for NaN
  float32[0] = rounded;
  const exponent = float32Bits[0] << 23;
  float32[0] = fraction + 1;
  float32Bits[0] += exponent;
  return float32[0];
}

/** e^x. */
function exp(x) {
  const rounded = roundedExponent(x);
  return scaledPower(x, rounded, reducedExpm1(reduced(x, rounded)));
}`,

  expm1OfNegative: `
/** e^x - 1 for x up to 0. */
function expm1OfNegative(x) {
  const near = x < -30 ? -30 : x; // beyond, e^x - 1 is -1
  const rounded = roundedExponent(near);
  float32[0] = rounded;
  float32Bits[0] = (float32Bits[0] << 23) + 0x3f800000; // the bits of 1
  const power = float32[0];
  return madd(reducedExpm1(reduced(near, rounded)), power, fround(power - 1));
}`,

  gaussian: `
/** e^(-v^2/2): v^2 = h^2 + (v - h)(v + h), h being v without its last 12 bits, so that h^2 is exact. */
function gaussian(v) {
  const a = Math.abs(v) > 14 ? 14 : Math.abs(v); // beyond, the result is 0
  float32[0] = a;
  float32Bits[0] &= 0xfffff000;
  const high = float32[0];
  const low = fround(fround(a - high) * fround(a + high));
  const x = fround(fround(high * high) * -0.5);
  const rounded = roundedExponent(x);
  return scaledPower(x, rounded, reducedExpm1(fround(reduced(x, rounded) + fround(low * -0.5))));
}`,

  normalCumulative: `
const NORMAL = [
  1.17594122e-4, 7.01967362e-5, -0.00108586398, -7.10791364e-4, 0.00826794946, -0.00162477145, -0.0740319801, 0.265840892,
  -0.533804284, 0.735887874,
].map(fround);
const BEND = fround(3.2);
const TWICE_BEND = fround(-6.4);

/** The cumulative normal distribution: 1 - P(a) = e^(-a^2/2) p(u) / (a + 3.2), u = (a - 3.2) / (a + 3.2), a = |v|. */
function normalCumulative(v) {
  const a = Math.abs(v) > 14 ? 14 : Math.abs(v);
  const t = fround(1 / fround(a + BEND));
  const u = madd(t, TWICE_BEND, 1);
  let p = NORMAL[0];
  for (let i = 1; i < NORMAL.length; i++) p = madd(p, u, NORMAL[i]);
  const tail = fround(fround(gaussian(v) * t) * p);
  return v < 0 ? tail : fround(1 - tail);
}`,
} as const;
