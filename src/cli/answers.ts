/**
 * What a model answers, as lines of text: CSV with a heading, or a JSON object a line.
 *
 * Each number is taken by the name that its column has: objects keyed by labels or column names have no order to rely on,
 * since JavaScript puts names that are whole numbers first. Knows no file and no option.
 */
import type { Bounds, ClassPrediction, Label, Model } from "../node.ts";

/** One row's answer, as `model.predict` gives it. */
export type Answer = ReturnType<Model["predictTable"]>[number];
/** One row's interval, as `model.intervals` gives it. */
export type Interval = Bounds | Readonly<Record<string, Bounds>>;

type Cell = string | number | boolean;

/** An object a line: the answer, or the answer and its interval. */
export function jsonLines(answers: readonly Answer[], intervals: readonly Interval[] | undefined): string[] {
  return answers.map((prediction, row) =>
    JSON.stringify(intervals === undefined ? prediction : { prediction, interval: intervals[row] }),
  );
}

/** A heading and a line for each answer: the label and each class's probability, or the numbers with their bounds. */
export function csvLines(
  model: Model,
  answers: readonly Answer[],
  intervals: readonly Interval[] | undefined,
): string[] {
  const rows = answers.map((answer, row) =>
    model.task === "classification"
      ? classCells(model.classes, answer as ClassPrediction)
      : numberCells(model.targets, answer as Exclude<Answer, ClassPrediction>, intervals?.[row]),
  );
  return [headingOf(model, intervals !== undefined), ...rows].map(csvLine);
}

function headingOf(model: Model, withIntervals: boolean): string[] {
  const { target } = model.document;
  if (target.task === "classification") return [target.column, ...target.classes.map((label) => `p(${label})`)];
  return target.columns.flatMap((name) => (withIntervals ? [name, `low(${name})`, `high(${name})`] : [name]));
}

function classCells(classes: readonly Label[], { label, probabilities }: ClassPrediction): Cell[] {
  const named: Readonly<Record<string, number>> = probabilities;
  return [label, ...classes.map((name) => named[String(name)])];
}

function numberCells(
  targets: readonly string[],
  answer: Exclude<Answer, ClassPrediction>,
  interval: Interval | undefined,
): Cell[] {
  return targets.flatMap((name) => {
    const value = typeof answer === "number" ? answer : answer[name];
    if (interval === undefined) return [value];
    return [value, ...(targets.length === 1 ? (interval as Bounds) : (interval as Record<string, Bounds>)[name])];
  });
}

/** RFC 4180: a field with a comma, a quote or a line end is quoted, its quotes doubled. */
function csvLine(cells: readonly Cell[]): string {
  return cells
    .map((cell) => (/[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell))
    .join(",");
}
