/** The neurons of a column: tiles with their pictures, or a block of cells made as one image; and the dots of biases. */
import { drawImage } from "./canvas.ts";
import { signColor, theme } from "./colors.ts";
import type { Column } from "./layout.ts";
import type { Picture } from "./shown.ts";

type Context = CanvasRenderingContext2D;

export function drawTile(
  context: Context,
  { xs, ys, tile: size }: Column,
  unit: number,
  picture: Picture,
  isChosen: boolean,
) {
  const [left, top] = [xs[unit] - size / 2, ys[unit] - size / 2];
  // The outline covers the corners: a clip for each tile would cost more than all else.
  drawImage(context, picture, { x: left + 0.5, y: top + 0.5, width: size - 1, height: size - 1 });
  outline(context, left, top, size, isChosen);
  if (picture.glyph && size >= 15) {
    context.font = `600 ${Math.min(15, Math.round(size * 0.42))}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.strokeStyle = theme().ground;
    context.strokeText(picture.glyph, xs[unit], ys[unit]);
    context.fillStyle = theme().ink;
    context.fillText(picture.glyph, xs[unit], ys[unit]);
  }
}

function outline(context: Context, left: number, top: number, size: number, isChosen: boolean): void {
  context.beginPath();
  context.roundRect(left, top, size, size, Math.min(3, size / 5));
  context.lineWidth = isChosen ? 3 : 1.25;
  context.strokeStyle = theme().ink;
  context.stroke();
}

/** A block of cells: one image, sampled from the pictures of its units. */
export function drawBlock(
  context: Context,
  column: Column,
  pictureOf: (unit: number, most: number) => Picture,
  isChosen: (unit: number) => boolean,
): void {
  const { left, top, right, bottom, xs, ys, tile } = column;
  const [width, height] = [Math.ceil(right - left), Math.ceil(bottom - top)];
  const pixels = new Uint32Array(width * height);
  const side = Math.max(1, Math.ceil(tile));
  for (let unit = 0; unit < xs.length; unit++) {
    const picture = pictureOf(unit, side);
    const [x, y] = [Math.round(xs[unit] - tile / 2 - left), Math.round(ys[unit] - tile / 2 - top)];
    for (let down = 0; down < side; down++) {
      const from = Math.floor(((down + 0.5) / side) * picture.height) * picture.width;
      for (let across = 0; across < side; across++) {
        pixels[(y + down) * width + x + across] =
          picture.pixels[from + Math.floor(((across + 0.5) / side) * picture.width)];
      }
    }
  }
  drawImage(context, { pixels, width, height }, { x: left, y: top, width, height });
  context.lineWidth = 1;
  context.strokeStyle = theme().faint;
  context.strokeRect(left - 2, top - 2, right - left + 4, bottom - top + 4);
  for (let unit = 0; unit < xs.length; unit++) {
    if (isChosen(unit)) outline(context, xs[unit] - tile / 2 - 1, ys[unit] - tile / 2 - 1, tile + 2, true);
  }
}

/** A dot at the lower left corner: filled where the bias is positive, a ring where it is negative. */
export function drawBias(context: Context, { xs, ys, tile }: Column, unit: number, share: number): void {
  const radius = (2.2 + Math.min(1, Math.abs(share)) * 3.2) * Math.min(1, tile / 18);
  context.beginPath();
  context.arc(xs[unit] - tile / 2, ys[unit] + tile / 2, radius, 0, 2 * Math.PI);
  context.fillStyle = share < 0 ? theme().ground : signColor(share);
  context.fill();
  context.lineWidth = 1.8 * Math.min(1, tile / 18);
  context.strokeStyle = signColor(share);
  context.stroke();
}

/** Biases of a block: a strip under it, one cell a unit in their order. */
export function drawBiasStrip(context: Context, { left, right, bottom }: Column, pixels: Uint32Array): void {
  drawImage(
    context,
    { pixels, width: pixels.length, height: 1 },
    { x: left, y: bottom + 5, width: right - left, height: 6 },
  );
  context.lineWidth = 1;
  context.strokeStyle = theme().faint;
  context.strokeRect(left, bottom + 5, right - left, 6);
}
