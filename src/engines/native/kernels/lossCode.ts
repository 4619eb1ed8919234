/**
 * The losses of each output by itself as straight code: the formulas of `wasm/kernels/losses.ts`, operation by operation, so that their
 * bits are the kernels'. Knows no network.
 */
import { bothLogistics, expOfMinusAbs, log1pOfFraction } from "./activationCode.ts";
import type { StraightCode, Value } from "./straightCode.ts";

/** What a loss's options are to four outputs, each a vector. */
export interface LossSettings {
  /** Label smoothing, or δ. */
  readonly setting: Value;
  /** Class weights; undefined where all are 1. */
  readonly weight: Value | undefined;
}

/** Of four outputs, before 1/M and the pattern's weight. */
interface LossCode {
  value(s: StraightCode, y: Value, d: Value, settings: LossSettings): Value;
  /** −∂/∂y. */
  negativeGradient(s: StraightCode, y: Value, d: Value, settings: LossSettings): Value;
}

const abs = (s: StraightCode, x: Value): Value => s.and(x, s.bits(0x7fffffff));
const neg = (s: StraightCode, x: Value): Value => s.xor(x, s.bits(0x80000000));
const square = (s: StraightCode, y: Value, d: Value): Value => {
  const e = s.sub(d, y);
  return s.mul(e, e);
};

/** The flag moved towards ½: d (1 − s) + s/2. */
function smoothed(s: StraightCode, d: Value, { setting }: LossSettings): Value {
  return s.madd(d, s.sub(s.number(1), setting), s.mul(s.number(0.5), setting));
}

/** c t: what the flag's side is multiplied by. 1 · t is t to the bit. */
const weighted = (s: StraightCode, t: Value, { weight }: LossSettings): Value =>
  weight === undefined ? t : s.mul(weight, t);

/** By the names of `network/losses.ts`; what is summed or chosen over all outputs is none of these. */
export const lossCodes: Readonly<Record<string, LossCode>> = {
  halfSquaredError: {
    value: (s, y, d) => s.mul(s.number(0.5), square(s, y, d)),
    negativeGradient: (s, y, d) => s.sub(d, y),
  },
  meanSquaredError: {
    value: square,
    negativeGradient: (s, y, d) => {
      const e = s.sub(d, y);
      return s.add(e, e);
    },
  },
  huber: {
    // c (|e| − c/2), c = min(|e|, δ)
    value: (s, y, d, { setting }) => {
      const a = abs(s, s.sub(d, y));
      const c = s.pmin(a, setting);
      return s.mul(c, s.sub(a, s.mul(s.number(0.5), c)));
    },
    negativeGradient: (s, y, d, { setting }) => s.pmax(s.pmin(s.sub(d, y), setting), neg(s, setting)),
  },
  binaryCrossEntropy: {
    // c t ln(1 + e^−y) + (1 − t) ln(1 + e^y)
    value: (s, y, d, settings) => {
      const t = smoothed(s, d, settings);
      const log = log1pOfFraction(s, expOfMinusAbs(s, y));
      const ifNot = s.add(s.pmax(y, s.number(0)), log);
      const ifSo = s.add(s.pmax(neg(s, y), s.number(0)), log);
      return s.madd(weighted(s, t, settings), ifSo, s.mul(s.sub(s.number(1), t), ifNot));
    },
    // c t (1 − p) − (1 − t) p
    negativeGradient: (s, y, d, settings) => {
      const t = smoothed(s, d, settings);
      const { of: p, ofMinus: q } = bothLogistics(s, y);
      return s.sub(s.mul(weighted(s, t, settings), q), s.mul(s.sub(s.number(1), t), p));
    },
  },
  meanAbsoluteError: {
    value: (s, y, d) => abs(s, s.sub(d, y)),
    // 1 above 0, −1 below, and 0 itself
    negativeGradient: (s, y, d) => {
      const e = s.sub(d, y);
      const [above, below] = (["more", "less"] as const).map((how) =>
        s.keep(s.compare(e, how, s.number(0)), s.number(1)),
      );
      return s.sub(above, below);
    },
  },
};
