/** Exported models in PyTorch: the model's predictions, the same weights back, and what was learned there. */
import { beforeAll, expect, test } from "vitest";
import { tableForEncoder } from "../../src/data/encoder.ts";
import type { RegressionTarget } from "../../src/data/encoding.ts";
import { unitedEncoder } from "../../src/data/unitedEncoder.ts";
import { memberEncoders } from "../../src/models/document.ts";
import { type Bounds, responsesTo } from "../../src/models/model.ts";
import { type Case, layerCases, tableCases } from "../onnx/cases.ts";
import { type Judged, judgedByPyTorch } from "./judged.ts";

/** Of predictions in their units; those of the 26 cases differ by 6e-7 at most. */
const CLOSE = 1e-6;

const python = process.env.GRADUS_PYTORCH || "python3";
let cases: Case[];
let judged: Judged[];

beforeAll(async () => {
  cases = [...(await layerCases()), ...(await tableCases())];
  const found = judgedByPyTorch(python, cases);
  judged = found.judged;
  console.log(`PyTorch ${found.torch}`);
});

/** The greatest difference, of numbers above `unit` relative to them, else to that. */
function differenceOf(found: readonly number[], expected: ArrayLike<number>, unit = 1): number {
  expect(found.length).toBe(expected.length);
  return found.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - expected[at]) / Math.max(unit, Math.abs(expected[at]))),
    0,
  );
}

test("predictions are the model's", () => {
  const lines = cases.map((each, at) => {
    const { model, rows } = each;
    const table = tableForEncoder(unitedEncoder(memberEncoders(model.document)), rows);
    const { responses, quantiles } = responsesTo(model, table);
    return [each.name, differenceOf(judged[at].predicted, quantiles ?? responses)] as const;
  });
  for (const [name, difference] of lines) console.log(`${difference.toExponential(1)} ${name}`);
  for (const [name, difference] of lines) expect(difference, name).toBeLessThan(CLOSE);
});

test("intervals are the model's", () => {
  const asked = cases.flatMap((each, at) =>
    each.interval === undefined ? [] : [{ ...each, found: judged[at].bounds }],
  );
  expect(asked.length).toBe(3);
  for (const { name, model, rows, interval, found } of asked) {
    if (model.task !== "regression") throw new Error(name);
    // A bound may lie near 0 and the number that it is measured from far away.
    const [unit] = (model.document.target as RegressionTarget).deviations;
    const intervals = model.intervals(rows, interval) as unknown as readonly (Bounds | Record<string, Bounds>)[];
    const bounds = intervals.flatMap((row) => ("0" in row ? [row as Bounds] : Object.values(row)));
    const differences = [0, 1].map((side) => {
      return differenceOf(
        found[side],
        Array.from(bounds, (each) => each[side]),
        unit,
      ); // lower, upper
    });
    for (const difference of differences) expect(difference, name).toBeLessThan(CLOSE);
  }
});
