/**
 * Whether a model is better than the trivial baseline, by how much, and how certain that is: paired comparisons on the same
 * rows.
 *
 * "Better" has to hold against the best constant prediction for these rows as well, which no model can know beforehand: so
 * predictions that are only nearer to the mean of these rows don't count. At most one in forty tables whose target has nothing to
 * do with the columns is wrongly called better. Sample weights make means weighted ones, and rows of one group may depend on
 * each other: both widen the interval by the design effect. Knows no networks and no names.
 *
 * Sources: Agresti & Min 2005 and Bonett & Price 2012 for the difference of paired shares, with the exact sign test for
 * its direction; Cochran 1977, section 6.3, for a ratio's standard error; Nadeau & Bengio 2003 for rows in folds.
 */

import { dependenceOf, freedomOf, type RowDesign, unitsOf } from "./designEffect.ts";
import { signTest, studentRadius } from "./distributions.ts";
import { mostProbable, SMALLEST_PROBABILITY } from "./probabilities.ts";
import { effectiveRows, requireSampleWeights, totalWeight } from "./sampleWeights.ts";

/** What is compared. */
export type Measure = "accuracy" | "balancedAccuracy" | "hammingLoss" | "logLoss" | "squaredError" | "pinball";
/** Of those, what classes and what labels are compared by. */
export type ClassMeasure = Extract<Measure, "accuracy" | "balancedAccuracy" | "logLoss">;
export type LabelMeasure = Extract<Measure, "balancedAccuracy" | "hammingLoss" | "logLoss">;

/** A measure of classes as it is, another one as the usual one of classes. */
export function ofClasses(measure: Measure): ClassMeasure {
  return measure === "balancedAccuracy" || measure === "logLoss" ? measure : "accuracy";
}

/** The same of labels. */
export function ofLabels(measure: Measure): LabelMeasure {
  return measure === "balancedAccuracy" || measure === "logLoss" ? measure : "hammingLoss";
}

export interface Comparison {
  readonly measure: Measure;
  readonly conclusion: "better" | "undecided" | "worse";
  readonly rows: number;
  /** How many groups the rows come in; absent where each row stands for itself. */
  readonly groups?: number;
  /** The measure of both, a squared error as its root: RMSE. */
  readonly model: number;
  readonly baseline: number;
  /**
   * How much better the model is, below 0 where it is worse: in shares of rows, in nats, or, of squared errors and pinball losses, as the
   * reduction relative to the baseline's.
   */
  readonly difference: number;
  /** The confidence interval of the difference; absent where there are too few rows for one. */
  readonly interval?: readonly [low: number, high: number];
  readonly certainty: number;
  /** Whether the interval reaches 0 only by its lower end, which compares with the best constant prediction for these very rows. */
  readonly hindsight?: true;
  /** Whether an end of the interval is 0 only because the exact sign test doesn't exclude it, which is surer than the interval. */
  readonly widened?: true;
}

/** The confidence level of the interval. */
export const CERTAINTY = 0.95;
/** Of fewer rows, or of rows in fewer groups, no interval is computed. */
const FEWEST_ROWS = 5;

type Vector = ArrayLike<number>;
type Bounds = readonly [low: number, high: number];
/** A difference with its interval. */
interface Found {
  readonly difference: number;
  readonly bounds: Bounds;
  /** Whether an end was moved to 0, because an exact test doesn't exclude it. */
  readonly widened?: boolean;
}

/** How the rows of a comparison count. */
export interface CountedRows {
  /** [N], each at least 0 and not all 0; all rows have equal weight when absent. */
  readonly sampleWeights?: Vector | undefined;
  /** [N], each row's group as a number: rows of one group may depend on each other. Each row is its own when absent. */
  readonly groups?: Vector | undefined;
  /** Rows that count as one because they depend on each other, at least 1, 1 when absent: see `foldDependence`. */
  readonly dependence?: number;
}

export interface ClassesToCompare extends CountedRows {
  readonly measure: ClassMeasure;
  /** [N, K] */
  readonly probabilities: Vector;
  /** [N] */
  readonly classes: Vector;
  /** [K], what the baseline knows. */
  readonly shares: Vector;
}

/**
 * How many rows count as one where each fold is predicted by the networks trained on the others: their networks share most of what
 * they learned from, so their errors are correlated.
 */
export function foldDependence(folds: number): number {
  return folds === 1 ? 1 : 1 + folds / (folds - 1);
}

/** @throws {ShapeError | DataError} weights that are not one a row, below 0 or all 0 */
export function designOf(rows: number, { sampleWeights, groups, dependence = 1 }: CountedRows): RowDesign {
  if (sampleWeights !== undefined) requireSampleWeights(sampleWeights, rows);
  return { rows, weights: sampleWeights, groups, dependence };
}

export function weightAt({ weights }: RowDesign, row: number): number {
  return weights === undefined ? 1 : weights[row];
}

/** A classifier compared with class shares that are the same for every row. */
export function compareClasses({ measure, probabilities, classes, shares, ...counted }: ClassesToCompare): Comparison {
  const width = shares.length;
  const design = designOf(classes.length, counted);
  const { effective, weighted } = rowsOfClasses(classes, width, design);
  const total = totalWeight(design.weights, design.rows);
  const here = weighted.map((count) => count / total);
  const compared = { accuracy: byAccuracy, balancedAccuracy: byRecall, logLoss: byLogLoss }[measure];
  const beside = (constant: Vector) => compared({ probabilities, classes, effective, weighted, constant, design });
  const { model, baseline, found } = beside(shares);
  return concluded({ measure, design, model, baseline }, found, beside(here).found);
}

export interface ClassesBeside {
  readonly probabilities: Vector;
  readonly classes: Vector;
  /** [K], the rows of each class: of different weights, how many of equal weight give as much information. */
  readonly effective: Float64Array;
  /** [K], the sums of their weights. */
  readonly weighted: Float64Array;
  /** [K], the prediction for every row. */
  readonly constant: Vector;
  readonly design: RowDesign;
}
/** How many rows each class has. @param classes [N] */
export function rowsOfClasses(
  classes: Vector,
  width: number,
  design: RowDesign,
): Pick<ClassesBeside, "effective" | "weighted"> {
  const own = Array.from({ length: width }, (): number[] => []);
  for (let row = 0; row < design.rows; row++) {
    const weight = weightAt(design, row);
    if (weight > 0) own[classes[row]].push(weight);
  }
  return {
    effective: Float64Array.from(own, (weights) => (weights.length === 0 ? 0 : effectiveRows(weights, weights.length))),
    weighted: Float64Array.from(own, (weights) => totalWeight(weights, weights.length)),
  };
}

/** A model compared with a prediction that is the same for every row. */
export interface Beside {
  readonly model: number;
  readonly baseline: number;
  readonly found: Found;
}

function byAccuracy({ probabilities, classes, constant, design }: ClassesBeside): Beside {
  const mostFrequent = mostProbable(constant, 0, constant.length);
  const own = (row: number): boolean => mostProbable(probabilities, row, constant.length) === classes[row];
  return byShares(own, (row) => mostFrequent === classes[row], design);
}

/** The shares of the rows that are right. @param model whether it is right about a row @param baseline the same */
export function byShares(
  model: (row: number) => boolean,
  baseline: (row: number) => boolean,
  design: RowDesign,
): Beside {
  const { rows } = design;
  let [right, trivial, wins, losses] = [0, 0, 0, 0];
  /** +1 where the model alone is right, −1 where the baseline alone is. */
  const lead = new Int8Array(rows);
  for (let row = 0; row < rows; row++) {
    const weight = weightAt(design, row);
    const [own, other] = [model(row), baseline(row)];
    lead[row] = Number(own) - Number(other);
    if (own) right += weight;
    if (other) trivial += weight;
    if (own && !other) wins += weight;
    if (other && !own) losses += weight;
  }
  const total = totalWeight(design.weights, rows);
  const difference = (wins - losses) / total;
  const independent = ((wins + losses) / total - difference ** 2) / Math.max(1, rows - 1);
  const contribution = (row: number): number => (weightAt(design, row) / total) * (lead[row] - difference);
  const dependence = dependenceOf(design, contribution, independent);
  const effective = rows / dependence;
  const shares = { difference, wins: effective * (wins / total), losses: effective * (losses / total) };
  const found = pairedShares(effective, shares, freedomOf(design, dependence, 0));
  return { model: right / total, baseline: trivial / total, found };
}

interface PairedShares {
  readonly difference: number;
  readonly wins: number;
  readonly losses: number;
}

/** The difference of two shares of the same rows, by the rows in which they differ. */
function pairedShares(rows: number, { difference, wins, losses }: PairedShares, freedom: number): Found {
  const [more, less] = [(wins + 1) / (rows + 2), (losses + 1) / (rows + 2)];
  const radius = studentRadius(CERTAINTY, freedom) * Math.sqrt((more + less - (more - less) ** 2) / (rows + 2));
  const [low, high] = [Math.max(-1, more - less - radius), Math.min(1, more - less + radius)];
  // The interval is an approximation; which is the better one the exact test decides.
  const sure = signTest(wins, losses) <= 1 - CERTAINTY;
  if (sure || (low <= 0 && high >= 0)) return { difference, bounds: [low, high] };
  return { difference, bounds: [Math.min(low, 0), Math.max(high, 0)], widened: true };
}

/** Of each class as many as are right, all classes with equal weight: a constant prediction is right in one class. */
export function byRecall({ probabilities, classes, effective, weighted, constant, design }: ClassesBeside): Beside {
  const isRight = (row: number): boolean => mostProbable(probabilities, row, constant.length) === classes[row];
  const right = new Float64Array(effective.length);
  for (let row = 0; row < classes.length; row++) if (isRight(row)) right[classes[row]] += weightAt(design, row);
  const present = [...effective.keys()].filter((index) => weighted[index] > 0);
  const recall = right.map((sum, index) => (weighted[index] > 0 ? sum / weighted[index] : 0));
  const model = present.reduce((sum, index) => sum + recall[index], 0) / present.length;
  const mostFrequent = mostProbable(constant, 0, constant.length);
  const baseline = weighted[mostFrequent] > 0 ? 1 / present.length : 0;
  const varianceOf = (shareOf: (index: number) => number): number =>
    present.reduce((sum, index) => sum + (shareOf(index) * (1 - shareOf(index))) / effective[index], 0);
  const contribution = (row: number): number => {
    const index = classes[row];
    return (weightAt(design, row) * (Number(isRight(row)) - recall[index])) / (weighted[index] || 1);
  };
  // With a right and a wrong row more, so that a class that is all right isn't taken as certain.
  const cautious = varianceOf((index) => (recall[index] * effective[index] + 1) / (effective[index] + 2));
  const variance = { found: varianceOf((index) => recall[index]), cautious };
  const radius = recallRadius({ present, effective, variance, contribution, design });
  const difference = model - baseline;
  return { model, baseline, found: { difference, bounds: [difference - radius, difference + radius] } };
}

interface RecallSpread {
  /** The classes that there are. */
  readonly present: readonly number[];
  /** [K], as of `ClassesBeside`. */
  readonly effective: Float64Array;
  /** The sum of the classes' variances, of independent rows: as found, and with a caution for classes of few rows. */
  readonly variance: { readonly found: number; readonly cautious: number };
  /** [N], a row's contribution to the sum over the classes. */
  readonly contribution: (row: number) => number;
  readonly design: RowDesign;
}

/** Half the width of the interval around a mean over classes. */
export function recallRadius({ present, effective, variance, contribution, design }: RecallSpread): number {
  const rows = present.reduce((sum, index) => sum + effective[index], 0);
  const independent = (variance.found * design.rows) / Math.max(1, design.rows - 1);
  const found = dependenceOf(design, contribution, independent);
  // That weights differ is in the effective rows; where nothing varies it is in what was found too.
  const dependence = independent > 0 ? found : Math.max(design.dependence, found * (rows / design.rows));
  const freedom = freedomOf(design, dependence * (design.rows / rows), present.length);
  return (studentRadius(CERTAINTY, freedom) * Math.sqrt(dependence * variance.cautious)) / present.length;
}

function byLogLoss({ probabilities, classes, constant, design }: ClassesBeside): Beside {
  const width = constant.length;
  const own = Float64Array.from(classes, (index, row) => costOf(probabilities[row * width + index]));
  const other = Float64Array.from(classes, (index) => costOf(constant[index]));
  return byCosts(own, other, design);
}

/** What a probability of the truth costs, in nats. */
export function costOf(p: number): number {
  return -Math.log(Math.max(p, SMALLEST_PROBABILITY));
}

/** The mean difference of what each row costs. @param own [N] @param other [N] */
export function byCosts(own: Float64Array, other: Float64Array, design: RowDesign): Beside {
  const [model, baseline] = [meanOf(own, design), meanOf(other, design)];
  const difference = baseline - model;
  const spread = own.map((loss, row) => other[row] - loss - difference);
  const radius = standardRadius(spread, design);
  return { model, baseline, found: { difference, bounds: [difference - radius, difference + radius] } };
}

export interface NumbersToCompare extends CountedRows {
  /** [N, D] */
  readonly predicted: Vector;
  /** [N, D] */
  readonly observed: Vector;
  /** [D], what the baseline predicts. */
  readonly means: Vector;
  /** [D], what an error of 1 is in each target: errors of several targets are added in these units. */
  readonly deviations: Vector;
}

/** Predicted numbers compared with means that are the same for every row, by squared errors. */
export function compareNumbers({ predicted, observed, means, deviations, ...counted }: NumbersToCompare): Comparison {
  const width = means.length;
  const rows = observed.length / width;
  const design = designOf(rows, counted);
  const here = meansOf(observed, width, design);
  // One target has its own unit, several have none in common.
  const units = width === 1 ? [1] : deviations;
  const { squares, root } = squaredErrors({ observed, units, design }, [predicted, means]);
  const own = squares((at) => predicted[at]);
  const trivial = squares((at) => means[at % width]);
  const figures = { measure: "squaredError", design, model: root(own), baseline: root(trivial) } as const;
  const best = squares((at) => here[at % width]);
  return concluded(figures, shareGone(own, trivial, design), shareGone(own, best, design));
}

interface Observed {
  /** [N, D] */
  readonly observed: Vector;
  /** [D], what an error of 1 is in each target. */
  readonly units: Vector;
  readonly design: RowDesign;
}

/** The squared errors of each row, and the root of their mean, of predictions whose numbers are in the lists. */
export function squaredErrors({ observed, units, design }: Observed, lists: readonly Vector[]) {
  const width = units.length;
  const factor = squareable([observed, ...lists], units);
  const squares = (answer: (at: number) => number): Float64Array => {
    const sums = new Float64Array(design.rows);
    for (let at = 0; at < observed.length; at++) {
      sums[Math.floor(at / width)] += ((observed[at] * factor - answer(at) * factor) / units[at % width]) ** 2;
    }
    return sums;
  };
  const root = (sums: Float64Array): number => Math.sqrt(meanOf(sums, design) / width) / factor;
  return { squares, root };
}

/** Each target's mean; of equal numbers that number, which their rounded mean may miss. */
function meansOf(observed: Vector, width: number, design: RowDesign): Float64Array {
  const total = totalWeight(design.weights, design.rows);
  const sums = new Float64Array(width);
  const varies = new Array<boolean>(width).fill(false);
  for (let at = 0; at < observed.length; at++) {
    sums[at % width] += (weightAt(design, Math.floor(at / width)) * observed[at]) / total;
    varies[at % width] ||= observed[at] !== observed[at % width];
  }
  return sums.map((sum, target) => (varies[target] ? sum : observed[target]));
}

/** A power of two by which numbers in their units can be squared and added: 1, unless they are beyond 10^±140. */
function squareable(lists: readonly Vector[], units: Vector): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const list of lists) {
    for (let at = 0; at < list.length; at++) {
      largest = Math.max(largest, Math.log2(Math.abs(list[at])) - Math.log2(units[at % units.length]));
    }
  }
  if (largest === Number.NEGATIVE_INFINITY || Math.abs(largest) < 465) return 1;
  return 2 ** Math.max(-1000, Math.min(1000, -Math.round(largest)));
}

/** 1 − Σ own / Σ other, no less than the least number. */
export function shareGone(own: Float64Array, other: Float64Array, design: RowDesign): Found {
  // Shares have no unit; numbers around 1 can be squared once more.
  const largest = Math.max(meanOf(own, design), meanOf(other, design)) || 1;
  const [mine, theirs] = [own, other].map((squares) => squares.map((square) => square / largest));
  const whole = meanOf(theirs, design);
  if (whole === 0) return { difference: 0, bounds: [0, 0] };
  const difference = finite(1 - meanOf(mine, design) / whole);
  const spread = mine.map((square, row) => (1 - difference) * theirs[row] - square);
  const radius = standardRadius(spread, design) / whole;
  return { difference, bounds: [finite(difference - radius), Math.min(1, finite(difference + radius))] };
}

function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

/** Half the width of the interval around a mean. @param spread [N], the differences from it */
function standardRadius(spread: Float64Array, design: RowDesign): number {
  const { rows } = design;
  const total = totalWeight(design.weights, rows);
  const squares = spread.reduce((sum, value, row) => sum + weightAt(design, row) * value * value, 0);
  const variance = (squares * (rows / total)) / (rows - 1);
  const contribution = (row: number): number => (weightAt(design, row) / total) * spread[row];
  const dependence = dependenceOf(design, contribution, variance / rows);
  return studentRadius(CERTAINTY, freedomOf(design, dependence, 1)) * Math.sqrt((variance * dependence) / rows);
}

type Figures = Pick<Comparison, "measure" | "model" | "baseline"> & { readonly design: RowDesign };

/** @param hindsight the same, compared with the best constant prediction for these rows */
export function concluded({ design, ...figures }: Figures, found: Found, hindsight: Found): Comparison {
  const { difference } = found;
  const units = unitsOf(design);
  const groups = design.groups && { groups: units };
  const common = { ...figures, rows: design.rows, ...groups, difference, certainty: CERTAINTY };
  if (units < FEWEST_ROWS) return { ...common, conclusion: "undecided" };
  const low = Math.min(found.bounds[0], hindsight.bounds[0]);
  const [, high] = found.bounds;
  const conclusion = low > 0 ? "better" : high < 0 ? "worse" : "undecided";
  const lowered = found.bounds[0] > 0 && low <= 0;
  const widened = found.widened === true && (low === 0 || high === 0);
  return {
    ...common,
    conclusion,
    interval: [low, high],
    ...(lowered && { hindsight: true as const }),
    ...(widened && { widened: true as const }),
  };
}

/** The mean of a value of each row, by the rows' weights. */
export function meanOf(values: Float64Array, design: RowDesign): number {
  const sum = values.reduce((total, value, row) => total + weightAt(design, row) * value, 0);
  return sum / totalWeight(design.weights, values.length);
}
