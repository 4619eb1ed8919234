/**
 * Words of the option `missing` that no cell of a table holds, most often because they are written otherwise there.
 *
 * Works on cells before they are columns. Knows nothing of words that mean a missing value without an option.
 */
import { type Missing, recordedMissing } from "./missingWords.ts";
import { numberReader } from "./numberForms.ts";
import { missingOption } from "./remedies.ts";
import type { Statistics } from "./statistics.ts";
import type { Cell, Reading, Warning } from "./table.ts";

interface ReadCells {
  readonly cells: ArrayLike<Cell>;
  readonly reading: Reading;
}

/** Warning: `option-without-effect`, with all such words. */
export function unusedWordNotes(
  missing: Missing | undefined,
  columns: readonly ReadCells[],
  statistics: Statistics,
): Warning[] {
  const { missing: words = [], missingOnly = false } = recordedMissing(missing);
  const unused = new Set(words.filter((word) => word !== ""));
  if (unused.size === 0) return [];
  const all = [...unused];
  for (const column of columns) if (unused.size > 0) takeAwayFound(unused, column);
  for (const word of statistics.lists(all.filter((each) => !unused.has(each)))) unused.delete(word);
  if (unused.size === 0) return [];
  const message =
    `${missingOption([...unused], missingOnly)} has no effect: no value of the table matches. ` +
    "Write words exactly as in the table, including capitalization, or leave them out.";
  return [{ code: "option-without-effect", columns: [], message }];
}

function takeAwayFound(words: Set<string>, { cells, reading }: ReadCells): void {
  const numbers = new Map([...words].map((word) => [Number(word), word]));
  // What is no number gives NaN, and so do words that are none: NaN is no code.
  numbers.delete(Number.NaN);
  const numberOf = numberReader(reading);
  for (let row = 0; row < cells.length && words.size > 0; row++) {
    const cell = cells[row];
    const text = typeof cell === "string" ? cell.trim() : "";
    words.delete(text);
    if (numbers.size === 0) continue;
    const number = typeof cell === "number" || typeof cell === "bigint" ? Number(cell) : Number.NaN;
    const code = numbers.get(text !== "" && reading.type === "number" ? numberOf(text) : number);
    if (code !== undefined) words.delete(code);
  }
}
