/** The losses of each output by itself: the formulas of `wasm/kernels/losses.ts`, before 1/M and the pattern's weight. */
import type { Formula, Vector } from "../formula.ts";
import { exp, log1pOfFraction } from "./exponential.ts";

/** What a loss's options are to the outputs at hand. */
export interface LossSettings {
  /** Label smoothing, or δ. */
  readonly setting: Vector;
  /** Class weights; undefined where all are 1. */
  readonly weight: Vector | undefined;
}

export interface LossFormulas {
  value(f: Formula, y: Vector, d: Vector, settings: LossSettings): Vector;
  /** −∂/∂y */
  negativeGradient(f: Formula, y: Vector, d: Vector, settings: LossSettings): Vector;
}

function square(f: Formula, y: Vector, d: Vector): Vector {
  const e = f.sub(d, y);
  return f.mul(e, e);
}

/** The flag moved towards ½: d (1 − s) + s/2. */
const smoothed = (f: Formula, d: Vector, { setting }: LossSettings): Vector =>
  f.madd(d, f.sub(1, setting), f.mul(0.5, setting));

/** c t; 1 · t is t to the bit. */
const weighted = (f: Formula, t: Vector, { weight }: LossSettings): Vector =>
  weight === undefined ? t : f.mul(weight, t);

/** By the names of `network/losses.ts`. What is summed or chosen over all outputs, as softmax's cross-entropy, is none of these. */
export const lossFormulas: Readonly<Record<string, LossFormulas>> = {
  halfSquaredError: {
    value: (f, y, d) => f.mul(0.5, square(f, y, d)),
    negativeGradient: (f, y, d) => f.sub(d, y),
  },
  meanSquaredError: {
    value: square,
    negativeGradient(f, y, d) {
      const e = f.sub(d, y);
      return f.add(e, e);
    },
  },
  huber: {
    // c (|e| − c/2), c = min(|e|, δ)
    value(f, y, d, { setting }) {
      const a = f.abs(f.sub(d, y));
      const c = f.pmin(a, setting);
      return f.mul(c, f.sub(a, f.mul(0.5, c)));
    },
    negativeGradient: (f, y, d, { setting }) => f.pmax(f.pmin(f.sub(d, y), setting), f.neg(setting)),
  },
  binaryCrossEntropy: {
    // c t ln(1 + e^−y) + (1 − t) ln(1 + e^y)
    value(f, y, d, settings) {
      const t = smoothed(f, d, settings);
      const log = log1pOfFraction(f, exp(f, f.neg(f.abs(y))));
      const ifNot = f.add(f.pmax(y, 0), log);
      const ifSo = f.add(f.pmax(f.neg(y), 0), log);
      return f.madd(weighted(f, t, settings), ifSo, f.mul(f.sub(1, t), ifNot));
    },
    // c t (1 − p) − (1 − t) p
    negativeGradient(f, y, d, settings) {
      const t = smoothed(f, d, settings);
      const e = exp(f, f.neg(f.abs(y)));
      const near = f.div(1, f.add(e, 1));
      const far = f.mul(e, near);
      const negative = f.lt(y, 0);
      const p = f.select(far, near, negative);
      const q = f.select(near, far, negative);
      return f.sub(f.mul(weighted(f, t, settings), q), f.mul(f.sub(1, t), p));
    },
  },
  meanAbsoluteError: {
    value: (f, y, d) => f.abs(f.sub(d, y)),
    // 1 above 0, −1 below, and 0 itself
    negativeGradient(f, y, d) {
      const e = f.sub(d, y);
      return f.sub(f.keep(1, f.gt(e, 0)), f.keep(1, f.lt(e, 0)));
    },
  },
};
