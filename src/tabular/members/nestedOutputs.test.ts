import { expect, test } from "vitest";
import { classificationMetrics } from "../../metrics/classificationMetrics.ts";
import { softmaxRows } from "../../metrics/softmax.ts";
import { random } from "../../random.ts";
import { train } from "../train.ts";
import { type NestedChoice, nestedOutputs, nestedParts } from "./nestedOutputs.ts";

const rows = 40;
const draw = random(1, "nested");
/** Outputs that know nothing of the classes, as of 30 epochs. */
const noise = () => Array.from({ length: 30 }, () => Float32Array.from({ length: 2 * rows }, () => draw.normal()));
const coins = () => Float32Array.from({ length: rows }, () => (draw.uniform() < 0.5 ? 0 : 1));
const byAccuracy = (desired: Float32Array): NestedChoice => ({
  metric: "accuracy",
  loss: { name: "crossEntropy" },
  ties: "latest",
  outputs: 2,
  desired,
  units: undefined,
});
const accuracy = (y: Float32Array, classes: Float32Array): number =>
  classificationMetrics(softmaxRows(y, 2), classes, 2).accuracy;

test("the best of thirty epochs that know nothing looks good on the rows that chose it; nested, it is as good as chance", () => {
  let best = 0;
  let nested = 0;
  const repeats = 30;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const classes = coins();
    const looks = noise();
    best += Math.max(...looks.map((look) => accuracy(look, classes))) / repeats;
    nested += accuracy(nestedOutputs(looks, byAccuracy(classes)), classes) / repeats;
  }
  expect(best).toBeGreaterThan(0.64);
  expect(Math.abs(nested - 0.5)).toBeLessThan(3 * Math.sqrt(0.25 / (repeats * rows)));
});

test("a row is predicted with the epoch that the rows of the other parts choose", () => {
  const classes = Float32Array.from({ length: 10 }, (_, row) => row % 2);
  const partOf = nestedParts(10, { strata: classes });
  const right = Float32Array.from({ length: 20 }, (_, at) => (classes[at >> 1] === at % 2 ? 1 : -1));
  // In the first look only the rows of part 0 are right, in the second all but them.
  const looks = [1, -1].map((sign) => right.map((y, at) => (partOf[at >> 1] === 0 ? sign * y : -sign * y)));
  const nested = nestedOutputs(looks, byAccuracy(classes));
  for (let row = 0; row < 10; row++) {
    const look = looks[1]; // 6 or 8 of the 8 others choose it
    expect([...nested.subarray(2 * row, 2 * row + 2)]).toEqual([...look.subarray(2 * row, 2 * row + 2)]);
  }
});

test("without a metric the loss chooses, and a single row is predicted with the last epoch", () => {
  const choice = { ...byAccuracy(Float32Array.of(0, 1, 0, 1, 1)), metric: undefined };
  const good = Float32Array.of(2, 0, 0, 2, 2, 0, 0, 2, 0, 2);
  expect([...nestedOutputs([good, good.map((y) => -y)], choice)]).toEqual([...good]);
  const single = { ...choice, desired: Float32Array.of(0) };
  expect([...nestedOutputs([Float32Array.of(5, 0), Float32Array.of(0, 5)], single)]).toEqual([0, 5]);
});

test("on random classes the out-of-fold accuracy that is reported is that of guessing", async () => {
  let right = 0;
  let evaluated = 0;
  for (let seed = 0; seed < 6; seed++) {
    const own = random(seed, "random classes");
    const coin = () => (own.uniform() < 0.5 ? "a" : "b");
    const table = Array.from({ length: 60 }, () => ({
      x: own.normal(),
      y: own.normal(),
      z: own.normal(),
      label: coin(),
    }));
    const { report, model } = await train({
      table,
      target: "label",
      folds: 3,
      epochs: 20,
      hidden: [8],
      threads: 1,
      health: false,
    });
    model.dispose();
    const { validation } = report.metrics;
    const { confusion } = validation as Extract<typeof validation, { confusion: unknown }>;
    right += confusion[0][0] + confusion[1][1];
    evaluated += confusion.flat().reduce((sum, count) => sum + count, 0);
  }
  expect(evaluated).toBe(6 * 48);
  // Where the rows choose their own epochs it is 0.62.
  expect(Math.abs(right / evaluated - 0.5)).toBeLessThan(2 * Math.sqrt(0.25 / evaluated));
});
