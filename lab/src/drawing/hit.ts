/** Which weight of the drawing lies under a point. Knows the shape of the curves, as network.ts draws them. */
import type { WeightPlace } from "./drawn.ts";
import type { NetworkLayout } from "./layout.ts";
import { isMatrix, lineEnd, lineStart } from "./weights.ts";

/** How near a line, and the dot of a bias, must be, in CSS pixels. */
const NEAR = 6;
const NEAR_DOT = 9;

/** @returns the nearest weight or bias, where one is near */
export function weightAt(layout: NetworkLayout, x: number, y: number): WeightPlace | undefined {
  return biasAt(layout, x, y) ?? lineAt(layout, x, y);
}

function biasAt({ columns }: NetworkLayout, x: number, y: number): WeightPlace | undefined {
  for (const [column, { x: middle, ys, tile, isWide }] of columns.entries()) {
    if (column === 0 || isWide) continue;
    const unit = ys.findIndex((at) => Math.hypot(middle - tile / 2 - x, at + tile / 2 - y) <= NEAR_DOT);
    if (unit >= 0) return { layer: column - 1, unit, input: "bias" };
  }
  return undefined;
}

function lineAt({ columns }: NetworkLayout, x: number, y: number): WeightPlace | undefined {
  for (const [layer, from] of columns.slice(0, -1).entries()) {
    const to = columns[layer + 1];
    const [left, right] = [lineStart(from), lineEnd(to)];
    if (x < left || x > right || isMatrix(from, to)) continue;
    const t = parameterAt((x - left) / (right - left));
    // With both control points at half the way, the curve rises as 3t² − 2t³.
    const rise = t * t * (3 - 2 * t);
    const steepness = (6 * t * (1 - t)) / ((right - left) * slopeOfX(t));
    let best: { readonly distance: number; readonly weight: WeightPlace } | undefined;
    for (const [unit, end] of to.ys.entries()) {
      for (const [input, start] of from.ys.entries()) {
        const height = end - start;
        const distance = Math.abs(start + height * rise - y) / Math.hypot(1, height * steepness);
        if (distance <= (best?.distance ?? NEAR)) best = { distance, weight: { layer, unit, input } };
      }
    }
    return best?.weight;
  }
  return undefined;
}

/** x/width = 1.5 t (1 − t) + t³: the curve's t at a share of its width. */
function parameterAt(share: number): number {
  let [low, high] = [0, 1];
  for (let halvings = 0; halvings < 20; halvings++) {
    const t = (low + high) / 2;
    if (1.5 * t * (1 - t) + t ** 3 < share) low = t;
    else high = t;
  }
  return (low + high) / 2;
}

const slopeOfX = (t: number): number => 1.5 - 3 * t + 3 * t * t;
