/**
 * How good a model's predictions are of rows that it has not learned yet (progressive validation), as a running mean that forgets,
 * beside a baseline that learns online too: the shares of the classes, the mean or the quantiles of the targets.
 *
 * The mean has a fading factor α: S = s + α S, N = 1 + α N, mean S/N. It follows a stream that changes, as a mean over a window of 1/(1 − α)
 * rows does, and keeps a number a score instead of the window's rows.
 *
 * Sources: Dawid 1984, "Statistical theory: the prequential approach"; Gama, Sebastião & Rodrigues 2013, "On evaluating stream
 * learning algorithms". Knows no network.
 */
import type { RegressionTarget, Target, TargetQuantiles } from "../../data/encoding.ts";
import { predictedNumbers } from "../../data/targetQuantiles.ts";
import { ModelFileError } from "../../errors.ts";
import { mostProbable, SMALLEST_PROBABILITY } from "../../metrics/probabilities.ts";
import type { ModelDocument } from "../../models/document.ts";
import type { FadingScores } from "../../models/learning.ts";
import { THRESHOLD } from "../../models/multilabelClassifier.ts";

/** α: a row counts half as much after 693 others, and all together count as 1000. */
export const FADING = 0.999;

/** By their names: `accuracy` and `logLoss` of classes, `hammingLoss` and `logLoss` of labels, `rmse` and `mae` of numbers, `pinball` of quantiles. */
export type OnlineScores = Readonly<Record<string, number>>;

/** The scores of predictions that were made before the rows were learned. */
export interface RunningScores {
  /** How many rows they are of, the ones that have faded included. */
  readonly rows: number;
  readonly model: OnlineScores;
  readonly baseline: OnlineScores;
}

/** How the predictions of one task are scored. */
interface Scoring {
  /** The terms of one row whose means the scores are made of. */
  terms(response: ArrayLike<number>, truth: ArrayLike<number>): number[];
  /** From the means of the terms. */
  scores(means: readonly number[]): OnlineScores;
  /** What the baseline predicts at first: what the training rows had. */
  readonly prediction: readonly number[];
  /** Moves the baseline's prediction, in place, towards a row. */
  follow(prediction: number[], truth: ArrayLike<number>): void;
  /** The error of one row, in [0, 1]: what a drift is found by. */
  error(response: ArrayLike<number>, truth: ArrayLike<number>): number;
}

/** How much of the way to a row the baseline goes. */
const RATE = 1 - FADING;

function scoringOf(target: Target): Scoring {
  switch (target.task) {
    case "classification":
      return ofClasses(target.shares);
    case "multilabel":
      return ofLabels(target.labels.map(({ shares: [, yes] }) => yes));
    case "regression":
      return target.quantiles === undefined ? ofNumbers(target) : ofQuantiles(target, target.quantiles);
    default:
      return target satisfies never;
  }
}

const logLoss = (probability: number): number => -Math.log(Math.max(probability, SMALLEST_PROBABILITY));

function ofClasses(shares: readonly number[]): Scoring {
  const error = (response: ArrayLike<number>, truth: ArrayLike<number>): number =>
    mostProbable(response, 0, shares.length) === truth[0] ? 0 : 1;
  return {
    terms: (response, truth) => [1 - error(response, truth), logLoss(response[truth[0]])],
    scores: ([accuracy, logLoss]) => ({ accuracy, logLoss }),
    prediction: shares,
    follow: (prediction, truth) => {
      for (let k = 0; k < prediction.length; k++) prediction[k] += RATE * ((k === truth[0] ? 1 : 0) - prediction[k]);
    },
    error,
  };
}

function ofLabels(shares: readonly number[]): Scoring {
  const mean = (of: (at: number) => number): number => shares.reduce((sum, _, at) => sum + of(at), 0) / shares.length;
  const error = (response: ArrayLike<number>, truth: ArrayLike<number>): number =>
    mean((at) => (response[at] > THRESHOLD === (truth[at] === 1) ? 0 : 1));
  return {
    terms: (response, truth) => [
      error(response, truth),
      mean((at) => logLoss(truth[at] === 1 ? response[at] : 1 - response[at])),
    ],
    scores: ([hammingLoss, logLoss]) => ({ hammingLoss, logLoss }),
    prediction: shares,
    follow: (prediction, truth) => {
      for (let k = 0; k < prediction.length; k++) prediction[k] += RATE * (truth[k] - prediction[k]);
    },
    error,
  };
}

/** Of several targets the mean over them, as everywhere. */
function ofNumbers({ means, deviations }: RegressionTarget): Scoring {
  const targets = means.length;
  const errors = (response: ArrayLike<number>, truth: ArrayLike<number>): number[] =>
    means.map((_, at) => truth[at] - response[at]);
  return {
    terms: (response, truth) => errors(response, truth).flatMap((e) => [e * e, Math.abs(e)]),
    scores: (terms) => ({
      rmse: terms.reduce((sum, term, at) => sum + (at % 2 === 0 ? Math.sqrt(term) : 0), 0) / targets,
      mae: terms.reduce((sum, term, at) => sum + (at % 2 === 1 ? term : 0), 0) / targets,
    }),
    prediction: means,
    follow: (prediction, truth) => {
      for (let k = 0; k < prediction.length; k++) prediction[k] += RATE * (truth[k] - prediction[k]);
    },
    error: (response, truth) =>
      errors(response, truth).reduce((sum, e, at) => sum + bounded(e, deviations[at]), 0) / targets,
  };
}

/** |e|/(|e| + σ): ½ for an error of one deviation of the training targets. */
function bounded(e: number, deviation: number): number {
  return Math.abs(e) / (Math.abs(e) + deviation);
}

function ofQuantiles(target: RegressionTarget, { levels, values }: TargetQuantiles): Scoring {
  const [deviation] = target.deviations;
  return {
    terms: (response, truth) => [
      levels.reduce((sum, level, at) => {
        const e = truth[0] - response[at];
        return sum + Math.max(level * e, (level - 1) * e);
      }, 0) / levels.length,
    ],
    scores: ([pinball]) => ({ pinball }),
    prediction: values,
    // A step against the gradient of the pinball loss (Robbins & Monro 1951), in deviations of the training targets.
    follow: (prediction, truth) => {
      for (let k = 0; k < prediction.length; k++) {
        prediction[k] += RATE * deviation * (levels[k] - (truth[0] < prediction[k] ? 1 : 0));
      }
    },
    error: (response, truth) => bounded(truth[0] - predictedNumbers(target, response as Float64Array)[0], deviation),
  };
}

export class ScoreKeeper {
  readonly #scoring: Scoring;
  readonly #model: number[];
  readonly #baseline: number[];
  readonly #prediction: number[];
  #weight: number;

  /** @param state of an earlier keeper for the same target; none when absent @throws {ModelFileError} a state of another target */
  constructor(target: Target, state?: FadingScores) {
    this.#scoring = scoringOf(target);
    const { prediction } = this.#scoring;
    const count = this.#scoring.terms(prediction, new Float64Array(prediction.length)).length;
    this.#weight = state?.weight ?? 0;
    this.#model = held("model", count, state?.model);
    this.#baseline = held("baseline", count, state?.baseline);
    this.#prediction = held("prediction", prediction.length, state?.prediction ?? prediction);
  }

  get state(): FadingScores {
    return {
      weight: this.#weight,
      model: [...this.#model],
      baseline: [...this.#baseline],
      prediction: [...this.#prediction],
    };
  }

  /** @returns the error of the row, in [0, 1] */
  add(response: Float64Array, truth: ArrayLike<number>): number {
    this.#weight = 1 + FADING * this.#weight;
    fade(this.#model, this.#scoring.terms(response, truth));
    fade(this.#baseline, this.#scoring.terms(this.#prediction, truth));
    this.#scoring.follow(this.#prediction, truth);
    return this.#scoring.error(response, truth);
  }

  /** Undefined before the first row. */
  scores(): Omit<RunningScores, "rows"> | undefined {
    if (this.#weight === 0) return undefined;
    const [model, baseline] = [this.#model, this.#baseline].map((sums) =>
      this.#scoring.scores(sums.map((sum) => sum / this.#weight)),
    );
    return { model, baseline };
  }
}

/** What the learning of a model has scored; undefined of one that learned no row online. @throws {ModelFileError} as `ScoreKeeper` */
export function scoresOf({ target, learning }: Pick<ModelDocument, "target" | "learning">): RunningScores | undefined {
  const scores = learning && new ScoreKeeper(target, learning.scores).scores();
  return scores && { rows: learning.rows, ...scores };
}

function fade(sums: number[], terms: readonly number[]): void {
  for (let at = 0; at < sums.length; at++) sums[at] = terms[at] + FADING * sums[at];
}

/** @throws {ModelFileError} */
function held(name: string, count: number, numbers: readonly number[] = new Array<number>(count).fill(0)): number[] {
  if (numbers.length === count) return [...numbers];
  throw new ModelFileError(
    `learning.scores.${name}: expected ${count} numbers for the target, found ${numbers.length}.`,
  );
}
