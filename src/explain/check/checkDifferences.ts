/**
 * The derivative of a function by differences, with an estimate of its own error: Ridders' method, kept off kinks.
 *
 * A central difference D(h) = (f(p + h) − f(p − h)) / 2h errs by h² f'''/6, because it cuts the Taylor series off, and by
 * about σ/h, because f is only known to its rounding σ. A small step is spoilt by the second, a large one by the first;
 * the sum is least near h = (3σ/|f'''|)^(1/3), which for σ = ε is ε^(1/3) = 6e-6 and leaves an error of ε^(2/3). Two
 * steps together cancel the h² term, (4 D(h/2) − D(h))/3; the error is then of order h⁴ + σ/h, least near h = ε^(1/5) =
 * 7e-4, and leaves ε^(4/5) = 3e-13. Ridders halves the step on, extrapolates each time, and takes the change that an
 * extrapolation makes as the estimate of its error; so a function that bends faster than expected gets the smaller steps
 * that it needs. Knows nothing of networks.
 * Sources: Nocedal & Wright, Numerical Optimization, section 8.1; Ridders 1982; Press et al., Numerical Recipes, 5.7.
 */

export interface Evaluation {
  readonly value: number;
  /** On which side of each kink f is here; a derivative exists only where a small step changes none of them. */
  readonly sides: readonly boolean[];
}

/** A derivative and how far it may be off, both finite. */
export interface Difference {
  readonly value: number;
  readonly error: number;
}

/** ε^(1/5): the first step for a function whose argument and bends have size 1. */
export const FIRST_STEP = Number.EPSILON ** (1 / 5);
/** Below this part of the first step, rounding is all that is left. */
const LEAST_PART = 2 ** -15;
/** How many standard deviations of rounding the error estimate holds at least. */
const DEVIATIONS = 4;

/**
 * f'(p) by differences.
 *
 * @param first the first step tried
 * @param rounding σ, a standard deviation of f's rounding error
 * @param goal the error that is small enough; smaller steps are tried until it is reached or they no longer help
 * @returns undefined where even the smallest step crosses a kink
 */
export function differentiate(
  f: (p: number) => Evaluation,
  p: number,
  { first, rounding, goal }: { readonly first: number; readonly rounding: number; readonly goal: number },
): Difference | undefined {
  let sides: readonly boolean[] | undefined;
  let best: Difference | undefined;
  let above: readonly number[] = []; // the row of the tableau for the step before
  let h = first;
  while (h >= first * LEAST_PART) {
    const [left, right] = [f(p - h), f(p + h)];
    sides ??= left.sides.length === 0 ? [] : f(p).sides;
    if (!sameSides(left.sides, sides) || !sameSides(right.sides, sides)) {
      above = []; // values from both sides of a kink have no common series
      h /= 8;
      continue;
    }
    const width = p + h - (p - h); // 2h as the points really lie, after rounding
    const row = extrapolate((right.value - left.value) / width, above);
    for (let order = 1; order < row.length; order++) {
      const change = Math.max(Math.abs(row[order] - row[order - 1]), Math.abs(row[order] - above[order - 1]));
      const error = change + (DEVIATIONS * rounding) / h;
      if (best === undefined || error < best.error) best = { value: row[order], error };
    }
    if (best !== undefined) {
      if (best.error <= goal) break;
      // Press et al.: once the highest order is off by twice the best error, smaller steps only bring rounding.
      if (Math.abs(row[row.length - 1] - above[above.length - 1]) >= 2 * best.error) break;
    }
    above = row;
    h /= 2;
  }
  return best;
}

/** The next row of Neville's tableau: entry k has the error terms up to h^(2k) cancelled. */
function extrapolate(difference: number, above: readonly number[]): number[] {
  const row = [difference];
  for (const [order, before] of above.entries()) {
    const factor = 4 ** (order + 1);
    row.push((factor * row[order] - before) / (factor - 1));
  }
  return row;
}

function sameSides(a: readonly boolean[], b: readonly boolean[]): boolean {
  return a.every((side, i) => side === b[i]);
}

/** Of the difference table: how many values, and which differences tell rounding from slope. */
const VALUES = 8;
const ORDER = 4;

/**
 * A standard deviation of the rounding error of f, measured: values at points so close that f hardly moves between them.
 * Smooth change dies out in fourth differences, while rounding grows in them by the variance C(8, 4) = 70. Where all the
 * points happen to be rounded alike it finds too little. Source: Moré & Wild 2011, "Estimating computational noise".
 *
 * @param f a function of the point's number, 0 to 7
 */
export function measureRounding(f: (point: number) => number): number {
  let table = Array.from({ length: VALUES }, (_, point) => f(point));
  for (let order = 0; order < ORDER; order++) table = table.slice(1).map((value, i) => value - table[i]);
  return Math.sqrt(table.reduce((sum, difference) => sum + difference ** 2, 0) / table.length / 70);
}
