/**
 * What the drawing shows in each mode: a picture of each unit, a number of each weight, and the scales that they share.
 * Knows no canvas.
 */
import type { Look } from "../lookAnswers.ts";
import type { Pixels } from "./canvas.ts";
import { scalePixels } from "./colors.ts";
import { type Colour, type Drawn, scaleOf } from "./drawn.ts";

/** Pixels of a tile, row by row. */
export interface Picture extends Pixels {
  /** Its sign or state, where it is of one colour. */
  readonly glyph?: string;
}

export interface Shown {
  /** @param layer 0 is the first dense layer. @param most pixels along a side that can be seen */
  picture(layer: number, unit: number, most?: number): Picture;
  /** In the order of the parameters, biases too; undefined where the mode has no number of a weight. */
  readonly weights: Float32Array | undefined;
  /** Of each layer: what has the end's colour. */
  readonly unitScales: readonly number[];
  readonly weightScales: readonly number[];
}

const standard: Colour = { mode: "weights", range: "layer" };

export function shownOf({ frame, opened, colour = standard }: Drawn): Shown {
  const { mode, range, numbers } = colour;
  const { layers, data } = opened;
  const weights = mode === "weights" ? frame.parameters : numbers?.weights;
  const isPicture = (mode === "weights" || mode === "outputs") && frame.grids.length > 0;
  const values = isPicture ? frame.grids : numbers?.units;
  const areImages = (layer: number): boolean => mode === "weights" && layer === 0 && data.image !== undefined;
  const scales = layers.map(({ units, inputs, weights: first, bias }, at) => ({
    unit: areImages(at)
      ? largestOf(frame.parameters, first, units * inputs)
      : mode === "saturation"
        ? 1
        : scaleOf(values?.[at] ?? none).size,
    weight: Math.max(largestOf(weights ?? none, first, units * inputs), largestOf(weights ?? none, bias, units)),
  }));
  const common = (sizes: readonly number[]): readonly number[] =>
    range === "network" ? sizes.map(() => Math.max(...sizes)) : sizes;
  const unitScales = common(scales.map(({ unit }) => unit));
  const weightScales = common(scales.map(({ weight }) => weight));
  const picture = (at: number, unit: number, most?: number): Picture => {
    const layer = layers[at];
    if (areImages(at)) {
      const row = frame.parameters.subarray(
        layer.weights + unit * layer.inputs,
        layer.weights + (unit + 1) * layer.inputs,
      );
      return imagePicture(row, data.image as NonNullable<typeof data.image>, unitScales[at]);
    }
    if (isPicture) return gridPicture(frame.grids[at], { unit, units: layer.units, scale: unitScales[at], most });
    return flatPicture(numbers, at, unit, unitScales[at], mode);
  };
  return { picture, weights, unitScales, weightScales };
}

const none = new Float32Array(0);

function largestOf(values: Float32Array, first: number, count: number): number {
  let most = 0;
  for (let at = first; at < Math.min(first + count, values.length); at++) most = Math.max(most, Math.abs(values[at]));
  return most || 1;
}

interface GridUnit {
  readonly unit: number;
  readonly units: number;
  readonly scale: number;
  readonly most: number | undefined;
}

function gridPicture(grid: Float32Array, { unit, units, scale, most = Number.POSITIVE_INFINITY }: GridUnit): Picture {
  const side = Math.sqrt(grid.length / units);
  if (side <= most) {
    return { pixels: scalePixels(grid, unit, units, 0, scale), width: side, height: side, isSmooth: true };
  }
  const seen = new Float32Array(most * most);
  for (let at = 0; at < seen.length; at++) {
    const [down, across] = [Math.floor(at / most), at % most];
    const point = Math.floor(((down + 0.5) / most) * side) * side + Math.floor(((across + 0.5) / most) * side);
    seen[at] = grid[point * units + unit];
  }
  return { pixels: scalePixels(seen, 0, 1, 0, scale), width: most, height: most, isSmooth: true };
}

/** The weights of a unit at their pixels. */
export function imagePicture(
  weights: Float32Array,
  { width, height, pixels: places }: { width: number; height: number; pixels: readonly number[] },
  scale: number,
): Picture {
  const image = new Float32Array(width * height);
  weights.forEach((weight, input) => {
    image[places[input]] = weight;
  });
  return { pixels: scalePixels(image, 0, 1, 0, scale), width, height };
}

function flatPicture(
  numbers: Look | undefined,
  at: number,
  unit: number,
  scale: number,
  mode: Colour["mode"],
): Picture {
  const value = numbers?.units[at]?.[unit] ?? 0;
  const glyph =
    mode === "saturation"
      ? `${Math.round(value * 100)}`
      : mode === "updates" || value === 0
        ? ""
        : value < 0
          ? "−"
          : "+";
  return { pixels: scalePixels([value], 0, 1, 0, scale), width: 1, height: 1, glyph };
}
