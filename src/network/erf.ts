/**
 * The error function in float64, for the exact GELU; the language has none.
 *
 * Both expansions have only positive terms, so nothing cancels. Source: Abramowitz & Stegun 1964, 7.1.6 and 7.1.14.
 */

/** erf(x) = 2/√π ∫₀ˣ e^(−t²) dt, to about 1e-15 absolute. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x); // 1 − erf(6) = 2e-17, below half a unit in the last place
  const magnitude = a < 2.5 ? seriesErf(a) : 1 - continuedErfc(a);
  return x < 0 ? -magnitude : magnitude;
}

/** 7.1.6: erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)). */
function seriesErf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 7.1.14: erfc x = e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), evaluated from 60 levels down. */
function continuedErfc(x: number): number {
  let tail = x;
  for (let n = 60; n > 0; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}
