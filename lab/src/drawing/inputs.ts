/** The pictures of the inputs: how they rise over the plane, or the mean of their pixel. Knows no canvas. */
import type { OpenedData } from "../protocol.ts";
import type { Pixels } from "./canvas.ts";
import { scalePixels } from "./colors.ts";
import type { Picture } from "./shown.ts";

const SIDE = 24;
const means = new WeakMap<OpenedData, Float32Array>();

/** The inputs of the plane rise to the right and upward; pixels have their mean; the others are held and have an empty tile. */
export function inputPicture(data: OpenedData, unit: number): Picture {
  const { image, signalNames, plane = undefined } = data;
  if (image !== undefined) {
    const { pixels } = meanPicture(data);
    return { pixels: pixels.subarray(image.pixels[unit], image.pixels[unit] + 1), width: 1, height: 1 };
  }
  if (signalNames !== undefined || (unit !== plane?.x && unit !== plane?.y))
    return { pixels: scalePixels([0], 0, 1, 0, 1), width: 1, height: 1 };
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, at) =>
    unit === plane.x ? ((at % SIDE) / SIDE) * 2 - 1 : 1 - (Math.floor(at / SIDE) / SIDE) * 2,
  );
  return { pixels: scalePixels(values, 0, 1, 0, 1), width: SIDE, height: SIDE, isSmooth: true };
}

/** The mean of all images; nothing where the inputs are no pixels. */
export function meanPicture(data: OpenedData): Pixels {
  const { image } = data;
  if (image === undefined) return { pixels: new Uint32Array(0), width: 0, height: 0 };
  const mean = means.get(data) ?? meanImage(image.images, image.width * image.height);
  means.set(data, mean);
  return { pixels: scalePixels(mean, 0, 1, 0, 1), width: image.width, height: image.height };
}

function meanImage(images: Float32Array, size: number): Float32Array {
  const mean = new Float32Array(size);
  images.forEach((value, at) => {
    mean[at % size] += (value * size) / images.length;
  });
  return mean;
}
