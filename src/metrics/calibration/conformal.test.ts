import { expect, test } from "vitest";
import { DescriptionError } from "../../errors.ts";
import { random } from "../../random.ts";
import { conformalRadius, coverageOf, fitConformal, leastRows, mostCoverage } from "./conformal.ts";

test("the radius is the residual of rank ⌈(n + 1) · coverage⌉", () => {
  const conformal = fitConformal([-3, 1, 9, -7, 5, 2, 8, -4, 6]); // 1 … 9
  expect(conformal).toEqual({ rows: 9, residuals: [1, 2, 3, 4, 5, 6, 7, 8, 9] });
  expect(conformalRadius(conformal, 0.5)).toBe(5); // ⌈10 · 0.5⌉
  expect(conformalRadius(conformal, 0.51)).toBe(6); // ⌈5.1⌉
  expect(conformalRadius(conformal, 0.9)).toBe(9);
  expect(conformalRadius(conformal, 0.001)).toBe(1);
});

test("a rounding above a whole rank does not ask for the next", () => {
  expect(100 * 0.07).toBeGreaterThan(7);
  expect(conformalRadius(fitConformal(Array.from({ length: 99 }, (_, i) => i + 1)), 0.07)).toBe(7);
});

test("too few rows for a coverage are refused with how many it takes", () => {
  const eighteen = fitConformal(Array.from({ length: 18 }, (_, i) => i + 1));
  expect(() => conformalRadius(eighteen, 0.95)).toThrow(
    new DescriptionError(
      "Expected a coverage of at most 0.9473, the most that 18 calibration rows allow, found 0.95. Ask for less, or calibrate on at least 19 rows.",
    ),
  );
  expect([0.5, 0.8, 0.9, 0.95, 0.99].map(leastRows)).toEqual([1, 4, 9, 19, 99]);
  for (const coverage of [0.5, 0.8, 0.9, 0.95, 0.99]) {
    const enough = fitConformal(Array.from({ length: leastRows(coverage) }, (_, i) => i + 1));
    expect(conformalRadius(enough, coverage)).toBe(leastRows(coverage)); // the largest residual
  }
});

test("the most coverage that calibration rows allow is one that they allow", () => {
  for (const rows of [1, 2, 5, 9, 18, 99, 2500]) {
    const fitted = fitConformal(Array.from({ length: rows }, (_, i) => i));
    const most = mostCoverage(rows);
    expect(most).toBeLessThan(1);
    expect(conformalRadius(fitted, most)).toBe(rows - 1); // the largest residual
  }
  expect([2, 9, 99_999].map(mostCoverage)).toEqual([0.6666, 0.9, 0.99999]);
});

test("of many residuals a thousand are kept, and the radius is at most a thousandth of the rows above", () => {
  const rows = 12_345;
  const conformal = fitConformal(Float64Array.from({ length: rows }, (_, i) => rows - i)); // residual = rank
  expect(conformal.residuals).toHaveLength(1000);
  expect(conformal.residuals.at(-1)).toBe(rows);
  for (const coverage of [0.001, 0.5, 0.9, 0.95, 0.999, 0.9999]) {
    const rank = Math.ceil((rows + 1) * coverage);
    const radius = conformalRadius(conformal, coverage);
    expect(radius).toBeGreaterThanOrEqual(rank);
    expect(radius).toBeLessThanOrEqual(rank + Math.ceil(rows / 1000));
  }
});

test("new rows are covered as often as promised", () => {
  const { normal } = random(5, "residuals");
  const draw = (rows: number): Float64Array => Float64Array.from({ length: rows }, () => normal() ** 3);
  for (const coverage of [0.8, 0.9, 0.95]) {
    // The coverage of one calibration is a draw from Beta(k, n + 1 − k); the mean over 200 stays near ⌈(n+1)c⌉/(n+1).
    const shares = Array.from({ length: 200 }, () =>
      coverageOf(draw(200), conformalRadius(fitConformal(draw(99)), coverage)),
    );
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(Math.abs(mean - Math.ceil(100 * coverage - 1e-9) / 100)).toBeLessThan(0.012);
  }
});

test("it survives JSON, and what cannot be used is refused", () => {
  const conformal = fitConformal(Float32Array.of(0.5, -1.5));
  expect(JSON.parse(JSON.stringify(conformal))).toEqual(conformal);
  expect(() => fitConformal([])).toThrow("at least one calibration row");
  expect(() => fitConformal([1, Number.NaN, 2])).toThrow("found NaN in row 1.");
  expect(() => conformalRadius(conformal, 1)).toThrow("Expected coverage to be above 0 and below 1, found 1.");
});

test("2,500 calibration rows promise a coverage of 0.9995, though 1,000 residuals are kept", () => {
  const fitted = fitConformal(Float64Array.from({ length: 2500 }, (_, row) => row + 1));
  expect(fitted.residuals).toHaveLength(1000);
  expect(conformalRadius(fitted, 0.9995)).toBe(2500); // ⌈2501 · 0.9995⌉ = 2500
  expect(() => conformalRadius(fitted, 0.9997)).toThrow("at most 0.9996, the most that 2500 calibration rows allow");
});

test("the covered share counts a row of weight 3 as three rows", () => {
  expect(coverageOf([0.5, -1, 2], 1)).toBe(2 / 3);
  expect(coverageOf([0.5, -1, 2], 1, { sampleWeights: [1, 1, 3] })).toBe(coverageOf([0.5, -1, 2, 2, 2], 1));
  expect(() => coverageOf([0.5, -1, 2], 1, { sampleWeights: [1, 1] })).toThrow("Expected 3 sampleWeights");
});
