/**
 * What the baseline would do, which knows the training rows' targets alone: a line in the curves from the first picture on, so it is loaded
 * without the rest of the outcome.
 */
import { classificationMetrics, type Loss, type LossEntry, logitsOf, losses, regressionMetrics } from "gradus/network";
import type { Baseline } from "../outcomeAnswers.ts";
import type { OpenedData } from "../protocol.ts";
import type { Run } from "./run.ts";

/** What the baseline answers to every row: the training rows' class shares, or their mean. */
export function baselineResponse({ task, training, classNames }: OpenedData, targets: Float32Array): readonly number[] {
  const known = targets.subarray(0, training);
  const meanOf = (of: (target: number) => number): number =>
    known.reduce((sum, target) => sum + of(target), 0) / training;
  if (task === "surface") return [meanOf((target) => target)];
  return classNames.map((_, at) => meanOf((target) => Number(target === at)));
}

/** The same response to every row, [N, K]. */
export const repeated = (response: readonly number[], rows: number): Float64Array =>
  Float64Array.from({ length: rows * response.length }, (_, at) => response[at % response.length]);

/** The loss of one row, by what the network puts out and the target. */
export function lossOf(loss: Loss): (outputs: ArrayLike<number>, target: number) => number {
  const entry: Pick<LossEntry<Loss>, "value"> = losses[loss.name];
  return (outputs, target) => entry.value(outputs, [target], loss);
}

/** The loss that the run learns by and the metric of the curves, of the baseline on the validation rows. */
export function baselineOf({ data, session }: Run): Baseline | undefined {
  const targets = data.targets.subarray(data.training);
  if (targets.length === 0) return undefined;
  const same = baselineResponse(data, data.targets);
  const { loss, network } = session.problem;
  const lossAt = lossOf(loss);
  const output = outputFor(same, loss.name, network.outputs);
  const sum = targets.reduce((total, target) => total + lossAt(output, target), 0);
  const responses = repeated(same, targets.length);
  const score =
    data.task === "surface"
      ? (regressionMetrics(responses, targets).r2 ?? Number.NaN)
      : classificationMetrics(responses, targets, same.length).accuracy;
  return { loss: sum / targets.length, score };
}

/** The outputs that mean a response: logits where the loss takes logits. */
function outputFor(response: readonly number[], loss: string, outputs: number): ArrayLike<number> {
  if (loss === "crossEntropy") return logitsOf(response);
  if (loss !== "binaryCrossEntropy") return response.slice(-outputs);
  const [no, yes] = logitsOf(response);
  return [yes - no];
}
