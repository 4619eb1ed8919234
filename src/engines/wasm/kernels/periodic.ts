/**
 * The periodic embedding of numbers: h = W cos(2π f x + p) + b for each listed column, then all inputs as they are.
 *
 * C columns, F cosines and H outputs each; f and p are [C, F], W [C, H, F], b [C, H]. Vectors go along F; a sum over F has
 * four accumulators, one a lane, added pairwise at the end, for one row as for many. Angles are in turns, f x + p / 2π.
 *
 * What is embedded stands in a list of words, `PeriodicList`, and then the columns. Knows nothing of layers or threads.
 */
import { PeriodicList } from "./constants";
import { cosineAt, fractionOf, quarterLess, sineAt, TURNS } from "./cosine";
import { splat } from "./exponential";
import { copyRow } from "./gather";
import { loadUpTo } from "./partialVector";
import { madd } from "./vector";
import { word } from "./words";

export const TWO_PI: f32 = 6.283185307179586;

/** r of four angles, or of the first `left`. */
@inline
function angles(x: v128, f: usize, p: usize, left: i32): v128 {
  return fractionOf(madd(loadUpTo(f, left), x, f32x4.mul(loadUpTo(p, left), splat(TURNS))));
}

/** (s0 + s2) + (s1 + s3). */
@inline
function totalOf(s: v128): f32 {
  const pairs = f32x4.add(s, v128.shuffle<i64>(s, s, 1, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/**
 * @param x [rows, inputs] @param y [rows, C·H + inputs]
 * @param scratch F float32, rounded up to whole vectors
 */
export function periodicRows(
  list: usize, x: usize, frequencies: usize, phases: usize, weights: usize, bias: usize, y: usize, rows: i32, inputs: i32, scratch: usize,
): void {
  const columns = list + 4 * PeriodicList.words;
  const end = columns + (<usize>word(list, PeriodicList.columns) << 2);
  for (; rows > 0; rows--) {
    let f = frequencies;
    let p = phases;
    let w = weights;
    let b = bias;
    for (let column = columns; column < end; column += 4) {
      const count = word(list, PeriodicList.frequencies);
      cosines(v128.load32_splat(x + (<usize>load<u32>(column) << 2)), f, p, count, scratch);
      for (let h = word(list, PeriodicList.units); h > 0; h--) {
        store<f32>(y, load<f32>(b) + product(w, scratch, count));
        w += <usize>count << 2;
        b += 4;
        y += 4;
      }
      f += <usize>count << 2;
      p += <usize>count << 2;
    }
    const bytes = <usize>inputs << 2;
    copyRow(y, x, bytes);
    x += bytes;
    y += bytes;
  }
}

/** cos(2π f x + p) of `count` frequencies into whole vectors. */
@inline
function cosines(x: v128, f: usize, p: usize, count: i32, to: usize): void {
  for (; count > 4; count -= 8) {
    const first = cosineAt(quarterLess(angles(x, f, p, 4)));
    const second = cosineAt(quarterLess(angles(x, f + 16, p + 16, count - 4)));
    v128.store(to, first);
    v128.store(to, second, 16);
    f += 32;
    p += 32;
    to += 32;
  }
  if (count > 0) v128.store(to, cosineAt(quarterLess(angles(x, f, p, count))));
}

/** Σ w c, c in whole vectors. */
@inline
function product(w: usize, c: usize, count: i32): f32 {
  let sum = splat(0);
  for (; count > 0; count -= 4) {
    sum = madd(loadUpTo(w, count), v128.load(c), sum);
    w += 16;
    c += 16;
  }
  return totalOf(sum);
}

/** −∂loss/∂x [rows, inputs] from δ [rows, C·H + inputs]: δ of x itself − 2π Σ_f f sin θ_f Σ_h δ_h W_hf for a listed column. */
export function periodicBack(
  list: usize, delta: usize, x: usize, frequencies: usize, phases: usize, weights: usize, to: usize, rows: i32, inputs: i32,
): void {
  const count = word(list, PeriodicList.frequencies);
  const units = word(list, PeriodicList.units);
  const columns = list + 4 * PeriodicList.words;
  const end = columns + (<usize>word(list, PeriodicList.columns) << 2);
  const bytes = <usize>inputs << 2;
  for (; rows > 0; rows--) {
    let f = frequencies;
    let p = phases;
    let w = weights;
    let d = delta;
    const own = delta + (<usize>(units * word(list, PeriodicList.columns)) << 2);
    copyRow(to, own, bytes);
    for (let column = columns; column < end; column += 4) {
      const place = <usize>load<u32>(column) << 2;
      const turn = turning(v128.load32_splat(x + place), f, p, w, d, count, units);
      store<f32>(to + place, load<f32>(to + place) - TWO_PI * turn);
      f += <usize>count << 2;
      p += <usize>count << 2;
      w += <usize>(count * units) << 2;
      d += <usize>units << 2;
    }
    delta = own + bytes;
    x += bytes;
    to += bytes;
  }
}

/** Σ_f f sin θ_f Σ_h δ_h W_hf. */
@inline
function turning(x: v128, f: usize, p: usize, w: usize, delta: usize, count: i32, units: i32): f32 {
  let sum = splat(0);
  for (let left = count; left > 0; left -= 4) {
    const r = angles(x, f, p, left);
    const sine = sineAt(r, quarterLess(r));
    sum = madd(f32x4.mul(loadUpTo(f, left), sine), received(w, delta, count, units, left), sum);
    f += 16;
    p += 16;
    w += 16;
  }
  return totalOf(sum);
}

/** Σ_h δ_h W_hf for four f, or the first `left`. */
@inline
function received(w: usize, delta: usize, count: i32, units: i32, left: i32): v128 {
  let sum = splat(0);
  for (let h = units; h > 0; h--) {
    sum = madd(v128.load32_splat(delta), loadUpTo(w, left), sum);
    delta += 4;
    w += <usize>count << 2;
  }
  return sum;
}
