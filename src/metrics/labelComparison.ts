/**
 * Whether a classifier of several labels is better than the trivial baseline, by how much, and how certain that is.
 *
 * As `comparison.ts`, from which the statistics are. The labels of a row depend on each other, so a row is one observation.
 */

import {
  type Beside,
  byCosts,
  byRecall,
  CERTAINTY,
  type ClassesBeside,
  type Comparison,
  type CountedRows,
  concluded,
  costOf,
  designOf,
  type LabelMeasure,
  meanOf,
  rowsOfClasses,
  weightAt,
} from "./comparison.ts";
import { dependenceOf, type RowDesign } from "./designEffect.ts";
import { signTest } from "./distributions.ts";
import { isWrong, labelColumn, noAndYes } from "./multilabelMetrics.ts";
import { totalWeight } from "./sampleWeights.ts";

type Vector = ArrayLike<number>;

export interface LabelsToCompare extends CountedRows {
  readonly measure: LabelMeasure;
  /** [N, L] of yes */
  readonly probabilities: Vector;
  /** [N, L], 1 or 0 */
  readonly flags: Vector;
  /** [L], what the baseline knows. */
  readonly shares: Vector;
}

/** Predictions of several labels, compared with others. */
export interface LabelsBeside {
  readonly probabilities: Vector;
  readonly flags: Vector;
  /** L */
  readonly labels: number;
  /** What is predicted otherwise, at a place of [N, L]. */
  readonly other: (i: number) => number;
  readonly design: RowDesign;
}

/** A classifier of several labels compared with shares that are the same for every row. */
export function compareLabels({ measure, probabilities, flags, shares, ...counted }: LabelsToCompare): Comparison {
  const labels = shares.length;
  const design = designOf(flags.length / labels, counted);
  const here = Float64Array.from({ length: labels }, (_, at) => meanOf(labelColumn(flags, labels, at), design));
  const compared = { balancedAccuracy: byRecalls, hammingLoss: byWrongLabels, logLoss: byLogLosses }[measure];
  const beside = (constant: Vector): Beside =>
    compared({ probabilities, flags, labels, other: (i) => constant[i % labels], design });
  const { model, baseline, found } = beside(shares);
  return concluded({ measure, design, model, baseline }, found, beside(here).found);
}

/** What each row costs, the mean over its labels: [N]. @param cost of the label at a place of [N, L] */
function rowCosts(rows: number, labels: number, cost: (i: number) => number): Float64Array {
  const costs = new Float64Array(rows);
  for (let i = 0; i < rows * labels; i++) costs[Math.floor(i / labels)] += cost(i) / labels;
  return costs;
}

export function byLogLosses({ probabilities, flags, labels, other: answer, design }: LabelsBeside): Beside {
  const cost = (p: number, i: number): number => costOf(flags[i] === 1 ? p : 1 - p);
  const own = rowCosts(design.rows, labels, (i) => cost(probabilities[i], i));
  const other = rowCosts(design.rows, labels, (i) => cost(answer(i), i));
  return byCosts(own, other, design);
}

export function byWrongLabels({ probabilities, flags, labels, other: answer, design }: LabelsBeside): Beside {
  const own = rowCosts(design.rows, labels, (i) => Number(isWrong(probabilities[i], flags[i])));
  const other = rowCosts(design.rows, labels, (i) => Number(isWrong(answer(i), flags[i])));
  const beside = byCosts(own, other, design);
  // Where few rows differ the interval is an approximation; which is the better one the exact test decides.
  const wins = winsOf(own, other, design);
  const losses = winsOf(other, own, design);
  if (signTest(wins, losses) <= 1 - CERTAINTY) return beside;
  const { difference, bounds } = beside.found;
  return { ...beside, found: { difference, bounds: [Math.min(bounds[0], 0), Math.max(bounds[1], 0)] } };
}

/** Rows in which one costs less than the other, as so many independent rows. */
function winsOf(one: Float64Array, other: Float64Array, design: RowDesign): number {
  const isWon = one.map((cost, row) => Number(cost < other[row]));
  const share = meanOf(isWon, design);
  const total = totalWeight(design.weights, design.rows);
  const contribution = (row: number): number => (weightAt(design, row) / total) * (isWon[row] - share);
  const independent = (share * (1 - share)) / Math.max(1, design.rows - 1);
  return (design.rows / dependenceOf(design, contribution, independent)) * share;
}

function byRecalls(beside: LabelsBeside): Beside {
  return meanBeside(Array.from({ length: beside.labels }, (_, at) => byRecall(classesOf(beside, at))));
}

/** The mean over the labels; so are the interval's bounds, as if all labels erred in the same rows, the widest they may be. */
export function meanBeside(each: readonly Beside[]): Beside {
  const mean = (of: (label: Beside) => number): number => each.reduce((sum, label) => sum + of(label), 0) / each.length;
  return {
    model: mean(({ model }) => model),
    baseline: mean(({ baseline }) => baseline),
    found: {
      difference: mean(({ found }) => found.difference),
      bounds: [mean(({ found }) => found.bounds[0]), mean(({ found }) => found.bounds[1])],
    },
  };
}

/** One label as the two classes no and yes. @param at the label */
function classesOf({ probabilities, flags, labels, other, design }: LabelsBeside, at: number): ClassesBeside {
  const classes = labelColumn(flags, labels, at);
  return {
    probabilities: noAndYes(labelColumn(probabilities, labels, at)),
    classes,
    ...rowsOfClasses(classes, 2, design),
    constant: [1 - other(at), other(at)],
    design,
  };
}
