/**
 * The statistics of rows that lie on several ranks: exactly those that one process with all rows finds, to the bit, and no rank has
 * the others' rows.
 *
 * Whole numbers and extremes are the same in any order; sums of rounded terms go from rank to rank in the order of the rows; numbers at
 * given places are found by their bits (`placedNumbers.ts`); of texts, each is counted by the one rank that its characters name.
 */
import { type Collective, gatherData } from "../../distributed/collective.ts";
import { mixText } from "../../random.ts";
import { countsOf } from "../differentValues.ts";
import { exchangeItems } from "../exchanges.ts";
import { scalePlaces, sortedPresent, sparseList } from "../scaling.ts";
import type { Statistics, TextCounts, Value, Values, Variety } from "../statistics.ts";
import type { Column } from "../table.ts";
import { byFrequency, firstDifferent, firstPresent, varietyOf, wordsIn } from "./ofRows.ts";
import { placedNumbers } from "./placedNumbers.ts";

export function ofRanks(ranks: Collective, own: number, columns: readonly Column[]): Statistics {
  const known = knownOf(ranks, columns);
  const statistics: Statistics = {
    rows: sumsOf(ranks, [own])[0],
    variety: (values) => known.varieties.get(values) ?? varietiesOf(ranks, [values])[0],
    ascending: (values) => known.ascending(values) ?? ascendingOf(ranks, [values], scalePlaces)[0],
    ascendingAt: (values, places) => ascendingOf(ranks, [values], places)[0],
    allDifferent(values) {
      const present = Array.from(values, (value) => (Number.isNaN(value) ? null : String(value)));
      const { different, missing } = textsOf(ranks, present);
      return different === statistics.rows - missing;
    },
    texts: (values) => textsOf(ranks, values),
    counts: (values) => countsIn(ranks, values),
    firstDifferent(values, most) {
      const all = gatherData(ranks, firstDifferent(values, most), "the first values of a column");
      return [...new Set(all.flat())].slice(0, most + 1);
    },
    inTurn(numbers, add) {
      for (let rank = 0; rank < ranks.size; rank++) {
        if (rank === ranks.rank) add(numbers);
        ranks.broadcast(numbers, rank);
      }
      return numbers;
    },
    carried(state, step) {
      let carried = state;
      for (let rank = 0; rank < ranks.size; rank++)
        carried = gatherData(ranks, rank === ranks.rank ? step(carried) : null, "what is carried on")[rank] ?? carried;
      return carried;
    },
    sums: (numbers) => sumsOf(ranks, numbers),
    greatest(numbers) {
      const all = ranks.allGather(new Uint8Array(Float64Array.from(numbers).buffer), "extremes");
      const lists = all.map((bytes) => new Float64Array(bytes.slice().buffer));
      return numbers.map((_, at) => Math.max(...lists.map((list) => list[at])));
    },
    lists: (own) => gatherData(ranks, own, "lists of what columns hold").flat() as never,
    before: (count) =>
      gatherData(ranks, count, "counts of rows")
        .slice(0, ranks.rank)
        .reduce((sum, rows) => sum + rows, 0),
    first: (text) => gatherData(ranks, text ?? null, "a message").find((one) => one !== null) ?? undefined,
  };
  return statistics;
}

/** What is exchanged of all columns at once: once it is asked for of one. */
interface Known {
  readonly varieties: ReadonlyMap<Values, Variety>;
  ascending(values: Float64Array): ArrayLike<number> | undefined;
}

function knownOf(ranks: Collective, columns: readonly Column[]): Known {
  const all = columns.map(({ values }) => values);
  const found = columns.length === 0 ? [] : varietiesOf(ranks, all);
  const varieties = new Map(all.map((values, at) => [values, found[at]]));
  const varied = all.filter(
    (values) => values instanceof Float64Array && varieties.get(values)?.different,
  ) as Float64Array[];
  let sorted: Map<Float64Array, ArrayLike<number>> | undefined;
  return {
    varieties,
    ascending(values) {
      if (!varied.includes(values)) return undefined;
      sorted ??= inGroups(ranks, varied);
      return sorted.get(values);
    },
  };
}

/** So many columns are sorted at once. */
const GROUP = 64;

function inGroups(ranks: Collective, lists: readonly Float64Array[]): Map<Float64Array, ArrayLike<number>> {
  const sorted = new Map<Float64Array, ArrayLike<number>>();
  for (let from = 0; from < lists.length; from += GROUP) {
    const some = lists.slice(from, from + GROUP);
    for (const [at, list] of ascendingOf(ranks, some, scalePlaces).entries()) sorted.set(some[at], list);
  }
  return sorted;
}

function ascendingOf(
  ranks: Collective,
  lists: readonly Float64Array[],
  placesOf: (length: number) => readonly number[],
): ArrayLike<number>[] {
  const own = lists.map(sortedPresent);
  const lengths = sumsOf(
    ranks,
    own.map(({ length }) => length),
  );
  const placed = own.map((list, at) => ({ own: list, places: placesOf(lengths[at]) }));
  return placedNumbers(ranks, placed).map((numbers, at) => {
    const { places } = placed[at];
    return sparseList(lengths[at], places, (place) => numbers[places.indexOf(place)]);
  });
}

function varietiesOf(ranks: Collective, lists: readonly Values[]): Variety[] {
  const own = lists.map((values) => ({ ...varietyOf(values), first: firstPresent(values) }));
  const all = gatherData(ranks, own, "which columns vary");
  return lists.map((_, at) => {
    const parts = all.map((varieties) => varieties[at]).filter(({ present }) => present > 0);
    return {
      present: parts.reduce((sum, { present }) => sum + present, 0),
      different: parts.some(({ different, first }) => different || first !== parts[0].first),
    };
  });
}

/** Whole numbers. */
function sumsOf(ranks: Collective, own: readonly number[]): number[] {
  const sums = Float64Array.from(own);
  ranks.allReduce(sums, { what: "counts of rows" });
  return [...sums];
}

/** Counts of a list of any length: each text is counted by one rank, which then gives the most frequent ones of its own. */
function textsOf(ranks: Collective, values: readonly (string | null)[]): TextCounts {
  const own = countsOf(values);
  let present = 0;
  for (const times of own.values()) present += times;
  const counts = new Map<string, number>();
  const ownerOf = ([text]: [string, number]): number => mixText(text, 0) % ranks.size;
  exchangeItems<[string, number]>(ranks, own, { what: "counts of texts", ownerOf }, (items) => {
    for (const [text, times] of items) counts.set(text, (counts.get(text) ?? 0) + times);
  });
  const [different, words, missing] = sumsOf(ranks, [counts.size, wordsIn(counts.keys()), values.length - present]);
  return {
    different,
    words,
    missing,
    mostFrequent(most) {
      const frequent: [string, number][] = [];
      const own = [...counts].sort(byFrequency).slice(0, most);
      exchangeItems(ranks, own, { what: "the most frequent texts" }, (items) => frequent.push(...items));
      return frequent
        .sort(byFrequency)
        .slice(0, most)
        .map(([text]) => text);
    },
  };
}

/** Every rank has all of them then: those of classes, which a network has an output for each. */
function countsIn<V extends Value>(ranks: Collective, values: Iterable<V | null>): Map<V, number> {
  const parts = Array.from({ length: ranks.size }, (): [V, number][] => []);
  exchangeItems<[V, number]>(ranks, countsOf(values), { what: "counts of labels" }, (items, from) => {
    parts[from].push(...items);
  });
  const counts = new Map<V, number>();
  for (const [value, times] of parts.flat()) counts.set(value, (counts.get(value) ?? 0) + times);
  return counts;
}
