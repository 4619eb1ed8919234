/** A loss's options as `lossOptionWords` says where they lie. Knows no plan. */
import type { Loss } from "../../network/losses.ts";
import { lossOptionWords, placesOf } from "./layouts.ts";

const words = placesOf(lossOptionWords);

/** Bytes for `Placement.lossOptions` of a program. */
export function lossOptionBytes(loss: Loss, outputs: number): Uint8Array {
  const bytes = new Uint8Array(4 * (words.classWeights + outputs));
  const view = new DataView(bytes.buffer);
  const first =
    "labelSmoothing" in loss
      ? (loss.labelSmoothing ?? 0)
      : "delta" in loss
        ? (loss.delta ?? 1)
        : loss.name === "huber"
          ? 1
          : 0;
  view.setFloat32(4 * words.setting, first, true);
  const classWeights = "classWeights" in loss ? loss.classWeights : undefined;
  view.setInt32(4 * words.hasClassWeights, classWeights ? 1 : 0, true);
  for (const [k, weight] of (classWeights ?? []).entries()) view.setFloat32(4 * (words.classWeights + k), weight, true);
  return bytes;
}
