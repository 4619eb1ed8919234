/**
 * What a model answers as a function of what its networks put out: the function that is explained.
 *
 * It is the answer that `predict` gives: the mean over the networks, a class's probability at the model's temperature, a number
 * held at the networks' ranges. Knows nothing of inputs.
 */
import type { RegressionTarget, TargetQuantiles } from "../../data/encoding.ts";
import { restored } from "../../data/target.ts";
import { medianOf } from "../../data/targetQuantiles.ts";
import { tempered, temperedLabels } from "../../metrics/calibration/tempered.ts";
import { meanResponse } from "../../models/memberResponse.ts";
import { type Loss, lossOf } from "../../network/losses.ts";
import type { Response } from "./integratedGradients.ts";

/** The mean of the networks' probabilities, [K]. @param outputs of each network, [K] */
export function meanProbabilities(loss: Loss, outputs: readonly Float64Array[]): Float64Array {
  const { response } = lossOf(loss);
  return meanResponse(outputs.map(response));
}

/**
 * The probability of one class.
 *
 *     p_m = softmax(y_m)    p = (Σ_m p_m) / M    q_k = p_k^(1/T) / Σ_j p_j^(1/T)
 *     ∂q_c/∂y_mj = Σ_k q_c (1[c = k] − q_k) / T · p_mk (1[k = j] − p_mj) / (M p_k)
 *
 * @param index c
 * @param temperature T
 */
export function classResponse(loss: Loss, index: number, temperature = 1): Response {
  const { response } = lossOf(loss);
  const answer = (outputs: readonly Float64Array[]) => {
    const p = meanProbabilities(loss, outputs);
    return { p, q: temperature === 1 ? p : tempered(Float64Array.from(p), p.length, temperature) };
  };
  return {
    value: (outputs) => answer(outputs).q[index],
    gradient(outputs) {
      const { p, q } = answer(outputs);
      return outputs.map((y) => {
        const own = response(y);
        // ∂q_c/∂p_k · p_mk / M; where p_k is 0 so is p_mk, and nothing moves.
        const pulled = own.map((share, k) =>
          p[k] === 0 ? 0 : (q[index] * ((k === index ? 1 : 0) - q[k]) * share) / (temperature * outputs.length * p[k]),
        );
        const sum = pulled.reduce((total, part) => total + part, 0);
        return pulled.map((part, j) => part - sum * own[j]);
      });
    },
  };
}

/**
 * The probability of one label.
 *
 *     p_m = σ(y_m)    p = (Σ_m p_m) / M    q = p^(1/T) / (p^(1/T) + (1 − p)^(1/T))
 *     ∂q/∂y_m = q (1 − q) / (T p (1 − p)) · p_m (1 − p_m) / M
 *
 * @param index which output
 * @param temperature T
 */
export function labelResponse(loss: Loss, index: number, temperature = 1): Response {
  const { response } = lossOf(loss);
  const answer = (outputs: readonly Float64Array[]) => {
    const members = outputs.map((y) => response(y)[index]);
    const p = members.reduce((sum, own) => sum + own, 0) / members.length;
    return { members, p, q: temperedLabels(Float64Array.of(p), temperature)[0] };
  };
  return {
    value: (outputs) => answer(outputs).q,
    gradient(outputs) {
      const { members, p, q } = answer(outputs);
      // At 0 and 1 all networks are as sure, and nothing moves.
      const slope = p === 0 || p === 1 ? 0 : (q * (1 - q)) / (temperature * p * (1 - p) * members.length);
      return outputs.map((y, member) => {
        const own = members[member];
        return y.map((_, k) => (k === index ? slope * own * (1 - own) : 0));
      });
    },
  };
}

/**
 * One number, as y · deviation + mean of the first network's target; of further networks the mean of their numbers, each with
 * its own target's statistics and held at its own ranges.
 *
 * @param targets of each network
 * @param index which of a target's columns
 */
export function numberResponse(targets: readonly RegressionTarget[], index: number): Response {
  if (targets[0].quantiles !== undefined) return medianResponse(targets, targets[0].quantiles);
  const offset = targets[0].means[index];
  const scale = targets[0].deviations[index];
  return {
    value(outputs) {
      const numbers = outputs.map((y, member) => restored(targets[member], y)[index]);
      return (numbers.reduce((sum, number) => sum + number, 0) / numbers.length - offset) / scale;
    },
    gradient: (outputs) => slopesOf(targets, outputs, { column: index, output: index }),
  };
}

/** ∂(the mean of one output over the networks, in units of the first target's deviation)/∂y, of each network. */
function slopesOf(
  targets: readonly RegressionTarget[],
  outputs: readonly Float64Array[],
  { column, output }: { readonly column: number; readonly output: number },
): Float64Array[] {
  const scale = targets[0].deviations[column];
  return outputs.map((y, member) => {
    const { means, deviations, ranges } = targets[member];
    const [least, greatest] = ranges?.[column] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const number = y[output] * deviations[column] + means[column];
    const slope = number > least && number < greatest ? deviations[column] / (scale * outputs.length) : 0;
    return y.map((_, k) => (k === output ? slope : 0));
  });
}

/**
 * The median of a target's quantiles: the mean of each quantile over the networks, and of those, sorted, the one in the median's place.
 * Where estimates cross it is another output than the median's own, and the gradient is that one's.
 */
function medianResponse(targets: readonly RegressionTarget[], quantiles: TargetQuantiles): Response {
  const [{ means, deviations }] = targets;
  const place = medianOf(quantiles);
  /** The output in the median's place, and its mean over the networks. */
  const found = (outputs: readonly Float64Array[]): { readonly output: number; readonly number: number } => {
    const mean = meanResponse(outputs.map((y, member) => restored(targets[member], y)));
    const output = [...mean.keys()].sort((a, b) => mean[a] - mean[b])[place];
    return { output, number: mean[output] };
  };
  return {
    value: (outputs) => (found(outputs).number - means[0]) / deviations[0],
    gradient: (outputs) => slopesOf(targets, outputs, { column: 0, output: found(outputs).output }),
  };
}
