/**
 * The weights between two columns: lines by width, colour and dash; of many weights a matrix, a row for each unit and a
 * column for each of its inputs.
 */
import type { LayerPlace } from "../protocol.ts";
import { drawImage } from "./canvas.ts";
import { scalePixels, signColor, theme } from "./colors.ts";
import type { Column } from "./layout.ts";

/** More weights than this between two layers are a matrix. */
export const MOST_LINES = 600;
/** More lines than this in the whole drawing are too many to see: the strongest are drawn. */
export const MOST_IN_ALL = 3000;
/** Of the chosen unit of a matrix. */
const STRONGEST = 24;

export interface Between {
  readonly layer: LayerPlace;
  readonly from: Column;
  readonly to: Column;
  /** [units, inputs] */
  readonly weights: Float32Array;
  /** The weight of the end's colour. */
  readonly scale: number;
  /** Whether the numbers are weights' sizes alone, of no colour. */
  readonly isNeutral: boolean;
  /** The chosen unit, and the chosen input where the chosen unit is in the column before. */
  readonly unit: number | undefined;
  readonly input: number | undefined;
  readonly isAnyChosen: boolean;
  /** Smaller weights, by their share of the scale, are not drawn. */
  readonly least: number;
  /** How a line is dimmed or lit by what is pointed out; 1 where nothing is. */
  lit(unit: number, input: number): number | undefined;
}

/** Whether the weights between two columns are too many for lines. */
export function isMatrix(from: Column, to: Column): boolean {
  const weights = from.xs.length * to.xs.length;
  return weights > MOST_LINES || ((from.isWide || to.isWide) && weights > MOST_LINES / 2);
}

/** Where lines leave a column, and where they reach one. */
export const lineStart = ({ isWide, right }: Column): number => right + (isWide ? 3 : 0);
export const lineEnd = ({ isWide, left }: Column): number => left - (isWide ? 3 : 0);

type Context = CanvasRenderingContext2D;

export function drawLines(context: Context, between: Between): void {
  const { layer, weights, scale, unit: chosen, input: chosenInput, isAnyChosen, least } = between;
  for (let unit = 0; unit < layer.units; unit++) {
    for (let input = 0; input < layer.inputs; input++) {
      const weight = weights[unit * layer.inputs + input];
      const share = Math.min(1, Math.abs(weight) / scale);
      if (share < least) continue;
      const isShown = !isAnyChosen || unit === chosen || input === chosenInput;
      const lit = between.lit(unit, input);
      context.globalAlpha = lit ?? (isShown ? 0.35 + 0.65 * share : 0.07);
      line(context, between, unit, input, share, lit === 1 ? 1.6 : 0.6);
    }
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function line(
  context: Context,
  { layer, from, to, weights, isNeutral }: Between,
  unit: number,
  input: number,
  share: number,
  thin: number,
) {
  const weight = weights[unit * layer.inputs + input];
  const [left, right] = [lineStart(from), lineEnd(to)];
  const bend = (right - left) / 2;
  context.setLineDash(!isNeutral && weight < 0 ? [5, 4] : []);
  context.lineWidth = isNeutral ? 0.6 + share * 1.4 : thin + share * 5;
  context.strokeStyle = isNeutral ? theme().faint : signColor(weight);
  context.beginPath();
  context.moveTo(left, from.ys[input]);
  context.bezierCurveTo(left + bend, from.ys[input], right - bend, to.ys[unit], right, to.ys[unit]);
  context.stroke();
}

/** In the middle between the columns; of a chosen unit its row is framed and its strongest weights are lines. */
export function drawMatrix(context: Context, between: Between): void {
  const { layer, from, to, weights, scale, isNeutral, unit: chosen } = between;
  const { units, inputs } = layer;
  const room = to.left - from.right - 24;
  const [tall, middle] = [Math.max(from.bottom - from.top, to.bottom - to.top), (to.top + to.bottom) / 2];
  const [width, height] = [Math.min(room, inputs * 8), Math.min(tall, units * 8)];
  const [x, y] = [(from.right + to.left) / 2 - width / 2, middle - height / 2];
  const shown = isNeutral ? weights.map(Math.abs) : weights;
  context.globalAlpha = chosen === undefined ? 1 : 0.3;
  drawImage(
    context,
    { pixels: scalePixels(shown, 0, 1, 0, scale), width: inputs, height: units },
    { x, y, width, height },
  );
  context.globalAlpha = 1;
  context.lineWidth = 1;
  context.strokeStyle = theme().faint;
  context.strokeRect(x - 1, y - 1, width + 2, height + 2);
  if (chosen === undefined) return;
  const row = weights.subarray(chosen * inputs, (chosen + 1) * inputs);
  const strongest = Array.from(row.keys()).sort((one, other) => Math.abs(row[other]) - Math.abs(row[one]));
  for (const input of strongest.slice(0, STRONGEST))
    line(context, between, chosen, input, Math.min(1, Math.abs(row[input]) / scale), 0.6);
  context.setLineDash([]);
  context.strokeStyle = theme().ink;
  context.strokeRect(x - 2, y + (chosen / units) * height - 1, width + 4, Math.max(2, height / units + 2));
}

/** The share of the scale that the `most`-th strongest has; 0 where there are no more. */
export function leastShown(
  layers: readonly { readonly weights: Float32Array; readonly scale: number }[],
  most: number,
): number {
  const count = layers.reduce((sum, { weights }) => sum + weights.length, 0);
  if (count <= most) return 0;
  const bins = new Uint32Array(256);
  for (const { weights, scale } of layers) {
    for (const weight of weights) bins[Math.min(255, Math.floor((Math.abs(weight) / scale) * 255))]++;
  }
  let bin = 255;
  for (let sum = bins[255]; bin > 0 && sum + bins[bin - 1] <= most; ) sum += bins[--bin];
  return bin / 255;
}
