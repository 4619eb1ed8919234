import { expect, test } from "vitest";
import { random } from "../../random.ts";
import { conformalRadius, coverageOfScores, fitScores } from "./conformal.ts";
import { aroundQuantiles, conformityScores } from "./conformityScores.ts";

test("a score is the size of an error, or how far a value lies outside its quantiles, below 0 within them", () => {
  expect(conformityScores({ predicted: [1, 10, 2, 20], observed: [0, 12, 5, 20] }, 2)).toEqual([
    Float64Array.of(1, 3),
    Float64Array.of(2, 0),
  ]);
  const quantiles = Float64Array.of(0, 1, 4, 0, 1, 4, 0, 1, 4);
  expect(conformityScores({ predicted: [1, 1, 1], observed: [-2, 3, 7], quantiles }, 1)).toEqual([
    Float64Array.of(2, -1, 3),
  ]);
});

test("the score of a value is the radius at which its interval reaches it, and no interval leaves out the median", () => {
  const quantiles = Float64Array.of(0, 1, 4);
  const within = (value: number, radius: number): boolean => {
    const [low, high] = aroundQuantiles(quantiles, 1, radius);
    return low <= value && value <= high;
  };
  for (const value of [-2, 0, 0.25, 0.75, 1.25, 3, 4, 7]) {
    const [[score]] = conformityScores({ predicted: [1], observed: [value], quantiles }, 1);
    expect([within(value, score), within(value, score - 0.125)], String(value)).toEqual([true, false]);
  }
  expect(aroundQuantiles(quantiles, 1, -2)).toEqual([1, 2]);
  expect(aroundQuantiles(quantiles, 1, -9)).toEqual([1, 1]);
});

test("intervals around wrong quantiles cover new rows as often as promised, whether they have to grow or to shrink", () => {
  const { normal } = random(7, "scores");
  for (const reach of [0.3, 3]) {
    const scores = (rows: number): Float64Array => {
      const observed = Float64Array.from({ length: rows }, () => normal());
      const quantiles = Float64Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? -reach : reach));
      return conformityScores({ predicted: new Float64Array(rows), observed, quantiles }, 1)[0];
    };
    const shares = Array.from({ length: 200 }, () => {
      const radius = conformalRadius(fitScores(scores(99)), 0.9);
      expect(Math.sign(radius)).toBe(reach < 1 ? 1 : -1);
      return coverageOfScores(scores(200), radius);
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(Math.abs(mean - 0.9)).toBeLessThan(0.012);
  }
});
