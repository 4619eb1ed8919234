/** What the page calls a layer and a unit: hidden layers are counted from 1, as are units. */
import type { Opened } from "../protocol.ts";

/** @param layer 0 is the first dense layer */
export function layerTitle(run: Opened | undefined, layer: number): string {
  return layer === (run?.layers.length ?? 0) - 1 ? "Output" : `Hidden layer ${layer + 1}`;
}

/** "Hidden layers 1, 2, 3", "Hidden layer 2, Output". */
export function layersTitle(run: Opened | undefined, layers: readonly number[]): string {
  const hidden = layers.filter((layer) => layerTitle(run, layer) !== "Output").map((layer) => layer + 1);
  const names = hidden.length === 0 ? [] : [`Hidden ${hidden.length === 1 ? "layer" : "layers"} ${hidden.join(", ")}`];
  return [...names, ...(hidden.length < layers.length ? ["Output"] : [])].join(", ");
}

/** "Hidden layer 2, unit 3", "Output unit 1", with its class where it has one. */
export function unitTitle(run: Opened | undefined, layer: number, unit: number): string {
  const isOutput = layer === (run?.layers.length ?? 0) - 1;
  if (!isOutput) return `Hidden layer ${layer + 1}, unit ${unit + 1}`;
  const classes = run?.data.classNames ?? [];
  const name = classes.length === run?.layers[layer].units ? ` (${classes[unit]})` : "";
  return `Output unit ${unit + 1}${name}`;
}
