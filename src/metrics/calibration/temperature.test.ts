import { expect, test } from "vitest";
import { random } from "../../random.ts";
import { logLossOf } from "../classificationMetrics.ts";
import { mostProbable } from "../probabilities.ts";
import { softmaxRows } from "../softmax.ts";
import { fitTemperature, logitsOf, withTemperature } from "./temperature.ts";

/** Logits, and classes drawn from softmax(logits / temperature). */
function drawn(rows: number, classCount: number, temperature: number) {
  const { normal, uniform } = random(1, "logits");
  const logits = Float64Array.from({ length: rows * classCount }, () => 2 * normal());
  const probabilities = softmaxRows(logits, classCount, temperature);
  const classes = Float64Array.from({ length: rows }, (_, row) => {
    let left = uniform();
    let k = 0;
    while (k < classCount - 1 && left >= probabilities[row * classCount + k])
      left -= probabilities[row * classCount + k++];
    return k;
  });
  return { logits, classes };
}

test("the temperature of a small case is that of a hand calculation", () => {
  // Four rows say 1 : e⁴ for class 1, three are right: softmax must give ¾, so 4/T = ln 3.
  const { temperature, logLossBefore, logLossAfter } = fitTemperature([0, 4, 0, 4, 0, 4, 0, 4], [1, 1, 1, 0], 2);
  expect(temperature).toBeCloseTo(4 / Math.log(3), 6);
  expect(logLossAfter).toBeCloseTo(-(3 * Math.log(3 / 4) + Math.log(1 / 4)) / 4, 12);
  expect(logLossBefore).toBeCloseTo(Math.log(1 + Math.exp(-4)) + 4 / 4, 12);
});

test("the temperature that classes were drawn with is found again, and the log loss is that of the probabilities", () => {
  for (const [classCount, drawnWith] of [
    [2, 3],
    [5, 0.5],
    [3, 1],
  ]) {
    const { logits, classes } = drawn(4000, classCount, drawnWith);
    const { temperature, logLossAfter, logLossBefore } = fitTemperature(logits, classes, classCount);
    expect(Math.abs(Math.log(temperature / drawnWith))).toBeLessThan(0.12);
    expect(logLossAfter).toBeLessThanOrEqual(logLossBefore);
    const scaled = withTemperature(logits, classCount, temperature);
    expect(logLossAfter).toBeCloseTo(logLossOf(scaled, classes, classCount), 12);
    for (const nearby of [0.99, 1.01]) {
      const other = withTemperature(logits, classCount, temperature * nearby);
      expect(logLossOf(other, classes, classCount)).toBeGreaterThan(logLossAfter);
    }
  }
});

test("the most probable class stays the same", () => {
  const { logits } = drawn(50, 4, 1);
  const scaled = withTemperature(logits, 4, 7);
  for (let row = 0; row < 50; row++) expect(mostProbable(scaled, row, 4)).toBe(mostProbable(logits, row, 4));
});

test("rows that are all right, or all wrong, end at a bound", () => {
  expect(fitTemperature([0, 4, 4, 0], [1, 0], 2).temperature).toBeCloseTo(1 / 20, 6);
  expect(fitTemperature([0, 4, 4, 0], [0, 1], 2).temperature).toBeCloseTo(20, 5);
});

test("logits that tell nothing are left alone", () => {
  expect(fitTemperature([1, 1, 2, 2], [0, 1], 2)).toMatchObject({ temperature: 1, logLossAfter: Math.LN2 });
});

test("averaged probabilities have logits that give them back, and none is infinite", () => {
  const probabilities = [0.2, 0.5, 0.3, 1, 0, 0];
  const back = softmaxRows(logitsOf(probabilities), 3);
  for (const [i, p] of probabilities.entries()) expect(back[i]).toBeCloseTo(p, 15);
  expect(Number.isFinite(fitTemperature(logitsOf(probabilities), [1, 1], 3).logLossAfter)).toBe(true);
});

test("what cannot be fitted is refused by its place", () => {
  expect(() => fitTemperature([], [], 2)).toThrow("at least one row");
  expect(() => fitTemperature([0, 1, 2], [0], 2)).toThrow("Expected logits of 1 rows and 2 classes, found 3");
  expect(() => fitTemperature([0, 1, 2, Number.NEGATIVE_INFINITY], [0, 1], 2)).toThrow(
    "found -Infinity in row 1, class 1",
  );
  expect(() => withTemperature([0, 1], 2, 0)).toThrow("Expected the temperature to be above 0 and finite, found 0.");
});
