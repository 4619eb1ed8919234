/** The effect of one column: a line over a number or a time, dots for categories; the baseline's prediction dashed. */
import type { DependencePoint, PartialDependence } from "../partialDependence.ts";
import { cut, escaped, figure } from "./html.ts";
import { across, PLOT_HEIGHT, PLOT_WIDTH, type Plots, seriesColour } from "./plots.ts";
import { percent, shownAmount, shownCount, shownShare, shownValue } from "./shownNumber.ts";
import { wholeTicks } from "./ticks.ts";

/** What the predictions are, and which of them are drawn. */
export interface Outputs {
  readonly lines: readonly { readonly index: number; readonly name: string }[];
  /** The axis's words. */
  readonly axis: string;
  /** From a prediction to what is drawn. */
  readonly shown: (value: number, index: number) => number;
  /** The baseline's prediction, as it is drawn; none where there are several lines. */
  readonly baseline: readonly number[];
  /** What is drawn lies within; the same for all figures, so that a weak effect looks weak. */
  readonly domain: readonly [least: number, most: number];
  /** The predictions are probabilities. */
  readonly share: boolean;
}

const LABEL_LETTERS = 20;
const LETTER = 7.2;

export function dependenceFigure(effect: PartialDependence, outputs: Outputs, plots: Plots): string {
  const { feature, missing, rows, weights } = effect;
  const { lines, baseline } = outputs;
  const gap = missing === undefined ? "" : ` Where it is missing: ${shownPrediction(missing, outputs)}.`;
  const note = `Mean over ${shownCount(rows)} rows${weights === undefined ? "" : `, weighted by ${weights}`}.${gap}`;
  const legend = [
    ...(lines.length > 1
      ? lines.map(({ name }, at) => ({ name: cut(name, LABEL_LETTERS), colour: seriesColour(at) }))
      : []),
    ...(baseline.length > 0 ? [{ name: "baseline", colour: "var(--quiet)", dashed: true }] : []),
  ];
  const plot =
    effect.scale === "category" ? besideCategories(effect, outputs, plots) : overValues(effect, outputs, plots);
  return figure({ title: `Effect of ${feature}`, note: escaped(note), plot, legend });
}

/** "3794"; of several lines "Adelie 45 %, Gentoo 38 %" */
function shownPrediction(mean: readonly number[], { lines, shown, share }: Outputs): string {
  const predictions = lines.map(({ index, name }) => {
    const value = shown(mean[index], index);
    return `${lines.length === 1 ? "" : `${name} `}${share ? shownShare(value) : shownAmount(value)}`;
  });
  return predictions.join(", ");
}

interface Drawn {
  readonly x: number | Date | string;
  readonly y: number;
}

function drawn(points: readonly DependencePoint[], { shown }: Outputs, index: number, date: boolean): Drawn[] {
  return points.map(({ value, mean }) => ({ x: date ? new Date(value) : value, y: shown(mean[index], index) }));
}

function overValues({ feature, scale, points }: PartialDependence, outputs: Outputs, { Plot, draw }: Plots): string {
  const { lines, axis, baseline, domain, share } = outputs;
  const date = scale === "date";
  const marks = lines.flatMap(({ index }, at) => {
    const data = drawn(points, outputs, index, date);
    const colour = seriesColour(at);
    return [
      Plot.line(data, { x: "x", y: "y", stroke: colour, strokeWidth: 2 }),
      Plot.dot(data, { x: "x", y: "y", r: 2.5, fill: colour }),
    ];
  });
  return draw(`Mean prediction by ${feature}.`, {
    marginLeft: 60,
    x: {
      label: cut(feature, 2 * LABEL_LETTERS),
      ...(date ? { type: "utc", ticks: 5 } : { type: "linear", ticks: ticksOf(points), tickFormat: shownValue }),
    },
    y: { label: axis, grid: true, ticks: 5, domain, nice: true, ...(share && { tickFormat: percent }) },
    marks: [...baseline.map((value) => dashed(Plot, "y", value)), ...marks],
  });
}

function besideCategories({ feature, points }: PartialDependence, outputs: Outputs, { Plot, draw }: Plots): string {
  const { lines, axis, baseline, domain, share } = outputs;
  const labels = points.map(({ value }) => cut(String(value), LABEL_LETTERS));
  const longest = Math.max(...labels.map((label) => [...label].length));
  const marks = lines.map(({ index }, at) =>
    Plot.dot(
      drawn(points, outputs, index, false).map(({ y }, place) => ({ place, y })),
      { x: "y", y: "place", r: 5, fill: seriesColour(at) },
    ),
  );
  return draw(`Mean prediction by ${feature}.`, {
    height: Math.max(PLOT_HEIGHT, 64 + 28 * points.length),
    marginTop: 10,
    marginLeft: 16 + LETTER * longest,
    x: {
      label: axis,
      grid: true,
      ...(share
        ? { ticks: 5, domain, nice: true, tickFormat: percent }
        : across(domain[0], domain[1], PLOT_WIDTH - 40 - LETTER * longest)),
    },
    y: { type: "point", label: null, tickFormat: (place: number) => labels[place], tickSize: 0, grid: true },
    marks: [...baseline.map((value) => dashed(Plot, "x", value)), ...marks],
  });
}

function dashed(Plot: Plots["Plot"], axis: "x" | "y", value: number): ReturnType<Plots["Plot"]["ruleX"]> {
  const look = { stroke: "var(--quiet)", strokeDasharray: "4 4", strokeWidth: 1.5 };
  return axis === "x" ? Plot.ruleX([value], look) : Plot.ruleY([value], look);
}

/** Whole numbers, such as years and counts, have no ticks between them. */
function ticksOf(points: readonly DependencePoint[]): number | number[] {
  const values = points.map(({ value }) => Number(value));
  const whole = values.every(Number.isInteger);
  return whole && values.length > 1 ? [...wholeTicks(Math.min(...values), Math.max(...values), 5)] : 5;
}
