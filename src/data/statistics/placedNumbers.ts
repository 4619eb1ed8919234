/**
 * The numbers at given places of ascending lists whose parts lie on several ranks: exactly those of the whole lists, which nobody
 * has.
 *
 * Float64 numbers, their bits taken as whole numbers of 64 bits with the sign turned, have the order of the numbers, and −0 lies
 * before 0 as in a sorted Float64Array. The bits of the number at a place are found from the highest down, four at a time: of the 16
 * numbers that go on with the bits found so far, it is the last with no more numbers below than the place says. Every rank counts
 * how many of its own lie below each, the counts are added up, for all lists and places at once: 16 exchanges.
 */
import type { Collective } from "../../distributed/collective.ts";

/** A list's part on this rank, ascending, and the places in the whole list that are asked for. */
export interface PlacedList {
  readonly own: Float64Array;
  readonly places: readonly number[];
}

/** Bits that one exchange finds. */
const STEP = 4;
const CHOICES = 2 ** STEP - 1;
const SIGN = 2n ** 63n;

interface Sought {
  readonly own: Float64Array;
  readonly place: number;
  /** The bits that are known, those behind them 0. */
  key: bigint;
}

/** @returns for each list its numbers at the places, in their order */
export function placedNumbers(ranks: Collective, lists: readonly PlacedList[]): number[][] {
  const sought = lists.flatMap(({ own, places }) => places.map((place): Sought => ({ own, place, key: 0n })));
  const counts = new Float64Array(sought.length * CHOICES);
  for (let shift = 64 - STEP; shift >= 0 && sought.length > 0; shift -= STEP) {
    for (const [at, { own, key }] of sought.entries()) {
      for (let digit = 1; digit <= CHOICES; digit++) {
        counts[at * CHOICES + digit - 1] = below(own, key + (BigInt(digit) << BigInt(shift)));
      }
    }
    ranks.allReduce(counts, { what: "numbers below quantiles" });
    for (const [at, one] of sought.entries()) {
      let digit = 0;
      while (digit < CHOICES && counts[at * CHOICES + digit] <= one.place) digit++;
      one.key += BigInt(digit) << BigInt(shift);
    }
  }
  const found = sought.values();
  return lists.map(({ places }) => places.map(() => numberOf(found.next().value?.key ?? 0n)));
}

const buffer = new DataView(new ArrayBuffer(8));

/** The number whose bits have an order; NaN beyond the infinite ones. */
function numberOf(key: bigint): number {
  buffer.setBigUint64(0, key >= SIGN ? key - SIGN : 2n ** 64n - 1n - key);
  return buffer.getFloat64(0);
}

/** How many of some ascending numbers lie below that of a key. */
function below(own: Float64Array, key: bigint): number {
  const limit = numberOf(key);
  if (Number.isNaN(limit)) return key >= SIGN ? own.length : 0;
  const isZero = Object.is(limit, 0);
  const isBelow = (value: number): boolean => value < limit || (isZero && Object.is(value, -0));
  let [from, to] = [0, own.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (isBelow(own[middle])) from = middle + 1;
    else to = middle;
  }
  return from;
}
