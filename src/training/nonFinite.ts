/** Looks for the numbers that no computation recovers from. */
import type { Numbers } from "../engines/engine.ts";

/** The index of the first number that is NaN or infinite, or −1. */
export function firstNonFinite(numbers: Numbers): number {
  for (let i = 0; i < numbers.length; i++) {
    if (!Number.isFinite(numbers[i])) return i;
  }
  return -1;
}
