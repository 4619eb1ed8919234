/**
 * Stands in the lab's build for what a session does with those of other processes: a page is one process, so it need not fetch how
 * gradients are summed over several.
 */
import { GradusError } from "../../src/errors.ts";

function refuse(): never {
  throw new GradusError("Several processes cannot train together in the lab. Use gradus/distributed in Node.");
}

export const joinRanks = refuse;
export const partsToExchange = (): [] => [];

export class ReducedWork {
  constructor() {
    refuse();
  }
}
