/**
 * What a model answers, as lines of text: CSV with a heading, or a JSON object a line.
 *
 * Each number is taken by the name that its column has: objects keyed by labels or column names have no order to rely on,
 * since JavaScript puts names that are whole numbers first. Knows no file and no option.
 */
import { labelText } from "../entries/internal.ts";
import {
  type Bounds,
  type Classifier,
  type ClassPrediction,
  labelTexts,
  type Model,
  type TextColumn,
} from "../node.ts";

/** One row's answer, as `model.predict` gives it. */
export type Answer = ReturnType<Model["predictTable"]>[number];
/** One row's interval, as `model.intervals` gives it. */
export type Interval = Bounds | Readonly<Record<string, Bounds>>;

export interface Answers {
  readonly predictions: readonly Answer[];
  /** Of each prediction, where they were asked for. */
  readonly intervals?: readonly Interval[] | undefined;
  /** Columns of the table that go before the answers, as they are written there. */
  readonly copied: readonly TextColumn[];
}

type Cell = string | number | boolean | null;

/** An object a line: the prediction alone, or beside its interval and what was copied of its row. */
export function* jsonLines(model: Model, { predictions, intervals, copied }: Answers): Generator<string> {
  const named = writtenAnswers(model);
  for (const [row, answer] of predictions.entries()) {
    const prediction = named === undefined ? answer : named(answer as ClassPrediction);
    if (intervals === undefined && copied.length === 0) yield JSON.stringify(prediction);
    else {
      const own = Object.fromEntries(copied.map(({ name, values }) => [name, values[row]]));
      const interval = intervals?.[row];
      yield JSON.stringify({ ...(copied.length > 0 && { row: own }), prediction, ...(interval && { interval }) });
    }
  }
}

/** What names an answer's classes as the training table writes them; undefined where their values are written so. */
function writtenAnswers({ document: { target } }: Model): ((answer: ClassPrediction) => unknown) | undefined {
  if (target.task !== "classification" || target.written === undefined) return undefined;
  const texts = new Map(target.classes.map((label, index) => [label, labelText(target, index)]));
  return ({ label, probability, ranked, probabilities }) => {
    const named: Readonly<Record<string, number>> = probabilities;
    return {
      label: texts.get(label),
      probability,
      ranked: ranked.map((each) => ({ ...each, label: texts.get(each.label) })),
      probabilities: Object.fromEntries([...texts].map(([value, text]) => [text, named[String(value)]])),
    };
  };
}

/**
 * A heading and a line for each answer: what was copied, then the label and each class's probability, or the numbers with
 * their bounds.
 *
 * @param digits significant ones of numbers that the model computed; see `rounded`
 */
export function* csvLines(model: Model, answers: Answers, digits: number | undefined): Generator<string> {
  const { predictions, intervals, copied } = answers;
  const names = copied.map(({ name }) => name);
  const heading = headingOf(model, intervals !== undefined).map((name) => free(name, names));
  yield csvLine([...names, ...heading]);
  const round = (value: number): number => rounded(value, digits);
  for (const [row, answer] of predictions.entries()) {
    const cells =
      model.task === "classification"
        ? classCells(model, answer as ClassPrediction, round)
        : numberCells(model.targets, answer as Exclude<Answer, ClassPrediction>, intervals?.[row], round);
    yield csvLine([...copied.map(({ values }) => values[row]), ...cells]);
  }
}

function headingOf(model: Model, withIntervals: boolean): string[] {
  const { target } = model.document;
  if (target.task === "classification") return [target.column, ...labelTexts(target).map((label) => `p(${label})`)];
  return target.columns.flatMap((name) => (withIntervals ? [name, `low(${name})`, `high(${name})`] : [name]));
}

/** A name that no copied column has: a table with known answers has a column of the target's name. */
function free(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? free(`predicted(${name})`, taken) : name;
}

function classCells(
  { classes, document: { target } }: Classifier,
  { label, probabilities }: ClassPrediction,
  round: (value: number) => number,
): Cell[] {
  const named: Readonly<Record<string, number>> = probabilities;
  const written = target.task === "classification" ? labelText(target, classes.indexOf(label)) : label;
  return [written, ...classes.map((name) => round(named[String(name)]))];
}

function numberCells(
  targets: readonly string[],
  answer: Exclude<Answer, ClassPrediction>,
  interval: Interval | undefined,
  round: (value: number) => number,
): Cell[] {
  return targets.flatMap((name) => {
    const value = typeof answer === "number" ? answer : answer[name];
    if (interval === undefined) return [round(value)];
    const bounds = targets.length === 1 ? (interval as Bounds) : (interval as Record<string, Bounds>)[name];
    return [value, ...bounds].map(round);
  });
}

/** Of numbers that are large, all digits before the point count, and none after it. */
const WHOLE_FROM = 1e6;

/** A number with some significant digits; when absent with six, or all before the point where there are more. */
export function rounded(value: number, digits?: number): number {
  if (digits === undefined && Math.abs(value) >= WHOLE_FROM) return Math.round(value);
  const found = Number(value.toPrecision(digits ?? 6));
  // The largest numbers round to one that no number holds.
  return Number.isFinite(found) ? found : value;
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
