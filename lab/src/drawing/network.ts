/**
 * The network on a canvas: each neuron a picture of its output over the inputs, weights by width, colour and dash, biases
 * as dots. Reads a frame; keeps nothing.
 */
import type { OpenedData } from "../protocol.ts";
import { drawPixels, prepared } from "./canvas.ts";
import { scalePixels, signColor, theme } from "./colors.ts";
import { type Drawn, scaleOf } from "./drawn.ts";
import { dim, type Lit, litIn, neuronKey, weightKey } from "./highlight.ts";
import { layoutOf, type NetworkLayout } from "./layout.ts";

export function drawNetwork(canvas: HTMLCanvasElement, drawn: Drawn): void {
  const { frame, opened, selected } = drawn;
  const ready = prepared(canvas);
  if (ready === undefined) return;
  const { context, width, height } = ready;
  const layout = layoutOf([opened.data.inputNames.length, ...opened.layers.map(({ units }) => units)], width, height);
  const isLit = litIn(drawn.highlight);
  drawWeights(context, layout, drawn, isLit);
  drawInputs(context, layout, frame.size, opened.data, isLit);
  opened.layers.forEach((layer, at) => {
    const grid = frame.grids[at] ?? new Float32Array(layer.units); // nothing to draw without a plane
    const scale = scaleOf(grid);
    for (let unit = 0; unit < layer.units; unit++) {
      const pixels = scalePixels(grid, unit, layer.units, scale.centre, scale.size);
      const isChosen = selected?.layer === at && selected.unit === unit;
      dim(context, isLit, neuronKey(at, unit));
      tile(context, layout, at + 1, unit, pixels, isChosen || isLit?.has(neuronKey(at, unit)) === true);
      dim(context, isLit, weightKey(at, unit, "bias"));
      drawBias(context, layout, at + 1, unit, frame.parameters[layer.bias + unit]);
    }
  });
  context.globalAlpha = 1;
}

/** The inputs of the plane rise to the right and upward; the others are held and have an empty tile. */
function drawInputs(
  context: CanvasRenderingContext2D,
  layout: NetworkLayout,
  size: number,
  data: OpenedData,
  isLit: Lit,
): void {
  const { plane } = data;
  data.inputNames.forEach((_, unit) => {
    const values = Float32Array.from({ length: size * size }, (_, at) => {
      if (unit === plane?.x) return ((at % size) / size) * 2 - 1;
      return unit === plane?.y ? 1 - (Math.floor(at / size) / size) * 2 : 0;
    });
    dim(context, isLit, neuronKey(-1, unit));
    tile(context, layout, 0, unit, scalePixels(values, 0, 1, 0, 1), isLit?.has(neuronKey(-1, unit)) === true);
  });
}

function tile(
  context: CanvasRenderingContext2D,
  { columns, tile: size }: NetworkLayout,
  column: number,
  unit: number,
  pixels: Uint32Array,
  isChosen: boolean,
): void {
  const { x, ys } = columns[column];
  const [left, top] = [x - size / 2, ys[unit] - size / 2];
  context.save();
  context.beginPath();
  context.roundRect(left, top, size, size, 5);
  context.clip();
  drawPixels(context, pixels, { x: left, y: top, size });
  context.restore();
  context.beginPath();
  context.roundRect(left, top, size, size, 5);
  context.lineWidth = isChosen ? 3 : 1.25;
  context.strokeStyle = theme().ink;
  context.stroke();
}

/** A dot at the lower left corner: filled where the bias is positive, a ring where it is negative. */
function drawBias(
  context: CanvasRenderingContext2D,
  { columns, tile: size }: NetworkLayout,
  column: number,
  unit: number,
  bias: number,
): void {
  const radius = 2.2 + Math.min(1, Math.abs(bias) / 2) * 3.2;
  context.beginPath();
  context.arc(columns[column].x - size / 2, columns[column].ys[unit] + size / 2, radius, 0, 2 * Math.PI);
  context.fillStyle = bias < 0 ? theme().ground : signColor(bias);
  context.fill();
  context.lineWidth = 1.8;
  context.strokeStyle = signColor(bias);
  context.stroke();
}

function drawWeights(context: CanvasRenderingContext2D, layout: NetworkLayout, drawn: Drawn, isLit: Lit): void {
  const { frame, opened, selected } = drawn;
  opened.layers.forEach((layer, at) => {
    const all = frame.parameters.subarray(layer.weights, layer.weights + layer.units * layer.inputs);
    const largest = all.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9);
    const [from, to] = [layout.columns[at], layout.columns[at + 1]];
    const [left, right] = [from.x + layout.tile / 2, to.x - layout.tile / 2];
    const bend = (right - left) / 2;
    for (let unit = 0; unit < layer.units; unit++) {
      const isShown = selected === undefined || (selected.layer === at && selected.unit === unit);
      const leaves = selected?.layer === at - 1;
      for (let input = 0; input < layer.inputs; input++) {
        const weight = all[unit * layer.inputs + input];
        const share = Math.abs(weight) / largest;
        const alpha = isShown || (leaves && selected.unit === input) ? 0.35 + 0.65 * share : 0.07;
        const lit = isLit?.has(weightKey(at, unit, input)) ? 1 : 0.05;
        context.globalAlpha = isLit === undefined ? alpha : lit;
        context.setLineDash(weight < 0 ? [5, 4] : []);
        context.lineWidth = (lit === 1 ? 1.6 : 0.6) + share * 5;
        context.strokeStyle = signColor(weight);
        context.beginPath();
        context.moveTo(left, from.ys[input]);
        context.bezierCurveTo(left + bend, from.ys[input], right - bend, to.ys[unit], right, to.ys[unit]);
        context.stroke();
      }
    }
  });
  context.globalAlpha = 1;
  context.setLineDash([]);
}
