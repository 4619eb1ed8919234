/**
 * Cosine and sine of an angle in turns, four float32 at a time.
 *
 * In turns the reduction is exact: u less the nearest whole number. Worst error 2e-7, absolute, for any |u| below 2²²;
 * beyond, float32 has no fractions of a turn. NaN stays NaN, and Infinity becomes NaN. The polynomials are fitted for the
 * least absolute error. Written in AssemblyScript. Knows nothing of layers.
 */
import { splat } from "./exponential";
import { loadUpTo, storeUpTo } from "./partialVector";
import { madd } from "./vector";

/** 1 / 2π: from radians to turns. */
export const TURNS: f32 = 0.15915494309189535;

/** r = u − round(u), from −½ to ½. */
@inline
export function fractionOf(u: v128): v128 {
  return f32x4.sub(u, f32x4.nearest(u));
}

/** t = ¼ − |r|, from −¼ to ¼: cos 2πr = sin 2πt and |sin 2πr| = cos 2πt. */
@inline
export function quarterLess(r: v128): v128 {
  return f32x4.sub(splat(0.25), f32x4.abs(r));
}

/** cos 2πr from t: the odd polynomial of sin 2πt. */
@inline
export function cosineAt(t: v128): v128 {
  const z = f32x4.mul(t, t);
  let p = madd(splat(39.536705), z, splat(-76.54978));
  p = madd(p, z, splat(81.601006));
  p = madd(p, z, splat(-41.341656));
  p = madd(p, z, splat(6.283185));
  return f32x4.mul(t, p);
}

/** sin 2πr from r and its t: the even polynomial of cos 2πt, with the sign of r. */
@inline
export function sineAt(r: v128, t: v128): v128 {
  const z = f32x4.mul(t, t);
  let p = madd(splat(-24.982237), z, splat(60.144014));
  p = madd(p, z, splat(-85.453575));
  p = madd(p, z, splat(64.939346));
  p = madd(p, z, splat(-19.739208));
  p = madd(p, z, splat(1));
  return v128.xor(p, v128.and(r, splat(-0.0)));
}

/** cos 2πu of `count` numbers. @param to may be `from` */
export function cosineOfTurns(from: usize, to: usize, count: i32): void {
  for (; count > 0; count -= 4) {
    storeUpTo(to, cosineAt(quarterLess(fractionOf(loadUpTo(from, count)))), count);
    from += 16;
    to += 16;
  }
}

/** sin 2πu of `count` numbers. @param to may be `from` */
export function sineOfTurns(from: usize, to: usize, count: i32): void {
  for (; count > 0; count -= 4) {
    const r = fractionOf(loadUpTo(from, count));
    storeUpTo(to, sineAt(r, quarterLess(r)), count);
    from += 16;
    to += 16;
  }
}
