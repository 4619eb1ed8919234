/**
 * The end of a preparation whose signal was aborted. Rows are divided and encoded in one go, in which no signal and no timer is
 * seen; so the preparation looks for them between its parts.
 */
import type { AbortSignalLike } from "../kinds.ts";
import { systemClock } from "../training/chunkTimer.ts";

/** Nothing was trained. A search takes it for a trial that was interrupted; it reaches no user. */
export class PreparationAborted extends Error {
  override name = "PreparationAborted";
}

/** Lets signals and timers come. @throws {PreparationAborted} */
export async function unlessAborted(signal: AbortSignalLike | undefined): Promise<void> {
  await systemClock.pause();
  if (signal?.aborted) throw new PreparationAborted();
}
