/**
 * How many times as fast one contestant is as another, from windows that were measured in turn.
 *
 * A core's speed changes, on a virtual machine twofold within a minute: windows of one round lie close together, so that the
 * median of their ratios says more than the ratio of two medians. Knows nothing of processes or tables.
 */
import { median } from "./evaluate.mjs";

/**
 * The median, over the rounds that both have, of one rate divided by the other; NaN without any.
 *
 * @param {readonly number[]} rates a second, by round
 * @param {readonly number[]} others
 */
export function pairedRatio(rates, others) {
  const rounds = Math.min(rates.length, others.length);
  return median(Array.from({ length: rounds }, (_, round) => rates[round] / others[round]));
}

/**
 * What it is beside the fastest of several: the least of its ratios. NaN where none of them was measured.
 *
 * @param {readonly number[]} rates
 * @param {readonly (readonly number[])[]} others
 */
export function ratioToFastest(rates, others) {
  const ratios = others.map((other) => pairedRatio(rates, other)).filter((ratio) => !Number.isNaN(ratio));
  return ratios.length === 0 ? Number.NaN : Math.min(...ratios);
}

/**
 * The share of a core's multiply-adds that a workload's matrix products take, at such rates.
 *
 * @param {readonly number[]} rates samples a second, by round
 * @param {readonly number[]} peaks GFLOP/s, by round
 * @param {number} flops of a sample
 */
export function shareOfPeak(rates, peaks, flops) {
  return pairedRatio(rates, peaks) * (flops / 1e9);
}
