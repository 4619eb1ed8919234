import { expect, test } from "vitest";
import { erf } from "./erf.ts";

test("erf agrees with the tables to 1e-15", () => {
  // Abramowitz & Stegun 1964, table 7.1, carried on to 16 digits in multiple-precision arithmetic.
  const table: readonly (readonly [x: number, erf: number])[] = [
    [0, 0],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753106],
    [2, 0.9953222650189527],
    [2.4375, 0.9994334567454198],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [5, 0.9999999999984626],
    [6, 1],
    [30, 1],
    [Number.POSITIVE_INFINITY, 1],
  ];
  for (const [x, expected] of table) {
    expect(Math.abs(erf(x) - expected), `erf(${x})`).toBeLessThan(1e-15);
    expect(Math.abs(erf(-x) + expected), `erf(${-x})`).toBeLessThan(1e-15);
  }
});

test("erf of a small number is 2x/√π to full relative precision", () => {
  for (const x of [1e-300, 1e-20, 1e-9]) expect(erf(x) / ((2 * x) / Math.sqrt(Math.PI))).toBeCloseTo(1, 15);
});

test("erf never falls, across the places where one expansion takes over from another", () => {
  let before = -1;
  for (let x = -7; x <= 7; x += 1 / 128) {
    const value = erf(x);
    expect(value - before, `before ${x}`).toBeGreaterThanOrEqual(-2e-16);
    before = value;
  }
  for (const seam of [2.5, 6]) expect(Math.abs(erf(seam + 1e-12) - erf(seam - 1e-12))).toBeLessThan(1e-14);
});

test("erf of NaN is NaN", () => {
  expect(erf(Number.NaN)).toBeNaN();
});
