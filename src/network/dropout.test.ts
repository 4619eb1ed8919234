/** Dropout's masks: how often, how independently, and always the same. Bounds are 4 standard deviations. */
import { describe, expect, test } from "vitest";
import { dropoutFactor, dropoutKey, dropoutThreshold } from "./dropout.ts";

/** 1 where a signal passes and 0 where it is silenced, for positions 0 … n − 1. */
const mask = (key: number, n: number, rate: number): number[] =>
  Array.from({ length: n }, (_, position) => (dropoutFactor(key, position, rate) === 0 ? 0 : 1));
const agreement = (a: readonly number[], b: readonly number[]): number =>
  a.filter((value, i) => value === b[i]).length / a.length;

const N = 10_000;

test("the mask of a seed, step and layer is the known one", () => {
  // By a separate implementation, in Python, of the mixer and of how key and position enter it.
  expect(dropoutKey(9, 4, 2)).toBe(3659025703);
  expect(mask(dropoutKey(9, 4, 2), 16, 0.5)).toEqual([1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
});

test.each([0.05, 0.1, 0.25, 0.5, 0.8, 0.99])("a rate of %d silences that share of the signals", (rate) => {
  for (const step of [0, 1, 1000]) {
    const dropped = 1 - mask(dropoutKey(1, step, 0), N, rate).reduce((sum, passes) => sum + passes, 0) / N;
    expect(Math.abs(dropped - rate), `step ${step}`).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / N));
  }
});

test("what passes is multiplied by 1/(1 − rate), so that the mean factor is 1", () => {
  const key = dropoutKey(2, 0, 0);
  const factors = Array.from({ length: N }, (_, position) => dropoutFactor(key, position, 0.2));
  expect(new Set(factors)).toEqual(new Set([0, 1.25]));
  // One factor's variance is rate/(1 − rate) = ¼.
  expect(Math.abs(factors.reduce((sum, factor) => sum + factor, 0) / N - 1)).toBeLessThan(4 * Math.sqrt(0.25 / N));
});

test("a rate of 0 changes nothing", () => {
  const key = dropoutKey(3, 7, 1);
  expect(dropoutThreshold(0)).toBe(0);
  for (let position = 0; position < 1000; position++) expect(dropoutFactor(key, position, 0)).toBe(1);
});

describe("masks agree in half of their places, as independent ones do, with those of", () => {
  const base = mask(dropoutKey(5, 10, 2), N, 0.5);
  const others: readonly (readonly [string, number])[] = [
    ["the next step", dropoutKey(5, 11, 2)],
    ["the next layer", dropoutKey(5, 10, 3)],
    ["the next seed", dropoutKey(6, 10, 2)],
    ["a far step", dropoutKey(5, 1_000_000, 2)],
  ];
  test.each(others)("%s", (_what, key) => {
    expect(Math.abs(agreement(base, mask(key, N, 0.5)) - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / N));
  });

  test("their own neighbours, 1, 2, 8 and 64 places on", () => {
    for (const lag of [1, 2, 8, 64]) {
      const share = agreement(base.slice(0, N - lag), base.slice(lag));
      expect(Math.abs(share - 0.5), `${lag} places`).toBeLessThan(4 * Math.sqrt(0.25 / (N - lag)));
    }
  });
});

test("one position is silenced at its rate over many steps", () => {
  let dropped = 0;
  for (let step = 0; step < N; step++) if (dropoutFactor(dropoutKey(5, step, 0), 3, 0.3) === 0) dropped++;
  expect(Math.abs(dropped / N - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / N));
});

test("keys are 32-bit integers for every seed, step and layer", () => {
  for (const [seed, step, layer] of [
    [0, 0, 0],
    [Number.MAX_SAFE_INTEGER, 2 ** 31, 100],
    [2 ** 32, 1e9, 5],
  ]) {
    const key = dropoutKey(seed, step, layer);
    expect(Number.isInteger(key) && key >= 0 && key < 2 ** 32).toBe(true);
  }
});
