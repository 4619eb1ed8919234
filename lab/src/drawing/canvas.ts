/** A canvas that is as sharp as the screen: its size in CSS pixels, its buffer in the screen's. */

/** Fits the buffer to the element. @returns the context, in CSS pixels, cleared; undefined while it has no size */
export function prepared(canvas: HTMLCanvasElement) {
  const ratio = Math.min(devicePixelRatio || 1, 3);
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (context === null || width === 0 || height === 0) return undefined;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

const images = new Map<number, HTMLCanvasElement>();

/** Draws square pixels into a square of a context. */
export function drawPixels(
  context: CanvasRenderingContext2D,
  pixels: Uint32Array,
  { x, y, size }: { readonly x: number; readonly y: number; readonly size: number },
): void {
  const side = Math.sqrt(pixels.length);
  const image = images.get(side) ?? document.createElement("canvas");
  images.set(side, image);
  if (image.width !== side) image.width = side;
  if (image.height !== side) image.height = side;
  const bytes = new Uint8ClampedArray(pixels.length * 4);
  new Uint32Array(bytes.buffer).set(pixels);
  image.getContext("2d")?.putImageData(new ImageData(bytes, side, side), 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(image, x, y, size, size);
}

export interface Pixels {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
  /** Whether values between the pixels are drawn where they are enlarged. */
  readonly isSmooth?: boolean;
}

let scratch: HTMLCanvasElement | undefined;

/** Draws pixels of any width and height into a rectangle of a context. */
export function drawImage(
  context: CanvasRenderingContext2D,
  { pixels, width, height, isSmooth = false }: Pixels,
  to: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  scratch ??= document.createElement("canvas");
  if (scratch.width !== width) scratch.width = width;
  if (scratch.height !== height) scratch.height = height;
  const bytes = new Uint8ClampedArray(pixels.length * 4);
  new Uint32Array(bytes.buffer).set(pixels);
  scratch.getContext("2d")?.putImageData(new ImageData(bytes, width, height), 0, 0);
  context.imageSmoothingEnabled = isSmooth || to.width < width || to.height < height;
  context.drawImage(scratch, to.x, to.y, to.width, to.height);
}
