/**
 * Rounding errors that are drawn: what the sources that `roundedSource.ts` makes call for each result of their arithmetic.
 *
 * A number that float32 holds stays as it is, such as a count; any other gets a relative error. Source: random rounding of Monte Carlo
 * arithmetic, Parker 1997.
 */

let state = 1;
let scale = 0;

/** From here on errors are drawn from this seed, above 0. @param largest of the relative errors */
export function restart(seed: number, largest: number): void {
  state = seed;
  scale = largest / 2 ** 31;
}

/** What isn't a number, such as a text that is put together, stays too. */
export function rounded<T>(value: T): T {
  if (typeof value !== "number" || Math.fround(value) === value) return value;
  // xorshift, Marsaglia 2003
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (value * (1 + state * scale)) as T;
}
