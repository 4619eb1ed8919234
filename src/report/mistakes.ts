/**
 * The rows that a model got most wrong, with their values: where to look for wrong labels and missing columns.
 *
 * Plain data; knows nothing of pages.
 */
import type { RegressionTarget, Target } from "../data/encoding.ts";
import { labelTexts } from "../data/labels.ts";
import { type Column, isMissing, rowNumber, shown } from "../data/table.ts";
import { targetNames } from "../data/targetNames.ts";
import { isWrong } from "../metrics/multilabelMetrics.ts";
import { mostProbable } from "../metrics/probabilities.ts";
import type { Model } from "../models/model.ts";
import { THRESHOLD } from "../models/multilabelClassifier.ts";
import type { HeldOut } from "./heldOut.ts";

/** A value of a row as JSON has it; dates as ISO text. */
export type PlainCell = number | string | boolean | null;

export interface Mistake {
  /** The row of the table's source, counted from 1. */
  readonly row: number;
  readonly cells: readonly PlainCell[];
  /** The true class, or the labels that the row has; or the true values [D]. */
  readonly truth: string | readonly number[];
  /** The predicted class, or the labels that it is predicted to have; or the predicted values [D]. */
  readonly predicted: string | readonly number[];
  /** The predicted probability of the true class, or of the true value of the most wrong label. For numbers, the error in standard deviations of the target in training, the largest of several targets. */
  readonly measure: number;
}

export interface Mistakes {
  /** The columns of `cells`. */
  readonly columns: readonly string[];
  /** The largest mistakes first. */
  readonly rows: readonly Mistake[];
  /** The number of all wrong rows; absent for numbers, for which no prediction is exactly right. */
  readonly wrong?: number;
}

const LISTED = 12;

/**
 * @param names the columns to show, the most important first
 */
export function worstMistakes(model: Model, held: HeldOut, names: readonly string[]): Mistakes {
  const { table } = held;
  const { target } = model.document;
  const columns = names.flatMap((name) => table.columns.find((column) => column.name === name) ?? []);
  const found = foundOf(target, held);
  const rows = found.slice(0, LISTED).map(({ at, ...mistake }) => ({
    row: rowNumber(table, at),
    cells: columns.map((column) => plainCell(column, at)),
    ...mistake,
  }));
  const wrong = target.task === "regression" ? {} : { wrong: found.length };
  return { columns: columns.map(({ name }) => name), rows, ...wrong };
}

type Found = Omit<Mistake, "row" | "cells"> & { readonly at: number };

function foundOf(target: Target, held: HeldOut): Found[] {
  switch (target.task) {
    case "classification":
      return wrongClasses(labelTexts(target), held);
    case "multilabel":
      return wrongLabels(targetNames(target), held);
    case "regression":
      return errors(target, held);
    default:
      return target satisfies never;
  }
}

/** Rows with a wrong label, by the probability of what is true of the label that is most wrong. */
function wrongLabels(names: readonly string[], { table, responses, truth }: HeldOut): Found[] {
  const width = names.length;
  // Lists of such names are ambiguous without quotes.
  const texts = names.some((name) => name.includes(",") || name === "none") ? names.map(shown) : names;
  const found = Array.from({ length: table.rows }, (_, at): Found[] => {
    const chances = names.map((_, i) => responses[at * width + i]);
    const flags = names.map((_, i) => truth[at * width + i] === 1);
    if (!chances.some((p, i) => isWrong(p, Number(flags[i])))) return [];
    const having = (has: (i: number) => boolean): string => texts.filter((_, i) => has(i)).join(", ") || "none";
    const measure = chances.reduce((least, p, i) => Math.min(least, flags[i] ? p : 1 - p), 1);
    return [{ at, truth: having((i) => flags[i]), predicted: having((i) => chances[i] > THRESHOLD), measure }];
  });
  return found.flat().sort((a, b) => a.measure - b.measure);
}

function wrongClasses(classes: readonly string[], { table, responses, truth }: HeldOut): Found[] {
  const width = classes.length;
  const found = Array.from({ length: table.rows }, (_, at): Found[] => {
    const predicted = mostProbable(responses, at, width);
    const measure = responses[at * width + truth[at]];
    return predicted === truth[at] ? [] : [{ at, truth: classes[truth[at]], predicted: classes[predicted], measure }];
  });
  return found.flat().sort((a, b) => a.measure - b.measure);
}

function errors({ deviations }: RegressionTarget, { table, responses, truth }: HeldOut): Found[] {
  const width = deviations.length;
  const all = Array.from({ length: table.rows }, (_, at): Found => {
    const values = (from: ArrayLike<number>): number[] => deviations.map((_, i) => from[at * width + i]);
    const [observed, predicted] = [values(truth), values(responses)];
    const sizes = deviations.map((deviation, i) => Math.abs(predicted[i] - observed[i]) / deviation);
    return { at, truth: observed, predicted, measure: Math.max(...sizes) };
  });
  return all.sort((a, b) => b.measure - a.measure);
}

function plainCell(column: Column, row: number): PlainCell {
  const value = column.values[row];
  if (isMissing(value)) return null;
  return column.type === "date" ? new Date(Number(value)).toISOString() : value;
}
