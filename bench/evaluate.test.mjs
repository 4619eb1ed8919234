/** Who has learned: worked examples of the evaluation, and of the work that a sample costs. */
import { expect, test } from "vitest";
import { commonLevel, evaluate, fault, median } from "./evaluate.mjs";
import { EVALUATION_ROWS, flopsPerSample, workloads } from "./workloads.mjs";

const [W1, W2, , , , W6] = workloads;
const labels = Float32Array.from({ length: EVALUATION_ROWS }, (_, n) => n % 10);
/** One row of 10 outputs for each label: `right` at the label, else 0. */
const outputs = (/** @type {number} */ right) =>
  Array.from({ length: EVALUATION_ROWS * 10 }, (_, i) => (i % 10 === labels[Math.floor(i / 10)] ? right : 0));

test("equal logits are worth ln 10, as much as a constant answer, and are not learning", () => {
  const evaluation = evaluate(W2, labels, [], outputs(0), "outputs");
  expect(evaluation.value).toBeCloseTo(Math.log(10), 12);
  expect(evaluation.start).toBeCloseTo(Math.log(10), 12);
  expect(fault(evaluation, evaluation.value)).toMatch(/^Expected the loss to fall to 1.15 .*, found 2.30\.$/);
});

test("probabilities are evaluated like the logits that they came from", () => {
  // softmax of (3, 0, …, 0): e³/(e³ + 9) at the label and 1/(e³ + 9) elsewhere.
  const sum = Math.exp(3) + 9;
  const probabilities = outputs(1).map((flag) => (flag === 1 ? Math.exp(3) : 1) / sum);
  const ofLogits = evaluate(W2, labels, [], outputs(3), "outputs");
  expect(ofLogits.value).toBeCloseTo(Math.log(sum) - 3, 12);
  expect(evaluate(W2, labels, [], probabilities, "probabilities").value).toBeCloseTo(ofLogits.value, 12);
});

test("a loss must lie within 5% of the level, unless the rule is the contestant's own", () => {
  const evaluation = /** @type {const} */ ({ measure: "loss", value: 0.53, start: 2.3 });
  expect(fault(evaluation, 0.52)).toBeUndefined();
  expect(fault(evaluation, 0.5)).toMatch(/within 5% of the others' 0.500, found 0.530/);
  expect(fault(evaluation, undefined)).toBeUndefined();
});

test("NaN is never learning", () => {
  const lost = evaluate(W2, labels, [], outputs(Number.NaN), "outputs");
  expect(fault(lost, 0.5)).toMatch(/found NaN/);
  const wrong = evaluate(W6, labels, outputs(1), outputs(Number.NaN), "outputs");
  expect(fault(wrong, Number.NaN)).toMatch(/found NaN off/);
});

test("half the squared error of the mean is what a constant answer has", () => {
  const desired = Float32Array.from({ length: EVALUATION_ROWS }, (_, n) => n % 2); // mean ½, each off by ½: ½ · ¼
  const evaluation = evaluate(W1, desired, [], new Array(EVALUATION_ROWS).fill(0.25), "outputs");
  expect(evaluation.start).toBeCloseTo(0.125, 12);
  expect(evaluation.value).toBeCloseTo((0.25 ** 2 / 2 + 0.75 ** 2 / 2) / 2, 12);
});

test("rectified predictions are compared with the right ones rectified", () => {
  const expected = outputs(-1);
  expect(evaluate(W6, labels, expected, outputs(0), "rectified").value).toBe(0);
  expect(evaluate(W6, labels, expected, outputs(0), "outputs").value).toBe(1);
});

test("the level is the median of the losses, without error rates and without NaN", () => {
  const loss = (/** @type {number} */ value) => /** @type {const} */ ({ measure: "loss", value, start: 1 });
  expect(
    commonLevel([loss(3), { measure: "error rate", value: 9, start: 1 }, loss(1), loss(Number.NaN), loss(2)]),
  ).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("a sample costs three products a layer, without the gradient of the inputs", () => {
  // W2: forward, gradient: 2 · (2 · 64 · 64); of the output layer three: 3 · (2 · 64 · 10).
  expect(flopsPerSample(W2)).toBe(16_384 + 3840);
  expect(flopsPerSample(W6)).toBe(8192 + 1280);
});

test("every workload's rows are whole batches, and enough to evaluate by", () => {
  for (const { rows, batchSize } of workloads) {
    expect(rows % batchSize).toBe(0);
    expect(rows).toBeGreaterThanOrEqual(EVALUATION_ROWS);
  }
});
