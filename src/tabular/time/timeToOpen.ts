/**
 * Whether there is time to make a network at all: one that can't be made before the time is up isn't begun.
 *
 * Plain arithmetic on a measured pace; knows no clock.
 */

import { optionName, valuedOption } from "../../data/remedies.ts";
import { RunFailedError } from "../../errors.ts";
import { rounded } from "../../rounded.ts";

/** A network takes so many times what drawing its starting weights alone takes before its first step: scaling, copies. */
const OPENING = 3;
/** What is made in this share of the time, or in as many seconds, may be made though it is too late. */
const SOON = { share: 0.25, seconds: 2 };

/**
 * @param network its parameters, and the seconds that drawing one of them takes
 * @param time all seconds, and those that are left
 * @throws {RunFailedError} a network too large to be made before the time is up
 */
export function requireTimeToOpen(
  network: { readonly parameters: number; readonly drawing: number },
  time: { readonly seconds: number; readonly left: number },
): void {
  const opening = OPENING * network.parameters * network.drawing;
  const { seconds, left } = time;
  if (opening <= Math.max(left, SOON.share * seconds, SOON.seconds)) return;
  const enough = Math.ceil((3 * (seconds - left + opening)) / 10) * 10;
  throw new RunFailedError(
    `The time of ${rounded(seconds, 2)} s is too short: ${rounded(seconds - left, 2)} s have passed, and creating a network of ${network.parameters} parameters takes about ${rounded(opening, 2)} s before its first step. ` +
      `Give more time (${valuedOption("time", enough)}), or choose fewer features or a smaller network (${optionName("hidden")}).`,
  );
}
