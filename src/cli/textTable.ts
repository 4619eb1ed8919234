/**
 * A table as text, and how it fits into the columns of a terminal: long texts go on within their own column; where that isn't
 * enough, the table is set in parts under each other, each with its first columns. Nothing is ever left out.
 *
 * Knows no stream and no command.
 */
import { displayWidth, padEnd, padStart, pieces } from "./textWidth.ts";

export interface TextTable {
  /** The first row is the heading. Each row has as many cells. */
  readonly rows: readonly (readonly string[])[];
  /** The columns set to the right, by index; their cells are never broken. */
  readonly numeric: readonly number[];
  /** Columns of text that are never broken, by index, so that they can be copied; none when absent. */
  readonly whole?: readonly number[];
  /** Spaces before each line; 2 when absent. */
  readonly indent?: number;
  /** How many columns, the first ones, each part begins with; 1 when absent. */
  readonly keys?: number;
  /** The same in a form to use where this one doesn't fit. */
  readonly narrow?: TextTable;
}

/** What a command prints. */
export type Printed = string | TextTable;

/** Between columns, in spaces. */
const GAP = 2;
/** A column of text is made no narrower than this share of all columns, unless its texts are. */
const LEAST_TEXT = 1 / 4;
/** Off a terminal a table that has a narrow form takes it beyond these. */
const USUAL_COLUMNS = 80;

/** The lines of a table. @param columns of the terminal; as wide as it is when undefined */
export function tableLines(table: TextTable, columns?: number): string[] {
  const { rows, numeric, whole = [], indent = 2, keys = 1, narrow } = table;
  const leastText = Math.floor(LEAST_TEXT * (columns ?? USUAL_COLUMNS));
  const all = rows[0].map((_, at) => {
    const broken = !numeric.includes(at) && !whole.includes(at);
    return column(at, rows, { numeric: numeric.includes(at), leastText: broken ? leastText : undefined });
  });
  const width = indent + widthOf(all.map(({ natural }) => natural));
  const fits = width <= (columns ?? width);
  if (narrow !== undefined && width > (columns ?? USUAL_COLUMNS)) return tableLines(narrow, columns);
  const available = columns === undefined ? width : columns - indent;
  const parts = fits ? [all] : partsOf(all, keys, available);
  return parts.flatMap((part, index) => [
    ...(index > 0 ? [""] : []),
    ...linesOf(part, fitted(part, available)).map((line) => `${" ".repeat(indent)}${line}`.trimEnd()),
  ]);
}

interface Column {
  /** Of each row, on one line. */
  readonly cells: readonly string[];
  readonly numeric: boolean;
  /** The width that breaks no cell, and the least width. */
  readonly natural: number;
  readonly least: number;
}

/** Whatever would break the line or the alignment comes as its escape. @param leastText the least width; no cell is broken when undefined */
function column(
  at: number,
  rows: TextTable["rows"],
  { numeric, leastText }: { readonly numeric: boolean; readonly leastText: number | undefined },
): Column {
  const cells = rows.map((row) => row[at].replaceAll("\n", "\\n").replaceAll("\t", "\\t"));
  const widths = cells.map(displayWidth);
  const natural = Math.max(...widths);
  const heading = Math.max(...cells[0].split(" ").map(displayWidth));
  const least = leastText ?? Math.max(heading, ...widths.slice(1));
  return { cells, numeric, natural, least: Math.min(natural, least) };
}

const widthOf = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1);

/** The columns in parts that fit at their least widths, each with at least one column besides the keys. */
function partsOf(columns: readonly Column[], keys: number, available: number): Column[][] {
  const first = columns.slice(0, keys);
  const parts: Column[][] = [[...first]];
  for (const next of columns.slice(keys)) {
    const part = parts[parts.length - 1];
    const width = widthOf([...part, next].map(({ least }) => least));
    if (part.length === keys || width <= available) part.push(next);
    else parts.push([...first, next]);
  }
  return parts;
}

/** The width of each column: the widest ones give way until all fit, none below its least width. */
function fitted(columns: readonly Column[], available: number): number[] {
  const capped = (most: number): number[] =>
    columns.map(({ natural, least }) => Math.min(natural, Math.max(most, least)));
  let most = Math.max(...columns.map(({ natural }) => natural));
  if (widthOf(capped(most)) <= available) return capped(most);
  most = Math.min(most, available);
  while (most > 1 && widthOf(capped(most)) > available) most--;
  return capped(most);
}

/** The rows, each as many lines as its longest cell takes; what goes on in the first column is indented. */
function linesOf(columns: readonly Column[], widths: readonly number[]): string[] {
  return columns[0].cells.flatMap((_, row) => {
    const broken = columns.map(({ cells }, at) => pieces(cells[row], widths[at], at === 0 ? 2 : 0));
    const height = Math.max(...broken.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      broken
        .map((lines, at) => (columns[at].numeric ? padStart : padEnd)(lines[line] ?? "", widths[at]))
        .join(" ".repeat(GAP)),
    );
  });
}
