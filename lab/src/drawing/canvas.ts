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

/** Buffers by size: an image of every size that is drawn, written and drawn anew each time. */
const buffers = new Map<string, { canvas: HTMLCanvasElement; image: ImageData; pixels: Uint32Array }>();

function bufferOf(width: number, height: number) {
  const size = `${width} ${height}`;
  const known = buffers.get(size);
  if (known !== undefined) return known;
  if (buffers.size > 50) buffers.clear();
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const image = new ImageData(width, height);
  const made = { canvas, image, pixels: new Uint32Array(image.data.buffer) };
  buffers.set(size, made);
  return made;
}

export interface Pixels {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
  /** Whether values between the pixels are drawn where they are enlarged. */
  readonly isSmooth?: boolean;
}

/** Draws pixels of any width and height into a rectangle of a context. */
export function drawImage(
  context: CanvasRenderingContext2D,
  { pixels, width, height, isSmooth = false }: Pixels,
  to: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  if (pixels.length === 0) return; // a table without a plane has no pictures
  const buffer = bufferOf(width, height);
  buffer.pixels.set(pixels);
  buffer.canvas.getContext("2d")?.putImageData(buffer.image, 0, 0);
  context.imageSmoothingEnabled = isSmooth || to.width < width || to.height < height;
  context.drawImage(buffer.canvas, to.x, to.y, to.width, to.height);
}

/** A picture that rarely changes, as sharp as the canvas that it is drawn on: made again only when its key changes. */
export class Layer {
  readonly #canvas = document.createElement("canvas");
  #key: readonly unknown[] = [];

  /** @param key all that the picture depends on, besides the size of the canvas */
  draw(
    onto: CanvasRenderingContext2D,
    key: readonly unknown[],
    make: (context: CanvasRenderingContext2D) => void,
  ): void {
    const { width, height } = onto.canvas;
    const whole = [...key, width, height];
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    if (whole.length !== this.#key.length || whole.some((part, at) => part !== this.#key[at])) {
      this.#key = whole;
      this.#canvas.width = width; // clears it too
      this.#canvas.height = height;
      context.setTransform(onto.getTransform());
      make(context);
    }
    onto.save();
    onto.resetTransform();
    onto.drawImage(this.#canvas, 0, 0);
    onto.restore();
  }
}

/** A picture that takes long to draw, of something that changes all the time: made again at most so often. */
export class CalmLayer {
  readonly #layer = new Layer();
  readonly #between: number;
  #subject: unknown;
  #at = 0;

  /** @param between the least time between two, in milliseconds */
  constructor(between: number) {
    this.#between = between;
  }

  /** @param subject what changes all the time. @param key all else that the picture depends on, shown at once */
  draw(
    onto: CanvasRenderingContext2D,
    subject: unknown,
    key: readonly unknown[],
    make: (context: CanvasRenderingContext2D) => void,
  ): void {
    const now = performance.now();
    if (now - this.#at >= this.#between) [this.#at, this.#subject] = [now, subject];
    this.#layer.draw(onto, [this.#subject, ...key], make);
  }
}
