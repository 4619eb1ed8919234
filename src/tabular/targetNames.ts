/** The columns that a target is made of. */
import type { Target } from "../data/encoding.ts";

/** The names of a target's columns. */
export function targetNames(target: Target): readonly string[] {
  return target.task === "classification" ? [target.column] : target.columns;
}
