/** A judged model's metrics beside the baseline's, with the confusion matrix or each target's metrics, as lines of text. */
import { metricLabel, shownMetrics } from "../entries/internal.ts";
import type { ClassificationMetrics, MultilabelMetrics, QuantileMetrics, RegressionMetrics, Task } from "../node.ts";
import { short } from "./terminal.ts";
import type { Printed, TextTable } from "./textTable.ts";

type Metrics = ClassificationMetrics | MultilabelMetrics | (RegressionMetrics & Partial<QuantileMetrics>);

/** What the baseline gives every row. */
const TRIVIAL: Readonly<Record<Task, string>> = {
  classification: "the class shares",
  multilabel: "the labels' shares",
  regression: "the mean",
};
/** The same where the training rows are unknown. */
const TRIVIAL_OF_IMPORTED: Readonly<Record<Task, string>> = {
  classification: "equal probabilities of all classes",
  multilabel: "the probability 0.5 of each label",
  regression: "the number that the file adds to its outputs, or 0",
};

export interface MetricsToPrint {
  readonly task: Task;
  readonly model: Metrics;
  readonly baseline: Metrics;
  /** Those of another model on the same rows, where there is one. */
  readonly against?: Metrics | undefined;
  /** The classes, the labels or the targets. */
  readonly names: readonly string[];
  /** The column of sample weights: counts are sums of them. Whole numbers of rows when absent. */
  readonly weights?: string | undefined;
  /** Whether nothing is known of the training rows; false when absent. */
  readonly isImported?: boolean;
}

/** @param title which rows the metrics are of */
export function metricLines(
  title: string,
  { task, model, baseline, against, names, weights, isImported = false }: MetricsToPrint,
): Printed[] {
  const several = task === "regression" && names.length > 1;
  const value = (metrics: Metrics, key: string): string | undefined => {
    const found = (metrics as unknown as Record<string, number | null | undefined>)[key];
    return found === undefined ? undefined : shortOrNone(found);
  };
  const rows = shownMetrics.flatMap((key) => {
    const own = value(model, key);
    if (own === undefined) return [];
    const others = against === undefined ? [] : [value(against, key) ?? NONE];
    return [[metricLabel(key), own, ...others, value(baseline, key) ?? NONE]];
  });
  const ofQuantiles = "perQuantile" in model ? ", and for the pinball loss the quantiles," : "";
  const trivial = isImported ? TRIVIAL_OF_IMPORTED[task] : `${TRIVIAL[task]}${ofQuantiles} of the training rows`;
  return [
    "",
    `${title}, compared with a baseline that gives every row ${trivial}${several ? `; the means over ${names.length} targets` : ""}:`,
    "",
    against === undefined
      ? { rows: [["", "network", "baseline"], ...rows], numeric: [1, 2] }
      : { rows: [["", "network", "other model", "baseline"], ...rows], numeric: [1, 2, 3] },
    ...detailLines(model, names, weights),
    ...quantileLines(model, baseline),
  ];
}

/** The metrics of a model and of the one that it went on from, on old rows. */
export function beforeAndAfter(before: Metrics, after: Metrics): TextTable {
  const [was, is] = [before, after].map((metrics) => metrics as unknown as Record<string, number | null | undefined>);
  const rows = shownMetrics
    .filter((key) => is[key] !== undefined)
    .map((key) => [metricLabel(key), shortOrNone(was[key] ?? null), shortOrNone(is[key] ?? null)]);
  return { rows: [["", "before", "after"], ...rows], numeric: [1, 2] };
}

function detailLines(model: Metrics, names: readonly string[], weights: string | undefined): Printed[] {
  if ("confusion" in model) return confusionLines(model, names, weights);
  return "perLabel" in model ? perLabelLines(model, names, weights) : perTargetLines(model, names);
}

/** Each label by itself. @param names the labels */
function perLabelLines(
  { perLabel }: MultilabelMetrics,
  names: readonly string[],
  weights: string | undefined,
): Printed[] {
  const heads = [
    weights === undefined ? "rows" : "weight",
    "accuracy",
    "precision",
    "recall",
    "F1",
    "log loss",
    "Brier score",
  ];
  const rows = perLabel.map((label, at) => {
    const { support, accuracy, precision, recall, f1, logLoss, brier } = label;
    return [names[at], countText(support), ...[accuracy, precision, recall, f1, logLoss, brier].map(shortOrNone)];
  });
  return ["", { rows: [["label", ...heads], ...rows], numeric: heads.map((_, at) => at + 1) }];
}

/** Where the rows leave a metric undefined. */
const NONE = "–";
const shortOrNone = (value: number | null): string => (value === null ? NONE : short(value));

/** Sums of weights need not be whole. */
const countText = (count: number): string => (Number.isInteger(count) ? String(count) : short(count));

/** Of more classes the matrix is left out. */
const MOST_CLASSES = 15;

function confusionLines(
  { confusion }: ClassificationMetrics,
  names: readonly string[],
  weights: string | undefined,
): Printed[] {
  if (names.length > MOST_CLASSES) return [];
  const texts = shortNames(names);
  const numeric = texts.map((_, index) => index + 1);
  const matrix = (heads: readonly string[], sides: readonly string[]): TextTable => {
    const rows = confusion.map((counts, index) => [sides[index], ...counts.map(countText)]);
    return { rows: [["", ...heads], ...rows], numeric };
  };
  const numbers = numeric.map(String);
  const numbered = texts.map((text, index) => `${numbers[index].padStart(String(texts.length).length)} ${text}`);
  return [
    "",
    `  rows: the true class; columns: the predicted class${weights === undefined ? "" : `; numbers: sums of ${weights}`}`,
    "",
    { ...matrix(texts, texts), narrow: matrix(numbers, numbered) },
  ];
}

/** Names of 12 characters at most: their beginnings, or, where those are the same, their ends too. */
function shortNames(names: readonly string[]): string[] {
  const cut = (shorten: (name: string) => string): string[] =>
    names.map((name) => (name.length > 12 ? shorten(name) : name));
  const beginnings = cut((name) => `${name.slice(0, 11)}…`);
  if (new Set(beginnings).size === names.length) return beginnings;
  return cut((name) => `${name.slice(0, 5)}…${name.slice(-6)}`);
}

function perTargetLines({ perTarget }: RegressionMetrics, names: readonly string[]): Printed[] {
  if (perTarget.length === 1) return [];
  const keys = ["r2", "rmse", "mae"] as const;
  const rows = perTarget.map((metrics, at) => [names[at], ...keys.map((key) => shortOrNone(metrics[key]))]);
  return ["", { rows: [["target", ...keys.map(metricLabel)], ...rows], numeric: [1, 2, 3] }];
}

/** Each quantile by itself: the share of the rows at or below it, and its loss. */
function quantileLines(model: Metrics, baseline: Metrics): Printed[] {
  if (!("perQuantile" in model) || model.perQuantile === undefined) return [];
  const trivial = "perQuantile" in baseline ? (baseline.perQuantile ?? []) : [];
  const rows = model.perQuantile.map(({ quantile, coverage, pinball }, at) => [
    String(quantile),
    short(coverage),
    short(pinball),
    shortOrNone(trivial[at]?.pinball ?? null),
  ]);
  const { between } = model;
  return [
    "",
    { rows: [["quantile", "share at or below", "pinball loss", "baseline's"], ...rows], numeric: [1, 2, 3] },
    ...(between === undefined
      ? []
      : [
          "",
          `  between the lowest and the highest: ${percent(between.coverage)} of the rows, nominally ${percent(between.nominal)}; mean distance ${short(between.width)}`,
        ]),
    "  R², RMSE and MAE are those of the median.",
  ];
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
