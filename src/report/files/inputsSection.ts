/** Which columns matter to the model, and how the prediction changes with each. */

import { metricLabel, metrics } from "../../metrics/metricTable.ts";
import type { ReportContent } from "../content.ts";
import type { ClassificationQuality } from "../quality.ts";
import { cutAmong } from "./cutAmong.ts";
import { dependenceFigure, type Outputs } from "./dependenceFigure.ts";
import { metricOf } from "./glanceSection.ts";
import { cut, escaped, figure, gallery, type Section } from "./html.ts";
import { shownMetric } from "./metricNames.ts";
import { across, PLOT_HEIGHT, PLOT_WIDTH, type Plots } from "./plots.ts";
import { shownCount, shownNumber } from "./shownNumber.ts";
import { numericColumns, table } from "./table.ts";

const MOST_BARS = 15;
const LABEL_LETTERS = 22;
/** Plot units of a letter of the labels. */
const LETTER = 7.2;
/** Lines in one figure. */
const MOST_OUTPUTS = 5;

export function inputsSection(content: ReportContent, plots: Plots): Section {
  const { effects } = content;
  const figures = [importanceFigure(content, plots)];
  const outputs = outputsOf(content);
  figures.push(...effects.map((effect) => dependenceFigure(effect, outputs, plots)));
  const words =
    "<p>Importance is the loss of quality when a column's values are shuffled. Columns with the same information share their importance. " +
    "The other figures show the mean prediction if a column had the same value in every row and the other columns were unchanged (partial dependence).</p>";
  return {
    id: "inputs",
    title: "Which columns matter",
    content: `${words}\n${gallery(figures)}\n${restTable(content)}`,
  };
}

function importanceFigure(
  { importance, metrics: evaluated, evaluated: { part } }: ReportContent,
  { Plot, draw }: Plots,
): string {
  const { metric, score, rows, repeats, columns, features } = importance;
  const name = metricLabel(metric);
  const names = features.slice(0, MOST_BARS).map(({ name: feature }) => feature);
  const shown = features.slice(0, MOST_BARS).map(({ name: feature, mean, deviation }, index) => ({
    index,
    label: cutAmong(feature, names, LABEL_LETTERS),
    mean,
    low: mean - deviation,
    high: mean + deviation,
  }));
  const longest = Math.max(...shown.map(({ label }) => [...label].length));
  const [lows, highs] = [shown.map(({ low }) => low), shown.map(({ high }) => high)];
  const span = PLOT_WIDTH - 40 - LETTER * longest;
  const worse = metrics[metric].better === "higher" ? `loss of ${name}` : `rise of ${name}`;
  const height = Math.max(PLOT_HEIGHT, 54 + 24 * shown.length);
  const inset = Math.max(2, (0.9 * (height - 54)) / shown.length / 2 - 10); // few columns have no thick bars
  const plot = draw(`Importance of columns: ${worse} when a column is shuffled, the most important first.`, {
    height,
    marginTop: 8,
    marginLeft: 16 + LETTER * longest,
    x: { label: worse, grid: true, ...across(Math.min(0, ...lows), Math.max(0, ...highs), span) },
    y: { label: null, tickFormat: (index: number) => shown[index].label, tickSize: 0 },
    marks: [
      Plot.barX(shown, {
        x: "mean",
        y: "index",
        fill: "var(--c1)",
        fillOpacity: 0.8,
        insetTop: inset,
        insetBottom: inset,
      }),
      Plot.ruleY(shown, { x1: "low", x2: "high", y: "index", stroke: "currentColor", strokeWidth: 1.5 }),
      Plot.ruleX([0], { strokeOpacity: 0.5 }),
    ],
  });
  const first = features.length > MOST_BARS ? `The first ${MOST_BARS} of ${features.length} columns. ` : "";
  const baseline = part === "test" ? metricOf(evaluated, part, "baseline", metric) : undefined;
  const beside = baseline === undefined ? "" : ` (the baseline's ${shownMetric(metric, baseline)})`;
  const level =
    part === "test"
      ? `; unshuffled, ${name} is ${shownMetric(metric, score)}${beside}`
      : "; the model was trained on some of these rows or chosen by them, so these metrics are too optimistic";
  const looked =
    features.length < columns
      ? `Of ${shownCount(columns)} columns, the ${features.length} that correlate most with the predictions were shuffled. `
      : "";
  const note = `${first}${looked}Mean and standard deviation of ${repeats} shuffles over ${shownCount(rows)} rows${level}.`;
  return figure({ title: "Importance of columns", note: escaped(note), plot });
}

/** Columns whose bar is left out, for those who look for one. */
function restTable({ importance }: ReportContent): string {
  const rest = importance.features.slice(MOST_BARS, MOST_BARS + 100);
  if (rest.length === 0) return "";
  const columns = [{ head: "column" }, ...numericColumns("importance", "±")];
  const lines = rest.map(({ name, mean, deviation }) => [escaped(name), shownNumber(mean), shownNumber(deviation)]);
  return `<details>\n<summary>The other columns</summary>\n${table("In order of importance.", columns, lines)}\n</details>`;
}

/** What the lines of the effects are, and the values between which all of them lie. */
function outputsOf(content: ReportContent): Outputs {
  const outputs = linesOf(content);
  const { lines, shown, share, baseline } = outputs;
  const drawn = content.effects.flatMap(({ points }) =>
    points.flatMap(({ mean }) => lines.map(({ index }) => shown(mean[index], index))),
  );
  const values = [...drawn, ...baseline, ...(share ? [0] : [])];
  return { ...outputs, domain: [Math.min(...values), Math.max(...values)] };
}

type Lines = Omit<Outputs, "domain">;

function linesOf(content: ReportContent): Lines {
  const { quality } = content;
  switch (quality.task) {
    case "classification":
      return ofClasses(content, quality);
    case "multilabel":
      return ofLabels(content);
    case "regression":
      return ofTargets(content);
    default:
      return quality satisfies never;
  }
}

/** The probability of each label, of many of the most frequent ones. */
function ofLabels({ targets, baselinePrediction }: ReportContent): Lines {
  const lines = mostFrequent(targets, baselinePrediction);
  const baseline = lines.length === 1 ? [baselinePrediction[0]] : [];
  return { lines, axis: "probability of yes", shown: (value) => value, baseline, share: true };
}

function ofTargets({ targets, baselinePrediction, predictionUnits }: ReportContent): Lines {
  const lines = targets.slice(0, MOST_OUTPUTS).map((name, index) => ({ index, name }));
  if (targets.length === 1) {
    return { lines, axis: targets[0], shown: (value) => value, baseline: [baselinePrediction[0]], share: false };
  }
  const axis = "difference from the mean, in standard deviations"; // the targets' units differ
  const shown = (value: number, index: number): number => (value - baselinePrediction[index]) / predictionUnits[index];
  return { lines, axis, shown, baseline: [0], share: false };
}

/** Of many outputs those with the largest shares, in their order. */
function mostFrequent(names: readonly string[], shares: readonly number[]): Lines["lines"] {
  const order = names.map((name, index) => ({ index, name })).sort((a, b) => shares[b.index] - shares[a.index]);
  return order.slice(0, MOST_OUTPUTS).sort((a, b) => a.index - b.index);
}

/** The second class of two, or the most frequent of more. */
function ofClasses({ baselinePrediction }: ReportContent, { classes }: ClassificationQuality): Lines {
  const shown = (value: number): number => value;
  if (classes.length === 2) {
    const axis = `probability of ${cut(classes[1], LABEL_LETTERS)}`;
    return { lines: [{ index: 1, name: classes[1] }], axis, shown, baseline: [baselinePrediction[1]], share: true };
  }
  const lines = mostFrequent(classes, baselinePrediction);
  return { lines, axis: "probability", shown, baseline: [], share: true };
}
