/**
 * The check of a network's layers that come from a file: a kind that there is, and the fields that it has.
 *
 * Whether their values are those of a layer, and the layers fit each other, is the question of `validateNetwork`, which
 * every network of a document is put to.
 */
import { type Layer, type LayerKind, layerKinds } from "../network/layers.ts";
import { type Check, oneOf, plainObject } from "./json.ts";

const kindOf = oneOf(...(Object.keys(layerKinds) as LayerKind[]));

export const layerCheck: Check<Layer> = (value, where) => {
  const given = plainObject(value, where);
  const known = layerKinds[kindOf(given.kind, `${where}.kind`)].fields;
  // Not a layer yet, as far as anyone knows.
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(known, name))) as unknown as Layer;
};
