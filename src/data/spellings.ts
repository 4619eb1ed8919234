/**
 * How the values of a column are written, where that is not the value's own text: TRUE for true, 1.0 for 1.
 *
 * Kept for columns of few values alone, which may be classes. Knows no class and no target.
 */
import { valueText } from "./labels.ts";
import type { Statistics } from "./statistics.ts";
import { type Cell, type Column, isMissing, type Spellings } from "./table.ts";

/** A column with more ways of writing values than this is taken for one of numbers; its spellings are not kept. */
export const MOST_SPELLINGS = 200;

/** @param cells what the column was made from, in the same order */
export function spellingsOf(column: Column, cells: ArrayLike<Cell>, statistics: Statistics): Spellings | undefined {
  if (column.type === "text") return undefined;
  const parts = statistics.lists([ownTexts(column, cells)]);
  const texts = new Map<string, { own: string; times: number }>();
  for (const [text, own, times] of parts.flatMap((part) => part ?? [])) {
    texts.set(text, { own, times: times + (texts.get(text)?.times ?? 0) });
  }
  if (texts.size > MOST_SPELLINGS || parts.includes(null)) return undefined;
  const counts = new Map<string, number>();
  for (const [text, { times }] of texts) counts.set(text, times);
  return byValue(counts, (text) => texts.get(text)?.own ?? "");
}

type Text = readonly [text: string, own: string, times: number];

/** The texts, their values' own texts, and how many rows have each; null where they are many. */
function ownTexts({ type, values }: Column, cells: ArrayLike<Cell>): Text[] | null {
  const texts = new Map<string, { row: number; times: number }>();
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (typeof cell !== "string") continue;
    const text = cell.trim();
    const known = texts.get(text);
    if (known !== undefined) known.times++;
    else if (isMissing(values[row])) continue;
    else if (texts.size === MOST_SPELLINGS) return null;
    else texts.set(text, { row, times: 1 });
  }
  return Array.from(texts, ([text, { row, times }]): Text => [text, valueText(type, values[row] ?? ""), times]);
}

/** @param counts how many rows write a text. @returns undefined where all texts are their values' own */
export function byValue(counts: ReadonlyMap<string, number>, textOf: (text: string) => string): Spellings | undefined {
  const spellings = new Map<string, Map<string, number>>();
  for (const [text, times] of counts) {
    const value = textOf(text);
    if (value === text) continue;
    const ways = spellings.get(value) ?? new Map<string, number>();
    spellings.set(value, ways.set(text, times));
  }
  return spellings.size === 0 ? undefined : spellings;
}

/** The spellings of parts of one column together. */
export function joinedSpellings(
  parts: readonly (Iterable<readonly [value: string, ways: Iterable<readonly [string, number]>]> | undefined)[],
): Spellings | undefined {
  const all = new Map<string, Map<string, number>>();
  for (const [value, ways] of parts.flatMap((part) => [...(part ?? [])])) {
    const known = all.get(value) ?? new Map<string, number>();
    for (const [text, times] of ways) known.set(text, (known.get(text) ?? 0) + times);
    all.set(value, known);
  }
  return all.size === 0 ? undefined : all;
}
