/** What `train` and `evaluate` print: the start of training, metrics beside the baseline, the confusion matrix. */
import type { ClassificationMetrics, Evaluation, Label, RegressionMetrics, Report, Task, TrainStart } from "../node.ts";
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

/** The lines after training: how it ended, and the test's (else the validation's) metrics beside the baseline's. */
export function reportLines(report: Report): string[] {
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
  const part = report.metrics.test ? "test" : report.metrics.validation ? "validation" : "training";
  const metrics = report.metrics[part];
  const baseline = report.metrics.baseline[part];
  const planned = report.planned ? [plannedText(report.planned)] : [];
  const lines = ["", `${epochs}${endings[report.stopped]}${kept}.`, ...planned, ...foldLines(report)];
  const trouble = healthLines(report);
  if (metrics === undefined || baseline === undefined) return [...lines, ...trouble];
  const title = `On the ${report.rows[part]} ${part} rows${part === "training" ? ", which say nothing of new rows" : ""}`;
  const judged = metricLines(report.task, metrics, baseline, title, report.classes ?? report.targets);
  return [...lines, ...judged, ...calibrationLines(report), ...trouble];
}

/** Each metric's mean over the folds and its deviation from fold to fold. */
function foldLines({ folds, networks }: Report): string[] {
  if (folds === undefined) return [];
  const rows = Object.entries(metricNames).flatMap(([key, name]) => {
    const { mean, deviation } = folds.spread[key] ?? {};
    return mean === undefined ? [] : [[name, short(mean), deviation == null ? "" : `± ${short(deviation)}`]];
  });
  const title = `Over ${folds.metrics.length} folds, each answered by networks that did not learn from it (${networks} in all):`;
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

/** What was wrong with layers to the end; the warnings of the data were told at the start. */
function healthLines({ warnings }: Report): string[] {
  const lasting = warnings.filter(({ code, layer }) => layer !== undefined || code === "time-too-short");
  return lasting.length === 0 ? [] : ["", ...lasting.map(({ message }) => `  note      ${message}`)];
}

/** The lines of a judged model. @param names the classes or the targets */
export function evaluationLines(evaluation: Evaluation, names: readonly Label[]): string[] {
  const { task, model, baseline, rows } = evaluation;
  return metricLines(task, model, baseline, `On ${rows} rows`, names);
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

function metricLines(task: Task, model: Metrics, baseline: Metrics, title: string, names: readonly Label[]): string[] {
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
function confusionLines({ confusion }: ClassificationMetrics, names: readonly Label[]): string[] {
  if (names.length > 15) return [];
  const texts = names.map((name) => (String(name).length > 12 ? `${String(name).slice(0, 11)}…` : String(name)));
  const rows = confusion.map((counts, index) => [texts[index], ...counts.map(String)]);
  const numeric = texts.map((_, index) => index + 1);
  return [
    "",
    "  rows: the true class; columns: the predicted",
    "",
    ...alignColumns([["", ...texts], ...rows], { numeric }),
  ];
}

function perTargetLines({ perTarget }: RegressionMetrics, names: readonly Label[]): string[] {
  if (perTarget.length === 1) return [];
  const rows = perTarget.map(({ r2, rmse, mae }, at) => [
    String(names[at]),
    r2 === null ? "–" : short(r2),
    short(rmse),
    short(mae),
  ]);
  return ["", ...alignColumns([["target", "R²", "RMSE", "MAE"], ...rows], { numeric: [1, 2, 3] })];
}
