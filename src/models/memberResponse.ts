/**
 * What a network's outputs mean in its target's terms, and the mean over the networks of a model.
 *
 * Does not know where outputs come from.
 */
import type { Target } from "../data/encoding.ts";
import { restored } from "../data/target.ts";
import type { Numbers } from "../engines/engine.ts";
import { type Loss, responsesOf } from "../network/losses.ts";

/**
 * Probabilities of classes or labels, or numbers in the targets' units, [N, outputs].
 *
 * @param target with the statistics of the network's own training rows
 * @param outputs y, [N, outputs]
 */
export function memberResponse(target: Target, loss: Loss, outputs: Numbers): Float64Array {
  if (target.task === "regression") return restored(target, outputs);
  const { length } = target.task === "classification" ? target.classes : target.labels;
  return responsesOf(loss, outputs, length);
}

/** The mean, number by number. @param responses of each network, at least one; the first is overwritten */
export function meanResponse([mean, ...others]: readonly Float64Array[]): Float64Array {
  if (others.length === 0) return mean;
  for (const response of others) for (let i = 0; i < mean.length; i++) mean[i] += response[i];
  for (let i = 0; i < mean.length; i++) mean[i] /= 1 + others.length;
  return mean;
}
