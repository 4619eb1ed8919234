/** What `train` and `evaluate` print: the start of training, its course, the verdict and how the model was judged. */
import { counted, metricLabel, rounded, shownMetrics } from "../entries/internal.ts";
import type { Evaluation, IntervalReport, Report, TrainStart, Warning } from "../node.ts";
import { beforeAndAfter, metricLines } from "./metricLines.ts";
import { inCommandOptions } from "./optionNames.ts";
import { expectedText, plannedText, range } from "./planText.ts";
import { short } from "./terminal.ts";
import type { Printed } from "./textTable.ts";

/**
 * The lines before training: what was read, what will learn it.
 *
 * @param latest the part that has the latest rows of a split by time
 */
export function startLines(latest: "test" | "validation", start: TrainStart): string[] {
  const { targets, classes, rows, split, weights, expected, network, networks } = start;
  const parts = Object.entries(rows).map(([part, count]) => {
    const all = start.available?.[part as keyof typeof rows] ?? count;
    return `${count}${all > count ? ` of ${all}` : ""} ${part}`;
  });
  const goal = classes ? `${classes.length} classes of ${targets[0]}` : targets.join(", ");
  const widths = [network.inputs, ...network.layers.flatMap((layer) => (layer.kind === "dense" ? [layer.units] : []))];
  return [
    `  rows      ${parts.join(", ")}${split ? `, split by time: the rows with the latest ${split.time} are the ${latest} rows` : ""}${groupsText(start.group, start.groups)}${weights === undefined ? "" : `, weighted by ${weights}`}`,
    `  task      ${start.task}: ${goal}`,
    `  network   ${networks === 1 ? "" : `${networks} of `}${widths.join("-")}, ${start.parameters} parameters, engine ${start.engine}`,
    ...(start.from ? [`  from      ${startText(start.from)}`] : []),
    ...(expected ? [`  plan      ${expectedText(expected)}`] : []),
    ...start.warnings.map(({ message }) => `  note      ${message}`),
    "Training …",
  ];
}

function startText({ model, division, learningRate }: NonNullable<TrainStart["from"]>): string {
  const rows = division === "training" ? "its training's table, divided as before" : "other rows than its training's";
  return `model ${model}; ${rows}; learning rate ${rounded(learningRate, 3)}`;
}

/**
 * The lines after training: how it ended, a sentence on how good the model is, the test's metrics and the baseline's, then
 * those of the out-of-fold rows; without a test those of the validation.
 *
 * @param shown the warnings that were printed before training
 */
export function reportLines(report: Report, shown: readonly Warning[] = []): Printed[] {
  const verdict = report.verdict === undefined ? [] : ["", report.verdict.sentence];
  return [
    "",
    courseLine(report),
    ...(report.planned ? [plannedText(report.planned)] : []),
    ...verdict,
    ...partLines(report),
    ...foldLines(report),
    ...forgettingLines(report),
    ...calibrationLines(report),
    ...precisionLines(report),
    ...warningLines(report, shown),
  ];
}

const ENDINGS: Readonly<Record<Report["stopped"], string>> = {
  finished: "",
  early: "stopped early: no improvement",
  aborted: "interrupted",
  time: "stopped at the time limit",
};

/** "5 networks of 96 epochs each; kept the best epoch of each, 40 to 91." */
function courseLine({ members, ...first }: Report): string {
  const runs: readonly EpochSummary[] = members ?? [first];
  const length = range(runs.map(({ epochs }) => epochs));
  const epochs = `${length} epoch${length === "1" ? "" : "s"}`;
  const what = members === undefined ? epochs : `${members.length} networks of ${epochs} each`;
  return `${[`${what}${endingOf(runs)}`, ...keptOf(runs, first.from !== undefined)].join("; ")}.`;
}

type EpochSummary = Pick<Report, "epochs" | "bestEpoch" | "stopped">;

/** Why training ended before its last epoch, and of how many networks where not of all. */
function endingOf(runs: readonly EpochSummary[]): string {
  return [...new Set(runs.map(({ stopped }) => stopped))]
    .filter((stopped) => stopped !== "finished")
    .map((stopped) => {
      const count = runs.filter((run) => run.stopped === stopped).length;
      return count === runs.length ? `, ${ENDINGS[stopped]}` : `, ${count} ${ENDINGS[stopped]}`;
    })
    .join("");
}

/** Which epochs' parameters the model has, where these are not the last ones. */
function keptOf(runs: readonly EpochSummary[], goesOn: boolean): string[] {
  if (runs.every(({ epochs, bestEpoch }) => epochs === bestEpoch)) return [];
  const best = runs.map(({ bestEpoch }) => bestEpoch);
  if (best.every((epoch) => epoch === 0))
    return [`kept the ${goesOn ? "model's" : "initial"} parameters: no epoch was better`];
  const numbers = range(best);
  if (runs.length === 1) return [`kept the best epoch, ${numbers}`];
  return [`kept the best epoch of each, ${numbers}`];
}

/** The test's metrics, or, where there are no folds to show either, the validation's. */
function partLines(report: Report): Printed[] {
  const part = report.metrics.test ? "test" : report.metrics.validation ? "validation" : "training";
  const metrics = report.metrics[part];
  const baseline = report.metrics.baseline[part];
  if (metrics === undefined || baseline === undefined) return [];
  const names = report.labels ?? report.targets;
  return metricLines(`On the ${rowsOf(report, part)}${weightedBy(report)}`, {
    task: report.task,
    model: metrics,
    baseline,
    names,
    weights: report.weights,
  });
}

const UNMEASURED =
  "What is forgotten of the earlier rows was not measured: with --old-test TABLE it is, best on the table of the earlier training.";

/** What a training that went on from a model has forgotten. */
function forgettingLines({ from, forgetting }: Report): Printed[] {
  if (forgetting === undefined) return from === undefined ? [] : ["", UNMEASURED];
  const { of, rows, before, after, verdict } = forgetting;
  const which = of === "test" ? "of the earlier test" : "of --old-test";
  return [
    "",
    `What was learned before, on ${counted(rows, "old row")} ${which}. ${verdict.sentence.replace("the other model", "the earlier model")}`,
    "",
    beforeAndAfter(before, after),
  ];
}

/** ", split by groups of patient: 40 training, 8 validation, 12 test groups" */
function groupsText(group: string | undefined, groups: TrainStart["groups"]): string {
  if (group === undefined || groups === undefined) return "";
  const { training, validation, test } = groups;
  const parts = Object.entries({ training, validation, test }).map(([part, count]) => `${count} ${part}`);
  return `, split by groups of ${group}: ${parts.join(", ")} groups`;
}

/** What the figures of rows with weights say of themselves. */
function weightedBy({ weights }: { readonly weights?: string }): string {
  return weights === undefined ? "" : `, weighted by ${weights}`;
}

/** How many rows a part's metrics are of, and what they are. */
function rowsOf({ rows, folds }: Report, part: "training" | "validation" | "test"): string {
  if (part === "test") return counted(rows.test, "test row");
  if (part === "training") return `${rows.training} training rows, which don't show how well it predicts new rows`;
  if (folds !== undefined) return counted(folds.rows, "out-of-fold row");
  return `${counted(rows.validation, "validation row")}, predicted at an epoch chosen on other rows`;
}

/** Each metric's mean over the folds and its deviation from fold to fold. */
function foldLines(report: Report): Printed[] {
  const { folds, networks } = report;
  if (folds === undefined) return [];
  const rows = shownMetrics.flatMap((key) => {
    const { mean, deviation } = folds.spread[key] ?? {};
    return mean === undefined
      ? []
      : [[metricLabel(key), short(mean), deviation == null ? "" : `± ${short(deviation)}`]];
  });
  const count = folds.metrics.length;
  const own = networks / count;
  const answering = own === 1 ? "the one network" : `those ${own} networks`;
  return [
    "",
    `Cross-validation, mean ± standard deviation over ${count} folds${weightedBy(report)}:`,
    `  Each row is predicted by ${answering} of ${networks} that ${own === 1 ? "was" : "were"} not trained on it, at an epoch chosen on other rows.`,
    "",
    { rows, numeric: [1, 2] },
  ];
}

/** What the temperature or the intervals came to on test rows. */
function calibrationLines({ calibration }: Report): string[] {
  if (calibration === undefined) return [];
  if ("temperature" in calibration) {
    const { temperature, ece } = calibration;
    return ["", `  temperature ${short(temperature)}: on the test rows ${calibrationEffect(ece)}`];
  }
  const share = `${100 * calibration.coverage} %`;
  const lines = calibration.targets.map(
    ({ name, radius, covered }) =>
      `  ${share} intervals of ${name}: ${reach(radius, calibration.around)}; they contain ${(100 * covered).toFixed(1)} % of the test rows`,
  );
  return ["", ...lines];
}

/** Where intervals begin and end. */
function reach(radius: number, around: IntervalReport["around"]): string {
  if (around === undefined) return `the prediction ± ${short(radius)}`;
  const bounds = "from the lowest quantile to the highest";
  return radius < 0
    ? `${bounds}, ${short(-radius)} narrower on each side`
    : `${bounds}, ${short(radius)} wider on each side`;
}

/** What the option --precision did to the loss of the finished network. */
function precisionLines({ precision }: Report): string[] {
  if (precision === undefined) return [];
  const { name, rows, loss, float32Loss, gradientDifference } = precision;
  const batch = `a batch of ${rows} rows`;
  if (gradientDifference === 0)
    return [`  precision ${name}: layers and batches are too small for it; ${batch} has the bits of float32`];
  const [own, exact] = [loss, float32Loss].map((value) => value.toPrecision(6));
  return [
    `  precision ${name}: the loss of ${batch} is ${own}, and ${exact} in float32; its gradient differs by ${gradientDifference.toExponential(1)} of its length`,
  ];
}

/** Whether calibration made the probabilities better, by the numbers as they are shown. */
export function calibrationEffect({ before, after }: { readonly before: number; readonly after: number }): string {
  const error = "the expected calibration error";
  const [from, to] = [short(before), short(after)];
  if (from === to) return `${error} stays ${from}`;
  const change = `from ${from} to ${to}`;
  return after < before
    ? `${error} falls ${change}`
    : `${error} rises ${change}: calibration made it worse there (--no-calibrate leaves calibration out)`;
}

/** What was found while training and of its model: layers in trouble, and what makes the model hard to trust. */
function warningLines({ warnings }: Report, shown: readonly Warning[]): string[] {
  const told = new Set(shown.map(({ message }) => message));
  const found = warnings.filter(({ message }) => !told.has(message));
  if (found.length === 0) return [];
  return [
    "",
    ...found.map(
      ({ message, layer }) => `  ${layer === undefined ? "warning" : "note   "}   ${inCommandOptions(message)}`,
    ),
  ];
}

/** The lines of a evaluated model. @param names the classes or the targets @param other what the other model is called */
export function evaluationLines(evaluation: Evaluation, names: readonly string[], other?: string): Printed[] {
  const { rows, verdict, against, warnings } = evaluation;
  return [
    "",
    verdict.sentence,
    ...(against === undefined ? [] : ["", `Compared with ${other}. ${against.verdict.sentence}`]),
    ...metricLines(`On ${counted(rows, "row")}${weightedBy(evaluation)}`, {
      ...evaluation,
      against: against?.metrics,
      names,
      isImported: warnings.some(({ code }) => code === "baseline-unknown"),
    }),
  ];
}
