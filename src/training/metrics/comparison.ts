/**
 * Whether a model is better than the trivial baseline, by how much, and how certain that is: paired comparisons on the same
 * rows.
 *
 * "Better" has to hold against the best constant answer to these very rows as well, which no model can know beforehand: so
 * answers that are only nearer to the mean of these rows don't count. At most one in forty tables whose target has nothing to
 * do with the columns is wrongly called better. Knows no networks and no names.
 *
 * Sources: Agresti & Min 2005 and Bonett & Price 2012 for the difference of paired shares, with the exact sign test for
 * its direction; Cochran 1977, section 6.3, for a ratio's standard error; Nadeau & Bengio 2003 for rows in folds.
 */
import { mostProbable, SMALLEST_PROBABILITY } from "../probabilities.ts";
import { signTest, studentRadius } from "./distributions.ts";

/** What is compared. */
export type Measure = "accuracy" | "balancedAccuracy" | "logLoss" | "squaredError";

export interface Comparison {
  readonly measure: Measure;
  readonly conclusion: "better" | "undecided" | "worse";
  readonly rows: number;
  /** The measure of both, a squared error as its root: RMSE. */
  readonly model: number;
  readonly baseline: number;
  /**
   * How much better the model is, below 0 where it is worse: in shares of rows, in nats, or, of squared errors, as the share
   * of the baseline's that is gone.
   */
  readonly difference: number;
  /** The confidence interval of the difference; absent where there are too few rows for one. */
  readonly interval?: readonly [low: number, high: number];
  readonly certainty: number;
}

/** The confidence level of the interval. */
export const CERTAINTY = 0.95;
/** Of fewer rows no interval is computed. */
const FEWEST_ROWS = 5;

type Vector = ArrayLike<number>;
type Bounds = readonly [low: number, high: number];
/** A difference with its interval. */
interface Found {
  readonly difference: number;
  readonly bounds: Bounds;
}

export interface ClassesToCompare {
  readonly measure: Exclude<Measure, "squaredError">;
  /** [N, K] */
  readonly probabilities: Vector;
  /** [N] */
  readonly classes: Vector;
  /** [K], what the baseline knows. */
  readonly shares: Vector;
  /** Rows that count as one because they depend on each other, at least 1: see `foldDependence`. */
  readonly dependence?: number;
}

/**
 * How many rows count as one where each fold is answered by what learned from the others: their networks share most of what
 * they learned from, so their errors go together.
 */
export function foldDependence(folds: number): number {
  return folds === 1 ? 1 : 1 + folds / (folds - 1);
}

/** A classifier beside class shares that every row gets. */
export function compareClasses({
  measure,
  probabilities,
  classes,
  shares,
  dependence = 1,
}: ClassesToCompare): Comparison {
  const width = shares.length;
  const rows = classes.length;
  const counts = new Float64Array(width);
  for (let row = 0; row < rows; row++) counts[classes[row]]++;
  const here = counts.map((count) => count / rows);
  const compared = { accuracy: byAccuracy, balancedAccuracy: byRecall, logLoss: byLogLoss }[measure];
  const beside = (constant: Vector) => compared({ probabilities, classes, counts, constant, dependence });
  const { model, baseline, found } = beside(shares);
  return concluded({ measure, rows, model, baseline }, found, beside(here).found);
}

interface ClassesBeside {
  readonly probabilities: Vector;
  readonly classes: Vector;
  /** [K], rows of each class. */
  readonly counts: Float64Array;
  /** [K], what every row is answered. */
  readonly constant: Vector;
  readonly dependence: number;
}
interface Beside {
  readonly model: number;
  readonly baseline: number;
  readonly found: Found;
}

function byAccuracy({ probabilities, classes, constant, dependence }: ClassesBeside): Beside {
  const mostFrequent = mostProbable(constant, 0, constant.length);
  let [right, trivial, wins, losses] = [0, 0, 0, 0];
  for (let row = 0; row < classes.length; row++) {
    const own = mostProbable(probabilities, row, constant.length) === classes[row];
    const other = mostFrequent === classes[row];
    if (own) right++;
    if (other) trivial++;
    if (own && !other) wins++;
    if (other && !own) losses++;
  }
  const rows = classes.length;
  const found = pairedShares(rows / dependence, wins / dependence, losses / dependence);
  return { model: right / rows, baseline: trivial / rows, found };
}

/** The difference of two shares of the same rows, by the rows in which they differ. */
function pairedShares(rows: number, wins: number, losses: number): Found {
  const difference = (wins - losses) / rows;
  const [more, less] = [(wins + 1) / (rows + 2), (losses + 1) / (rows + 2)];
  const radius =
    studentRadius(CERTAINTY, Math.max(1, rows)) * Math.sqrt((more + less - (more - less) ** 2) / (rows + 2));
  const [low, high] = [Math.max(-1, more - less - radius), Math.min(1, more - less + radius)];
  // The interval is an approximation; which is the better one the exact test decides.
  const sure = signTest(wins, losses) <= 1 - CERTAINTY;
  return { difference, bounds: sure ? [low, high] : [Math.min(low, 0), Math.max(high, 0)] };
}

/** Of each class as many as are right, all classes counting alike: a constant answer is right in one class. */
function byRecall({ probabilities, classes, counts, constant, dependence }: ClassesBeside): Beside {
  const right = new Float64Array(counts.length);
  for (let row = 0; row < classes.length; row++) {
    if (mostProbable(probabilities, row, constant.length) === classes[row]) right[classes[row]]++;
  }
  const present = [...counts.keys()].filter((index) => counts[index] > 0);
  const model = present.reduce((sum, index) => sum + right[index] / counts[index], 0) / present.length;
  const mostFrequent = mostProbable(constant, 0, constant.length);
  const baseline = counts[mostFrequent] > 0 ? 1 / present.length : 0;
  const variance = present.reduce((sum, index) => {
    // With a right and a wrong row more, so that a class that is all right isn't taken as certain.
    const share = (right[index] + 1) / (counts[index] + 2);
    return sum + (share * (1 - share) * dependence) / counts[index];
  }, 0);
  const freedom = Math.max(1, classes.length / dependence - present.length);
  const radius = (studentRadius(CERTAINTY, freedom) * Math.sqrt(variance)) / present.length;
  const difference = model - baseline;
  return { model, baseline, found: { difference, bounds: [difference - radius, difference + radius] } };
}

function byLogLoss({ probabilities, classes, constant, dependence }: ClassesBeside): Beside {
  const width = constant.length;
  const cost = (p: number): number => -Math.log(Math.max(p, SMALLEST_PROBABILITY));
  const own = Float64Array.from(classes, (index, row) => cost(probabilities[row * width + index]));
  const other = Float64Array.from(classes, (index) => cost(constant[index]));
  const difference = meanOf(other) - meanOf(own);
  const spread = own.map((loss, row) => other[row] - loss - difference);
  const radius = standardRadius(spread, dependence);
  const found: Found = { difference, bounds: [difference - radius, difference + radius] };
  return { model: meanOf(own), baseline: meanOf(other), found };
}

export interface NumbersToCompare {
  /** [N, D] */
  readonly predicted: Vector;
  /** [N, D] */
  readonly observed: Vector;
  /** [D], what the baseline answers. */
  readonly means: Vector;
  /** [D], what an error of 1 is in each target: errors of several targets are added in these units. */
  readonly deviations: Vector;
  readonly dependence?: number;
}

/** Predicted numbers beside the means that every row gets, by squared errors. */
export function compareNumbers({
  predicted,
  observed,
  means,
  deviations,
  dependence = 1,
}: NumbersToCompare): Comparison {
  const width = means.length;
  const rows = observed.length / width;
  const here = meansOf(observed, width);
  // One target has its own unit, several have none in common.
  const units = width === 1 ? [1] : deviations;
  const factor = squareable([observed, predicted, means], units);
  const squares = (answer: (at: number) => number): Float64Array => {
    const sums = new Float64Array(rows);
    for (let at = 0; at < observed.length; at++) {
      sums[Math.floor(at / width)] += ((observed[at] * factor - answer(at) * factor) / units[at % width]) ** 2;
    }
    return sums;
  };
  const own = squares((at) => predicted[at]);
  const trivial = squares((at) => means[at % width]);
  const root = (sums: Float64Array): number => Math.sqrt(meanOf(sums) / width) / factor;
  const figures = { measure: "squaredError", rows, model: root(own), baseline: root(trivial) } as const;
  const best = squares((at) => here[at % width]);
  return concluded(figures, shareGone(own, trivial, dependence), shareGone(own, best, dependence));
}

/** Each target's mean; of equal numbers that number, which their rounded mean may miss. */
function meansOf(observed: Vector, width: number): Float64Array {
  const rows = observed.length / width;
  const sums = new Float64Array(width);
  const varies = new Array<boolean>(width).fill(false);
  for (let at = 0; at < observed.length; at++) {
    sums[at % width] += observed[at] / rows;
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
function shareGone(own: Float64Array, other: Float64Array, dependence: number): Found {
  // Shares have no unit; numbers around 1 can be squared once more.
  const largest = Math.max(meanOf(own), meanOf(other)) || 1;
  const [mine, theirs] = [own, other].map((squares) => squares.map((square) => square / largest));
  const whole = meanOf(theirs);
  if (whole === 0) return { difference: 0, bounds: [0, 0] };
  const difference = finite(1 - meanOf(mine) / whole);
  const spread = mine.map((square, row) => (1 - difference) * theirs[row] - square);
  const radius = standardRadius(spread, dependence) / whole;
  return { difference, bounds: [finite(difference - radius), Math.min(1, finite(difference + radius))] };
}

function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

/** Half the width of the interval around a mean. @param spread [N], the differences from it */
function standardRadius(spread: Float64Array, dependence: number): number {
  const rows = spread.length;
  const variance = spread.reduce((sum, value) => sum + value * value, 0) / (rows - 1);
  const freedom = Math.max(1, rows / dependence - 1);
  return studentRadius(CERTAINTY, freedom) * Math.sqrt((variance * dependence) / rows);
}

type Figures = Pick<Comparison, "measure" | "rows" | "model" | "baseline">;

/** @param hindsight the same beside the best constant answer to these very rows */
function concluded(figures: Figures, found: Found, hindsight: Found): Comparison {
  const { difference } = found;
  const common = { ...figures, difference, certainty: CERTAINTY };
  if (figures.rows < FEWEST_ROWS) return { ...common, conclusion: "undecided" };
  const low = Math.min(found.bounds[0], hindsight.bounds[0]);
  const [, high] = found.bounds;
  const conclusion = low > 0 ? "better" : high < 0 ? "worse" : "undecided";
  return { ...common, conclusion, interval: [low, high] };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
