/** A layer in words: "dense 64 selu". */
import type { Layer } from "gradus/network";

export function layerWords(layer: Layer): string {
  const words: (string | number)[] = [layer.kind];
  if ("units" in layer) words.push(layer.units);
  if ("activation" in layer && layer.activation !== "identity") words.push(layer.activation);
  if ("rate" in layer) words.push(layer.rate);
  return words.join(" ");
}
