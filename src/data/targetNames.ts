/** What a target's columns and a network's outputs for them are called, and the units that outputs are measured in. */
import type { Target, TargetQuantiles } from "./encoding.ts";
import { labelTexts } from "./labels.ts";

/** The names of a target's columns. */
export function targetNames(target: Target): readonly string[] {
  switch (target.task) {
    case "classification":
      return [target.column];
    case "multilabel":
      return target.labels.map(({ column }) => column);
    case "regression":
      return target.columns;
    default:
      return target satisfies never;
  }
}

/** The names of a network's outputs, in their order: the classes as the table writes them, a number's quantiles, else the columns. */
export function outputNames(target: Target): readonly string[] {
  if (target.task === "classification") return labelTexts(target);
  const { quantiles } = target.task === "regression" ? target : {};
  return quantiles === undefined ? targetNames(target) : quantileNames(target, quantiles);
}

/** The names of a number's quantiles: "price_q0.1". */
function quantileNames(target: Target, { levels }: TargetQuantiles): string[] {
  const [name] = targetNames(target);
  return levels.map((level) => `${name}_q${level}`);
}

/** What an output of 1 is in each target's own unit, of a number's quantiles in one for all; undefined where outputs are probabilities. */
export function outputUnits(target: Target): readonly number[] | undefined {
  return target.task === "regression" ? target.deviations : undefined;
}

/** What the trivial baseline predicts for every row, one number an output: shares of the training rows, or their means. */
export function baselinePrediction(target: Target): readonly number[] {
  switch (target.task) {
    case "classification":
      return target.shares;
    case "multilabel":
      return target.labels.map(({ shares: [, yes] }) => yes);
    case "regression":
      return target.means;
    default:
      return target satisfies never;
  }
}

/** The same target with another prediction of the baseline. @param prediction one number an output */
export function withBaseline(target: Target, prediction: readonly number[]): Target {
  switch (target.task) {
    case "classification":
      return { ...target, shares: prediction };
    case "multilabel":
      return {
        ...target,
        labels: target.labels.map((label, at) => ({ ...label, shares: [1 - prediction[at], prediction[at]] })),
      };
    case "regression":
      return { ...target, means: prediction };
    default:
      return target satisfies never;
  }
}
