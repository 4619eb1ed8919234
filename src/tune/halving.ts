/**
 * Successive halving: many trials with few epochs, the best of them with more, the best of those with all.
 *
 * Synchronous: a rung begins when the one below is done, so the outcome does not depend on how long trials take. Each
 * rung trains from the start: a learning-rate schedule ends with its training and cannot be continued, and a complete short training
 * shows more of a setting than the beginning of a long one. Sources: Jamieson & Talwalkar, "Non-stochastic
 * Best Arm Identification and Hyperparameter Optimization", 2016; Li et al., "Hyperband", 2017. Knows nothing of training.
 */

import { optionName } from "../data/remedies.ts";
import { DescriptionError, requireWhole } from "../errors.ts";
import { type Kinds, number, requireOptions } from "../kinds.ts";

/** One step of the ladder. */
export interface Rung {
  /** Of each training on it. */
  readonly epochs: number;
  /** How many trials reach it. */
  readonly trials: number;
}

export interface HalvingOptions {
  /** n, trials on the lowest rung. */
  readonly trials: number;
  /** R, epochs on the highest rung. */
  readonly epochs: number;
  /** η: one in so many goes on to the next rung, which has so many times the epochs; at least 2. */
  readonly reduction: number;
  /** No rung has fewer epochs than this, but for a ladder of one. */
  readonly fewestEpochs: number;
}

const halvingKinds = {
  trials: number,
  epochs: number,
  reduction: number,
  fewestEpochs: number,
} as const satisfies Kinds<HalvingOptions>;

/**
 * The rungs from the lowest to the highest: as many as leave at least one trial and enough epochs on each.
 *
 * Rung k of 0 … K has round(R/η^(K−k)) epochs and ⌊n/η^k⌋ trials, so each costs about as much as the others.
 *
 * @throws {DescriptionError} a number out of range
 *
 * @example
 * import { halvingRungs } from "gradus/tune";
 *
 * const rungs = halvingRungs({ trials: 9, epochs: 90, reduction: 3, fewestEpochs: 10 });
 * rungs.map(({ trials, epochs }) => [trials, epochs]); // [[9, 10], [3, 30], [1, 90]]
 */
export function halvingRungs(options: HalvingOptions): readonly Rung[] {
  requireOptions(options, halvingKinds, "halvingRungs");
  const { trials, epochs, reduction, fewestEpochs } = options;
  requireWhole("trials", trials, 1);
  requireWhole("epochs", epochs, 1);
  requireWhole("reduction", reduction, 2);
  requireWhole("fewestEpochs", fewestEpochs, 1);
  const epochsBelow = (steps: number): number => Math.round(epochs / reduction ** steps);
  let steps = 0;
  while (trials >= reduction ** (steps + 1) && epochsBelow(steps + 1) >= fewestEpochs) steps++;
  return Array.from({ length: steps + 1 }, (_, k) => ({
    epochs: epochsBelow(steps - k),
    trials: Math.floor(trials / reduction ** k),
  }));
}

/**
 * The trials of the next rung, the best first.
 *
 * @param ranked trials of the rung below that have a value, the best first
 * @param kept a trial that goes on however it did, as the measure of the others; if it isn't among the best, it is one more
 */
export function survivors(ranked: readonly number[], count: number, kept: number): readonly number[] {
  const best = ranked.slice(0, count);
  return best.includes(kept) || !ranked.includes(kept) ? best : [...best, kept];
}

/** The ways to search, by name: the rungs each climbs. */
export const searches = {
  halving: halvingRungs,
  random: (options: HalvingOptions): readonly Rung[] => {
    requireOptions(options, halvingKinds, "the search");
    const { trials, epochs } = options;
    requireWhole("trials", trials, 1);
    requireWhole("epochs", epochs, 1);
    return [{ epochs, trials }];
  },
} as const satisfies Record<string, (options: HalvingOptions) => readonly Rung[]>;

export type SearchName = keyof typeof searches;

/** @throws {DescriptionError} a reduction where there is none */
export function requireHalving(search: SearchName, reduction: number | undefined): void {
  if (search !== "halving" && reduction !== undefined) {
    throw new DescriptionError(
      `${optionName("reduction", "Option")} is only for halving; the search is ${search}. Leave one of them out.`,
    );
  }
}
