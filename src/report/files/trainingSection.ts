/** How the training went: loss, score and learning rate by epoch, and the health of the layers. */

import { metricLabel } from "../../metrics/metricTable.ts";
import type { ReportContent } from "../content.ts";
import type { LayerPoint } from "../trainingCurves.ts";
import { metricOf } from "./glanceSection.ts";
import { escaped, figure, gallery, type LegendEntry, type Section } from "./html.ts";
import { type Plots, seriesColour } from "./plots.ts";
import { shareOrNone, shownCount, shownNumber } from "./shownNumber.ts";
import { numericColumns, table } from "./table.ts";
import { logTicks, wholeTicks } from "./ticks.ts";

/** Greatest by least from which values are drawn on a logarithmic axis: where that is usual, and elsewhere. */
const FEW_TIMES = 5;
const MANY_TIMES = 30;
/** With fewer looks at the layers there is no course to draw. */
const LEAST_LOOKS = 3;

export function trainingSection(content: ReportContent, plots: Plots): Section {
  const { curves, epochs, bestEpoch, stopped, networks, widths, parameters } = content.training;
  const how = {
    finished: "all planned epochs",
    early: "stopped early: no improvement",
    aborted: "interrupted",
    time: "as many as the time allowed",
  }[stopped];
  const first = networks === 1 ? "" : `The first of the ${shownCount(networks)} networks: `;
  const words =
    `<p>${first}${shownCount(epochs)} epoch${epochs === 1 ? "" : "s"} (${escaped(how)}); the best epoch, which is kept, is ${shownCount(bestEpoch)}. ` +
    `The layers have ${widths.map(shownCount).join(" → ")} units and ${shownCount(parameters)} parameters.</p>`;
  if (curves.points.length === 0) return { id: "training", title: "Training", content: words };
  const figures = [lossFigure(content, plots), ...scoreFigure(content, plots), rateFigure(content, plots)];
  const looks = new Set(curves.layers.map(({ epoch }) => epoch)).size;
  const layers = looks < LEAST_LOOKS ? [] : layerFigures(curves.layers, plots);
  const last = looks > 0 && layers.length === 0 ? layerTable(curves.layers) : "";
  const all = `${words}\n${gallery([...figures, ...layers])}\n${last}`;
  return { id: "training", title: "Training", content: all };
}

/** The layers as last measured. */
function layerTable(points: readonly LayerPoint[]): string {
  const epoch = Math.max(...points.map((point) => point.epoch));
  const heads = numericColumns(
    "outputs' standard deviation",
    "‖δ‖ / ‖δ of the outputs‖",
    "step ‖ΔW‖/‖W‖",
    "dead units",
    "saturated units",
  );
  const number = (value: number | undefined): string => (value === undefined ? "–" : shownNumber(value));
  const latest = points.filter((point) => point.epoch === epoch);
  const lines = latest.map(({ layer, signal, relativeNorm, updateRatio, dead, saturated }) => {
    const numbers = [signal, relativeNorm, updateRatio].map(number);
    return [String(layer), ...numbers, ...[dead, saturated].map(shareOrNone)];
  });
  return table(`The layers in epoch ${shownCount(epoch)}.`, [{ head: "layer" }, ...heads], lines);
}

interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly epoch: number; readonly value: number }[];
}

/** A quantity of the epochs; of those that have it. */
function courseOf<P extends { readonly epoch: number }>(points: readonly P[], of: (point: P) => number | undefined) {
  return points.flatMap((point) => {
    const value = of(point);
    return value === undefined ? [] : [{ epoch: point.epoch, value }];
  });
}

interface CurveOptions {
  readonly title: string;
  readonly note?: string;
  readonly axis: string;
  readonly series: readonly Series[];
  /** What is usual for such values; absent where either may be. */
  readonly axisType?: "linear" | "logarithmic";
  readonly baseline?: number | undefined;
  readonly best?: number;
}

function curveFigure(options: CurveOptions, { Plot, draw }: Plots): string {
  const { title, note, axis, series, baseline, best } = options;
  const values = series.flatMap(({ points }) => points.map(({ value }) => value)).filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const times = options.axisType === "logarithmic" ? FEW_TIMES : MANY_TIMES;
  const logarithmic = options.axisType !== "linear" && least > 0 && most > times * least;
  // An axis needs two ends.
  const flat =
    least === most ? { domain: least === 0 ? [0, 1] : [Math.min(0, 2 * least), Math.max(0, 2 * least)] } : {};
  const epochs = series.flatMap(({ points }) => points.map(({ epoch }) => epoch));
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const marks = series.flatMap(({ points, colour }) => {
    const shown = points.filter(({ value }) => Number.isFinite(value) && !(logarithmic && value <= 0));
    const places = { x: "epoch", y: "value" } as const;
    return [
      Plot.line(shown, { ...places, stroke: colour, strokeWidth: 1.75 }),
      ...(shown.length < 12 ? [Plot.dot(shown, { ...places, fill: colour, r: 2.5 })] : []),
    ];
  });
  const dashes = { strokeDasharray: "4 4", strokeWidth: 1.5 };
  const plot = draw(`${title} by epoch.`, {
    marginLeft: 60,
    x: {
      label: "epoch",
      ticks: [...wholeTicks(first, last, 6)],
      tickFormat: shownNumber,
      ...(first === last && { domain: [first - 1, last + 1] }),
    },
    y: {
      label: axis,
      grid: true,
      type: logarithmic ? "log" : "linear",
      ...flat,
      ...(logarithmic ? { ticks: logTicks(least, most) ?? 3, tickFormat: shownNumber } : { ticks: 5 }),
    },
    marks: [
      ...(best === undefined ? [] : [Plot.ruleX([best], { stroke: "currentColor", strokeOpacity: 0.6, ...dashes })]),
      ...(baseline === undefined ? [] : [Plot.ruleY([baseline], { stroke: "var(--quiet)", ...dashes })]),
      ...marks,
    ],
  });
  const legend: LegendEntry[] = series.length > 1 ? series.map(({ name, colour }) => ({ name, colour })) : [];
  if (best !== undefined) legend.push({ name: "kept", colour: "currentColor", dashed: true });
  if (baseline !== undefined) legend.push({ name: "baseline", colour: "var(--quiet)", dashed: true });
  return figure({ title, ...(note !== undefined && { note: escaped(note) }), plot, legend });
}

function lossFigure({ training }: ReportContent, plots: Plots): string {
  const { points } = training.curves;
  const held = courseOf(points, ({ validationLoss }) => validationLoss);
  const series = [
    { name: "training", colour: "var(--c1)", points: courseOf(points, ({ trainingLoss }) => trainingLoss) },
    ...(held.length > 0 ? [{ name: "validation", colour: "var(--c2)", points: held }] : []),
  ];
  const overfits = held.length > 0 ? " If validation loss rises while training loss falls, the network overfits." : "";
  const note = `The loss that training minimizes.${overfits}`;
  return curveFigure({ title: "Loss", note, axis: "loss", series, best: training.bestEpoch }, plots);
}

function scoreFigure({ training, metrics, task, targets }: ReportContent, plots: Plots): string[] {
  const { points, scoreName } = training.curves;
  if (scoreName === undefined) return [];
  const name = metricLabel(scoreName);
  const series = [{ name, colour: "var(--c2)", points: courseOf(points, ({ score }) => score) }];
  const baseline = metricOf(metrics, "validation", "baseline", scoreName);
  const title = `${name.slice(0, 1).toUpperCase()}${name.slice(1)} on the validation rows`;
  const units = scoreName === "rmse" || scoreName === "mae" ? ", whose units it mixes" : "";
  const note =
    task === "regression" && targets.length > 1 ? `The mean over the ${targets.length} targets${units}.` : undefined;
  const shown = { title, axis: name, series, baseline, best: training.bestEpoch, ...(note !== undefined && { note }) };
  return [curveFigure({ ...shown, axisType: "linear" }, plots)];
}

function rateFigure({ training }: ReportContent, plots: Plots): string {
  const points = courseOf(training.curves.points, ({ learningRate }) => learningRate);
  const series = [{ name: "learning rate", colour: "var(--c3)", points }];
  return curveFigure({ title: "Learning rate", axis: "learning rate η", series, axisType: "linear" }, plots);
}

function layerFigures(layers: readonly LayerPoint[], plots: Plots): string[] {
  const numbers = [...new Set(layers.map(({ layer }) => layer))];
  const series = (value: (point: LayerPoint) => number | undefined): Series[] =>
    numbers.map((number, at) => ({
      name: `layer ${number}`,
      colour: seriesColour(at),
      points: courseOf(
        layers.filter(({ layer }) => layer === number),
        value,
      ),
    }));
  const kinds: CurveOptions[] = [
    {
      title: "Standard deviation of the outputs",
      note: "Of each layer. Near 0, the next layers cannot distinguish the rows.",
      axis: "standard deviation",
      series: series(({ signal }) => signal),
    },
    {
      title: "Local gradients",
      note: "‖δ‖ relative to the output layer's. Far below 1 gradients vanish, far above 1 they explode.",
      axis: "‖δ‖ / ‖δ of the outputs‖",
      series: series(({ relativeNorm }) => relativeNorm),
      axisType: "logarithmic",
    },
    {
      title: "Size of the update",
      note: "‖ΔW‖/‖W‖ of one step. About 0.001 is usual.",
      axis: "‖ΔW‖ / ‖W‖",
      series: series(({ updateRatio }) => updateRatio),
      axisType: "logarithmic",
    },
    {
      title: "Dead and saturated units",
      note: "Share of each layer's units that are dead (the same output for every row) or saturated (a derivative near 0 for nearly every row).",
      axis: "share of units, %",
      series: series(({ dead, saturated }) => 100 * (dead + saturated)),
      axisType: "linear",
    },
  ];
  return kinds
    .filter(({ series: lines }) => lines.some(({ points }) => points.length > 0))
    .map((kind) => curveFigure(kind, plots));
}
