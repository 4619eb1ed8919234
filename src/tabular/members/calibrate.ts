/**
 * What predictions to rows that were not learned from say about the model's own words: how sure it may be, how far off it is.
 */

import { fitScores } from "../../metrics/calibration/conformal.ts";
import { conformityScores } from "../../metrics/calibration/conformityScores.ts";
import { fitTemperature, logitsOf } from "../../metrics/calibration/temperature.ts";
import { tempered, temperedLabels } from "../../metrics/calibration/tempered.ts";
import { noAndYes, weightsOfLabels } from "../../metrics/multilabelMetrics.ts";
import { effectiveRows } from "../../metrics/sampleWeights.ts";
import type { ModelDocument } from "../../models/document.ts";
import type { Predictions } from "../predictions.ts";
import { nestedParts } from "./nestedOutputs.ts";
import { type FoldPredictions, pooled } from "./outOfFold.ts";

/** The part of a model's document that calibration decides. */
export type Calibration = Pick<ModelDocument, "temperature" | "interval">;

/** By fewer rows no temperature is fitted unless it is asked for: it would be mostly chance. */
const FEWEST_ROWS = 20;
/** More rows take longer and hardly change the temperature. */
const MOST_ROWS = 10_000;

export interface Calibrated {
  readonly calibration: Calibration;
  /** The same predictions after calibration, each with a temperature that was fitted on other rows. */
  readonly predictions: readonly FoldPredictions[];
}

/**
 * A classification gets a temperature, several labels get one in common, a regression the residuals that its intervals are made of. The model that predictions
 * for itself is the mean of all its networks, and those that predicted here are the ones of each row's fold: with several
 * folds it is mostly a little better than what it was calibrated by.
 *
 * @param predictions of each fold; none calibrate nothing
 * @param asked true calibrates by few rows too, false by none; where there are enough when absent
 */
export function calibrate(predictions: readonly FoldPredictions[], asked?: boolean): Calibrated {
  if (predictions.length === 0 || asked === false) return { calibration: {}, predictions };
  const all = pooled(predictions);
  const { target } = all;
  if (target.task === "regression") return { calibration: { interval: intervalOf(all) }, predictions };
  if (asked === undefined && effectiveRows(all.sampleWeights, all.rows) < FEWEST_ROWS)
    return { calibration: {}, predictions };
  const classes = asClasses(all);
  const rows = Array.from({ length: classes.rows }, (_, row) => row);
  return { calibration: { temperature: temperatureOf(classes, rows) }, predictions: crossCalibrated(predictions, all) };
}

function intervalOf({ target, responses, quantiles, desired, sampleWeights }: Predictions): ModelDocument["interval"] {
  const width = target.task === "regression" ? target.columns.length : 1;
  const scores = conformityScores({ predicted: responses, observed: desired, quantiles }, width);
  const fitted = scores.map((own) => fitScores(own, { sampleWeights }));
  return { rows: fitted[0].rows, residuals: fitted.map((own) => own.residuals) };
}

/** Predictions with a class each; every one of several labels of a row is a prediction with the classes no and yes. */
type ClassPredictions = Pick<Predictions, "rows" | "responses" | "desired" | "sampleWeights">;

function asClasses({ rows, target, responses, desired, sampleWeights }: Predictions): ClassPredictions {
  if (target.task !== "multilabel") return { rows, responses, desired, sampleWeights };
  const weights = weightsOfLabels(sampleWeights, target.labels.length);
  return { rows: desired.length, responses: noAndYes(responses), desired, sampleWeights: weights };
}

/** The temperature that some of the rows decide. */
function temperatureOf(
  { rows: all, responses, desired, sampleWeights: weights }: ClassPredictions,
  rows: readonly number[],
): number {
  const width = responses.length / all;
  const step = Math.max(1, rows.length / MOST_ROWS);
  const chosen = Uint32Array.from({ length: Math.floor(rows.length / step) }, (_, at) => rows[Math.floor(at * step)]);
  const probabilities = new Float64Array(chosen.length * width);
  for (const [at, row] of chosen.entries()) {
    probabilities.set(responses.subarray(row * width, (row + 1) * width), at * width);
  }
  const classes = Float64Array.from(chosen, (row) => desired[row]);
  const sampleWeights = weights && Float64Array.from(chosen, (row) => weights[row]);
  return fitTemperature(logitsOf(probabilities), classes, width, { cautious: true, sampleWeights }).temperature;
}

/** Each fold, or each part of a single one, with the temperature of the others: what the temperature is worth on new rows. */
function crossCalibrated(predictions: readonly FoldPredictions[], all: Predictions): FoldPredictions[] {
  const groups = predictions.flatMap((fold, at) =>
    predictions.length > 1
      ? new Array<number>(fold.rows).fill(at)
      : [...nestedParts(fold.rows, { strata: classesOf(fold), groups: fold.groups })],
  );
  const classes = asClasses(all);
  /** Predictions of a row, each with classes of its own. */
  const each = classes.rows / all.rows;
  const groupOf = (answer: number): number => groups[Math.floor(answer / each)];
  const indices = Array.from({ length: classes.rows }, (_, index) => index);
  const width = all.responses.length / all.rows;
  const responses = all.responses.slice();
  for (const group of new Set(groups)) {
    const others = indices.filter((index) => groupOf(index) !== group);
    if (others.length === 0) continue;
    const temperature = temperatureOf(classes, others);
    for (const [row, own] of groups.entries()) {
      if (own !== group) continue;
      const response = responses.subarray(row * width, (row + 1) * width);
      if (all.target.task === "multilabel") temperedLabels(response, temperature);
      else tempered(response, width, temperature);
    }
  }
  let first = 0;
  return predictions.map((fold) => {
    const own = responses.slice(first, first + fold.responses.length);
    first += own.length;
    return { ...fold, responses: own };
  });
}

/** As the epochs of these rows were chosen: labels are divided without regard to them. */
function classesOf({ target, desired }: FoldPredictions): FoldPredictions["desired"] | undefined {
  return target.task === "classification" ? desired : undefined;
}
