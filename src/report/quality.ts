/**
 * How good a model is on held-out rows, as a report shows it: confusion and calibration, or predicted against true.
 *
 * The metrics themselves are `metrics/`'s business. Plain data; knows nothing of pages.
 */
import type { ClassificationTarget, MultilabelTarget, RegressionTarget } from "../data/encoding.ts";
import { labelTexts } from "../data/labels.ts";
import { baselinePrediction } from "../data/targetNames.ts";
import { type Conformal, conformalRadius, coverageOfScores, leastRows } from "../metrics/calibration/conformal.ts";
import { conformityScores } from "../metrics/calibration/conformityScores.ts";
import { type Reliability, reliability } from "../metrics/calibration/reliability.ts";
import type { ClassMetrics } from "../metrics/classificationMetrics.ts";
import { type LabelMetrics, noAndYes, weightsOfLabels } from "../metrics/multilabelMetrics.ts";
import { evaluateQuantiles, type QuantileMetrics } from "../metrics/quantileMetrics.ts";
import type { TargetMetrics } from "../metrics/regressionMetrics.ts";
import { effectiveRows } from "../metrics/sampleWeights.ts";
import { type WithBaseline, withBaseline } from "../metrics/withBaseline.ts";
import { conformalOf, type Interval } from "../models/document.ts";
import type { Model } from "../models/model.ts";
import { evaluatePredictions } from "../tabular/predictions.ts";
import { drawRows, type HeldOut } from "./heldOut.ts";

export interface ClassificationQuality {
  readonly task: "classification";
  readonly classes: readonly string[];
  /** [K, K] counts; row = true class, column = predicted class. */
  readonly confusion: readonly (readonly number[])[];
  /** [K] */
  readonly each: readonly ClassMetrics[];
  /** The metrics of the baseline, which always predicts the most frequent class, for each class, [K]. */
  readonly baselineEach: readonly ClassMetrics[];
  readonly calibration: Reliability;
  /**
   * Present where rows have sample weights, so that counts are sums of them: the effective number of rows of equal
   * weight.
   */
  readonly effectiveRows?: number;
  /** The calibration of the baseline, which predicts the class shares of the training rows. */
  readonly baselineCalibration: Reliability;
}

export interface TargetQuality {
  readonly name: string;
  readonly metrics: TargetMetrics;
  readonly baseline: TargetMetrics;
  /** What the baseline predicts: the mean of the training rows. */
  readonly mean: number;
  /**
   * Prediction intervals: their nominal coverage, how far they reach on each side of the prediction, or of the lowest and the highest
   * quantile, and the share of these rows that they contain; absent where the model has none, or if these rows determined them.
   */
  readonly intervals?: readonly { readonly coverage: number; readonly radius: number; readonly covered: number }[];
  /** True and predicted values of at most 800 rows. */
  readonly points: readonly (readonly [truth: number, predicted: number])[];
  /**
   * Counts of predicted − true, or sums of sample weights where there are some, in equal steps; the outermost include all
   * larger errors.
   */
  readonly residuals: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  /** Present where rows have sample weights: the effective number of rows of equal weight. */
  readonly effectiveRows?: number;
}

export interface RegressionQuality {
  readonly task: "regression";
  /** Of a model of quantiles, and of the baseline, which predicts those of the training rows. */
  readonly quantiles?: WithBaseline<QuantileMetrics>;
  readonly targets: readonly TargetQuality[];
}

export interface LabelQuality {
  readonly name: string;
  /** The values that mean no and yes, as the table writes them. */
  readonly values: readonly string[];
  readonly metrics: LabelMetrics;
  readonly baseline: LabelMetrics;
}

export interface MultilabelQuality {
  readonly task: "multilabel";
  readonly labels: readonly LabelQuality[];
  /** The effective number of labels where the rows have weights. */
  readonly effectiveRows?: number;
  /**
   * The calibration of the probabilities of no and yes, over all labels of all rows. The Brier score is that of labels,
   * (p − d)².
   */
  readonly calibration: Reliability;
  readonly baselineCalibration: Reliability;
}

export type Quality = ClassificationQuality | MultilabelQuality | RegressionQuality;

const MOST_POINTS = 800;
const RESIDUAL_STEPS = 24;
const COVERAGES = [0.5, 0.8, 0.9, 0.95];
/** Bins of the reliability diagram: of fewer than about ten rows each, none would show anything. */
const MOST_BINS = 10;
const FEWEST_BINS = 5;

/** @throws {DataError} no rows, or a response that is not finite */
export function qualityOf(model: Model, held: HeldOut, seed: number): Quality {
  const { target } = model.document;
  switch (target.task) {
    case "classification":
      return ofClasses(target, held);
    case "multilabel":
      return ofLabels(target, held);
    case "regression":
      return ofNumbers(target, held, seed, held.part === "test" ? model.document.interval : undefined);
    default:
      return target satisfies never;
  }
}

function ofLabels(target: MultilabelTarget, held: HeldOut): MultilabelQuality {
  const { responses, truth, sampleWeights } = held;
  const shares = baselinePrediction(target);
  const { model, baseline } = evaluatePredictions({ target, responses, desired: truth, sampleWeights });
  const bins = binsOf(truth.length);
  const weighted = { sampleWeights: weightsOfLabels(sampleWeights, shares.length) };
  const calibration = withBaseline(responses, shares, (of) =>
    ofYes(reliability(noAndYes(of), truth, 2, bins, weighted)),
  );
  return {
    task: "multilabel",
    ...(sampleWeights && { effectiveRows: shares.length * effectiveRows(sampleWeights, sampleWeights.length) }),
    labels: target.labels.map((label, at) => ({
      name: label.column,
      values: labelTexts(label),
      metrics: model.perLabel[at],
      baseline: baseline.perLabel[at],
    })),
    calibration: calibration.model,
    baselineCalibration: calibration.baseline,
  };
}

/** No and yes have the same errors, so their Brier score is twice that of yes alone, which is what a label's is. */
function ofYes(calibration: Reliability): Reliability {
  return { ...calibration, brier: calibration.brier / 2 };
}

function binsOf(predictions: number): number {
  return Math.min(MOST_BINS, Math.max(FEWEST_BINS, Math.floor(predictions / 10)));
}

function ofClasses(target: ClassificationTarget, held: HeldOut): ClassificationQuality {
  const { shares } = target;
  const classes = labelTexts(target);
  const { responses, truth, sampleWeights } = held;
  const { model, baseline } = evaluatePredictions({ target, responses, desired: truth, sampleWeights });
  const bins = binsOf(truth.length);
  const calibration = withBaseline(responses, shares, (of) =>
    reliability(of, truth, classes.length, bins, { sampleWeights }),
  );
  return {
    task: "classification",
    classes,
    confusion: model.confusion,
    each: model.classes,
    baselineEach: baseline.classes,
    ...(sampleWeights && { effectiveRows: effectiveRows(sampleWeights, truth.length) }),
    calibration: calibration.model,
    baselineCalibration: calibration.baseline,
  };
}

function ofNumbers(
  target: RegressionTarget,
  held: HeldOut,
  seed: number,
  interval: Interval | undefined,
): RegressionQuality {
  const { responses, quantiles, truth, table, sampleWeights } = held;
  const { columns, means, quantiles: asked } = target;
  const { model, baseline } = evaluatePredictions({ target, responses, desired: truth, sampleWeights });
  const width = columns.length;
  const drawn = drawRows(table.rows, MOST_POINTS, seed, "points");
  const scores = conformityScores({ predicted: responses, observed: truth, quantiles }, width);
  const ofQuantiles =
    quantiles && asked && evaluateQuantiles({ ...asked, predicted: quantiles, observed: truth, sampleWeights });
  return {
    task: "regression",
    ...(ofQuantiles && { quantiles: ofQuantiles }),
    targets: columns.map((name, at) => {
      const points = Array.from(drawn, (row) => [truth[row * width + at], responses[row * width + at]] as const);
      const errors = Float64Array.from({ length: table.rows }, (_, row) => {
        const place = row * width + at;
        return responses[place] - truth[place];
      });
      const [metrics, ofBaseline] = [model.perTarget[at], baseline.perTarget[at]];
      const intervals = interval && intervalsOf(conformalOf(interval, at), scores[at], sampleWeights);
      return {
        name,
        metrics,
        baseline: ofBaseline,
        mean: means[at],
        ...(intervals && { intervals }),
        points,
        residuals: histogram(errors, sampleWeights),
        ...(sampleWeights && { effectiveRows: effectiveRows(sampleWeights, errors.length) }),
      };
    }),
  };
}

/** Of the coverages that so few calibration rows can promise. @param scores [N], of one target */
function intervalsOf(
  fitted: Conformal,
  scores: Float64Array,
  sampleWeights: Float64Array | undefined,
): TargetQuality["intervals"] {
  return COVERAGES.filter((coverage) => leastRows(coverage) <= fitted.rows).map((coverage) => {
    const radius = conformalRadius(fitted, coverage);
    return { coverage, radius, covered: coverageOfScores(scores, radius, { sampleWeights }) };
  });
}

/** From −r to r, r being what 99 % of the errors stay within, so that a few extreme ones do not hide the rest. */
function histogram(
  errors: Float64Array,
  weights: Float64Array | undefined,
): { from: number; to: number; count: number }[] {
  const sizes = errors.map(Math.abs).sort();
  const reach = sizes[Math.ceil(0.99 * (sizes.length - 1))] || 1;
  const step = (2 * reach) / RESIDUAL_STEPS;
  const counts = new Array<number>(RESIDUAL_STEPS).fill(0);
  for (const [row, error] of errors.entries()) {
    const at = Math.min(RESIDUAL_STEPS - 1, Math.max(0, Math.floor((error + reach) / step)));
    counts[at] += weights?.[row] ?? 1;
  }
  return counts.map((count, i) => ({ from: -reach + i * step, to: -reach + (i + 1) * step, count }));
}
