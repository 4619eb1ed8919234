/** What of the drawing is lit, as a set of names to look into while it is drawn. Knows no canvas but its alpha. */
import type { Highlight } from "./drawn.ts";

/** Undefined where nothing is dimmed. */
export type Lit = ReadonlySet<string> | undefined;

/** @param layer −1 for the inputs */
export const neuronKey = (layer: number, unit: number): string => `${layer}.${unit}`;
export const weightKey = (layer: number, unit: number, input: number | "bias"): string => `${layer}.${unit}.${input}`;

export function litIn(highlight: Highlight | undefined): Lit {
  if (highlight === undefined) return undefined;
  return new Set([
    ...highlight.inputs.map((unit) => neuronKey(-1, unit)),
    ...highlight.neurons.map(({ layer, unit }) => neuronKey(layer, unit)),
    ...highlight.weights.map(({ layer, unit, input }) => weightKey(layer, unit, input)),
  ]);
}

const DIMMED = 0.28;

/** Dims what is drawn next unless it is lit. */
export function dim(context: CanvasRenderingContext2D, lit: Lit, key: string): void {
  context.globalAlpha = lit === undefined || lit.has(key) ? 1 : DIMMED;
}
