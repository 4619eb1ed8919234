/** Sources with rounding: what they look like. */
import { expect, test } from "vitest";
import { roundedSource } from "./roundedSource.ts";

const lines = (code: string): string => roundedSource(code).trim().replaceAll(/\s+/g, " ");

test("each operation rounds by itself, from the inside out", () => {
  expect(lines("const v = a * b + Math.sqrt(c - 1);")).toBe(
    "const v = rounded(rounded(a * b) + rounded(Math.sqrt(rounded(c - 1))));",
  );
});

test("an assignment that computes rounds what it assigns", () => {
  expect(lines("sums[i + 1] += x[i] / 2;")).toBe("sums[i + 1] = rounded(sums[i + 1] + rounded(x[i] / 2));");
});

test("indices, comparisons and calls of other functions stay as they are", () => {
  const code = "if (x[n * units + b] > 0) y.set(values, n);";
  expect(lines(code)).toBe(lines("if (x[n * units + b] > 0)\n    y.set(values, n);"));
  expect(lines(code)).not.toContain("rounded");
});

test("types stay", () => {
  expect(lines("function half(v: number): number { return v / 2; }")).toBe(
    "function half(v: number): number { return rounded(v / 2); }",
  );
});
