/** A loss's options as the kernels read them: [smoothing or delta, has class weights, class weights…]. Knows no plan. */
import type { Loss } from "../../network/losses.ts";

/** Bytes for `Placement.lossOptions` of a program. */
export function lossOptionBytes(loss: Loss, outputs: number): Uint8Array {
  const bytes = new Uint8Array(8 + 4 * outputs);
  const view = new DataView(bytes.buffer);
  const first =
    "labelSmoothing" in loss
      ? (loss.labelSmoothing ?? 0)
      : "delta" in loss
        ? (loss.delta ?? 1)
        : loss.name === "huber"
          ? 1
          : 0;
  view.setFloat32(0, first, true);
  const classWeights = "classWeights" in loss ? loss.classWeights : undefined;
  view.setInt32(4, classWeights ? 1 : 0, true);
  for (const [k, weight] of (classWeights ?? []).entries()) view.setFloat32(8 + 4 * k, weight, true);
  return bytes;
}
