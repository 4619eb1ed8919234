/**
 * The probabilities that a comparison needs: the incomplete beta function, and with it Student's t and the sign test.
 *
 * Knows nothing of models. Sources: Abramowitz & Stegun 1964, 26.5 and 26.7; the continued fraction by Lentz's method as
 * in Thompson & Barnett 1986; ln Γ by Lanczos 1964, g = 7.
 */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x), x > 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const [first, ...others] = LANCZOS;
  const sum = others.reduce((total, coefficient, at) => total + coefficient / (x + at), first);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The regularised incomplete beta function I_x(a, b), a and b above 0, x in [0, 1]. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The continued fraction converges fast below the mean; above it the symmetry leads there.
  return x > (a + 1) / (a + b + 2) ? 1 - lowerBeta(1 - x, b, a) : lowerBeta(x, a, b);
}

function lowerBeta(x: number, a: number, b: number): number {
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  );
  return front * betaFraction(x, a, b);
}

const TINY = 1e-300;
const MOST_TERMS = 1000;

function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      change *= c * d;
    }
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return fraction;
}

/** P(|T| ≥ t) of Student's t with so many degrees of freedom, which need not be whole. */
function studentTail(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/**
 * The t that |T| exceeds with the probability 1 − certainty: half the width of a two-sided interval in standard errors.
 *
 * @param certainty above 0 and below 1
 * @param freedom degrees of freedom, above 0
 */
export function studentRadius(certainty: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (studentTail(high, freedom) > 1 - certainty) high *= 2;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, freedom) > 1 - certainty) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The two-sided p-value of the sign test: how probable wins and losses are at least as uneven as these where both are equally
 * probable. Counts that are not whole, as of rows that depend on each other, are interpolated.
 */
export function signTest(wins: number, losses: number): number {
  const most = Math.max(wins, losses);
  const least = Math.min(wins, losses);
  if (most === 0) return 1;
  // P(X ≥ most) of a binomial with p = ½.
  return Math.min(1, 2 * incompleteBeta(0.5, most, least + 1));
}
