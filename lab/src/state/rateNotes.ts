/** What is said of a learning rate that is far above the one that its optimizer has by itself. */
import { ownRates } from "../libraryNames.ts";
import type { Setting } from "../setting.ts";

/** The lab's rate stays when another optimizer is chosen: of lion, whose steps are as long as the rate, it is 100 times its own. */
const FAR = 100;

/** A sentence, or none. */
export function rateNotes({ optimizer, rate }: Pick<Setting, "optimizer" | "rate">): readonly string[] {
  const own = ownRates[optimizer];
  if (rate < FAR * own) return [];
  return [
    `The learning rate is ${rate}; ${optimizer} has ${own} where none is given. Lower it if the loss does not fall.`,
  ];
}
