/** The activations and their derivatives: the formulas of `wasm/kernels/activationFormulas.ts`. */
import type { ActivationName } from "../../../../network/activations.ts";
import type { Formula, Mask, Vector } from "../formula.ts";
import { exp, expm1OfNegative, gaussian, logistic, normalCumulative, softplus, tanh } from "./exponential.ts";

export interface ActivationFormulas {
  /** y = φ(v) */
  value(f: Formula, v: Vector): Vector;
  /** φ'(v) of v or of y, whichever the activation's entry says that it sees. */
  slope(f: Formula, saved: Vector): Vector;
}

const LEAK = 0.01;
const SELU_LAMBDA = 1.0507009873554805;
const SELU_LAMBDA_ALPHA = 1.7580993408473766;
const DENSITY_AT_0 = 0.3989422804014327;
const MISH_LINEAR = 20;

const isPositive = (f: Formula, v: Vector): Mask => f.gt(v, 0);

/** Those that are elementwise, and not the identity. */
export const activationFormulas: Readonly<Record<Exclude<ActivationName, "softmax" | "identity">, ActivationFormulas>> =
  {
    logistic: { value: logistic, slope: (f, y) => f.mul(y, f.sub(1, y)) },
    tanh: { value: tanh, slope: (f, y) => f.mul(f.sub(1, y), f.add(y, 1)) },
    relu: { value: (f, v) => f.pmax(v, 0), slope: (f, y) => f.keep(1, isPositive(f, y)) },
    leakyRelu: {
      value: (f, v) => f.select(v, f.mul(v, LEAK), isPositive(f, v)),
      slope: (f, y) => f.select(1, LEAK, isPositive(f, y)),
    },
    elu: {
      value: (f, v) => f.select(v, expm1OfNegative(f, v), isPositive(f, v)),
      slope: (f, y) => f.select(1, f.add(y, 1), isPositive(f, y)),
    },
    selu: {
      value: (f, v) =>
        f.select(f.mul(v, SELU_LAMBDA), f.mul(expm1OfNegative(f, v), SELU_LAMBDA_ALPHA), isPositive(f, v)),
      slope: (f, y) => f.select(SELU_LAMBDA, f.add(y, SELU_LAMBDA_ALPHA), isPositive(f, y)),
    },
    gelu: {
      value: (f, v) => f.mul(v, normalCumulative(f, v, gaussian(f, v))),
      slope(f, v) {
        const density = gaussian(f, v);
        return f.madd(f.mul(v, density), DENSITY_AT_0, normalCumulative(f, v, density));
      },
    },
    silu: { value: (f, v) => f.div(v, f.add(exp(f, f.neg(v)), 1)), slope: siluSlope },
    mish: {
      value(f, v) {
        const e = exp(f, f.pmin(v, MISH_LINEAR));
        const n = f.mul(e, f.add(e, 2));
        return f.mul(v, f.div(n, f.add(n, 2)));
      },
      slope: mishSlope,
    },
    softplus: { value: softplus, slope: logistic },
    relu6: {
      value: (f, v) => f.pmin(f.pmax(v, 0), 6),
      slope: (f, v) => f.keep(1, f.both(isPositive(f, v), f.le(v, 6))),
    },
    hardSwish: {
      value: (f, v) => f.mul(v, f.div(f.pmin(f.pmax(f.add(v, 3), 0), 6), 6)),
      slope(f, v) {
        const within = f.add(f.div(v, 3), 0.5);
        return f.select(1, f.keep(within, f.gt(v, -3)), f.gt(v, 3));
      },
    },
  };

/** σ(v) (1 + v σ(−v)) */
function siluSlope(f: Formula, v: Vector): Vector {
  const e = exp(f, f.neg(f.abs(v)));
  const near = f.div(1, f.add(e, 1));
  const far = f.mul(e, near);
  const negative = f.lt(v, 0);
  const s = f.select(far, near, negative);
  const rest = f.select(near, far, negative);
  return f.madd(f.mul(s, v), rest, s);
}

/** w (n + 4 v e (1 + e) w), w = 1 / (n + 2), n = e (e + 2). */
function mishSlope(f: Formula, v: Vector): Vector {
  const near = f.pmin(v, MISH_LINEAR);
  const e = exp(f, near);
  const n = f.mul(e, f.add(e, 2));
  const w = f.div(1, f.add(n, 2));
  const bend = f.mul(near, f.mul(f.madd(e, e, e), w));
  return f.mul(w, f.madd(bend, 4, n));
}
