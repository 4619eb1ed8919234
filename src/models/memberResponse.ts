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
 * Probabilities of classes or labels, numbers in the targets' units, or the quantiles of one, [N, outputs].
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

/**
 * Quantiles in ascending order in every row; other responses as they are. A network estimates each quantile by itself, so a lower one
 * may come out above a higher one: they cross. Sorting them (rearrangement) brings them nearer to the true ones. It never
 * increases the mean pinball loss either: since the loss of an error e is τ e + max(−e, 0), exchanging estimates a > b of levels
 * τ < τ′ reduces the sum by (τ′ − τ)(a − b), whatever the true value is.
 *
 * Source: Chernozhukov, Fernández-Val & Galichon 2010, "Quantile and probability curves without crossing".
 *
 * @param response [N, outputs], the mean over the networks; overwritten
 */
export function rearranged(target: Target, response: Float64Array): Float64Array {
  if (target.task !== "regression" || target.quantiles === undefined) return response;
  const width = target.quantiles.levels.length;
  for (let start = 0; start < response.length; start += width) response.subarray(start, start + width).sort();
  return response;
}
