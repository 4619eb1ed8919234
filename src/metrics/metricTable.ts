/**
 * The metrics that an epoch may be chosen by, as one table: what each is of, which way is better, and its value.
 *
 * A value is computed once an epoch, so classes are counted without a confusion matrix and nothing is checked; the
 * metrics of a finished model are in the files beside this one, from which these take their definitions. Rows count by their sample
 * weights, where there are some; class weights are the loss's. The expected calibration error is not among them: a model that always predicts with
 * the class shares has none. Knows nothing of tables.
 */

import { type AliasOf, nameOf } from "../aliases.ts";
import type { Numbers } from "../engines/engine.ts";
import { DescriptionError, ShapeError } from "../errors.ts";
import {
  either,
  type Kinds,
  needed,
  numbers,
  object,
  oneOf,
  requireKind,
  requireOptions,
  text,
  whole,
} from "../kinds.ts";
import { type DesiredKind, type LossLike, losses, responsesOf } from "../network/losses.ts";
import { lossNamed } from "../network/network.ts";
import { refuseOneHot } from "../network/oneHot.ts";
import { reliability } from "./calibration/reliability.ts";
import { areaOverClasses, logLossOf } from "./classificationMetrics.ts";
import { accuracyOf, balancedAccuracyOf, macroF1Of, tallyClasses } from "./classTally.ts";
import { hammingLossOf, multilabelMetrics, subsetAccuracyOf } from "./multilabelMetrics.ts";
import { regressionMetrics } from "./regressionMetrics.ts";
import { requireSampleWeights } from "./sampleWeights.ts";
import { softmaxRows } from "./softmax.ts";

/** A score of the network's outputs for the validation patterns, which epochs are compared by in place of their loss. */
export interface Score {
  readonly name: string;
  readonly better: "higher" | "lower";
  /** @param outputs y, [N, outputs], as `Session.predict` gives them: logits where the loss takes logits */
  of(outputs: Numbers): number;
}

/** What a loss is of, by its desired responses. */
const taskOf = { class: "classification", values: "regression", flags: "multilabel" } as const satisfies Readonly<
  Record<DesiredKind, string>
>;
export type MetricTask = (typeof taskOf)[DesiredKind];
const taskKind = oneOf(...Object.values(taskOf).sort());

export interface MetricEntry {
  readonly task: MetricTask;
  readonly label: string;
  readonly better: "higher" | "lower";
  /**
   * Whether the metric depends on the probabilities and not only on which is the largest. Label smoothing worsens such
   * a metric, so train without it.
   */
  readonly ofProbabilities: boolean;
  /**
   * @param predicted [N, K] probabilities (logits do where they are not what counts), [N, L] probabilities, or [N, D] values
   * @param desired [N] class indices, [N, L] labels as 1 and 0, or [N, D] values
   * @param width K, L or D
   * @param weights [N], sample weights; all 1 when absent
   * @returns null where the rows leave it undefined
   */
  readonly of: MetricValue;
  /** The same of several labels: of a metric of classes that labels have too, as the mean over the labels. */
  readonly ofLabels?: MetricValue;
}

export type MetricValue = (
  predicted: ArrayLike<number>,
  desired: ArrayLike<number>,
  width: number,
  weights?: ArrayLike<number>,
) => number | null;

const ofClasses = { task: "classification", better: "higher", ofProbabilities: false } as const;
const ofProbabilities = { task: "classification", ofProbabilities: true } as const;
const ofLabels = { task: "multilabel", ofProbabilities: false } as const;
const ofValues = { task: "regression", ofProbabilities: false } as const;

export const metrics = {
  accuracy: { ...ofClasses, label: "accuracy", of: (p, d, width, w?) => accuracyOf(tallyClasses(p, d, width, w)) },
  balancedAccuracy: {
    ...ofClasses,
    label: "balanced accuracy",
    of: (p, d, width, w?) => balancedAccuracyOf(tallyClasses(p, d, width, w)),
    ofLabels: meanOverLabels("balancedAccuracy"),
  },
  macroF1: {
    ...ofClasses,
    label: "macro F1",
    of: (p, d, width, w?) => macroF1Of(tallyClasses(p, d, width, w)),
    ofLabels: meanOverLabels("macroF1"),
  },
  hammingLoss: { ...ofLabels, label: "Hamming loss", better: "lower", of: hammingLossOf },
  subsetAccuracy: { ...ofLabels, label: "subset accuracy", better: "higher", of: subsetAccuracyOf },
  rocAuc: {
    ...ofProbabilities,
    label: "ROC AUC",
    better: "higher",
    of: areaOverClasses,
    ofLabels: meanOverLabels("rocAuc"),
  },
  logLoss: {
    ...ofProbabilities,
    label: "log loss",
    better: "lower",
    of: logLossOf,
    ofLabels: meanOverLabels("logLoss"),
  },
  brier: {
    ...ofProbabilities,
    label: "Brier score",
    better: "lower",
    of: (p, d, width, w?) => reliability(p, d, width, 15, { sampleWeights: w }).brier,
    ofLabels: meanOverLabels("brier"),
  },
  rmse: {
    ...ofValues,
    label: "RMSE",
    better: "lower",
    of: (p, d, width, w?) => regressionMetrics(p, d, width, { sampleWeights: w }).rmse,
  },
  mae: {
    ...ofValues,
    label: "MAE",
    better: "lower",
    of: (p, d, width, w?) => regressionMetrics(p, d, width, { sampleWeights: w }).mae,
  },
  r2: {
    ...ofValues,
    label: "R²",
    better: "higher",
    of: (p, d, width, w?) => regressionMetrics(p, d, width, { sampleWeights: w }).r2,
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricName = keyof typeof metrics;
/** A metric's name or an alias of it, such as "roc_auc" for "rocAuc". */
export type MetricLike = MetricName | AliasOf<"metric", MetricName>;

/** What is shown of quantiles, whose epochs the loss chooses. */
const ofQuantiles = { pinball: { label: "mean pinball loss", better: "lower" } } as const;
const described: Readonly<Record<string, Pick<MetricEntry, "label" | "better">>> = { ...metrics, ...ofQuantiles };

/** Those that commands and pages show of a model, in this order. */
export const shownMetrics = [
  "pinball",
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "hammingLoss",
  "subsetAccuracy",
  "rocAuc",
  "logLoss",
  "r2",
  "rmse",
  "mae",
] as const satisfies readonly (MetricName | keyof typeof ofQuantiles)[];

/** A metric by its label, or a name that is none of gradus' as it is. */
export function metricLabel(name: string): string {
  return Object.hasOwn(described, name) ? described[name].label : name;
}

/** Which way one of the metrics that are shown is better. */
export function isHigherBetter(name: (typeof shownMetrics)[number]): boolean {
  return described[name].better === "higher";
}

/** The names of a task's metrics. */
export function metricNames(task: MetricTask): readonly MetricName[] {
  requireKind("metricNames' task", task, taskKind);
  return (Object.keys(metrics) as MetricName[]).filter((name) => metricFor(metrics[name], task) !== undefined);
}

/** What computes a metric for a task; undefined where the task has no such metric. */
export function metricFor(metric: MetricEntry, task: MetricTask): MetricValue | undefined {
  return metric.task === task ? metric.of : task === "multilabel" ? metric.ofLabels : undefined;
}

function meanOverLabels(name: "balancedAccuracy" | "macroF1" | "rocAuc" | "logLoss" | "brier"): MetricValue {
  return (p, d, width, sampleWeights?) => multilabelMetrics(p, d, width, { sampleWeights })[name];
}

const scoreKinds = {
  loss: needed(either(text, object)),
  outputs: needed(whole(1)),
  desired: needed(numbers),
  units: numbers,
  sampleWeights: numbers,
} as const satisfies Kinds<ScoreOptions>;

/** @throws {DescriptionError} an unknown name */
export function metricOf(name: string): MetricEntry {
  return metrics[nameOf("metric", metrics, name)];
}

export interface ScoreOptions {
  readonly loss: LossLike;
  /** Of the network: K logits, L logits or D values. */
  readonly outputs: number;
  /** Of the validation patterns: [N] class indices, [N, L] labels as 1 and 0, or [N, D] values. */
  readonly desired: Numbers;
  /**
   * [D], what a value of 1 is in the target's own unit: the standard deviations where targets are standardised. All 1
   * when absent. With one target RMSE and MAE only change their unit, R² not at all; with several, the mean over them
   * then weighs each in its own unit.
   */
  readonly units?: ArrayLike<number>;
  /** [N], each at least 0 and not all 0; all rows have equal weight when absent. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/**
 * A metric as the score that `fit` chooses the best epoch by.
 *
 * @throws {DescriptionError} an unknown metric, or one of another task than the loss's
 * @throws {ShapeError | DataError} units that are not one a target; weights that are not one a row, below 0 or all 0
 *
 * @example
 * import { scoreFor } from "gradus/network";
 *
 * const score = scoreFor("accuracy", { loss: { name: "crossEntropy" }, outputs: 2, desired: Float32Array.of(0, 1) });
 * score.of(Float32Array.of(3, 1, 2, 0)); // 0.5
 */
export function scoreFor(metric: MetricLike, options: ScoreOptions): Score {
  requireOptions(options, scoreKinds, "scoreFor");
  const { loss, outputs, desired, units, sampleWeights } = options;
  const described = lossNamed(loss);
  const name = nameOf("metric", metrics, metric);
  const entry: MetricEntry = metrics[name];
  const task = taskOf[losses[described.name].desired];
  const value = metricFor(entry, task);
  if (value === undefined) {
    throw new DescriptionError(
      `Expected a metric that fits the loss ${described.name}, found ${name}, one of ${entry.task}. Use one of: ${metricNames(task).join(", ")}.`,
    );
  }
  if (units !== undefined && units.length !== outputs) {
    throw new ShapeError(`Expected ${outputs} units, one for each target, found ${units.length}.`);
  }
  const inUnits = (values: Numbers): Numbers =>
    units === undefined ? values : Float64Array.from(values, (value, i) => value * units[i % outputs]);
  const target = task === "regression" ? inUnits(desired) : desired;
  const read = (y: Numbers): Numbers => {
    if (task === "regression") return inUnits(y);
    if (task === "multilabel") return responsesOf(described, y, outputs);
    return entry.ofProbabilities ? softmaxRows(y, outputs) : y;
  };
  const rows = task === "classification" ? target.length : target.length / outputs;
  if (sampleWeights !== undefined) requireSampleWeights(sampleWeights, rows);
  const expected = rows * outputs;
  const of = (y: Numbers): number => {
    requireKind("the outputs to score", y, numbers);
    if (task === "classification") refuseOneHot("desired", target, y.length / outputs, outputs);
    if (y.length !== expected) throw new ShapeError(`Expected ${expected} outputs to score, found ${y.length}.`);
    return value(read(y), target, outputs, sampleWeights) ?? Number.NaN;
  };
  return { name, better: entry.better, of };
}
