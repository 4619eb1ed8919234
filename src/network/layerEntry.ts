/** The entry of a layer's kind in the table. Knows no kind. */
import { DescriptionError, lookUp, shown } from "../errors.ts";
import type { LayerEntry } from "./layers/layerEntry.ts";
import { type Layer, layerKinds } from "./layers.ts";

/**
 * The entry of a layer's kind, with the kind's own type forgotten.
 *
 * @param index of the layer, for messages
 * @throws {DescriptionError} what is no layer, or of no kind that there is
 */
export function layerEntry(layer: Layer, index?: number): LayerEntry<Layer> {
  const kind: unknown = typeof layer === "object" && layer !== null ? layer.kind : undefined;
  if (kind === undefined) {
    const what = index === undefined ? "a layer" : `layer ${index} to be a layer`;
    throw new DescriptionError(`Expected ${what}, as dense(4) or dropout(0.1) makes one, found ${shown(layer)}.`);
  }
  return lookUp(layerKinds as Readonly<Record<string, unknown>>, kind as string, "layer kind") as LayerEntry<Layer>;
}
