/**
 * Batch normalisation of columns, in training over the rows of the batch:
 *
 *   μ = Σ_n x/B, σ² = Σ_n (x − μ)²/B, r = 1/√(σ² + ε), x̂ = (x − μ) r, y = s ∘ x̂ + b,
 *   and back s r (δ − Σ_n δ/B − x̂ Σ_n δ x̂/B)
 *
 * n ascending, one accumulator a column: who has which columns changes no bit. Knows nothing of layers or threads.
 */
import { BatchNorm, BatchNormBack, BatchNormPredict } from "./constants";
import { splat } from "./exponential";
import { loadUpTo, storeUpTo } from "./partialVector";
import { madd } from "./vector";
import { at, number, word } from "./words";

/**
 * y of `columns` columns by the batch's own statistics; the running ones move towards them by `momentum`, the variance to that
 * of B − 1, which one row alone hasn't.
 *
 * @param row numbers from one row to the next @param hat where x̂ goes @param inverse where the r go
 */
export function normaliseBatch(
  rows: i32, columns: i32, x: usize, row: i32, s: usize, b: usize, runningMean: usize, runningVariance: usize, y: usize,
  hat: usize, inverse: usize, epsilon: f32, momentum: f32,
): void {
  const step = <usize>row << 2;
  const count = splat(<f32>rows);
  for (let left = columns; left > 0; left -= 4) {
    let sum = splat(0);
    for (let n = 0, skipped: usize = 0; n < rows; n++, skipped += step) sum = f32x4.add(sum, loadUpTo(x + skipped, left));
    const mean = f32x4.div(sum, count);
    let squares = splat(0);
    for (let n = 0, skipped: usize = 0; n < rows; n++, skipped += step) {
      const difference = f32x4.sub(loadUpTo(x + skipped, left), mean);
      squares = madd(difference, difference, squares);
    }
    const r = inverseDeviation(f32x4.div(squares, count), epsilon);
    storeUpTo(inverse, r, left);
    const factor = loadUpTo(s, left);
    const bias = loadUpTo(b, left);
    for (let n = 0, skipped: usize = 0; n < rows; n++, skipped += step) {
      const normal = normalised(x + skipped, left, mean, r);
      storeUpTo(hat + skipped, normal, left);
      storeUpTo(y + skipped, madd(factor, normal, bias), left);
    }
    move(runningMean, mean, momentum, left);
    if (rows > 1) move(runningVariance, f32x4.div(squares, splat(<f32>(rows - 1))), momentum, left);
    x += 16;
    s += 16;
    b += 16;
    runningMean += 16;
    runningVariance += 16;
    y += 16;
    hat += 16;
    inverse += 16;
  }
}

/** y of `rows` rows by the running statistics. */
export function normaliseRows(
  x: usize, s: usize, b: usize, mean: usize, variance: usize, y: usize, rows: i32, width: i32, epsilon: f32,
): void {
  const step = <usize>width << 2;
  for (let left = width; left > 0; left -= 4) {
    const r = inverseDeviation(loadUpTo(variance, left), epsilon);
    const middle = loadUpTo(mean, left);
    const factor = loadUpTo(s, left);
    const bias = loadUpTo(b, left);
    for (let n = 0, skipped: usize = 0; n < rows; n++, skipped += step) {
      storeUpTo(y + skipped, madd(factor, normalised(x + skipped, left, middle, r), bias), left);
    }
    x += 16;
    s += 16;
    b += 16;
    mean += 16;
    variance += 16;
    y += 16;
  }
}

/** −∂loss/∂x of `columns` columns. @param to not δ */
export function normaliseBack(
  rows: i32, columns: i32, delta: usize, row: i32, s: usize, hat: usize, inverse: usize, to: usize,
): void {
  const step = <usize>row << 2;
  const count = splat(<f32>rows);
  for (let left = columns; left > 0; left -= 4) {
    let sum = splat(0), products = sum;
    for (let n = 0, skipped: usize = 0; n < rows; n++, skipped += step) {
      const own = loadUpTo(delta + skipped, left);
      sum = f32x4.add(sum, own);
      products = madd(own, loadUpTo(hat + skipped, left), products);
    }
    const mean = f32x4.div(sum, count);
    const along = f32x4.div(products, count);
    const factor = f32x4.mul(loadUpTo(s, left), loadUpTo(inverse, left));
    for (let n = 0, skipped: usize = 0; n < rows; n++, skipped += step) {
      const straight = f32x4.sub(loadUpTo(delta + skipped, left), mean);
      const rest = f32x4.sub(straight, f32x4.mul(loadUpTo(hat + skipped, left), along));
      storeUpTo(to + skipped, f32x4.mul(factor, rest), left);
    }
    delta += 16;
    s += 16;
    hat += 16;
    inverse += 16;
    to += 16;
  }
}

/** x̂ of four numbers, or of the first `left`. */
@inline
function normalised(x: usize, left: i32, mean: v128, r: v128): v128 {
  return f32x4.mul(f32x4.sub(loadUpTo(x, left), mean), r);
}

/** 1/√(σ² + ε) */
@inline
function inverseDeviation(variance: v128, epsilon: f32): v128 {
  return f32x4.div(splat(1), f32x4.sqrt(f32x4.add(variance, splat(epsilon))));
}

/** kept + momentum (found − kept) */
@inline
function move(kept: usize, found: v128, momentum: f32, left: i32): void {
  const before = loadUpTo(kept, left);
  storeUpTo(kept, f32x4.add(before, f32x4.mul(splat(momentum), f32x4.sub(found, before))), left);
}

// The operations, decoded.

/** For the rows at hand. */
export function batchNormPredict(pc: usize, from: i32, count: i32): void {
  const width = word(pc, BatchNormPredict.inputs);
  const skipped = <usize>(from * width) << 2;
  normaliseRows(
    at(pc, BatchNormPredict.input) + skipped, at(pc, BatchNormPredict.scale), at(pc, BatchNormPredict.bias),
    at(pc, BatchNormPredict.mean), at(pc, BatchNormPredict.variance), at(pc, BatchNormPredict.output) + skipped, count, width,
    number(pc, BatchNormPredict.epsilon),
  );
}

/** For the columns at hand. */
export function batchNorm(pc: usize, from: i32, count: i32, rows: i32): void {
  const skipped = <usize>from << 2;
  normaliseBatch(
    rows, count, at(pc, BatchNorm.input) + skipped, word(pc, BatchNorm.inputs), at(pc, BatchNorm.scale) + skipped,
    at(pc, BatchNorm.bias) + skipped, at(pc, BatchNorm.mean) + skipped, at(pc, BatchNorm.variance) + skipped,
    at(pc, BatchNorm.output) + skipped, at(pc, BatchNorm.normalised) + skipped, at(pc, BatchNorm.inverse) + skipped,
    number(pc, BatchNorm.epsilon), number(pc, BatchNorm.momentum),
  );
}

/** For the columns at hand. */
export function batchNormBack(pc: usize, from: i32, count: i32, rows: i32): void {
  const skipped = <usize>from << 2;
  normaliseBack(
    rows, count, at(pc, BatchNormBack.delta) + skipped, word(pc, BatchNormBack.inputs), at(pc, BatchNormBack.scale) + skipped,
    at(pc, BatchNormBack.normalised) + skipped, at(pc, BatchNormBack.inverse) + skipped, at(pc, BatchNormBack.to) + skipped,
  );
}
