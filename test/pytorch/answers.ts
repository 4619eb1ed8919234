/** What a model answers here, in the order of PyTorch's tensors, and how far that is from theirs. */
import { expect } from "vitest";
import { tableForEncoder } from "../../src/data/encoder.ts";
import type { RegressionTarget } from "../../src/data/encoding.ts";
import type { Row } from "../../src/data/table.ts";
import { unitedEncoder } from "../../src/data/unitedEncoder.ts";
import { memberEncoders } from "../../src/models/document.ts";
import { type Bounds, type Model, responsesTo } from "../../src/models/model.ts";

/** Of predictions in their units; those of the 26 models of export.test.ts differ by 6e-7 at most. */
export const CLOSE = 1e-6;

/** The greatest difference, of numbers above `unit` relative to them, else to that. */
export function differenceOf(found: readonly number[], expected: ArrayLike<number>, unit = 1): number {
  expect(found.length).toBe(expected.length);
  return found.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - expected[at]) / Math.max(unit, Math.abs(expected[at]))),
    0,
  );
}

/** What `model(encode(table))` is in Python. */
export function answersOf({ model, rows }: { readonly model: Model; readonly rows: readonly Row[] }): Float64Array {
  const table = tableForEncoder(unitedEncoder(memberEncoders(model.document)), rows);
  const { responses, quantiles } = responsesTo(model, table);
  return quantiles ?? responses;
}

/** The difference of lower and upper bounds of intervals. A bound may lie near 0 and the number that it is measured from far away. */
export function boundsDifference(
  found: readonly (readonly number[])[],
  { model, rows, interval }: { readonly model: Model; readonly rows: readonly Row[]; readonly interval: number },
): number {
  if (model.task !== "regression") throw new Error("Only numbers have intervals.");
  const intervals = model.intervals(rows, interval) as unknown as readonly (Bounds | Record<string, Bounds>)[];
  const bounds = intervals.flatMap((row) => ("0" in row ? [row as Bounds] : Object.values(row)));
  const [unit] = (model.document.target as RegressionTarget).deviations;
  const sides = [0, 1].map((side) => bounds.map((each) => each[side]));
  return Math.max(...sides.map((expected, side) => differenceOf(found[side], expected, unit)));
}
