/**
 * Tables of a page: on a wide page as they are; on a page too narrow for one, each row is a list of head and value.
 *
 * Which form a page has is the style's business; here each table says what it is too wide for. Knows nothing of reports.
 */
import { escaped, unescaped } from "../../htmlText.ts";

export interface TableColumn {
  /** Words. */
  readonly head: string;
  /** Numbers are set to the right, digits under digits. */
  readonly numeric?: boolean;
  /** Sentences may take several lines; other cells stay on one. */
  readonly sentence?: boolean;
  /** Lists of words may take several lines too. */
  readonly lines?: boolean;
}

/** Columns of numbers. */
export const numericColumns = (...heads: readonly string[]): TableColumn[] =>
  heads.map((head) => ({ head, numeric: true }));

/** Estimates in pixels: of a letter and of the space between columns, and the page's width. */
const PHONE = { letter: 7.6, space: 11, width: 358 };
const PAPER = { letter: 6, space: 10, width: 660 };
/** Of a row's name on a phone, which may take several lines. */
const NAME_LETTERS = 18;
/** Of a sentence: the fewest letters in a line. */
const SENTENCE_LETTERS = 30;
/** Of half a line of a list, which takes a head and its value side by side; and of the head in two lines of it. */
const HALF_LINE_LETTERS = 19;
const TWO_HALF_LINES_LETTERS = 30;

/** A table under its caption. @param rows HTML; the first cell names the row */
export function table(caption: string, columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const forms = columns.map((column, at) => {
    const texts = rows.map((row) => plain(row[at]));
    return { column, widest: Math.max(0, ...texts.map(letters)), word: Math.max(0, ...texts.map(longestWord)) };
  });
  const phone = forms.map(({ column, widest }, at) => {
    const most = at === 0 ? Math.min(widest, NAME_LETTERS) : widest;
    return Math.max(longestWord(breaks(column.head).join(" ")), column.sentence ? SENTENCE_LETTERS : most);
  });
  const paper = forms.map(({ column, word }) =>
    Math.max(longestWord(breaks(column.head).join(" ")), column.sentence ? SENTENCE_LETTERS : word),
  );
  const narrow = fits(phone, PHONE);
  const whole = (at: number): boolean =>
    longestWord(columns[at].head) + forms[at].widest > HALF_LINE_LETTERS ||
    letters(columns[at].head) + forms[at].widest > TWO_HALF_LINES_LETTERS;
  const style = narrow ? "" : ` class="stacked${fits(paper, PAPER) ? "" : " broad"}"${role("table")}`;
  const group = narrow ? "" : role("rowgroup");
  const head = columns.map(
    (column) =>
      `<th scope="col"${styleOf(column)}${narrow ? "" : role("columnheader")}>${breaks(column.head).map(escaped).join("<wbr>")}</th>`,
  );
  const content =
    `<table${style}>\n<thead${group}><tr${narrow ? "" : role("row")}>${head.join("")}</tr></thead>\n` +
    `<tbody${group}>\n${rows.map((cells) => rowOf(cells, columns, narrow ? undefined : whole)).join("\n")}\n</tbody>\n</table>`;
  // Above the box, since a caption within would scroll away with the columns.
  return `<p class="caption">${caption}</p>\n${scrolling(content, caption)}`;
}

/** Reachable by keyboard, so that it can be scrolled without a mouse. */
export function scrolling(content: string, label: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(plain(label))}">${content}</div>`;
}

/**
 * A row; in a list each cell has its head, and its role, which a browser forgets where it isn't displayed as a cell.
 *
 * @param whole which cells take a whole line of a list; absent for a table that is none
 */
function rowOf(
  cells: readonly string[],
  columns: readonly TableColumn[],
  whole: ((at: number) => boolean) | undefined,
): string {
  const found = cells.map((cell, at) => {
    const style = styleOf(columns[at], at > 0 && whole?.(at));
    const named = whole && ` data-head="${escaped(columns[at].head)}"${role(at === 0 ? "rowheader" : "cell")}`;
    if (at === 0) return `<th scope="row"${style}${named ?? ""}>${cell}</th>`;
    return named === undefined ? `<td${style}>${cell}</td>` : `<td${style}${named}><span>${cell}</span></td>`;
  });
  return `<tr${whole ? role("row") : ""}>${found.join("")}</tr>`;
}

const role = (name: string): string => ` role="${name}"`;

function styleOf({ numeric, sentence, lines }: TableColumn, whole?: boolean): string {
  const found = [numeric && "number", sentence && "sentence", lines && "lines", whole && "whole"].filter(Boolean);
  return found.length === 0 ? "" : ` class="${found.join(" ")}"`;
}

function fits(widths: readonly number[], page: typeof PHONE): boolean {
  return widths.reduce((sum, width) => sum + width * page.letter + page.space, 0) <= page.width;
}

/** A name may go on in a next line where a word of it begins, as in learningRate and bill_length_mm. */
function breaks(name: string): string[] {
  return name.split(/(?<=\p{Ll})(?=\p{Lu})|(?<=_)/u);
}

const letters = (words: string): number => [...words].length;

function longestWord(words: string): number {
  return Math.max(0, ...words.split(/\s+/).map(letters));
}

/** A piece without its tags. */
function plain(html: string): string {
  return unescaped(html.replace(/<[^>]*>/g, ""));
}
