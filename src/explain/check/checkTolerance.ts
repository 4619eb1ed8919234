/**
 * How far a right gradient may lie from the true one: what a gradient check allows each precision.
 *
 * A sum of K terms is computed to about √K u of its terms' size, u being the unit roundoff (the bound K u is never met
 * where errors have random signs). A gradient is a chain of such sums and of some values of φ and ℓ, so its error is some
 * tens of u of the largest numbers in its tensor. That is the first part, relative to the tensor's largest gradient. The
 * second is what no sum can make good: ∂ℓ/∂y is itself a difference, d − y or p − t, and where the network fits well it
 * has lost most of its digits; `outputRounding` carries that to the weights.
 * Sources: Higham, Accuracy and Stability of Numerical Algorithms, chapters 3 and 4; Higham & Mary 2019 for √K.
 */
import type { Engine } from "../../engines/engine.ts";
import type { ParameterLayout } from "../../network/parameters.ts";

export interface Tolerance {
  /** u. */
  readonly unitRoundoff: number;
  /** Relative to the largest gradient of a tensor. */
  readonly relative: number;
}

/**
 * By the numbers that an engine computes with. Float32: 1,600 u, and an engine is seldom off by 100 u. Float64: far more
 * than its rounding, because the differences are not exact to much better.
 */
export const tolerances: Readonly<Record<Engine["precision"], Tolerance>> = {
  float32: { unitRoundoff: 2 ** -24, relative: 1e-4 },
  float64: { unitRoundoff: 2 ** -53, relative: 1e-6 },
};

/** A tensor's scale is at least this part of the largest gradient of all: below it, the others' rounding shows. */
const LEAST_SCALE = 1e-3;

/** What the roundings of the outputs are multiplied by, beside √K: each stands for some operations. */
const OPERATIONS = 2;

/** The largest magnitude of each tensor, and at least a thousandth of the largest of all, in the layout's order. */
export function tensorScales({ tensors }: ParameterLayout, values: Float64Array): number[] {
  const largest = tensors.map(({ offset, length }) => largestOf(values.subarray(offset, offset + length)));
  const least = LEAST_SCALE * Math.max(...largest);
  return largest.map((scale) => Math.max(scale, least));
}

/**
 * How far each tensor's gradients may be off, in the layout's order, and the loss.
 *
 * @param rounding what the outputs' rounding does to them in this precision
 * @param terms K, of the longest sum
 */
export function allowances(
  { tensors }: ParameterLayout,
  expected: { readonly scales: readonly number[]; readonly loss: number },
  rounding: { readonly gradient: Float64Array; readonly loss: number },
  { relative, terms }: { readonly relative: number; readonly terms: number },
): { gradients: number[]; loss: number } {
  const growth = OPERATIONS * Math.sqrt(terms);
  return {
    gradients: tensors.map(({ offset, length }, t) => {
      const largest = largestOf(rounding.gradient.subarray(offset, offset + length));
      return relative * expected.scales[t] + growth * largest;
    }),
    loss: relative * Math.abs(expected.loss) + growth * rounding.loss,
  };
}

/** The largest magnitude; 0 of none. */
export function largestOf(values: Float64Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}
