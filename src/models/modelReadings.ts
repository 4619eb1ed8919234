/** How the columns that a model knows are read: as they were when its encoders and its target were fitted. */
import { encodedReadings } from "../data/encoder.ts";
import { targetReadings } from "../data/encoding.ts";
import type { Reading } from "../data/table.ts";
import { type ModelDocument, memberEncoders } from "./document.ts";

/** @param withTarget whether the target is to be read too, and the columns of weights and groups. @returns by the columns' names */
export function modelReadings(
  document: Pick<ModelDocument, "encoder" | "target" | "further" | "weights" | "group">,
  withTarget: boolean,
): Map<string, Reading> {
  const { target, weights, group } = document;
  // A column without values in one fold may have some in another. In files that name no types, a category of one
  // fold may be a number in another; of those, the first member's holds.
  const encoders = memberEncoders(document).reverse();
  return new Map([
    ...(withTarget ? [weights, group] : []).flatMap((kept) => (kept ? [[kept.column, kept.reading] as const] : [])),
    ...encoders.flatMap((each) => [...encodedReadings(each)]),
    ...(withTarget ? targetReadings(target) : []),
  ]);
}
