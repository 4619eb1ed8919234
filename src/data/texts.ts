/** The texts of a column that are there, in the order of its rows, wherever these lie: what it is read as is decided by them. */
import type { Statistics } from "./statistics.ts";

export interface Texts {
  readonly length: number;
  every(holds: (text: string) => boolean): boolean;
  find(holds: (text: string) => boolean): string | undefined;
  /** For how many a condition does not hold; of more than `most` some number above it. */
  misses(holds: (text: string) => boolean, most?: number): number;
  /** The first ones for which it holds. */
  first(most: number, holds: (text: string) => boolean): readonly string[];
  /** The first different ones for which it holds, at most so many and one more. */
  firstDifferent(most: number, holds: (text: string) => boolean): readonly string[];
  /** The first and every so-many-th after it. */
  sample(step: number): readonly string[];
}

/** @param own those that are here */
export function textsIn(own: readonly string[], statistics: Statistics): Texts {
  return {
    length: statistics.sums([own.length])[0],
    every: (holds) => statistics.sums([own.every(holds) ? 0 : 1])[0] === 0,
    find: (holds) => statistics.first(own.find(holds)),
    misses: (holds, most = Number.POSITIVE_INFINITY) => statistics.sums([missesOf(own, holds, most)])[0],
    first: (most, holds) => statistics.lists(firstOf(own, most, holds)).slice(0, most),
    firstDifferent: (most, holds) => statistics.firstDifferent(own.filter(holds), most) as string[],
    sample(step) {
      const before = statistics.before(own.length);
      return statistics.lists(own.filter((_, at) => (before + at) % step === 0));
    },
  };
}

function missesOf(texts: readonly string[], holds: (text: string) => boolean, most: number): number {
  let misses = 0;
  for (const text of texts) if (!holds(text) && ++misses > most) return misses;
  return misses;
}

function firstOf(texts: readonly string[], most: number, holds: (text: string) => boolean): string[] {
  const found: string[] = [];
  for (const text of texts) {
    if (!holds(text)) continue;
    found.push(text);
    if (found.length === most) break;
  }
  return found;
}
