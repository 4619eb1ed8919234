import { expect, test } from "vitest";
import { random } from "../random.ts";
import {
  type ClassesToCompare,
  type Comparison,
  compareClasses,
  compareNumbers,
  foldDependence,
} from "./comparison.ts";
import { noAndYes } from "./multilabelMetrics.ts";

const REPEATS = 400;
/** A claim that is wrong in one of forty tables, at most, is made this often at most, but for chance (three deviations). */
const MOST_CLAIMS = REPEATS / 40 + 3 * Math.sqrt(REPEATS / 40);

const { normal, uniform } = random(5, "verdicts");

/** Probabilities that know nothing of the classes, in a task whose first class has the share `first`. */
function guesses(
  rows: number,
  shares: readonly number[],
): Pick<ClassesToCompare, "probabilities" | "classes" | "shares"> {
  const width = shares.length;
  const ends = shares.map((_, index) => shares.slice(0, index + 1).reduce((sum, share) => sum + share, 0));
  const classes = Float64Array.from({ length: rows }, () => {
    const drawn = uniform();
    return Math.max(
      0,
      ends.findIndex((end) => drawn < end),
    );
  });
  const probabilities = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const weights = shares.map((share) => share * Math.exp(normal()));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    probabilities.set(
      weights.map((weight) => weight / sum),
      row * width,
    );
  }
  return { probabilities, classes, shares };
}

for (const measure of ["accuracy", "balancedAccuracy", "logLoss"] as const) {
  for (const rows of [8, 20, 70]) {
    test(`guessed classes of ${rows} rows are hardly ever called better than the baseline by ${measure}`, () => {
      for (const shares of [
        [0.5, 0.5],
        [0.7, 0.2, 0.1],
      ]) {
        let claims = 0;
        for (let repeat = 0; repeat < REPEATS; repeat++) {
          const { conclusion } = compareClasses({ measure, ...guesses(rows, shares) });
          if (conclusion === "better") claims++;
        }
        expect(claims).toBeLessThanOrEqual(MOST_CLAIMS);
      }
    });
  }
}

for (const rows of [8, 20, 70]) {
  test(`guessed numbers of ${rows} rows are hardly ever called better than the mean, whatever their distribution`, () => {
    const draws = { normal, skewed: () => Math.exp(normal()), rare: () => (uniform() < 0.1 ? 1 : 0) };
    for (const draw of Object.values(draws)) {
      for (const [spread, shift] of [
        [0.3, 0],
        [0.1, -0.4], // as a model that predicts the median
      ]) {
        let claims = 0;
        for (let repeat = 0; repeat < REPEATS; repeat++) {
          const learned = Array.from({ length: 4 * rows }, draw);
          const mean = learned.reduce((sum, value) => sum + value / learned.length, 0);
          const variance = learned.reduce((sum, value) => sum + (value - mean) ** 2 / learned.length, 0);
          const deviation = Math.sqrt(variance) || 1;
          const observed = Float64Array.from({ length: rows }, draw);
          const predicted = observed.map(() => mean + deviation * (shift + spread * normal()));
          const { conclusion } = compareNumbers({ predicted, observed, means: [mean], deviations: [deviation] });
          if (conclusion === "better") claims++;
        }
        expect(claims).toBeLessThanOrEqual(MOST_CLAIMS);
      }
    }
  });
}

test("sixty of seventy rows right beside thirty is better, and the difference lies in its interval", () => {
  const classes = Float64Array.from({ length: 70 }, (_, row) => (row < 30 ? 0 : 1 + (row % 2)));
  const probabilities = new Float64Array(210);
  for (const [row, index] of classes.entries()) probabilities[3 * row + (row % 7 === 0 ? (index + 1) % 3 : index)] = 1;
  const found = compareClasses({ measure: "accuracy", probabilities, classes, shares: [0.4, 0.3, 0.3] });
  expect(found).toMatchObject({ conclusion: "better", rows: 70, model: 60 / 70, baseline: 30 / 70, certainty: 0.95 });
  expect(found.difference).toBeCloseTo(30 / 70, 12);
  const [low, high] = found.interval ?? [];
  expect(low).toBeGreaterThan(0.25);
  expect(high).toBeLessThan(0.6);
});

test("five rows right that the baseline has wrong are luck, six are not", () => {
  const conclusionOf = (wins: number): string => {
    const classes = Float64Array.from({ length: 20 }, (_, row) => (row < wins ? 1 : 0));
    const probabilities = Float64Array.from({ length: 40 }, (_, at) => (at % 2 === classes[at >> 1] ? 1 : 0));
    return compareClasses({ measure: "accuracy", probabilities, classes, shares: [0.8, 0.2] }).conclusion;
  };
  // The sign test: 2/2⁵ = 0.0625, 2/2⁶ = 0.03125.
  expect([conclusionOf(5), conclusionOf(6)]).toEqual(["undecided", "better"]);
});

test("an interval that the exact sign test moves to 0 is marked so", () => {
  const classes = Float64Array.from({ length: 12 }, (_, row) => (row < 6 ? 0 : 1));
  const compared = (wins: number): Comparison => {
    // The baseline is right in the first six rows, and the model in some of the others too.
    const probabilities = new Float64Array(24);
    for (let row = 0; row < 12; row++) probabilities[2 * row + (row >= 6 && row < 6 + wins ? 1 : 0)] = 1;
    return compareClasses({ measure: "accuracy", probabilities, classes, shares: [0.6, 0.4] });
  };
  expect(compared(5)).toMatchObject({ conclusion: "undecided", interval: [0, expect.any(Number)], widened: true });
  expect(compared(6)).not.toHaveProperty("widened");
});

test("errors larger than those of the mean are worse, and the same prediction as the mean is undecided", () => {
  const observed = Float64Array.from({ length: 30 }, (_, row) => row % 5);
  const compare = (predicted: Float64Array) => compareNumbers({ predicted, observed, means: [2], deviations: [1.4] });
  expect(compare(observed.map((value) => 4 - value))).toMatchObject({ conclusion: "worse", difference: -3 });
  expect(compare(observed.map(() => 2))).toMatchObject({ conclusion: "undecided", difference: 0 });
  expect(compare(observed.map((value) => value + 0.1))).toMatchObject({
    conclusion: "better",
    model: expect.closeTo(0.1),
  });
});

test("rows of folds count less, for their networks learned from mostly the same rows", () => {
  expect(foldDependence(1)).toBe(1);
  expect(foldDependence(5)).toBe(2.25); // Nadeau & Bengio: 1/k + n₂/n₁ instead of 1/k
  const compared = { measure: "accuracy", ...guesses(60, [0.5, 0.5]) } as const;
  const width = ({ interval: [low, high] = [0, 0] }: ReturnType<typeof compareClasses>) => high - low;
  const apart = compareClasses(compared);
  const together = compareClasses({ ...compared, dependence: foldDependence(5) });
  expect(width(together)).toBeGreaterThan(1.3 * width(apart));
  expect(together.difference).toBeCloseTo(apart.difference, 12);
});

test("fewer than five rows tell nothing", () => {
  const found = compareNumbers({ predicted: [1, 2, 3], observed: [1, 2, 3], means: [2], deviations: [1] });
  expect(found).toMatchObject({ conclusion: "undecided" });
  expect(found).not.toHaveProperty("interval");
});

const wave = Array.from({ length: 40 }, (_, row) => Math.sin(row) + (row % 7));
const near = wave.map((value, row) => value + 0.1 * Math.cos(3 * row));

test.each([1e300, 1e200, 1e-200, 1e-300])(
  "numbers in a unit of %d are judged as the same numbers in a unit of 1",
  (unit) => {
    const inUnit = (values: readonly number[]): number[] => values.map((value) => value * unit);
    const common = { means: [3], deviations: [2] };
    const expected = compareNumbers({ predicted: near, observed: wave, ...common });
    const found = compareNumbers({
      predicted: inUnit(near),
      observed: inUnit(wave),
      means: [3 * unit],
      deviations: [0.35], // that of training rows in another unit
    });
    expect(found.conclusion).toBe("better");
    expect(found.model / unit).toBeCloseTo(expected.model, 10);
    expect(found.baseline / unit).toBeCloseTo(expected.baseline, 10);
    expect(found.difference).toBeCloseTo(expected.difference, 10);
    for (const at of [0, 1]) expect(found.interval?.[at]).toBeCloseTo(expected.interval?.[at] ?? Number.NaN, 10);
  },
);

test("whatever the size of the numbers, a comparison is finite", () => {
  for (const size of [0, 1e-320, 1e-300, 1, 1e200, 1.7e308]) {
    for (const answered of [0, 1e-310, 1, 1e300]) {
      const { model, baseline, difference, interval } = compareNumbers({
        predicted: wave.map((value) => answered * (value / 8)),
        observed: wave.map((value) => size * (value / 8)),
        means: [1],
        deviations: [0.35],
      });
      for (const value of [model, baseline, difference, ...(interval ?? [])])
        expect(value, `${size}`).toSatisfy(Number.isFinite);
    }
  }
});

test("beside a target that is the same in every row no interval comes from rounding", () => {
  const observed = new Array<number>(60).fill(5.1);
  const { conclusion, interval } = compareNumbers({
    predicted: observed.map((value, row) => value + 0.5 * Math.sin(row)),
    observed,
    means: [1],
    deviations: [1],
  });
  expect(conclusion).toBe("undecided");
  expect(interval?.[0]).toBe(0);
});

test("predictions by chance are rarely called better by balanced accuracy, however uneven the sample weights", () => {
  const { normal } = random(7, "uneven weights");
  const [trials, rows] = [800, 40];
  let better = 0;
  for (let trial = 0; trial < trials; trial++) {
    const sampleWeights = Float64Array.from({ length: rows }, () => Math.exp(2 * normal()));
    const classes = Float64Array.from({ length: rows }, () => Number(normal() > 0.3));
    const probabilities = Float64Array.from({ length: rows }, () => 1 / (1 + Math.exp(0.4 - 0.45 * normal())));
    const found = compareClasses({
      measure: "balancedAccuracy",
      probabilities: noAndYes(probabilities),
      classes,
      shares: [0.618, 0.382],
      sampleWeights,
    });
    if (found.conclusion === "better") better++;
  }
  // 2.5 % is what the interval allows. Counting the rows of each class without their weights called more than 5 % better.
  expect(better / trials).toBeLessThan(0.035);
});

test("an interval that reaches 0 only by the best constant prediction for these rows is marked so", () => {
  // 75 rows, 34 of the class that is more frequent in training: always the other class is right in 41 of them.
  const classes = Float64Array.from({ length: 75 }, (_, row) => (row < 34 ? 0 : 1));
  const right = (row: number): boolean => (row < 34 ? row < 26 : row < 62);
  const probabilities = new Float64Array(150);
  for (let row = 0; row < 75; row++) probabilities[2 * row + (right(row) ? classes[row] : 1 - classes[row])] = 1;
  const shares = [113 / 225, 112 / 225];
  const found = compareClasses({ measure: "accuracy", probabilities, classes, shares });
  expect(found).toMatchObject({ conclusion: "undecided", hindsight: true });
  expect(found.model - found.baseline).toBeCloseTo(found.difference, 12);
  const known = compareClasses({ measure: "accuracy", probabilities, classes, shares: [0.4, 0.6] });
  expect(known).not.toHaveProperty("hindsight");
});
