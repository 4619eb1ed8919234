/** The error of a search that found nothing, with what would help. Knows no clock. */

import { counted } from "../counted.ts";
import { optionName, valuedOption } from "../data/remedies.ts";
import { RunFailedError } from "../errors.ts";
import { rounded } from "../rounded.ts";
import type { Rung } from "./halving.ts";
import type { SearchOutcome } from "./search.ts";

/** How far a training got that the time interrupted. */
export interface Interrupted {
  /** Of its steps, in [0, 1). */
  readonly fraction: number;
  readonly seconds: number;
}

/** The result of a search that found nothing. */
interface Nothing {
  /** Seconds until the first trial began. */
  readonly before: number;
  readonly interrupted: Interrupted | undefined;
}

export function nothingFound(
  { trials, stopped }: Pick<SearchOutcome, "trials" | "stopped">,
  { epochs }: Pick<Rung, "epochs">,
  nothing: Nothing,
): RunFailedError {
  if (stopped === "aborted") return new RunFailedError("Interrupted before the first trial was finished.");
  const failed = trials.find(({ status }) => status === "failed");
  if (failed !== undefined) {
    return new RunFailedError(
      `All ${trials.length} trials failed; the first: ${failed.message} Search smaller learning rates.`,
    );
  }
  return new RunFailedError(`The time was too short for one trial of ${counted(epochs, "epoch")}${remedyOf(nothing)}`);
}

/** A search has time for some trials where there is this much more of it than one takes. */
const FOR_A_SEARCH = 3;

/** How far the first trial got, and the time that would have been enough. */
function remedyOf({ before, interrupted }: Nothing): string {
  const fewer = `or let trials have fewer epochs (${optionName("epochs")})`;
  if (interrupted === undefined || interrupted.fraction === 0) return `. Give more time, ${fewer}.`;
  const { fraction, seconds } = interrupted;
  const enough = Math.ceil(before + (FOR_A_SEARCH * seconds) / fraction);
  const done = rounded(100 * fraction, 2);
  return `: ${done} % of the first was done in ${seconds.toFixed(1)} s. Give more time (${valuedOption("time", enough)}), ${fewer}.`;
}
