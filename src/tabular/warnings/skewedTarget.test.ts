import { expect, test } from "vitest";
import { normals, warned } from "../../../test/warned.ts";

const N = 300;
const a = normals(N, "a");
const z = normals(N, "z");
const price = z.map((value) => 1000 * Math.exp(1.5 * value));

test("prices with a long tail are called skewed, with the median, the tail and the remedy", () => {
  const [warning] = warned("skewed-target", { a, y: price });
  expect(warning.columns).toEqual(["y"]);
  expect(warning.message).toMatch(
    /^The target y is skewed \(skewness [4-9]\.\d+\): a few large values \(to \d{5}, compared with a median of \d+\) make up most of the squared error. If errors should count in proportion, predict the logarithm of y instead.$/,
  );
});

test("the remedy suits zeros, negative numbers and tails to the left", () => {
  const remedy = (y: number[]): string => warned("skewed-target", { a, y })[0].message.split(". ").at(-1) as string;
  expect(remedy(price.map((value) => Math.max(0, Math.round(value - 500))))).toContain("the logarithm of 1 + y");
  expect(remedy(price.map((value) => value - 2000))).toContain("the inverse hyperbolic sine");
  expect(remedy(price.map((value) => -value))).toContain("the logarithm of the distance from the maximum");
});

test("symmetric numbers, those of an exponential of little spread, and classes are not", () => {
  expect(warned("skewed-target", { a, y: z })).toEqual([]);
  expect(warned("skewed-target", { a, y: z.map((value) => Math.exp(0.3 * value)) })).toEqual([]);
  expect(warned("skewed-target", { a, y: z.map((value) => (value > 2 ? "high" : "low")) })).toEqual([]);
});

test("each of several targets is judged alone", () => {
  const warnings = warned("skewed-target", { a, y: price, z }, ["y", "z"]);
  expect(warnings.map(({ columns }) => columns)).toEqual([["y"]]);
});
