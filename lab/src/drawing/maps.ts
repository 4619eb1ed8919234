/** The output over the inputs, large, with the data's points: decision regions or the fitted surface. */
import type { Frame, Opened, OpenedData, Plane } from "../protocol.ts";
import { drawImage, Layer, type Pixels, prepared } from "./canvas.ts";
import { classColors, classPixels, css, diverging, scalePixels, theme } from "./colors.ts";
import { type Drawn, scaleOf } from "./drawn.ts";
import { meanPicture } from "./inputs.ts";
import { shownOf } from "./shown.ts";

/** Logits beyond this have the end's colour: a probability of 0.98. */
const FULL_LOGIT = 4;

const points = new Layer();

/** Of a run alone, which has probabilities and a loss. */
interface DrawnRun extends Drawn {
  readonly frame: Frame;
  readonly opened: Opened;
}

export function drawMap(canvas: HTMLCanvasElement, drawn: DrawnRun): void {
  const ready = prepared(canvas);
  if (ready === undefined) return;
  const { context, width: size } = ready;
  const { data } = drawn.opened;
  const { plane } = data;
  if (plane === undefined) {
    drawImage(context, imageOf(drawn), { x: 0, y: 0, width: size, height: size });
    return;
  }
  const pixels = mapPixels(drawn);
  const side = Math.sqrt(pixels.length);
  drawImage(context, { pixels, width: side, height: side, isSmooth: true }, { x: 0, y: 0, width: size, height: size });
  points.draw(context, [data, theme(), size], (layer) => drawPoints(layer, size, data, plane));
}

/** Of images: the weights of the chosen neuron of the first layer, else the mean of all images. */
function imageOf(drawn: DrawnRun): Pixels {
  const { selected, opened } = drawn;
  if (selected?.layer !== 0) return meanPicture(opened.data);
  return shownOf({ ...drawn, colour: { mode: "weights", range: "layer" } }).picture(0, selected.unit);
}

function mapPixels({ frame, opened, selected }: DrawnRun): Uint32Array {
  const last = opened.layers.length - 1;
  const place = selected ?? { layer: last, unit: 0 };
  const grid = frame.grids[place.layer];
  const { units } = opened.layers[place.layer];
  if (frame.probabilities !== undefined && selected === undefined) return classPixels(frame.probabilities, units);
  const { centre, scale } = mapScale(opened, place.layer === last, grid);
  return scalePixels(grid, place.unit, units, centre, scale);
}

function mapScale(
  { data, adopted: { loss } }: Opened,
  isOutput: boolean,
  grid: Float32Array,
): { centre: number; scale: number } {
  if (isOutput && data.task === "surface") return { centre: 0, scale: 1 };
  if (isOutput && data.task === "classes2") {
    const isProbability = loss === "meanSquaredError";
    return isProbability ? { centre: 0.5, scale: 0.5 } : { centre: 0, scale: FULL_LOGIT };
  }
  const { centre, size } = scaleOf(grid);
  return { centre, scale: size };
}

/** Training rows solid, validation rows with a thick edge; classes differ in shape too. */
function drawPoints(context: CanvasRenderingContext2D, size: number, data: OpenedData, plane: Plane): void {
  const { inputs, targets, training, task, inputNames } = data;
  const value = (row: number, input: number): number => inputs[row * inputNames.length + input];
  const radius = Math.max(2, size / 115);
  targets.forEach((target, row) => {
    const x = ((value(row, plane.x) - plane.left) / (plane.right - plane.left)) * size;
    const y = ((plane.top - value(row, plane.y)) / (plane.top - plane.bottom)) * size;
    context.beginPath();
    shape(context, task === "surface" ? 1 : target, x, y, radius);
    context.fillStyle =
      task === "surface"
        ? css(diverging(target))
        : task === "classes"
          ? css(classColors[target % classColors.length])
          : css(diverging(target * 2 - 1));
    context.fill();
    const isValidation = row >= training;
    context.lineWidth = isValidation ? 1.6 : 0.9;
    context.strokeStyle = isValidation ? theme().ink : theme().ground;
    context.stroke();
  });
}

function shape(context: CanvasRenderingContext2D, label: number, x: number, y: number, radius: number): void {
  if (label === 0) context.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
  else if (label === 1) context.arc(x, y, radius, 0, 2 * Math.PI);
  else {
    context.moveTo(x, y - radius * 1.3);
    context.lineTo(x + radius * 1.2, y + radius);
    context.lineTo(x - radius * 1.2, y + radius);
    context.closePath();
  }
}
