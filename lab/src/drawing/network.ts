/**
 * The network on a canvas: each neuron a picture, weights as lines or matrices, biases as dots. Reads a frame; keeps nothing.
 */
import { prepared } from "./canvas.ts";
import { scalePixels, theme } from "./colors.ts";
import type { Drawn } from "./drawn.ts";
import { dim, type Lit, litIn, neuronKey, weightKey } from "./highlight.ts";
import { inputPicture } from "./inputs.ts";
import { type Column, layoutFor, type NetworkLayout } from "./layout.ts";
import { type Picture, type Shown, shownOf } from "./shown.ts";
import { drawBias, drawBiasStrip, drawBlock, drawTile } from "./tiles.ts";
import { type Between, drawLines, drawMatrix, isMatrix, leastShown, MOST_IN_ALL } from "./weights.ts";

export function drawNetwork(canvas: HTMLCanvasElement, drawn: Drawn): void {
  const ready = prepared(canvas);
  if (ready === undefined) return;
  const { context, width, height } = ready;
  const { frame, opened, selected } = drawn;
  const layout = layoutFor(opened, width, height);
  const shown = shownOf(drawn);
  const lit = litIn(drawn.highlight);
  const weights = (on: CanvasRenderingContext2D): void => drawWeights(on, layout, drawn, shown, lit);
  if (drawn.weightsLayer === undefined) weights(context);
  else drawn.weightsLayer.draw(context, frame, lookOf(drawn), weights);
  drawColumn(context, layout.columns[0], { layer: -1, lit, pictureOf: (unit) => inputPicture(opened.data, unit) });
  opened.layers.forEach((layer, at) => {
    const column = layout.columns[at + 1];
    const chosen = selected?.layer === at ? selected.unit : undefined;
    drawColumn(context, column, { layer: at, lit, chosen, pictureOf: (unit, most) => shown.picture(at, unit, most) });
    const biases = (shown.weights ?? frame.parameters).subarray(layer.bias, layer.bias + layer.units);
    const scale = shown.weights === undefined || drawn.colour?.mode === "weights" ? FULL_BIAS : shown.weightScales[at];
    if (column.isWide) {
      drawBiasStrip(context, column, scalePixels(biases, 0, 1, 0, scale));
      return;
    }
    for (const [unit, bias] of biases.entries()) {
      dim(context, lit, weightKey(at, unit, "bias"));
      drawBias(context, column, unit, bias / scale);
    }
  });
  context.globalAlpha = 1;
}

/** What the weights look like depends on this too. */
const lookOf = ({ opened, selected, highlight, colour }: Drawn): readonly unknown[] => {
  return [opened, selected, highlight, theme(), colour?.mode, colour?.range, colour?.numbers];
};

/** A bias of this size has the largest dot. */
const FULL_BIAS = 2;

interface ColumnUnits {
  /** −1 for the inputs. */
  readonly layer: number;
  readonly lit: Lit;
  readonly chosen?: number | undefined;
  pictureOf(unit: number, most?: number): Picture;
}

function drawColumn(context: CanvasRenderingContext2D, column: Column, units: ColumnUnits): void {
  const { layer, lit, chosen } = units;
  const isLit = (unit: number): boolean => lit?.has(neuronKey(layer, unit)) === true;
  if (column.isWide) {
    drawBlock(context, column, units.pictureOf, (unit) => unit === chosen || isLit(unit));
    return;
  }
  for (let unit = 0; unit < column.ys.length; unit++) {
    dim(context, lit, neuronKey(layer, unit));
    drawTile(context, column, unit, units.pictureOf(unit), unit === chosen || isLit(unit));
  }
  context.globalAlpha = 1;
}

function drawWeights(
  context: CanvasRenderingContext2D,
  { columns }: NetworkLayout,
  drawn: Drawn,
  shown: Shown,
  lit: Lit,
): void {
  const { frame, opened, selected } = drawn;
  const pairs = opened.layers.map((layer, at): Between => {
    const numbers = shown.weights ?? frame.parameters;
    const weights = numbers.subarray(layer.weights, layer.weights + layer.units * layer.inputs);
    return {
      layer,
      from: columns[at],
      to: columns[at + 1],
      weights,
      scale: shown.weights === undefined ? largestOf(weights) : shown.weightScales[at],
      isNeutral: shown.weights === undefined,
      unit: selected?.layer === at ? selected.unit : undefined,
      input: selected?.layer === at - 1 ? selected.unit : undefined,
      isAnyChosen: selected !== undefined,
      least: 0,
      lit: (unit, input) => (lit === undefined ? undefined : lit.has(weightKey(at, unit, input)) ? 1 : 0.05),
    };
  });
  const lines = pairs.filter(({ from, to }) => !isMatrix(from, to));
  const least = leastShown(lines, MOST_IN_ALL);
  for (const pair of pairs) {
    if (lines.includes(pair)) drawLines(context, { ...pair, least });
    else if (pair.layer === opened.layers[0] && opened.data.image !== undefined)
      continue; // its units' pictures show them
    else drawMatrix(context, pair);
  }
}

const largestOf = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
