/**
 * A curve over the epochs: training solid, validation dashed and faint after the epoch at hand; behind them the baseline
 * and the validation curves of kept runs. Knows nothing of where the points come from.
 */
import type { CurvePoint } from "../protocol.ts";
import { prepared } from "./canvas.ts";
import { css, theme } from "./colors.ts";

export type CurveKind = "loss" | "score";

/** Another run's curve, told apart by its dashes and the label at its end. */
export interface KeptCurve {
  readonly label: string;
  readonly dash: readonly number[];
  readonly points: readonly CurvePoint[];
}

/** What is shown beside the points; nothing of it when absent. */
export interface CurveLook {
  /** The epoch at hand; a run that was gone back in has points after it. */
  readonly now?: number;
  /** The epoch that is read out. */
  readonly at?: number | undefined;
  /** What predicting the training rows' shares or mean gives on the validation rows. */
  readonly baseline?: number | undefined;
  readonly isLog?: boolean;
  readonly kept?: readonly KeptCurve[];
}

type Value = (point: CurvePoint) => number;

/** Room around the plot, in CSS pixels. */
export const INSET = { left: 40, right: 10, top: 8, bottom: 18 };
/** R² below this is drawn at the edge. */
const LEAST_SCORE = -1;
const LATER = 0.3;

/** What each canvas shows: a curve that has not changed is not drawn again. */
const shown = new WeakMap<HTMLCanvasElement, readonly unknown[]>();

export function drawCurve(
  canvas: HTMLCanvasElement,
  points: readonly CurvePoint[],
  kind: CurveKind,
  look: CurveLook = {},
): void {
  const { kept = [], now = Number.POSITIVE_INFINITY, baseline } = look;
  const first = points.findIndex(({ epoch }) => epoch > now);
  const later = first < 0 ? points.length : first;
  const place = [theme(), canvas.clientWidth, canvas.clientHeight, devicePixelRatio];
  const others = kept.flatMap((run) => [run.label, run.dash, run.points, run.points.length]);
  const key = [points, points.length, points.at(-1), later, look.at, baseline, look.isLog, ...place, ...others];
  const before = shown.get(canvas);
  if (before?.length === key.length && before.every((part, at) => part === key[at])) return;
  shown.set(canvas, key);
  const ready = prepared(canvas);
  if (ready === undefined) return;
  const { context, width, height } = ready;
  const training: Value = (point) => (kind === "loss" ? point.trainingLoss : point.trainingScore);
  const validation: Value = (point) => (kind === "loss" ? point.validationLoss : point.validationScore);
  const [begin, last] = epochRange(points, kept);
  const all = [
    ...points.map(training),
    ...points.map(validation),
    ...kept.flatMap((run) => run.points.map(validation)),
  ];
  const vertical = verticalAxis(kind, [...all, ...(baseline === undefined ? [] : [baseline])], look.isLog === true);
  const plot: Plot = {
    context,
    x: (epoch) => INSET.left + ((epoch - begin) / (last - begin)) * (width - INSET.left - INSET.right),
    y: (value) => INSET.top + (1 - vertical.share(value)) * (height - INSET.top - INSET.bottom),
  };
  axes(plot, { width, height, begin, last, ticks: vertical.ticks });
  if (baseline !== undefined) drawBaseline(plot, width, baseline);
  for (const run of kept) drawKept(plot, run, validation);
  for (const [value, color, dash] of [
    [training, css(theme().above), []],
    [validation, css(theme().below), [5, 3]],
  ] as const) {
    stroke(plot, points.slice(0, later), value, { color, dash, width: 1.8, alpha: 1 });
    stroke(plot, points.slice(Math.max(later - 1, 0)), value, { color, dash, width: 1.8, alpha: LATER });
  }
  if (look.at !== undefined) drawReading(plot, height, pointAt(points, look.at), [training, validation]);
}

/** The epochs at the ends of the axis: a model that goes on begins where it is. */
export function epochRange(
  points: readonly CurvePoint[],
  kept: readonly KeptCurve[] = [],
): [begin: number, last: number] {
  const ends = [points, ...kept.map((run) => run.points)].flatMap((all) =>
    all.length > 0 ? [all[0], all[all.length - 1]] : [],
  );
  const epochs = ends.map(({ epoch }) => epoch);
  const begin = epochs.length > 0 ? Math.floor(Math.min(...epochs)) : 0;
  return [begin, Math.max(begin + 1, ...epochs)];
}

/** The point nearest to an epoch. */
export function pointAt(points: readonly CurvePoint[], epoch: number): CurvePoint | undefined {
  let best: CurvePoint | undefined;
  for (const point of points) {
    if (best === undefined || Math.abs(point.epoch - epoch) <= Math.abs(best.epoch - epoch)) best = point;
  }
  return best;
}

interface Plot {
  readonly context: CanvasRenderingContext2D;
  readonly x: (epoch: number) => number;
  readonly y: (value: number) => number;
}

interface Stroke {
  readonly color: string;
  readonly dash: readonly number[];
  readonly width: number;
  readonly alpha: number;
}

function stroke({ context, x, y }: Plot, points: readonly CurvePoint[], value: Value, how: Stroke): void {
  context.globalAlpha = how.alpha;
  context.setLineDash([...how.dash]);
  context.strokeStyle = how.color;
  context.lineWidth = how.width;
  context.beginPath();
  for (const point of points) {
    const at = y(value(point));
    if (Number.isFinite(at)) context.lineTo(x(point.epoch), at);
  }
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function drawKept(plot: Plot, { points, dash, label }: KeptCurve, value: Value): void {
  const end = points.at(-1);
  if (end === undefined) return;
  stroke(plot, points, value, { color: theme().ink, dash, width: 1.3, alpha: 0.55 });
  const { context, x, y } = plot;
  context.fillStyle = theme().ink;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText(label, x(end.epoch), y(value(end)) - 2);
}

function drawBaseline({ context, y }: Plot, width: number, value: number): void {
  const at = y(value);
  context.setLineDash([1.5, 3]);
  context.strokeStyle = theme().ink;
  context.lineWidth = 1.3;
  context.beginPath();
  context.moveTo(INSET.left, at);
  context.lineTo(width - INSET.right, at);
  context.stroke();
  context.setLineDash([]);
}

/** A line at the epoch that is read out, and a dot on each curve. */
function drawReading({ context, x, y }: Plot, height: number, point: CurvePoint | undefined, values: Value[]): void {
  if (point === undefined) return;
  const left = x(point.epoch);
  context.strokeStyle = theme().ink;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(left, INSET.top);
  context.lineTo(left, height - INSET.bottom);
  context.stroke();
  for (const [at, value] of values.entries()) {
    const top = y(value(point));
    if (!Number.isFinite(top)) continue;
    context.beginPath();
    context.arc(left, top, 3.5, 0, 2 * Math.PI);
    context.fillStyle = css(at === 0 ? theme().above : theme().below);
    context.fill();
  }
}

interface VerticalAxis {
  /** Where a value lies, from 0 at the bottom to 1 at the top. */
  share(value: number): number;
  readonly ticks: readonly (readonly [value: number, text: string])[];
}

function verticalAxis(kind: CurveKind, values: readonly number[], isLog: boolean): VerticalAxis {
  const known = values.filter((value) => Number.isFinite(value));
  const clipped = (share: number): number => (Number.isNaN(share) ? share : Math.max(0, Math.min(1, share)));
  if (kind === "loss" && isLog) {
    const positive = known.filter((value) => value > 0);
    const [most, least] = [Math.max(...positive, 1e-8), Math.min(...positive, 1)];
    const [bottom, top] = [Math.floor(Math.log10(least)), Math.max(Math.ceil(Math.log10(most)), 0)];
    const ticks = Array.from({ length: top - bottom + 1 }, (_, at) => bottom + at);
    const every = Math.ceil(ticks.length / 5);
    return {
      share: (value) => clipped((Math.log10(Math.max(value, 1e-300)) - bottom) / (top - bottom || 1)),
      ticks: ticks.filter((_, at) => at % every === 0).map((power) => [10 ** power, tickText(10 ** power)]),
    };
  }
  const least = known.reduce((lowest, value) => Math.min(lowest, value), 0);
  const bottom = kind === "score" && least < 0 ? LEAST_SCORE : 0;
  const top = kind === "score" ? 1 : niceTop(known.reduce((most, value) => Math.max(most, value), 0));
  const isCut = least < bottom;
  return {
    share: (value) => clipped((value - bottom) / (top - bottom)),
    ticks: [bottom, (bottom + top) / 2, top].map((value) => [
      value,
      isCut && value === bottom ? `≤ ${tickText(value)}` : tickText(value),
    ]),
  };
}

function tickText(value: number): string {
  const text = value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e5) ? value.toExponential(0) : "";
  return (text || String(Number(value.toPrecision(2)))).replaceAll("-", "−");
}

interface Axes {
  readonly width: number;
  readonly height: number;
  readonly begin: number;
  readonly last: number;
  readonly ticks: VerticalAxis["ticks"];
}

function axes({ context, x, y }: Plot, { width, height, begin, last, ticks }: Axes): void {
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = theme().ink;
  context.strokeStyle = theme().faint;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [value, text] of ticks) {
    context.beginPath();
    context.moveTo(INSET.left, y(value));
    context.lineTo(width - INSET.right, y(value));
    context.stroke();
    context.fillText(text, INSET.left - 5, y(value));
  }
  context.textBaseline = "bottom";
  context.textAlign = "center";
  const step = niceTop((last - begin) / 4);
  const name = `epoch ${Math.floor(last)}`;
  const end = width - INSET.right - context.measureText(name).width - 6;
  for (let epoch = Math.ceil(begin / step) * step; epoch <= last; epoch += step) {
    const text = tickText(epoch);
    if (x(epoch) + context.measureText(text).width / 2 < end) context.fillText(text, x(epoch), height);
  }
  context.textAlign = "right";
  context.fillText(name, width - INSET.right, height);
}

/** The next of 1, 2, 5 × 10ⁿ above a value. */
function niceTop(value: number): number {
  if (!(value > 0) || value === Number.POSITIVE_INFINITY) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 5] as const).find((factor) => factor * power >= value) ?? 10) * power;
}
