/** What `train` and `evaluate` print: the start of training, metrics beside the baseline, the confusion matrix. */
import type {
  ClassificationMetrics,
  Evaluation,
  RegressionMetrics,
  Report,
  Task,
  TrainStart,
  Warning,
} from "../node.ts";
import { expectedText, plannedText } from "./planText.ts";
import { alignColumns, short } from "./terminal.ts";

/** The lines before training: what was read, what will learn it. */
export function startLines({
  task,
  targets,
  classes,
  rows,
  split,
  available,
  expected,
  network,
  networks,
  parameters,
  engine,
  warnings,
}: TrainStart): string[] {
  const parts = Object.entries(rows).map(([part, count]) => {
    const all = available?.[part as keyof typeof rows] ?? count;
    return `${count}${all > count ? ` of ${all}` : ""} ${part}`;
  });
  const goal = classes ? `${classes.length} classes of ${targets[0]}` : targets.join(", ");
  const widths = [network.inputs, ...network.layers.flatMap((layer) => (layer.kind === "dense" ? [layer.units] : []))];
  return [
    `  rows      ${parts.join(", ")}${split ? `, divided by the time ${split.time}: the latest test` : ""}`,
    `  task      ${task}: ${goal}`,
    `  network   ${networks === 1 ? "" : `${networks} of `}${widths.join("-")}, ${parameters} parameters, engine ${engine}`,
    ...(expected ? [`  plan      ${expectedText(expected)}`] : []),
    ...warnings.map(({ message }) => `  note      ${message}`),
    "Training …",
  ];
}

/**
 * The lines after training: how it ended, how good the model is in a sentence, the test's metrics beside the baseline's, then
 * those of the rows out of their folds; without a test those of the validation.
 *
 * @param told the warnings that were told before training
 */
export function reportLines(report: Report, told: readonly Warning[] = []): string[] {
  const endings = {
    finished: "",
    early: ", stopped early: no better one came",
    aborted: ", interrupted",
    time: ", stopped: the time was up",
  };
  const epochs = `${report.epochs} epoch${report.epochs === 1 ? "" : "s"}`;
  const best =
    report.bestEpoch === 0 ? "the starting parameters: no epoch was better" : `the best, number ${report.bestEpoch}`;
  const kept = report.bestEpoch === report.epochs ? "" : `; kept ${best}`;
  const verdict = report.verdict === undefined ? [] : ["", report.verdict.sentence];
  return [
    "",
    `${epochs}${endings[report.stopped]}${kept}.`,
    ...(report.planned ? [plannedText(report.planned)] : []),
    ...verdict,
    ...partLines(report),
    ...foldLines(report),
    ...calibrationLines(report),
    ...warningLines(report, told),
  ];
}

/** The test's metrics, or, where there are no folds to show either, the validation's. */
function partLines(report: Report): string[] {
  const part = report.metrics.test ? "test" : report.metrics.validation ? "validation" : "training";
  const metrics = report.metrics[part];
  const baseline = report.metrics.baseline[part];
  if (metrics === undefined || baseline === undefined) return [];
  const names = report.labels ?? report.targets;
  return metricLines(report.task, metrics, baseline, `On the ${rowsOf(report, part)}`, names);
}

/** How many rows a part's metrics are of, and what they are. */
function rowsOf({ rows, folds }: Report, part: "training" | "validation" | "test"): string {
  if (part === "test") return `${rows.test} test rows`;
  if (part === "training") return `${rows.training} training rows, which say nothing of new rows`;
  if (folds !== undefined) return `${folds.rows} rows out of their folds`;
  return `${rows.validation} validation rows, each answered by an epoch that others of them chose`;
}

/** Each metric's mean over the folds and its deviation from fold to fold. */
function foldLines({ folds, networks }: Report): string[] {
  if (folds === undefined) return [];
  const rows = Object.entries(metricNames).flatMap(([key, name]) => {
    const { mean, deviation } = folds.spread[key] ?? {};
    return mean === undefined ? [] : [[name, short(mean), deviation == null ? "" : `± ${short(deviation)}`]];
  });
  const count = folds.metrics.length;
  const title =
    `Over ${count} folds, each answered by networks that did not learn from it (${networks / count} of the model's ${networks}), ` +
    "at epochs that other rows chose:";
  return ["", title, "", ...alignColumns(rows, { numeric: [1, 2] })];
}

/** What the temperature or the intervals came to on test rows. */
function calibrationLines({ calibration }: Report): string[] {
  if (calibration === undefined) return [];
  if ("temperature" in calibration) {
    const { temperature, ece } = calibration;
    const errors = `the expected calibration error goes from ${short(ece.before)} to ${short(ece.after)}`;
    return ["", `  temperature ${short(temperature)}: on the test rows ${errors}`];
  }
  const share = `${100 * calibration.coverage} %`;
  const lines = calibration.targets.map(
    ({ name, radius, covered }) =>
      `  ${share} intervals of ${name}: the prediction ± ${short(radius)}; they hold ${(100 * covered).toFixed(1)} % of the test rows`,
  );
  return ["", ...lines];
}

/** What was found while training and of its model: layers in trouble, and what makes the model hard to trust. */
function warningLines({ warnings }: Report, told: readonly Warning[]): string[] {
  const found = warnings.filter((warning) => !told.includes(warning));
  if (found.length === 0) return [];
  return ["", ...found.map(({ message, layer }) => `  ${layer === undefined ? "warning" : "note   "}   ${message}`)];
}

/** The lines of a judged model. @param names the classes or the targets */
export function evaluationLines(evaluation: Evaluation, names: readonly string[]): string[] {
  const { task, model, baseline, rows, verdict } = evaluation;
  return ["", verdict.sentence, ...metricLines(task, model, baseline, `On ${rows} rows`, names)];
}

type Metrics = ClassificationMetrics | RegressionMetrics;
const metricNames = {
  accuracy: "accuracy",
  balancedAccuracy: "balanced accuracy",
  macroF1: "macro F1",
  rocAuc: "ROC AUC",
  logLoss: "log loss",
  r2: "R²",
  rmse: "RMSE",
  mae: "MAE",
} as const;

function metricLines(task: Task, model: Metrics, baseline: Metrics, title: string, names: readonly string[]): string[] {
  const trivial = task === "classification" ? "the commonest class" : "the mean";
  const value = (metrics: Metrics, key: string): number | string | undefined => {
    const found = (metrics as unknown as Record<string, number | null | undefined>)[key];
    return found === null ? "–" : found;
  };
  const rows = Object.entries(metricNames).flatMap(([key, name]) => {
    const own = value(model, key);
    return own === undefined ? [] : [[name, shortOr(own), shortOr(value(baseline, key) ?? "–")]];
  });
  return [
    "",
    `${title}, beside a baseline that always answers ${trivial}:`,
    "",
    ...alignColumns([["", "network", "baseline"], ...rows], { numeric: [1, 2] }),
    ...("confusion" in model ? confusionLines(model, names) : perTargetLines(model, names)),
  ];
}

const shortOr = (value: number | string): string => (typeof value === "number" ? short(value) : value);

/** The matrix as a table; left out where it would not fit a terminal. */
function confusionLines({ confusion }: ClassificationMetrics, names: readonly string[]): string[] {
  if (names.length > 15) return [];
  const texts = shortNames(names);
  const rows = confusion.map((counts, index) => [texts[index], ...counts.map(String)]);
  const numeric = texts.map((_, index) => index + 1);
  return [
    "",
    "  rows: the true class; columns: the predicted",
    "",
    ...alignColumns([["", ...texts], ...rows], { numeric }),
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

function perTargetLines({ perTarget }: RegressionMetrics, names: readonly string[]): string[] {
  if (perTarget.length === 1) return [];
  const rows = perTarget.map(({ r2, rmse, mae }, at) => [
    names[at],
    r2 === null ? "–" : short(r2),
    short(rmse),
    short(mae),
  ]);
  return ["", ...alignColumns([["target", "R²", "RMSE", "MAE"], ...rows], { numeric: [1, 2, 3] })];
}
