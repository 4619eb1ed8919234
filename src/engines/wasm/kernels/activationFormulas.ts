/**
 * The formulas of the activation functions and their derivatives, for four float32.
 *
 * Written in AssemblyScript. A kind is the place of its entry in the table of `network/activations.ts`; it is a
 * constant wherever these are called, so that the compiler keeps one formula of each.
 */
import { ELU, GELU, LEAKY_RELU, LOGISTIC, MISH, RELU, SELU, SILU, SOFTPLUS, TANH, RELU6, HARD_SWISH } from "./constants";
import { exp, expm1OfNegative, gaussian, logistic, normalCumulative, softplus, splat, tanh } from "./exponential";
import { madd } from "./vector";

const LEAK: f32 = 0.01;
const SELU_LAMBDA: f32 = 1.0507009873554805;
const SELU_LAMBDA_ALPHA: f32 = 1.7580993408473766;
const DENSITY_AT_0: f32 = 0.3989422804014327;
/** From here on mish(v) is v, and e^v squared would near the largest number. */
const MISH_LINEAR: f32 = 20;

/** y = φ(v). */
@inline
export function value(kind: i32, v: v128): v128 {
  if (kind == LOGISTIC) return logistic(v);
  if (kind == TANH) return tanh(v);
  if (kind == RELU) return f32x4.pmax(v, splat(0)); // pmax(a, b) = a < b ? b : a, so NaN stays
  if (kind == LEAKY_RELU) return v128.bitselect(v, f32x4.mul(v, splat(LEAK)), isPositive(v));
  if (kind == ELU) return v128.bitselect(v, expm1OfNegative(v), isPositive(v));
  if (kind == SELU) {
    const negative = f32x4.mul(expm1OfNegative(v), splat(SELU_LAMBDA_ALPHA));
    return v128.bitselect(f32x4.mul(v, splat(SELU_LAMBDA)), negative, isPositive(v));
  }
  if (kind == GELU) return f32x4.mul(v, normalCumulative(v, gaussian(v)));
  if (kind == SILU) return f32x4.div(v, f32x4.add(splat(1), exp(f32x4.neg(v))));
  if (kind == MISH) {
    // tanh ln(1 + e) = n / (n + 2), n = (1 + e)² − 1 = e (e + 2)
    const e = exp(f32x4.pmin(v, splat(MISH_LINEAR)));
    const n = f32x4.mul(e, f32x4.add(e, splat(2)));
    return f32x4.mul(v, f32x4.div(n, f32x4.add(n, splat(2))));
  }
  if (kind == SOFTPLUS) return softplus(v);
  if (kind == HARD_SWISH) {
    const share = f32x4.pmin(f32x4.pmax(f32x4.add(v, splat(3)), splat(0)), splat(6));
    return f32x4.mul(v, f32x4.div(share, splat(6)));
  }
  if (kind == RELU6) return f32x4.pmin(f32x4.pmax(v, splat(0)), splat(6));
  return v;
}

@inline
function isPositive(v: v128): v128 {
  return f32x4.gt(v, splat(0));
}

/**
 * φ'(v), given one of v and y = φ(v): `saved` is the one that the entry's `sees` names.
 *
 * For the kinds that branch on v > 0, y is positive exactly where v is.
 */
@inline
export function slope(kind: i32, saved: v128): v128 {
  if (kind == LOGISTIC) return f32x4.mul(saved, f32x4.sub(splat(1), saved));
  if (kind == TANH) return f32x4.mul(f32x4.sub(splat(1), saved), f32x4.add(splat(1), saved));
  if (kind == RELU) return v128.and(splat(1), isPositive(saved));
  if (kind == LEAKY_RELU) return v128.bitselect(splat(1), splat(LEAK), isPositive(saved));
  if (kind == ELU) return v128.bitselect(splat(1), f32x4.add(saved, splat(1)), isPositive(saved));
  if (kind == SELU) {
    return v128.bitselect(splat(SELU_LAMBDA), f32x4.add(saved, splat(SELU_LAMBDA_ALPHA)), isPositive(saved));
  }
  if (kind == GELU) {
    const density = gaussian(saved);
    return madd(f32x4.mul(saved, density), splat(DENSITY_AT_0), normalCumulative(saved, density));
  }
  if (kind == SILU) return siluSlope(saved);
  if (kind == MISH) return mishSlope(saved);
  if (kind == SOFTPLUS) return logistic(saved);
  if (kind == HARD_SWISH) {
    const within = f32x4.add(f32x4.div(saved, splat(3)), splat(0.5));
    const bent = v128.and(within, f32x4.gt(saved, splat(-3)));
    return v128.bitselect(splat(1), bent, f32x4.gt(saved, splat(3)));
  }
  if (kind == RELU6) return v128.and(splat(1), v128.and(isPositive(saved), f32x4.le(saved, splat(6))));
  return splat(1);
}

/** σ(v) (1 + v (1 − σ(v))), both σ(v) and 1 − σ(v) = σ(−v) without cancellation. */
@inline
function siluSlope(v: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(v)));
  const near = f32x4.div(splat(1), f32x4.add(splat(1), e)); // σ(|v|)
  const far = f32x4.mul(e, near); // σ(−|v|)
  const negative = f32x4.lt(v, splat(0));
  const s = v128.bitselect(far, near, negative);
  const rest = v128.bitselect(near, far, negative);
  return madd(f32x4.mul(s, v), rest, s);
}

/** t + v (1 − t²) σ(v) = w (n + 4 v e (1 + e) w), w = 1 / (n + 2); e and n as for the value. */
@inline
function mishSlope(v: v128): v128 {
  const near = f32x4.pmin(v, splat(MISH_LINEAR));
  const e = exp(near);
  const n = f32x4.mul(e, f32x4.add(e, splat(2)));
  const w = f32x4.div(splat(1), f32x4.add(n, splat(2)));
  const bend = f32x4.mul(near, f32x4.mul(madd(e, e, e), w)); // v last: it may be huge where e is 0
  return f32x4.mul(w, madd(splat(4), bend, n));
}
