/** The statistics of rows that are all here. */
import { countsOf } from "../differentValues.ts";
import { sortedPresent } from "../scaling.ts";
import type { Statistics, TextCounts, Value, Values, Variety } from "../statistics.ts";
import { isMissing } from "../table.ts";

export function ofRows(rows: number): Statistics {
  return {
    rows,
    variety: varietyOf,
    ascending: sortedPresent,
    ascendingAt: sortedPresent,
    allDifferent: (values) => sortedPresent(values).every((value, at, sorted) => at === 0 || value !== sorted[at - 1]),
    texts: textCounts,
    counts: countsOf,
    firstDifferent,
    inTurn: (numbers, add) => {
      add(numbers);
      return numbers;
    },
    carried: (state, step) => step(state),
    sums: (numbers) => numbers,
    greatest: (numbers) => numbers,
    first: (text) => text,
    lists: (own) => own,
    before: () => 0,
  };
}

export function varietyOf(values: Values): Variety {
  const first = firstPresent(values);
  let present = 0;
  let different = false;
  for (let row = 0; row < values.length; row++) {
    if (isMissing(values[row])) continue;
    present++;
    different ||= values[row] !== first;
  }
  return { present, different };
}

/** null where none is there. */
export function firstPresent(values: Values): Value | null {
  for (let row = 0; row < values.length; row++) if (!isMissing(values[row])) return values[row];
  return null;
}

function textCounts(values: readonly (string | null)[]): TextCounts {
  const counts = countsOf(values);
  let present = 0;
  for (const times of counts.values()) present += times;
  return {
    different: counts.size,
    words: wordsIn(counts.keys()),
    missing: values.length - present,
    mostFrequent: (most) =>
      [...counts]
        .sort(byFrequency)
        .slice(0, most)
        .map(([text]) => text),
  };
}

type Counted = readonly [text: string, times: number];

/** The most frequent first, ties in code-unit order. */
export const byFrequency = ([a, times]: Counted, [b, timesB]: Counted): number => timesB - times || (a < b ? -1 : 1);

export function wordsIn(texts: Iterable<string>): number {
  let words = 0;
  for (const text of texts) words += text.trim().split(/\s+/).length;
  return words;
}

export function firstDifferent(values: Values, most: number): Value[] {
  const found = new Set<Value>();
  for (let row = 0; row < values.length && found.size <= most; row++) {
    const value = values[row];
    if (!isMissing(value)) found.add(value as Value);
  }
  return [...found];
}
