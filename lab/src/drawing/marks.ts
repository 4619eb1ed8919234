/** A ring around one point of the map. */
import type { OpenedData } from "../protocol.ts";
import { theme } from "./colors.ts";

export function drawMark(canvas: HTMLCanvasElement, { plane, inputs, inputNames, targets }: OpenedData, row?: number) {
  const context = canvas.getContext("2d");
  const size = canvas.clientWidth;
  if (context === null || size === 0 || plane === undefined || row === undefined || row >= targets.length) return;
  const value = (input: number): number => inputs[row * inputNames.length + input];
  const x = ((value(plane.x) - plane.left) / (plane.right - plane.left)) * size;
  const y = ((plane.top - value(plane.y)) / (plane.top - plane.bottom)) * size;
  for (const [width, color] of [
    [5, theme().ground],
    [2.5, theme().ink],
  ] as const) {
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
  }
}
