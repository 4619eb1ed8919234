/**
 * A training that is cut to the time: it begins at the baseline's predictions and with small steps, so that a handful of them
 * never makes the network worse than it started.
 *
 * Adam divides by an average over its latest gradients; the first steps, whose average is of themselves, move every weight by
 * the whole rate in one direction. A warm-up over 2/(1 − β₂) steps evens that out (Ma & Yarats, "On the adequacy of untuned
 * warmup", 2021). A schedule over hundreds of steps starts slowly by itself, one over ten does not.
 */
import { empiricalQuantiles } from "../../empiricalQuantiles.ts";
import type { Patterns, Session } from "../../engines/engine.ts";
import { totalWeight } from "../../metrics/sampleWeights.ts";
import { lossOf, ofEachOutput } from "../../network/losses.ts";
import type { FitOptions } from "../../training/fitOptions.ts";
import { completeSchedule } from "../../training/schedules.ts";
import { classCounts, labelCounts } from "../classWeights.ts";
import type { PlannedNetwork } from "./planned.ts";

/** 2/(1 − β₂) for the recipes' β₂ = 0.95. */
const WARM_UP_STEPS = 40;

type Steps = Pick<PlannedNetwork, "epochs" | "stepsPerEpoch">;

/** Whether there is time for fewer steps than the recipe would take. */
export function isCut(planned: Steps, recipe: Steps): boolean {
  return planned.epochs * planned.stepsPerEpoch < recipe.epochs * recipe.stepsPerEpoch;
}

/** What changes in such a training: the warm-up, and the start is evaluated as well. */
export function cutOptions(
  { schedule = "constant", validation }: Pick<FitOptions, "schedule" | "validation">,
  { epochs, stepsPerEpoch }: Steps,
): Pick<FitOptions, "schedule" | "startCounts"> {
  // Schedules that begin at 0 would let a single step change nothing.
  const own = completeSchedule(epochs * stepsPerEpoch === 1 ? "constant" : schedule);
  const { warmup } = own;
  const isWarmed = "epochs" in warmup ? warmup.epochs > 0 : warmup.fraction > 0;
  return {
    schedule: isWarmed ? own : { ...own, warmup: { epochs: WARM_UP_STEPS / stepsPerEpoch } },
    startCounts: validation !== undefined,
  };
}

/**
 * Gives a session the start of such a training: the output layer's weights are 0, so the prediction for every row is the mean of the
 * standardised targets, which is 0, their quantiles, or the shares of the classes or labels among the training rows.
 *
 * @param training the training rows: their desired responses are class indices [N], labels as 1 and 0 [N, L], or standardised numbers
 */
export function startAtBaseline(
  { problem, layout, parameters }: Session,
  { desired, sampleWeights }: Pick<Patterns, "desired" | "sampleWeights">,
): void {
  const { network, loss } = problem;
  const last = network.layers.length - 1;
  const output = layout.tensors.filter(({ layer }) => layer === last);
  for (const { offset, length } of output) parameters.fill(0, offset, offset + length);
  const bias = output.find(({ role }) => role === "bias");
  if (bias === undefined) return;
  const classWeights = "classWeights" in loss ? loss.classWeights : undefined;
  const kind = lossOf(loss).desired;
  if (kind === "class") {
    parameters.set(logShares(classCounts(desired, bias.length, sampleWeights), classWeights), bias.offset);
  } else if (kind === "flags") {
    const total = totalWeight(sampleWeights, desired.length / bias.length);
    parameters.set(logOdds(labelCounts(desired, bias.length, sampleWeights), total, classWeights), bias.offset);
  } else if (loss.name === "quantile") {
    const levels = ofEachOutput(loss, bias.length) ?? [];
    parameters.set(empiricalQuantiles(desired, levels, sampleWeights), bias.offset);
  }
}

/** The logit of each label's share of the loss, ln(c n / (N − n)). */
function logOdds(counts: readonly number[], total: number, weights: readonly number[] | undefined): Float64Array {
  // As below, no and yes without a row keep a share.
  return Float64Array.from(counts, (count, label) =>
    Math.log(((weights?.[label] ?? 1) * Math.max(count, 0.5)) / Math.max(total - count, 0.5)),
  );
}

/** The logarithm of each class's share of the loss. */
function logShares(counts: readonly number[], weights: readonly number[] | undefined): Float64Array {
  const shares = Float64Array.from(counts, (count, label) => count * (weights?.[label] ?? 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  // A class without a row keeps a share that a logarithm can be taken of.
  return shares.map((share) => Math.log(Math.max(share, 0.5) / total));
}
