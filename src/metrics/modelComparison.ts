/**
 * Whether one model is better than another, by how much, and how certain that is: paired comparisons on the same rows.
 *
 * The statistics are those of `comparison.ts`, for predictions of another model instead of one that is the same for every row.
 * `baseline` in what is returned is the other model's measure. Knows no networks and no names.
 */

import {
  type Beside,
  byCosts,
  byShares,
  type ClassMeasure,
  type Comparison,
  type CountedRows,
  concluded,
  costOf,
  designOf,
  type LabelMeasure,
  type Measure,
  meanOf,
  recallRadius,
  rowsOfClasses,
  shareGone,
  squaredErrors,
  weightAt,
} from "./comparison.ts";
import type { RowDesign } from "./designEffect.ts";
import { byLogLosses, byWrongLabels, meanBeside } from "./labelComparison.ts";
import { isWrong } from "./multilabelMetrics.ts";
import { mostProbable } from "./probabilities.ts";
import { pinballLosses } from "./quantileMetrics.ts";

type Vector = ArrayLike<number>;

/** A classifier's predictions, and the true classes by its own list of classes. */
export interface ClassPredictions {
  /** [N, K] */
  readonly probabilities: Vector;
  /** [N] */
  readonly classes: Vector;
}

/** @param predictions of the model and of the other one, for the same rows */
export function compareClassModels(
  measure: ClassMeasure,
  [own, other]: readonly [ClassPredictions, ClassPredictions],
  counted: CountedRows,
): Comparison {
  const rows = own.classes.length;
  const design = designOf(rows, counted);
  const [right, otherRight] = [own, other].map(isRightOf);
  const costs = ({ probabilities, classes }: ClassPredictions): Float64Array =>
    Float64Array.from(classes, (index, row) => costOf(probabilities[row * (probabilities.length / rows) + index]));
  const beside = {
    accuracy: () => byShares(right, otherRight, design),
    balancedAccuracy: () => byRecalls(right, otherRight, own.classes, own.probabilities.length / rows, design),
    logLoss: () => byCosts(costs(own), costs(other), design),
  }[measure]();
  return comparisonOf(measure, beside, design);
}

function isRightOf({ probabilities, classes }: ClassPredictions): (row: number) => boolean {
  const width = probabilities.length / classes.length;
  return (row) => mostProbable(probabilities, row, width) === classes[row];
}

/** @param predictions [N, L] of yes, of the model and of the other one @param flags [N, L], 1 or 0 */
export function compareLabelModels(
  measure: LabelMeasure,
  [own, other]: readonly [Vector, Vector],
  { flags, labels, ...counted }: CountedRows & { readonly flags: Vector; readonly labels: number },
): Comparison {
  const rows = flags.length / labels;
  const design = designOf(rows, counted);
  const both = { probabilities: own, flags, labels, other: (i: number) => other[i], design };
  const ofLabel = (at: number): Beside => {
    const right = (predictions: Vector) => (row: number) =>
      !isWrong(predictions[row * labels + at], flags[row * labels + at]);
    const classes = Float64Array.from({ length: rows }, (_, row) => flags[row * labels + at]);
    return byRecalls(right(own), right(other), classes, 2, design);
  };
  const beside = {
    hammingLoss: () => byWrongLabels(both),
    logLoss: () => byLogLosses(both),
    balancedAccuracy: () => meanBeside(Array.from({ length: labels }, (_, at) => ofLabel(at))),
  }[measure]();
  return comparisonOf(measure, beside, design);
}

/** By squared errors. @param predictions [N, D], of the model and of the other one */
export function compareNumberModels(
  [own, other]: readonly [Vector, Vector],
  {
    observed,
    deviations,
    ...counted
  }: CountedRows & { readonly observed: Vector /** [D] */; readonly deviations: Vector },
): Comparison {
  const units = deviations.length === 1 ? [1] : deviations;
  const design = designOf(observed.length / units.length, counted);
  const { squares, root } = squaredErrors({ observed, units, design }, [own, other]);
  const [mine, theirs] = [squares((at) => own[at]), squares((at) => other[at])];
  return byReduction("squaredError", { model: root(mine), baseline: root(theirs) }, [mine, theirs], design);
}

/** By mean pinball losses. @param predictions [N, Q], of the model and of the other one, which predicts the same quantiles */
export function compareQuantileModels(
  predictions: readonly [Vector, Vector],
  { observed, levels, ...counted }: CountedRows & { readonly observed: Vector; readonly levels: readonly number[] },
): Comparison {
  const design = designOf(observed.length, counted);
  const [mine, theirs] = predictions.map((predicted) => pinballLosses(predicted, observed, levels));
  const figures = { model: meanOf(mine, design), baseline: meanOf(theirs, design) };
  return byReduction("pinball", figures, [mine, theirs], design);
}

/** The reduction of the sum of what rows cost. @param costs [N], of the model and of the other one */
function byReduction(
  measure: Measure,
  { model, baseline }: Pick<Beside, "model" | "baseline">,
  [mine, theirs]: readonly [Float64Array, Float64Array],
  design: RowDesign,
): Comparison {
  const least = -Number.MAX_VALUE;
  // No share of 0 can be reduced: compared with a model without any error, one with errors is worse.
  const found =
    baseline === 0 && model > 0
      ? { difference: least, bounds: [least, least] as const }
      : shareGone(mine, theirs, design);
  return comparisonOf(measure, { model, baseline, found }, design);
}

/** Of each class how many more are right, all classes with equal weight. */
function byRecalls(
  right: (row: number) => boolean,
  otherRight: (row: number) => boolean,
  classes: Vector,
  width: number,
  design: RowDesign,
): Beside {
  const { effective, weighted } = rowsOfClasses(classes, width, design);
  const [both, wins, losses] = [0, 0, 0].map(() => new Float64Array(width));
  const lead = new Int8Array(design.rows);
  for (let row = 0; row < design.rows; row++) {
    const [own, other] = [right(row), otherRight(row)];
    lead[row] = Number(own) - Number(other);
    const sums = own && other ? both : own ? wins : other ? losses : undefined;
    if (sums !== undefined) sums[classes[row]] += weightAt(design, row) / weighted[classes[row]];
  }
  const present = [...weighted.keys()].filter((index) => weighted[index] > 0);
  const sum = (of: (index: number) => number): number => present.reduce((total, index) => total + of(index), 0);
  const varianceOf = (more: number, less: number): number => more + less - (more - less) ** 2;
  const variance = {
    found: sum((index) => varianceOf(wins[index], losses[index]) / effective[index]),
    // With a row more that either alone is right about, as in `byShares`.
    cautious: sum((index) => {
      const rows = effective[index];
      return varianceOf((wins[index] * rows + 1) / (rows + 2), (losses[index] * rows + 1) / (rows + 2)) / rows;
    }),
  };
  const contribution = (row: number): number => {
    const index = classes[row];
    return (weightAt(design, row) * (lead[row] - wins[index] + losses[index])) / (weighted[index] || 1);
  };
  const radius = recallRadius({ present, effective, variance, contribution, design });
  const difference = sum((index) => wins[index] - losses[index]) / present.length;
  return {
    model: sum((index) => both[index] + wins[index]) / present.length,
    baseline: sum((index) => both[index] + losses[index]) / present.length,
    found: { difference, bounds: [difference - radius, difference + radius] },
  };
}

function comparisonOf(measure: Measure, { model, baseline, found }: Beside, design: RowDesign): Comparison {
  return concluded({ measure, design, model, baseline }, found, found);
}
