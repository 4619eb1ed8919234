/**
 * Where a symbol of the derivation stands in the drawing: y⁽¹⁾₃ is a neuron, W⁽¹⁾₃,₀ a weight, x₀ an input.
 *
 * Reads the library's LaTeX, in which the layer stands in brackets above a symbol and its units below, and marks each
 * symbol, so that the element it becomes is found again. Layers of symbols are those of the network, layers of the drawing
 * its dense layers. Knows no page.
 */
import type { Highlight, WeightPlace } from "../drawing/drawn.ts";
import type { Opened } from "../protocol.ts";

const SYMBOL =
  /(?<![a-zA-Z\\])(\\delta|\\alpha|[WEbvyms])\^\{\((\d+)\)\}(?:_\{(\d+)(?:,(\d+))?\})?|(?<![a-zA-Z\\])([xedpt])_\{(\d+)\}/g;

/** "W.1.3.0", "y.1.3", "y.1" of a whole layer, "x.0"; "e.0" of an output. */
function nameOf([, letter, layer, unit, input, own, index]: RegExpMatchArray): string {
  if (own !== undefined) return `${own}.${index}`;
  return [letter.replace("\\", ""), layer, unit, input].filter((part) => part !== undefined).join(".");
}

/** A formula's LaTeX with every symbol marked by `\place`. */
export function withPlaces(latex: string): string {
  return latex.replace(SYMBOL, (...match) => `\\place{${nameOf(match as unknown as RegExpMatchArray)}}{${match[0]}}`);
}

/** The places of a formula's symbols, in order. */
export function placesIn(latex: string): string[] {
  return [...latex.matchAll(SYMBOL)].map(nameOf);
}

/** The layer of the drawing that a layer of the network belongs to: itself, or the dense one before it, else the first. */
export function drawnLayer({ layers }: Opened, layer: number): number {
  return Math.max(
    0,
    layers.findLastIndex((place) => place.layer <= layer),
  );
}

const units = (layer: number, count: number) => Array.from({ length: count }, (_, unit) => ({ layer, unit }));

/** What is lit for a place. */
export function highlightOf(place: string, opened: Opened): Highlight {
  const [letter, first, unit, input] = place.split(".");
  const none = { neurons: [], weights: [], inputs: [] };
  if (letter === "x") return { ...none, inputs: [Number(first)] };
  const last = opened.layers.length - 1;
  if (/^[edpt]$/.test(letter)) return { ...none, neurons: [{ layer: last, unit: Number(first) }] };
  const layer = drawnLayer(opened, Number(first));
  const { units: count, inputs } = opened.layers[layer];
  if (letter === "W" || letter === "b") {
    if (unit === undefined) return { ...none, weights: weightsInto(layer, count, inputs) };
    const from = letter === "b" ? "bias" : Number(input);
    return joined([none, weightHighlight({ layer, unit: Number(unit), input: from })]);
  }
  return { ...none, neurons: unit === undefined ? units(layer, count) : [{ layer, unit: Number(unit) }] };
}

/** A weight with the neurons at its ends. */
export function weightHighlight(weight: WeightPlace): Highlight {
  const { layer, unit, input } = weight;
  const from = typeof input === "number" ? [input] : [];
  return {
    weights: [weight],
    neurons: [{ layer, unit }, ...(layer > 0 ? from.map((sender) => ({ layer: layer - 1, unit: sender })) : [])],
    inputs: layer > 0 ? [] : from,
  };
}

/** All weights into a layer. */
export function weightsInto(layer: number, count: number, inputs: number): WeightPlace[] {
  return units(layer, count).flatMap((to) => Array.from({ length: inputs }, (_, input) => ({ ...to, input })));
}

/** Several as one. */
export function joined(highlights: readonly Highlight[]): Highlight {
  return {
    neurons: highlights.flatMap(({ neurons }) => neurons),
    weights: highlights.flatMap(({ weights }) => weights),
    inputs: highlights.flatMap(({ inputs }) => inputs),
  };
}
