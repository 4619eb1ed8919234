/**
 * A model's predictions as lines of text: CSV with a heading, or a JSON object a line.
 *
 * Each number is taken by the name that its column has: objects keyed by labels or column names have no order to rely on,
 * since JavaScript puts names that are whole numbers first. Knows no file and no option.
 */
import { classTargets, labelText, rounded as nearest, outputNames } from "../entries/internal.ts";
import {
  type Bounds,
  type Classifier,
  type ClassPrediction,
  type Label,
  labelTexts,
  type Model,
  type MultilabelClassifier,
  type MultilabelPrediction,
  type QuantilePrediction,
  type Regressor,
  type TextColumn,
} from "../node.ts";

/** One row's prediction, as `model.predict` gives it. */
export type Prediction = ReturnType<Model["predictTable"]>[number];
/** One row's interval, as `model.intervals` gives it. */
export type Interval = Bounds | Readonly<Record<string, Bounds>>;

export interface Predictions {
  readonly predictions: readonly Prediction[];
  /** Of each prediction, where they were asked for. */
  readonly intervals?: readonly Interval[] | undefined;
  /** Of each prediction, of a model that predicts some. */
  readonly quantiles?: readonly QuantilePrediction[] | undefined;
  /** Columns of the table that go before the predictions, as they are written there. */
  readonly copied: readonly TextColumn[];
}

type Cell = string | number | boolean | null;

/** What one row has besides its prediction. */
interface Beside {
  readonly interval: Interval | undefined;
  readonly quantiles: QuantilePrediction | undefined;
}

/** How the predictions of a model are written. */
interface PredictionWriter {
  /** The columns of a table of predictions. */
  readonly heading: readonly string[];
  cells(predicted: Prediction, beside: Beside, round: (value: number) => number): Cell[];
  /** The predicted as an object, with classes as the training table writes them. */
  named(predicted: Prediction): unknown;
}

function writerOf(model: Model, withIntervals: boolean): PredictionWriter {
  switch (model.task) {
    case "classification":
      return ofClasses(model);
    case "multilabel":
      return ofLabels(model);
    case "regression":
      return ofNumbers(model, withIntervals);
    default:
      return model satisfies never;
  }
}

/** The label, and each class's probability. */
function ofClasses({ classes, document: { target } }: Classifier): PredictionWriter {
  const [own] = classTargets(target);
  const texts = new Map(classes.map((label, index) => [label, labelText(own, index)]));
  const named = ({ label, probability, ranked, probabilities }: ClassPrediction): unknown => {
    const values: Readonly<Record<string, number>> = probabilities;
    return {
      label: texts.get(label),
      probability,
      ranked: ranked.map((each) => ({ ...each, label: texts.get(each.label) })),
      probabilities: Object.fromEntries([...texts].map(([value, text]) => [text, values[String(value)]])),
    };
  };
  return {
    heading: [own.column, ...labelTexts(own).map((label) => `p(${label})`)],
    cells: (predicted, _, round) => {
      const { label, probabilities } = predicted as ClassPrediction;
      const values: Readonly<Record<string, number>> = probabilities;
      return [texts.get(label) ?? null, ...classes.map((name) => round(values[String(name)]))];
    },
    named: (predicted) => (own.written === undefined ? predicted : named(predicted as ClassPrediction)),
  };
}

/** The value of every label, and then every label's probability. */
function ofLabels({ labels, document: { target } }: MultilabelClassifier): PredictionWriter {
  const targets = classTargets(target);
  const written = (predicted: MultilabelPrediction): [string, string | Label][] =>
    targets.map((label) => {
      const value = predicted.values[label.column];
      const text = label.written && labelText(label, label.classes.indexOf(value));
      return [label.column, text ?? value];
    });
  return {
    heading: [...labels, ...labels.map((name) => `p(${name})`)],
    cells: (predicted, _, round) => {
      const prediction = predicted as MultilabelPrediction;
      return [
        ...written(prediction).map(([, value]) => value),
        ...labels.map((name) => round(prediction.probabilities[name])),
      ];
    },
    named: (predicted) => {
      const prediction = predicted as MultilabelPrediction;
      return { ...prediction, values: Object.fromEntries(written(prediction)) };
    },
  };
}

/** The numbers, each with its bounds where these were asked for, and then the quantiles of a model of some. */
function ofNumbers({ targets, quantileLevels, document }: Regressor, withIntervals: boolean): PredictionWriter {
  const levels = quantileLevels.length === 0 ? [] : outputNames(document.target);
  return {
    heading: [
      ...targets.flatMap((name) => (withIntervals ? [name, `low(${name})`, `high(${name})`] : [name])),
      ...levels,
    ],
    cells: (predicted, { interval, quantiles = {} }, round) => [
      ...targets.flatMap((name) => {
        const value = typeof predicted === "number" ? predicted : (predicted as Readonly<Record<string, number>>)[name];
        if (interval === undefined) return [round(value)];
        const bounds = targets.length === 1 ? (interval as Bounds) : (interval as Record<string, Bounds>)[name];
        return [value, ...bounds].map(round);
      }),
      ...quantileLevels.map((level) => round(quantiles[String(level)])),
    ],
    named: (predicted) => predicted,
  };
}

/** A function that writes one prediction as JSON, as `jsonLines` does. */
export function predictionText(model: Model): (predicted: Prediction) => string {
  const writer = writerOf(model, false);
  return (predicted) => JSON.stringify(writer.named(predicted));
}

/** An object a line: the prediction alone, or with its interval, its quantiles and what was copied of its row. */
export function* jsonLines(model: Model, given: Predictions): Generator<string> {
  const { predictions, intervals, quantiles, copied } = given;
  const writer = writerOf(model, intervals !== undefined);
  for (const [row, predicted] of predictions.entries()) {
    const prediction = writer.named(predicted);
    if (intervals === undefined && quantiles === undefined && copied.length === 0) yield JSON.stringify(prediction);
    else {
      const own = Object.fromEntries(copied.map(({ name, values }) => [name, values[row]]));
      const beside = {
        ...(intervals && { interval: intervals[row] }),
        ...(quantiles && { quantiles: quantiles[row] }),
      };
      yield JSON.stringify({ ...(copied.length > 0 && { row: own }), prediction, ...beside });
    }
  }
}

/**
 * A line for each prediction, below a heading where one is asked for: what was copied, then the label and each class's probability, each label's value and
 * then each label's probability, or the numbers with their bounds.
 *
 * @param digits significant ones of numbers that the model computed; see `rounded`
 */
export function* csvLines(
  model: Model,
  given: Predictions,
  { digits, heading }: { readonly digits: number | undefined; readonly heading: boolean },
): Generator<string> {
  const { predictions, intervals, quantiles, copied } = given;
  const names = copied.map(({ name }) => name);
  const writer = writerOf(model, intervals !== undefined);
  if (heading) yield csvLine([...names, ...writer.heading.map((name) => free(name, names))]);
  const round = (value: number): number => rounded(value, digits);
  for (const [row, predicted] of predictions.entries()) {
    const cells = writer.cells(predicted, { interval: intervals?.[row], quantiles: quantiles?.[row] }, round);
    yield csvLine([...copied.map(({ values }) => values[row]), ...cells]);
  }
}

/** A name that no copied column has: a table with known targets has a column of the target's name. */
function free(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? free(`predicted(${name})`, taken) : name;
}

/** Of numbers that are large, all digits before the point count, and none after it. */
const WHOLE_FROM = 1e6;

/** A number with some significant digits; when absent with six, or all before the point where there are more. */
export function rounded(value: number, digits?: number): number {
  if (digits === undefined && Math.abs(value) >= WHOLE_FROM) return Math.round(value);
  return nearest(value, digits ?? 6);
}

/** RFC 4180: a field with a comma, a quote or a line end is quoted, its quotes doubled; a missing value is empty. */
function csvLine(cells: readonly Cell[]): string {
  return cells
    .map((cell) => {
      const text = cell === null ? "" : String(cell);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(",");
}
