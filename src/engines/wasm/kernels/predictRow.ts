/**
 * One pattern through one layer with weights that no longer change: y = φ(b + x·Wᵀ) from panels packed once.
 *
 * The sums are those of `gemm`, to the bit. A panel holds 32 units, or 16 where no more are left: its biases, then for
 * each input the weights of its units side by side; units that lack are 0. Eight accumulators are in flight, so that
 * loading the weights is what takes the time.
 */
import { activateRows } from "./activations";
import { transposeFour } from "./pack";
import { storePart } from "./partialVector";
import { madd } from "./vector";

/** The bits of a float32's exponent: all are 1 in infinities and NaN, and in nothing else (IEEE 754). */
const EXPONENT: i32 = 0x7f800000;

/** Bytes of the packed weights and biases of a layer of n units with k inputs. */
export function packedWeightsSize(n: i32, k: i32): i32 {
  const rest = n & 31;
  const units = n - rest + (rest > 16 ? 32 : rest > 0 ? 16 : 0);
  return 4 * units * (k + 1);
}

/**
 * Packs weights [n, k] and bias [n].
 *
 * @param bias 0: a layer without
 * @param packed `packedWeightsSize` bytes, aligned to 16
 */
export function packWeights(n: i32, k: i32, weights: usize, bias: usize, packed: usize): void {
  const row = 4 * k;
  while (n > 0) {
    const width = n > 16 ? 32 : 16;
    const units = min(n, width);
    memory.fill(packed, 0, 4 * width * (k + 1));
    if (bias) {
      memory.copy(packed, bias, 4 * units);
      bias += 4 * units;
    }
    packed += 4 * width;
    for (let j = 0; j < units; j += 4) {
      transposeFour(k, min(4, units - j), weights + j * row, row, packed + 4 * j, 4 * width);
    }
    weights += units * row;
    packed += 4 * width * k;
    n -= units;
  }
}

/** Whether all of `count` float32 are finite, by their bits: quicker than a sum, whose additions wait for each other. */
export function areFinite(values: usize, count: i32): bool {
  const exponent = i32x4.splat(EXPONENT);
  let found = i32x4.splat(0);
  for (; count >= 4; count -= 4, values += 16) {
    found = v128.or(found, i32x4.eq(v128.and(v128.load(values), exponent), exponent));
  }
  let rest = false;
  for (; count > 0; count--, values += 4) rest = rest || (load<i32>(values) & EXPONENT) == EXPONENT;
  return !rest && !v128.any_true(found);
}

/** y = φ(b + x·Wᵀ) for one x [k]; writes y [n] and nothing beyond. @param kind of φ */
export function predictRow(n: i32, k: i32, x: usize, packed: usize, y: usize, kind: i32): void {
  let field = y;
  let left = n;
  for (; left > 16; left -= 32) {
    panel32(min(left, 32), k, x, packed, field);
    packed += 128 * (k + 1);
    field += 128;
  }
  if (left > 0) panel16(left, k, x, packed, field);
  activateRows(kind, y, y, 1, n);
}

function panel32(n: i32, k: i32, x: usize, packed: usize, y: usize): void {
  let y0 = v128.load(packed), y1 = v128.load(packed, 16), y2 = v128.load(packed, 32), y3 = v128.load(packed, 48);
  let y4 = v128.load(packed, 64), y5 = v128.load(packed, 80), y6 = v128.load(packed, 96), y7 = v128.load(packed, 112);
  for (let p = k; p > 0; p--) {
    packed += 128;
    const signal = v128.load32_splat(x);
    y0 = madd(signal, v128.load(packed), y0);
    y1 = madd(signal, v128.load(packed, 16), y1);
    y2 = madd(signal, v128.load(packed, 32), y2);
    y3 = madd(signal, v128.load(packed, 48), y3);
    y4 = madd(signal, v128.load(packed, 64), y4);
    y5 = madd(signal, v128.load(packed, 80), y5);
    y6 = madd(signal, v128.load(packed, 96), y6);
    y7 = madd(signal, v128.load(packed, 112), y7);
    x += 4;
  }
  storeFour(y, y0, y1, y2, y3, n);
  storeFour(y + 64, y4, y5, y6, y7, n - 16);
}

function panel16(n: i32, k: i32, x: usize, packed: usize, y: usize): void {
  let y0 = v128.load(packed), y1 = v128.load(packed, 16), y2 = v128.load(packed, 32), y3 = v128.load(packed, 48);
  for (let p = k; p > 0; p--) {
    packed += 64;
    const signal = v128.load32_splat(x);
    y0 = madd(signal, v128.load(packed), y0);
    y1 = madd(signal, v128.load(packed, 16), y1);
    y2 = madd(signal, v128.load(packed, 32), y2);
    y3 = madd(signal, v128.load(packed, 48), y3);
    x += 4;
  }
  storeFour(y, y0, y1, y2, y3, n);
}

/** The first `n` of 16 numbers. */
function storeFour(y: usize, y0: v128, y1: v128, y2: v128, y3: v128, n: i32): void {
  storeUpTo(y, y0, n);
  storeUpTo(y + 16, y1, n - 4);
  storeUpTo(y + 32, y2, n - 8);
  storeUpTo(y + 48, y3, n - 12);
}

@inline
function storeUpTo(y: usize, values: v128, n: i32): void {
  if (n >= 4) v128.store(y, values);
  else if (n > 0) storePart(y, values, n);
}
