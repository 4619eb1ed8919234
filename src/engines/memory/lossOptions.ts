/** A loss's options as `lossOptionWords` says where they lie. Knows no plan. */
import { type Loss, lossOptions, ofEachOutput, outputsEach } from "../../network/losses.ts";
import { placesOf } from "../../plan/ops/places.ts";
import { lossOptionWords } from "./layouts.ts";

const words = placesOf(lossOptionWords);

/** Bytes for `Placement.lossOptions` of a program. */
export function lossOptionBytes(loss: Loss, outputs: number): Uint8Array {
  const bytes = new Uint8Array(4 * (words.factors + outputs));
  const view = new DataView(bytes.buffer);
  view.setFloat32(4 * words.setting, settingOf(loss), true);
  view.setInt32(4 * words.outputsEach, outputsEach(loss), true);
  const factors = ofEachOutput(loss, outputs);
  view.setInt32(4 * words.hasFactors, factors ? 1 : 0, true);
  for (const [k, factor] of (factors ?? []).entries()) view.setFloat32(4 * (words.factors + k), factor, true);
  return bytes;
}

/** The option that is one number; 0 where a loss has none. */
function settingOf(loss: Loss): number {
  const option = lossOptions(loss).find(({ each }) => !each);
  return (option?.value as number | undefined) ?? option?.absent ?? 0;
}
