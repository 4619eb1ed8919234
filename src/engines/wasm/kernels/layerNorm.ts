/**
 * Layer normalisation over rows, each by itself:
 *
 *   x̂ = (x − μ) r, r = 1/√(σ² + ε), y = s ∘ x̂ + b, and back r (g − mean(g) − x̂ ∘ mean(g ∘ x̂)), g = δ ∘ s
 *
 * Sums are float64, in an order that the width alone decides, and so is x − μ: a row far from 0 keeps its differences. Knows
 * nothing of layers or threads.
 */
import { splat } from "./exponential";
import { loadPart, loadUpTo, storeUpTo } from "./partialVector";
import { addLanes, totalOf } from "./reductions";
import { madd } from "./vector";

/**
 * y = s ∘ x̂ + b for `rows` rows.
 *
 * @param y not x @param kept where x̂ goes, or 0 @param inverses where the r go, or 0
 */
export function layerNormRows(
  x: usize, s: usize, b: usize, y: usize, kept: usize, inverses: usize, rows: i32, width: i32, epsilon: f64,
): void {
  const bytes = <usize>width << 2;
  for (; rows > 0; rows--) {
    const hat = kept ? kept : y;
    const variance = centre(x, hat, width);
    const r = <f32>(1 / Math.sqrt(variance + epsilon));
    standardise(hat, r, s, b, y, width);
    if (inverses) {
      store<f32>(inverses, r);
      inverses += 4;
    }
    if (kept) kept += bytes;
    x += bytes;
    y += bytes;
  }
}

/**
 * to = r (g − mean(g) − x̂ ∘ mean(g ∘ x̂)), g = δ ∘ s, for `rows` rows: −∂loss/∂x.
 *
 * @param to not δ @param hat x̂ @param inverses r of each row
 */
export function layerNormBack(delta: usize, s: usize, hat: usize, inverses: usize, to: usize, rows: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (; rows > 0; rows--) {
    backRow(delta, s, hat, splat(load<f32>(inverses)), to, width);
    delta += bytes;
    hat += bytes;
    to += bytes;
    inverses += 4;
  }
}

/** to = x − μ of one row. @returns σ² */
function centre(x: usize, to: usize, width: i32): f64 {
  let sums = f64x2.splat(0);
  let from = x;
  for (let left = width; left > 0; left -= 4) {
    sums = addLanes(sums, loadUpTo(from, left));
    from += 16;
  }
  const mean = f64x2.splat(totalOf(sums) / <f64>width);
  let squares = f64x2.splat(0);
  for (let left = width; left > 0; left -= 4) {
    let difference = less(loadUpTo(x, left), mean);
    storeUpTo(to, difference, left);
    if (left < 4) difference = loadPart(to, left, splat(0)); // nothing where there is no number
    squares = addProducts(squares, difference, difference);
    x += 16;
    to += 16;
  }
  return totalOf(squares) / <f64>width;
}

/** x̂ = (x − μ) r in place, and y = s ∘ x̂ + b, of one row; y may be x̂'s own place. */
function standardise(hat: usize, r: f32, s: usize, b: usize, y: usize, width: i32): void {
  const factor = splat(r);
  for (let left = width; left > 0; left -= 4) {
    const normal = f32x4.mul(loadUpTo(hat, left), factor);
    storeUpTo(hat, normal, left);
    storeUpTo(y, madd(loadUpTo(s, left), normal, loadUpTo(b, left)), left);
    hat += 16;
    s += 16;
    b += 16;
    y += 16;
  }
}

function backRow(delta: usize, s: usize, hat: usize, r: v128, to: usize, width: i32): void {
  let sums = f64x2.splat(0);
  let products = sums;
  // All three go on by the same steps: these lead from δ to x̂ and to s.
  const toHat = hat - delta;
  const toS = s - delta;
  const end = delta + (<usize>width << 2);
  for (let from = delta; from < end; from += 16) {
    const left = <i32>((end - from) >> 2);
    const g = f32x4.mul(loadUpTo(from, left), loadUpTo(from + toS, left));
    sums = addLanes(sums, g);
    products = addProducts(products, g, loadUpTo(from + toHat, left));
  }
  const mean = splat(<f32>(totalOf(sums) / <f64>width));
  const along = splat(<f32>(totalOf(products) / <f64>width));
  for (let from = delta; from < end; from += 16) {
    const left = <i32>((end - from) >> 2);
    const g = f32x4.mul(loadUpTo(from, left), loadUpTo(from + toS, left));
    const straight = f32x4.sub(f32x4.sub(g, mean), f32x4.mul(loadUpTo(from + toHat, left), along));
    storeUpTo(to, f32x4.mul(r, straight), left);
    to += 16;
  }
}

/** x − mean in float64, rounded to float32. */
@inline
function less(x: v128, mean: v128): v128 {
  const upper = v128.shuffle<i64>(x, x, 1, 1);
  const first = f32x4.demote_f64x2_zero(f64x2.sub(f64x2.promote_low_f32x4(x), mean));
  const last = f32x4.demote_f64x2_zero(f64x2.sub(f64x2.promote_low_f32x4(upper), mean));
  return v128.shuffle<i64>(first, last, 0, 2);
}

/** Adds four products to a sum of two float64. */
@inline
function addProducts(sum: v128, a: v128, b: v128): v128 {
  const low = f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  const upperA = v128.shuffle<i64>(a, a, 1, 1);
  const upperB = v128.shuffle<i64>(b, b, 1, 1);
  return f64x2.add(sum, f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(upperA), f64x2.promote_low_f32x4(upperB))));
}
