/** What epochs are compared by instead of the validation loss. Knows no metric. */
import type { Numbers } from "../engines/engine.ts";

/** A score of the network's outputs for the validation patterns, used in place of their loss. */
export interface Score {
  readonly name: string;
  readonly better: "higher" | "lower";
  /** @param outputs y, [N, outputs], as `Session.predict` gives them: logits where the loss takes logits */
  of(outputs: Numbers): number;
}
