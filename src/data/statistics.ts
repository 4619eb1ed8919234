/**
 * What encoders and targets are fitted by: statistics of all rows of a table, also where several ranks have a share of them each.
 *
 * Whoever fits asks here, and is told the same, to the bit, whether the rows are in one process or in many (decision 0021): `statistics/ofRows.ts`
 * answers for one, `statistics/ofRanks.ts` for many. Ranks ask the same questions in the same order, and have their rows in the order of the ranks.
 */
import type { Column } from "./table.ts";

export type Values = Column["values"];
export type Value = string | number | boolean;

/** How many values are there, and whether two of them differ. */
export interface Variety {
  readonly present: number;
  readonly different: boolean;
}

/** Different texts and how often each comes, missing ones aside. */
export interface TextCounts {
  /** How many different ones there are. */
  readonly different: number;
  /** How many words all different ones have. */
  readonly words: number;
  readonly missing: number;
  /** The most frequent ones, ties in code-unit order. */
  mostFrequent(most: number): readonly string[];
}

export interface Statistics {
  /** How many rows there are. */
  readonly rows: number;
  variety(values: Values): Variety;
  /** The numbers that are there in ascending order: at least at the places of its quartiles, its first and its last one. */
  ascending(values: Float64Array): ArrayLike<number>;
  /** The same at other places. @param places of a list of so many numbers */
  ascendingAt(values: Float64Array, places: (length: number) => readonly number[]): ArrayLike<number>;
  /** Whether no number comes twice, missing ones aside. */
  allDifferent(values: Float64Array): boolean;
  texts(values: readonly (string | null)[]): TextCounts;
  /** How often each value comes, missing ones aside, in the order in which they first come. */
  counts<V extends Value>(values: Iterable<V | null>): Map<V, number>;
  /** The first different values, at most so many and one more, in their order. */
  firstDifferent(values: Values, most: number): Value[];
  /** Changes numbers by the rows in their order, as a sum does whose terms are rounded. @param add takes the rows that are here */
  inTurn(numbers: Float64Array, add: (numbers: Float64Array) => void): Float64Array;
  /** Plain data that goes through the rows in their order. @param step what becomes of it in the rows that are here */
  carried<State>(state: State, step: (state: State) => State): State;
  /** The sums of whole numbers, which any order gives. */
  sums(numbers: readonly number[]): readonly number[];
  /** The greatest of each of some numbers; −Infinity for none. */
  greatest(numbers: readonly number[]): readonly number[];
  /** What the first rows know that know something: a message with a row's number. */
  first(text: string | undefined): string | undefined;
  /** Short lists of plain data, behind each other in the order of the rows. */
  lists<Item>(own: readonly Item[]): readonly Item[];
  /** How many there are before those that are here. */
  before(own: number): number;
}

/** The most values of a column that a warning has. */
const KEPT_VALUES = 20;

/** What `Warning.values` has of a column. */
export function warnedValues<V extends string | number>(statistics: Statistics, values: Values): V[] {
  return statistics.firstDifferent(values, KEPT_VALUES - 1) as V[];
}
