/** Emitted code: the activations, operation by operation as src/engines/wasm/kernels/activationFormulas.ts computes them. */
import type { ActivationName } from "../../../network/activations.ts";

export const activationParts = {
  logistic: `
function logistic(v) {
  return fround(1 / fround(1 + exp(-v)));
}`,

  tanh: `
/** tanh |v| = -m / (2 + m), m = e^(-2|v|) - 1, with the sign of v. */
function tanh(v) {
  const m = expm1OfNegative(fround(Math.abs(v) * -2));
  const magnitude = fround(-m / fround(m + 2));
  return v < 0 || Object.is(v, -0) ? -Math.abs(magnitude) : magnitude;
}`,

  relu: `
function relu(v) {
  return v < 0 ? 0 : v;
}`,

  leakyRelu: `
const LEAK = fround(0.01);

function leakyRelu(v) {
  return v > 0 ? v : fround(v * LEAK);
}`,

  elu: `
function elu(v) {
  return v > 0 ? v : expm1OfNegative(v);
}`,

  selu: `
const SELU_LAMBDA = fround(1.0507009873554805);
const SELU_LAMBDA_ALPHA = fround(1.7580993408473766);

function selu(v) {
  return v > 0 ? fround(v * SELU_LAMBDA) : fround(expm1OfNegative(v) * SELU_LAMBDA_ALPHA);
}`,

  gelu: `
function gelu(v) {
  return fround(v * normalCumulative(v));
}`,

  silu: `
function silu(v) {
  return fround(v / fround(1 + exp(-v)));
}`,

  mish: `
/** v tanh ln(1 + e^v) = v n / (n + 2), n = e (e + 2), e = e^v. */
function mish(v) {
  const e = exp(v > 20 ? 20 : v);
  const n = fround(e * fround(e + 2));
  return fround(v * fround(n / fround(n + 2)));
}`,

  softplus: `
const [L0, L1, L2, L3] = [0.280245925, 0.27999108, 0.400217017, 0.66666413].map(fround);

/** ln(1 + e^v) = max(v, 0) + ln(1 + e^(-|v|)). */
function softplus(v) {
  const e = exp(-Math.abs(v));
  const s = fround(e / fround(e + 2));
  const u = fround(s * s);
  let p = madd(L0, u, L1);
  p = madd(p, u, L2);
  p = madd(p, u, L3);
  return fround((v < 0 ? 0 : v) + madd(fround(u * s), p, fround(s + s)));
}`,

  relu6: `
function relu6(v) {
  const least = v < 0 ? 0 : v;
  return least > 6 ? 6 : least;
}`,

  hardSwish: `
function hardSwish(v) {
  const raised = fround(v + 3);
  const least = raised < 0 ? 0 : raised;
  return fround(v * fround((least > 6 ? 6 : least) / 6));
}`,

  softmax: `
/** e^v / sum, row by row; the sum is float64, in the kernels' order. */
function softmax(y) {
  let largest = -Infinity;
  for (const v of y) if (largest < v) largest = v;
  const e = y.map((v) => exp(fround(v - largest)));
  let [even, odd] = [0, 0];
  for (let i = 0; i < e.length; i += 4) {
    even += e[i] + (e[i + 2] ?? 0);
    odd += (e[i + 1] ?? 0) + (e[i + 3] ?? 0);
  }
  const factor = fround(1 / (even + odd));
  return e.map((value) => fround(value * factor));
}`,
} as const satisfies Readonly<Record<Exclude<ActivationName, "identity">, string>>;
