import { expect, test } from "vitest";
import { regressorDocument } from "../../test/exampleModels.ts";
import { DescriptionError } from "../errors.ts";
import { conformalRadius, fitConformal } from "../metrics/calibration/conformal.ts";
import { checkDocument } from "./documentCheck.ts";
import { intervalRadius } from "./interval.ts";

const fitted = fitConformal(Float64Array.from({ length: 2500 }, (_, row) => row + 1));

test("2,500 calibration rows promise a coverage of 0.9995, of which 1,000 residuals are kept", () => {
  expect(fitted.residuals).toHaveLength(1000);
  expect(intervalRadius(fitted.residuals, 0.9995, fitted.rows)).toBe(2500); // ⌈2501 · 0.9995⌉ = 2500
  expect(() => intervalRadius(fitted.residuals, 0.9997, fitted.rows)).toThrow(
    new DescriptionError(
      "Expected a coverage of at most 0.9996, the most that 2500 calibration rows allow, found 0.9997.",
    ),
  );
});

test("a model's radius is that of conformalRadius at every coverage", () => {
  for (const rows of [9, 1000, 2500]) {
    const own = fitConformal(Float64Array.from({ length: rows }, (_, row) => Math.sqrt(row)));
    for (const coverage of [0.01, 0.1, 0.5, 0.7, 0.9]) {
      expect(intervalRadius(own.residuals, coverage, own.rows)).toBe(conformalRadius(own, coverage));
    }
  }
});

test("of an older file, which doesn't say how many rows there were, the residuals are counted", () => {
  expect(intervalRadius([1, 2, 3, 4], 0.5)).toBe(3); // ⌈5 · 0.5⌉ = 3
  expect(() => intervalRadius(fitted.residuals, 0.9995)).toThrow("the most that 1000 calibration rows allow");
});

test("fewer rows than residuals are refused", () => {
  const interval = { rows: 1, residuals: [[1, 2], [3]] };
  expect(() => checkDocument({ ...regressorDocument, interval })).toThrow(
    "interval.rows: expected at least 2, as many as residuals, found 1.",
  );
});
