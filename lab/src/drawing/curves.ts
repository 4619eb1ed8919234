/** A curve over the epochs: training solid, validation dashed, faint after the epoch at hand. */
import type { CurvePoint } from "../protocol.ts";
import { prepared } from "./canvas.ts";
import { css, theme } from "./colors.ts";

export type CurveKind = "loss" | "score";

const INSET = { left: 34, right: 8, top: 8, bottom: 18 };

/** @param now the epoch at hand; a run that was gone back in has points after it */
export function drawCurve(
  canvas: HTMLCanvasElement,
  points: readonly CurvePoint[],
  kind: CurveKind,
  now = Number.POSITIVE_INFINITY,
): void {
  const ready = prepared(canvas);
  if (ready === undefined) return;
  const { context, width, height } = ready;
  const training = points.map((point) => (kind === "loss" ? point.trainingLoss : point.trainingScore));
  const validation = points.map((point) => (kind === "loss" ? point.validationLoss : point.validationScore));
  const values = [...training, ...validation];
  const top = kind === "score" ? 1 : niceTop(values.reduce((most, value) => Math.max(most, value), 0));
  const last = Math.max(points.at(-1)?.epoch ?? 0, 1);
  const x = (epoch: number): number => INSET.left + (epoch / last) * (width - INSET.left - INSET.right);
  const y = (value: number): number =>
    INSET.top + (1 - Math.max(0, Math.min(1, value / top))) * (height - INSET.top - INSET.bottom);
  axes(context, { width, y, top, last, height });
  const lines = [
    { values: training, color: css(theme().above), dash: [] },
    { values: validation, color: css(theme().below), dash: [5, 3] },
  ];
  for (const { values: line, color, dash } of lines) {
    context.setLineDash(dash);
    context.strokeStyle = color;
    context.lineWidth = 1.8;
    const first = points.findIndex(({ epoch }) => epoch > now);
    const later = first < 0 ? points.length : first;
    for (const [from, to, alpha] of [
      [0, later, 1],
      [Math.max(later - 1, 0), points.length, 0.3],
    ]) {
      context.globalAlpha = alpha;
      context.beginPath();
      for (let at = from; at < to; at++) context.lineTo(x(points[at].epoch), y(line[at]));
      context.stroke();
    }
    context.globalAlpha = 1;
  }
  context.setLineDash([]);
}

interface Axes {
  readonly width: number;
  readonly height: number;
  readonly y: (value: number) => number;
  readonly top: number;
  readonly last: number;
}

function axes(context: CanvasRenderingContext2D, { width, height, y, top, last }: Axes): void {
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = theme().ink;
  context.strokeStyle = theme().faint;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of [0, top / 2, top]) {
    context.beginPath();
    context.moveTo(INSET.left, y(value));
    context.lineTo(width - INSET.right, y(value));
    context.stroke();
    context.fillText(String(Number(value.toPrecision(2))), INSET.left - 5, y(value));
  }
  context.textBaseline = "bottom";
  context.fillText(`epoch ${Math.floor(last)}`, width - INSET.right, height);
}

/** The next of 1, 2, 5 × 10ⁿ above a value. */
function niceTop(value: number): number {
  if (!(value > 0) || value === Number.POSITIVE_INFINITY) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 5] as const).find((factor) => factor * power >= value) ?? 10) * power;
}
