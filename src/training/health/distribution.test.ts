import { expect, test } from "vitest";
import { random } from "../../random.ts";
import { distribution, spread } from "./distribution.ts";

test("the spread of five numbers by hand", () => {
  // Sorted 1 2 4 6 7: the mean is 4, the variance (9 + 4 + 0 + 4 + 9) / 5 = 5.2; 5 % lies a fifth of the way from 1 to 2.
  const found = distribution(Float64Array.of(6, 1, 7, 2, 4));
  expect(found).toMatchObject({ mean: 4, least: 1, most: 7 });
  expect(found.deviation).toBeCloseTo(Math.sqrt(5.2), 14);
  const quantiles = [1.2, 2, 4, 6, 6.8];
  for (const [i, value] of found.quantiles.entries()) expect(value).toBeCloseTo(quantiles[i], 14);
});

test("a small deviation far from 0 does not cancel", () => {
  const { deviation, mean } = distribution(Float64Array.from({ length: 100 }, (_, i) => 1e9 + (i % 2)));
  expect(deviation).toBe(0.5);
  expect(mean).toBe(1e9 + 0.5);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("%s among the numbers shows", (wrong) => {
  const { mean, deviation } = distribution(Float64Array.of(1, wrong, 2));
  expect(Number.isFinite(mean + deviation)).toBe(false);
});

test("few places are all of them; of many, columns of a matrix come alike often", () => {
  expect([...spread(4, 10)]).toEqual([0, 1, 2, 3]);
  for (const width of [32, 64, 100, 256]) {
    const columns = new Set([...spread(32 * width, 64)].map((place) => place % width));
    expect(columns.size).toBeGreaterThan(0.4 * Math.min(width, 64));
  }
});

test("a sample spread over many numbers has their quantiles", () => {
  const { normal } = random(1, "normal");
  const values = Float64Array.from({ length: 8192 }, normal);
  const sample = distribution(Float64Array.from(spread(8192, 64), (place) => values[place]));
  const whole = distribution(values);
  for (const [i, value] of whole.quantiles.entries()) {
    expect(Math.abs(sample.quantiles[i] - value)).toBeLessThan(0.4);
  }
});
