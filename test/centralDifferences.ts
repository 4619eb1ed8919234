/**
 * Derivatives by differences in float64: what the gradient tests hold the derivation's gradients against.
 *
 * The stencil has five points: f'(p) ≈ (8 (f(p + h) − f(p − h)) − (f(p + 2h) − f(p − 2h))) / 12h. Its truncation error is
 * h⁴ f⁽⁵⁾/30 and its rounding error about 1.5 u |f|/h, with u = 2⁻⁵³; the sum is least near h = u^(1/5) ≈ 6e-4, times
 * the size of p. Both errors are then about u^(4/5) ≈ 2e-13, where two points would leave u^(2/3) ≈ 2e-11. The function
 * must be smooth from p − 2h to p + 2h. Source: Abramowitz & Stegun 1964, table 25.2.
 */

/** u^(1/5), the step for a number of size 1. */
const STEP = (2 ** -53) ** (1 / 5);

/** How far from a point of size 1 or less the stencil looks. */
export const REACH = 2 * STEP;

/** f'(p) by differences. */
export function centralDifference(f: (p: number) => number, p: number): number {
  const at = p + STEP * Math.max(1, Math.abs(p));
  const h = at - p; // what was really added, after rounding
  return (8 * (f(p + h) - f(p - h)) - (f(p + 2 * h) - f(p - 2 * h))) / (12 * h);
}

/** The relative difference of two numbers, each taken to be at least `floor` in size; Infinity where one is NaN. */
export function relativeError(found: number, expected: number, floor = Number.MIN_VALUE): number {
  const error = Math.abs(found - expected) / Math.max(Math.abs(found), Math.abs(expected), floor);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
