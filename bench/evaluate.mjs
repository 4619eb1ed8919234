/**
 * Whether a contestant has learned: its outputs turned into a loss, and the loss held against the others'.
 *
 * All start from the same weights and see the same patterns in the same order, so that after as many steps as
 * `checkSteps` those that follow the same rule must come to the same loss, up to rounding. Knows nothing of clocks.
 */
import { EVALUATION_ROWS } from "./workloads.mjs";

/**
 * What a contestant's outputs are. "outputs": what the network's description says, logits where the loss is
 * cross-entropy. "probabilities": softmax has been applied. "rectified": ReLU has been applied. "scores": the largest
 * names the class, and they mean no more than that.
 *
 * @typedef {"outputs" | "probabilities" | "rectified" | "scores"} OutputKind
 *
 * @typedef {object} Evaluation
 * @property {"loss" | "error rate" | "largest deviation"} measure
 * @property {number} value
 * @property {number} start what it is worth for starting weights or the best constant; 0 where there is none
 */

/** Losses of the same rule may differ by this much from the level, which is the median of theirs. */
export const LEVEL_TOLERANCE = 0.05;
/** What a constant answer is worth must at least be halved. */
const LEARNED_SHARE = 0.5;
/** Predictions in float32 may differ this much from those in float64; outputs are of order 1. */
const PREDICTION_TOLERANCE = 1e-4;

/**
 * @param {import("./workloads.mjs").Workload} workload
 * @param {Float32Array} desired [N]
 * @param {ArrayLike<number>} expected for predictions: the right outputs, [E, M]
 * @param {ArrayLike<number>} outputs [E, M]
 * @param {OutputKind} kind
 * @returns {Evaluation}
 */
export function evaluate(workload, desired, expected, outputs, kind) {
  const classes = workload.widths[workload.widths.length - 1];
  if (outputs.length !== EVALUATION_ROWS * classes) {
    throw new Error(`Expected ${EVALUATION_ROWS} rows of ${classes} outputs, found ${outputs.length} numbers in all.`);
  }
  const rows = Array.from({ length: EVALUATION_ROWS }, (_, n) => n);
  const mean = (/** @type {(row: number) => number} */ of) => rows.reduce((sum, n) => sum + of(n), 0) / rows.length;
  if (workload.task === "predict") {
    return { measure: "largest deviation", value: largestDeviation(expected, outputs, kind), start: 0 };
  }
  if (workload.loss === "halfSquaredError") {
    const centre = mean((n) => desired[n]);
    return {
      measure: "loss",
      value: mean((n) => (desired[n] - outputs[n]) ** 2 / 2),
      start: mean((n) => (desired[n] - centre) ** 2 / 2),
    };
  }
  const rowOf = (/** @type {number} */ n) => Array.from({ length: classes }, (_, k) => outputs[n * classes + k]);
  if (kind === "scores") {
    const misses = (/** @type {number} */ n) => (indexOfLargest(rowOf(n)) === desired[n] ? 0 : 1);
    return { measure: "error rate", value: mean(misses), start: 1 - 1 / classes };
  }
  const surprise = kind === "probabilities" ? probabilitySurprise : logitSurprise;
  return { measure: "loss", value: mean((n) => surprise(rowOf(n), desired[n])), start: Math.log(classes) };
}

/**
 * Probabilities of exactly 0 come from float32 rounding.
 *
 * @param {readonly number[]} y @param {number} label
 */
function probabilitySurprise(y, label) {
  return -Math.log(Math.max(y[label], 1e-30));
}

/** ln Σ e^(y_k) − y_label. @param {readonly number[]} y @param {number} label */
function logitSurprise(y, label) {
  const largest = Math.max(...y);
  return largest + Math.log(y.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) - y[label];
}

/** NaN is never the largest. @param {readonly number[]} y */
function indexOfLargest(y) {
  return y.reduce((best, value, k) => (value > y[best] ? k : best), 0);
}

/**
 * @param {ArrayLike<number>} expected [E, M], logits
 * @param {ArrayLike<number>} outputs [E, M]
 * @param {OutputKind} kind
 */
function largestDeviation(expected, outputs, kind) {
  const M = expected.length / EVALUATION_ROWS;
  let largest = 0;
  for (let n = 0; n < EVALUATION_ROWS; n++) {
    const right = shaped(
      Array.from({ length: M }, (_, k) => expected[n * M + k]),
      kind,
    );
    for (let k = 0; k < M; k++) {
      const deviation = Math.abs(right[k] - outputs[n * M + k]);
      largest = Math.max(largest, deviation); // and NaN stays NaN
    }
  }
  return largest;
}

/** @param {readonly number[]} logits @param {OutputKind} kind */
function shaped(logits, kind) {
  if (kind === "outputs") return logits;
  if (kind === "rectified") return logits.map((logit) => Math.max(0, logit));
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, term) => total + term, 0);
  return exponentials.map((term) => term / sum);
}

/**
 * The loss that contestants with the same rule should have come to: the median of theirs.
 *
 * @param {readonly Evaluation[]} evaluations
 */
export function commonLevel(evaluations) {
  const losses = evaluations.filter(({ measure }) => measure === "loss").map(({ value }) => value);
  return median(losses.filter(Number.isFinite));
}

/**
 * Undefined when it has learned, else what is wrong.
 *
 * @param {Evaluation} evaluation
 * @param {number | undefined} level undefined for one that follows a rule of its own
 * @returns {string | undefined}
 */
export function fault({ measure, value, start }, level) {
  if (measure === "largest deviation") {
    if (value <= PREDICTION_TOLERANCE) return undefined;
    return `Expected predictions within ${PREDICTION_TOLERANCE} of the right ones, found ${value.toPrecision(3)} off.`;
  }
  if (!(value <= LEARNED_SHARE * start)) {
    const limit = (LEARNED_SHARE * start).toPrecision(3);
    return `Expected the ${measure} to fall to ${limit} (half of what a constant answer has), found ${value.toPrecision(3)}.`;
  }
  if (level !== undefined && measure === "loss" && Math.abs(value - level) > LEVEL_TOLERANCE * level) {
    const percent = 100 * LEVEL_TOLERANCE;
    return `Expected the loss within ${percent}% of the others' ${level.toPrecision(3)}, found ${value.toPrecision(3)}.`;
  }
  return undefined;
}

/** NaN when there are none. @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
