/**
 * What answers to rows that were not learned from say about the model's own words: how sure it may be, how far off it is.
 */
import type { ModelDocument } from "../../models/document.ts";
import { tempered } from "../../models/temperature.ts";
import { fitConformal } from "../../training/calibration/conformal.ts";
import { fitTemperature, logitsOf } from "../../training/calibration/temperature.ts";
import { effectiveRows } from "../../training/sampleWeights.ts";
import type { Answers } from "../answers.ts";
import { nestedParts } from "./nestedOutputs.ts";
import { type FoldAnswers, pooled } from "./outOfFold.ts";

/** The part of a model's document that calibration decides. */
export type Calibration = Pick<ModelDocument, "temperature" | "interval">;

/** By fewer rows no temperature is fitted unless it is asked for: it would be mostly chance. */
const FEWEST_ROWS = 20;
/** More rows take longer and hardly change the temperature. */
const MOST_ROWS = 10_000;

export interface Calibrated {
  readonly calibration: Calibration;
  /** The same answers after calibration, each by a temperature that was fitted on other rows. */
  readonly answers: readonly FoldAnswers[];
}

/**
 * A classification gets a temperature, a regression the residuals that its intervals are made of. The model that answers
 * for itself is the mean of all its networks, and those that answered here are the ones of each row's fold: with several
 * folds it is mostly a little better than what it was calibrated by.
 *
 * @param answers of each fold; none calibrate nothing
 * @param asked true calibrates by few rows too, false by none; where there are enough when absent
 */
export function calibrate(answers: readonly FoldAnswers[], asked?: boolean): Calibrated {
  if (answers.length === 0 || asked === false) return { calibration: {}, answers };
  const all = pooled(answers);
  const { target } = all;
  if (target.task === "regression") return { calibration: { interval: intervalOf(all) }, answers };
  if (asked === undefined && effectiveRows(all.sampleWeights, all.rows) < FEWEST_ROWS)
    return { calibration: {}, answers };
  const rows = Array.from({ length: all.rows }, (_, row) => row);
  return { calibration: { temperature: temperatureOf(all, rows) }, answers: crossCalibrated(answers, all) };
}

function intervalOf({ target, responses, desired, sampleWeights }: Answers): ModelDocument["interval"] {
  const width = target.task === "regression" ? target.columns.length : 1;
  const fitted = Array.from({ length: width }, (_, at) => {
    const own = Float64Array.from({ length: desired.length / width }, (_row, row) => {
      const place = row * width + at;
      return desired[place] - responses[place];
    });
    return fitConformal(own, { sampleWeights });
  });
  return { rows: fitted[0].rows, residuals: fitted.map((own) => own.residuals) };
}

/** The temperature that some of the rows decide. */
function temperatureOf(
  { rows: all, responses, desired, sampleWeights: weights }: Answers,
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
function crossCalibrated(answers: readonly FoldAnswers[], all: Answers): FoldAnswers[] {
  const groups = answers.flatMap((fold, at) =>
    answers.length > 1 ? new Array<number>(fold.rows).fill(at) : [...nestedParts(fold.rows, fold.desired)],
  );
  const width = all.responses.length / all.rows;
  const rows = groups.map((_, row) => row);
  const responses = all.responses.slice();
  for (const group of new Set(groups)) {
    const others = rows.filter((row) => groups[row] !== group);
    if (others.length === 0) continue;
    const temperature = temperatureOf(all, others);
    for (const row of rows) {
      if (groups[row] === group) tempered(responses.subarray(row * width, (row + 1) * width), width, temperature);
    }
  }
  let first = 0;
  return answers.map((fold) => {
    const own = responses.slice(first, first + fold.responses.length);
    first += own.length;
    return { ...fold, responses: own };
  });
}
