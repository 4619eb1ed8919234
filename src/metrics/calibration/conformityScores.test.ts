import { expect, test } from "vitest";
import { random } from "../../random.ts";
import { conformalRadius, coverageOfScores, fitScores } from "./conformal.ts";
import { conformityScores } from "./conformityScores.ts";

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

test("intervals around wrong quantiles cover new rows as often as promised, whether they have to grow or to shrink", () => {
  const { normal } = random(7, "scores");
  for (const reach of [0.3, 3]) {
    const scores = (rows: number): Float64Array => {
      const observed = Float64Array.from({ length: rows }, () => normal());
      const quantiles = Float64Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? -reach : reach));
      return conformityScores({ predicted: observed, observed, quantiles }, 1)[0];
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
