/**
 * What calibration came to on rows that it did not see: how well probabilities agree with frequencies, how many values lie
 * within their intervals.
 */

import { conformalRadius, coverageOfScores, leastRows } from "../../metrics/calibration/conformal.ts";
import { conformityScores } from "../../metrics/calibration/conformityScores.ts";
import { reliability } from "../../metrics/calibration/reliability.ts";
import { logitsOf, withTemperature } from "../../metrics/calibration/temperature.ts";
import { noAndYes, weightsOfLabels } from "../../metrics/multilabelMetrics.ts";
import { conformalOf, type ModelDocument } from "../../models/document.ts";
import type { Model } from "../../models/model.ts";
import type { Predictions } from "../predictions.ts";

/** The coverage that is shown; a model's intervals may be asked for any other. */
const COVERAGE = 0.9;
/** Of the expected calibration error. */
const BINS = 15;

/** Of a classification's test rows; of several labels, of all labels of these rows. */
export interface TemperatureReport {
  readonly temperature: number;
  /** The expected calibration error without the temperature and with it. */
  readonly ece: { readonly before: number; readonly after: number };
}

/** Of a regression's test rows. */
export interface IntervalReport {
  /** The share of new rows that the intervals promise to cover. */
  readonly coverage: number;
  /** Present where the intervals lie around the lowest and the highest predicted quantile. */
  readonly around?: "quantiles";
  /**
   * For each target: half the interval's width, in its unit, or how far it reaches beyond the quantiles, below 0 where they are drawn in;
   * and the share of the test rows that it covers.
   */
  readonly targets: readonly { readonly name: string; readonly radius: number; readonly covered: number }[];
}

/** What a model's temperature or intervals are like on rows with known targets, by its predictions to them; undefined where it has none. */
export function calibrationReport(
  { document }: Pick<Model, "document">,
  tested: Predictions,
): TemperatureReport | IntervalReport | undefined {
  return document.task === "regression" ? ofIntervals(document, tested) : ofTemperature(document, tested);
}

function ofTemperature(
  { temperature, target }: ModelDocument,
  { rows, responses, desired: classes, sampleWeights: weights }: Predictions,
): TemperatureReport | undefined {
  if (temperature === undefined || target.task === "regression") return undefined;
  const [after, count] = target.task === "multilabel" ? [noAndYes(responses), 2] : [responses, target.classes.length];
  const sampleWeights = weightsOfLabels(weights, classes.length / rows);
  // p^(1/T) renormalised is undone by the inverse of T.
  const before = withTemperature(logitsOf(after), count, 1 / temperature);
  const ece = (probabilities: Float64Array): number =>
    reliability(probabilities, classes, count, BINS, { sampleWeights }).ece;
  return { temperature, ece: { before: ece(before), after: ece(after) } };
}

function ofIntervals(
  { interval, target }: ModelDocument,
  { responses: predicted, quantiles, desired: observed, sampleWeights }: Predictions,
): IntervalReport | undefined {
  if (interval === undefined || target.task !== "regression") return undefined;
  const fitted = target.columns.map((_, at) => conformalOf(interval, at));
  // So few rows can't promise the coverage: the interval's radius would have to be larger than any residual.
  if (fitted.some((own) => own.rows < leastRows(COVERAGE))) return undefined;
  const scores = conformityScores({ predicted, observed, quantiles }, target.columns.length);
  const targets = target.columns.map((name, at) => {
    const radius = conformalRadius(fitted[at], COVERAGE);
    return { name, radius, covered: coverageOfScores(scores[at], radius, { sampleWeights }) };
  });
  return { coverage: COVERAGE, ...(target.quantiles && { around: "quantiles" as const }), targets };
}
